"""What a worker of an older stored form had written of boards, in the place of what this one writes."""

from collections.abc import Mapping

import msgspec

from streams.board.roll import STRETCH
from streams.contract.sheets import keys_in
from streams.pipeline.board_form import read_key, read_page, read_stretch

Names = dict[tuple[int, int], str]
"""By school and place: the pupil."""


def as_before(changelog: Mapping[bytes, bytes | None], form: int) -> dict[bytes, bytes]:
    """Return *changelog* in *form* 1 or 2: pages name their pupils, and no roll is stored."""
    names = _names(changelog)
    stored = {key: value for key, value in changelog.items() if value is not None}
    return {key: _older(key, value, names, form) for key, value in stored.items() if read_key(key).stretch is None}


def _names(changelog: Mapping[bytes, bytes | None]) -> Names:
    found = {}
    for key, value in changelog.items():
        urn, _, number = read_key(key)
        for at, pupil in enumerate(keys_in(read_stretch(value)) if value and number is not None else ()):
            found[urn, (number or 0) * STRETCH + at] = pupil
    return found


def _older(key: bytes, value: bytes, names: Names, form: int) -> bytes:
    about, fields = read_key(key), msgspec.msgpack.decode(value)
    if about.page is not None and not isinstance(fields[2], str):
        marks = read_page(about.page, value)[0].marks
        fields[2] = "".join([names[about.urn, place] for place in marks.places])
    return msgspec.msgpack.encode([form, *fields[1:]])
