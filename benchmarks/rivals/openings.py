"""What the rivals begin with: each child's half year, in a record a class, sent to them before the clock starts."""

from base64 import b64encode
from collections.abc import Iterator
from itertools import groupby

import msgspec
import numpy as np

from benchmarks.england.authority import Authority
from benchmarks.england.sending import Keyed
from benchmarks.rivals.ledger import KINDS, seat
from streams.attendance.codes import CODES

_KINDS = np.array([KINDS.get(code, 0) for code in CODES], np.uint8)
_encode = msgspec.json.Encoder().encode


def openings(authority: Authority) -> Iterator[Keyed]:
    """Give the records of all children of *authority*, as `benchmarks.rivals.ledger` has their weeks."""
    weeks = _weeks(authority)
    for school, _, children in authority.classes() if authority.history else []:
        opening = [
            {"pupil": authority.keys[child], "weeks": b64encode(weeks[child % authority.originals]).decode()}
            for child in children
        ]
        urn = authority.urn(school)
        yield Keyed(str(urn).encode(), _encode({"urn": urn, "opening": opening}), [])


def _weeks(authority: Authority) -> list[bytes]:
    """Give each original's weeks: the number of each, and the kinds of its sessions."""
    parts = []
    seats = [seat(when.date.isoformat(), when.half) for when in authority.when[: authority.history]]
    for week, its in groupby(enumerate(seats), lambda one: one[1].week):
        kinds = np.zeros((authority.originals, 10), np.uint8)
        for number, where in its:
            kinds[:, where.place] = _KINDS[authority.codes[number]]
        parts += [np.tile(np.frombuffer(week, np.uint8), (authority.originals, 1)), kinds]
    return [row.tobytes() for row in np.hstack(parts)]
