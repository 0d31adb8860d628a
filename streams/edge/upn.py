"""Unique pupil numbers: whether a text is one, and whether a free text seems to hold one.

A UPN is a check letter, three digits of a local authority, four of a school, two of a year and three that count; a
temporary one ends in a letter instead of its last digit. Nothing of its parts is used but the check: a child keeps the
number across schools. (DfE, *Unique pupil numbers: a guide for schools and local authorities*.)
"""

import re
from operator import mul
from typing import NamedTuple

_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"  # no I, O or S; each worth its place, from 0
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)} | {str(digit): digit for digit in range(10)}
_WEIGHTS = range(2, 14)
_FORM = re.compile(f"[{_LETTERS}][0-9]{{11}}[0-9{_LETTERS}]")
_INSIDE = re.compile(f"(?={_FORM.pattern})")
_TOKEN = re.compile(r"(?<![A-Z0-9])[A-Z0-9]{13}(?![A-Z0-9])")
_LA_FROM, _LA_TO = (
    201,
    999,
)  # numbers of authorities begin at 201; which of them exist changes, a child's number does not


class Upn(NamedTuple):
    """A UPN as it is written, in capitals without spaces."""

    text: str
    is_temporary: bool

    def __repr__(self) -> str:
        """Say nothing of the number: a `repr` ends in logs."""
        return "Upn(…)"


def read_upn(text: str) -> Upn | None:
    """Return the UPN that *text* is, whatever its case and spaces, or None where it is none.

    None where it has not the 13 characters of the form, the authority's number is below 201, or the check letter is
    another.
    """
    upn = re.sub(r"\s", "", text).upper()
    if not _FORM.fullmatch(upn) or not _LA_FROM <= int(upn[1:4]) <= _LA_TO or check_letter(upn[1:]) != upn[0]:
        return None
    return Upn(upn, is_temporary=not upn[-1].isdigit())


def check_letter(rest: str) -> str:
    """Return the check letter of the 12 characters that follow it: their values times 2 to 13, summed, modulo 23."""
    total = sum(map(mul, _WEIGHTS, map(_VALUES.__getitem__, rest)))
    return _LETTERS[total % len(_LETTERS)]


def seems_to_hold_upn(text: str) -> bool:
    """Whether an id or a name holds what a person would take for a UPN.

    That is a word of its form, whatever its case and check letter; or, inside a longer word, a true one in capitals.
    """
    words = (found[0] for found in _TOKEN.finditer(text.upper()))
    inside = (found.start() for found in _INSIDE.finditer(text))
    return any(_FORM.fullmatch(word) for word in words) or any(read_upn(text[at : at + 13]) for at in inside)
