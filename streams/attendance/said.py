"""What is announced of a pupil, and what is announced no more, held short: less than half of the stored form.

An alert's id is sixteen bytes written as letters, and its rule, severity, audience and restriction are those of
thousands of alerts: those are held once, and told by number.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from struct import Struct

from msgspec import msgpack

from streams.attendance.episodes import Announced
from streams.attendance.rule import BookRule

Retired = dict[str, tuple[int, int]]
"""By id what is announced no more (`episodes.Retired`)."""

Row = tuple[int, bytes, int, int, int, int, int]
"""An alert: its kind, the bytes of its id, number, first, start, end (-1: open), sequence."""

_ALERT = Struct("<H16sHiiiI")  # a row
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
    return of_rows([row_of(one) for one in announced], retired)


def in_full(short: bytes) -> tuple[tuple[Announced, ...], Retired]:
    """Return what was `shortened`."""
    rows, retired = in_rows(short)
    return tuple([announced_of(row) for row in rows]), retired


def of_rows(rows: Sequence[Row], retired: Mapping[str, tuple[int, int]]) -> bytes:
    """Return what is announced, as rows, and *retired*, held short."""
    if not rows and not retired:
        return b""
    pack = _ALERT.pack
    return b"".join([_COUNT.pack(len(rows)), *[pack(*row) for row in rows], _encode(retired) if retired else b""])


def in_rows(short: bytes) -> tuple[list[Row], Retired]:
    """Return what was `shortened`, what is announced as rows: for one who looks at few of them."""
    if not short:
        return [], {}
    end = _COUNT.size + _ALERT.size * _COUNT.unpack_from(short)[0]
    return list(_ALERT.iter_unpack(short[_COUNT.size : end])), _decode(short[end:]) if len(short) > end else {}


def announced_of(row: Row) -> Announced:
    """Return the alert of a row."""
    kind, id_, number, first, start, end, sequence = row
    rule, severity, audience, restricted = _kinds[kind]
    until = None if end < 0 else end
    return Announced(rule, id_.hex(), number, first, start, until, sequence, severity, audience, restricted)


def row_of(one: Announced) -> Row:
    """Return an alert as a row."""
    kind = _numbers[one.rule, one.severity, one.audience, one.restricted]
    end = -1 if one.end is None else one.end
    return kind, bytes.fromhex(one.alert_id), one.number, one.first, one.start, end, one.sequence


def kind_of(rule: BookRule) -> int:
    """Return the kind of a rule's alerts, for rows."""
    return _numbers[rule.id, rule.severity, tuple(rule.audience), rule.restricted]


def rule_of(row: Row) -> str:
    """Return the id of the rule of a row."""
    return _kinds[row[0]][0]
