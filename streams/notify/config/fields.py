"""What fields of the file hold, beyond what a type can tell, and how it is called in words."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple

from msgspec import Meta

from streams.notify.config.calendar import holiday
from streams.notify.config.durations import clock, seconds, window

__all__ = [
    "Clock", "DayKind", "DayName", "Holiday", "Length", "LinkTemplate", "Name", "PositiveLength", "Reads",
    "UrnText", "Window",
]  # fmt: skip


class Reads(NamedTuple):
    """In `Annotated`: what reads the value on. It raises ValueError, in words for the user, where it cannot."""

    read: Callable[[Any], object]


def _positive(text: str) -> None:
    if not seconds(text):
        raise ValueError("must be longer than 0")


def _urn(text: str) -> None:
    if not (text.isascii() and text.isdigit() and len(text) == _URN_DIGITS and text[0] != "0"):
        raise ValueError(f"{text!r} is no URN, which has six digits")


def _link_template(text: str) -> None:
    """Refuse all but plain fields: an attribute or an index could show what must not be seen."""
    try:
        text.format(alert_id="", urn=0, rule="")
    except (KeyError, IndexError, ValueError, AttributeError):
        known = False
    else:
        known = not any(sign in text for sign in ("!", "{alert_id.", "{alert_id[", "{rule.", "{rule["))
    if not known or not text:
        raise ValueError("is an address that may use {alert_id}, {urn} and {rule} only")


_URN_DIGITS = 6

Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Length = Annotated[str, Reads(seconds)]
PositiveLength = Annotated[str, Reads(_positive)]
Clock = Annotated[str, Reads(clock)]
Window = Annotated[str, Reads(window)]
Holiday = Annotated[str, Reads(holiday)]
UrnText = Annotated[str, Reads(_urn)]
LinkTemplate = Annotated[str, Reads(_link_template)]
DayKind = Literal["every-day", "weekdays", "school-days"]
DayName = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
