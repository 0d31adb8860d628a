"""Pupils' names in the changelog of boards, and who is to stand in their places."""

from collections.abc import Mapping

from streams.contract.sheets import keys_in
from streams.pipeline.board_form import named_page, read_key, read_page, read_stretch, stretch

__all__ = ["Names", "renamed"]

Names = Mapping[int, Mapping[str, str]]
"""By school (URN): pupils who were erased, and what is to stand in their places."""


def renamed(key: bytes, value: bytes, names: Names) -> bytes | None:
    """Return a changelog record's value with others in the places of pupils; None where none of them is in it.

    Raises:
        StoredFormUnknown: it has a form that this version cannot read.
    """
    about = read_key(key)
    theirs = names.get(about.urn)
    if not theirs or about.is_summary:
        return None
    if about.page is None:
        pupils = read_stretch(value)
        others = _others(pupils, theirs)
        return None if others == pupils else stretch(others)
    old, named = read_page(about.page, value)
    others = _others(named or b"", theirs)
    return None if named is None or others == named else named_page(old, others)


def _others(pupils: bytes, theirs: Mapping[str, str]) -> bytes:
    return "".join([theirs.get(pupil, pupil) for pupil in keys_in(pupils)]).encode("ascii")
