"""What is announced of a pupil, and what is announced no more, held short: less than half of the stored form.

An alert's id is sixteen bytes written as letters, and its rule, severity, audience and restriction are those of
thousands of alerts: those are held once, and told by number.
"""

from collections.abc import Mapping
from itertools import count
from struct import Struct

from msgspec import msgpack

from streams.attendance.episodes import Announced

Retired = dict[str, tuple[int, int]]
"""By id what is announced no more (`episodes.Retired`)."""

_ALERT = Struct("<H16sHiiiI")  # kind, id, number, first, start, end (-1: open), sequence
_COUNT = Struct("<H")
_Kind = tuple[str, str, tuple[str, ...], bool]


class _Numbers(dict[_Kind, int]):
    """The number of each kind of alert: there are as many as rules in the rule books that were announced with."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: dict[int, _Kind] = {}
        self._next = count()

    def __missing__(self, kind: _Kind) -> int:
        number = next(self._next)
        self.kinds[number] = kind  # of two threads each may give it a number: either is right
        return self.setdefault(kind, number)


_numbers = _Numbers()
_kinds = _numbers.kinds
_encode = msgpack.Encoder().encode
_decode = msgpack.Decoder(Retired).decode


def shortened(announced: tuple[Announced, ...], retired: Mapping[str, tuple[int, int]]) -> bytes:
    """Return what is *announced* and *retired*, held short: for this process only."""
    if not announced and not retired:
        return b""
    alerts = [
        _ALERT.pack(
            _numbers[one.rule, one.severity, one.audience, one.restricted], bytes.fromhex(one.alert_id), one.number,
            one.first, one.start, -1 if one.end is None else one.end, one.sequence,
        )
        for one in announced
    ]  # fmt: skip
    return b"".join((_COUNT.pack(len(alerts)), *alerts, _encode(retired) if retired else b""))


def in_full(short: bytes) -> tuple[tuple[Announced, ...], Retired]:
    """Return what was `shortened`."""
    if not short:
        return (), {}
    end, announced = _COUNT.size + _ALERT.size * _COUNT.unpack_from(short)[0], list[Announced]()
    for kind, id_, number, first, start, ended, sequence in _ALERT.iter_unpack(short[_COUNT.size : end]):
        rule, severity, audience, restricted = _kinds[kind]
        until = None if ended < 0 else ended
        announced.append(
            Announced(rule, id_.hex(), number, first, start, until, sequence, severity, audience, restricted)
        )
    return tuple(announced), _decode(short[end:]) if len(short) > end else {}
