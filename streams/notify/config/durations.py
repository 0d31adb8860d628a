"""Lengths of time as people write them: `90s`, `10m`, `2h`, `3d`; and times of day: `08:30`."""

import re
from datetime import time

__all__ = ["clock", "seconds", "window"]

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_LENGTH = re.compile(r"(\d{1,6})([smhd])")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def seconds(text: str) -> float:
    """Read a length of time, in seconds.

    Raises:
        ValueError: it is none.
    """
    if text == "0":
        return 0.0
    found = _LENGTH.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no length of time: write 30s, 10m, 2h or 3d")
    return float(int(found[1]) * _UNITS[found[2]])


def clock(text: str) -> time:
    """Read a time of day.

    Raises:
        ValueError: it is none.
    """
    found = _CLOCK.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no time of day: write 08:30")
    return time(int(found[1]), int(found[2]))


def window(text: str) -> tuple[time, time]:
    """Read hours of a day, from the first to before the second.

    Raises:
        ValueError: they are none, or end before they begin.
    """
    begin, sign, end = text.partition("-")
    if not sign:
        raise ValueError(f"{text!r} are no hours: write 08:00-18:00")
    opens, closes = clock(begin), time.max if end == "24:00" else clock(end)
    if opens >= closes:
        raise ValueError(f"{text!r} end before they begin; write two, such as 20:00-24:00 and 00:00-06:00")
    return opens, closes
