"""The one check of an incoming register, for every entry: HTTP, files, Wonde.

In order: (1) read the draft; (2) refuse fields that are not on the list; (3) put pseudonyms in the place of UPNs;
(4) ask the stream's own reader (`pipeline.intake`) about the rest, so that what is taken here is what a worker takes;
(5) make the event, of the good marks alone.

Nothing that was sent is ever in a refusal's words.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from streams.contract.messages import Origin
from streams.edge import draft as form
from streams.edge.event import event_of
from streams.edge.pseudonym import Pseudonymise
from streams.edge.upn import Upn, read_upn
from streams.edge.verdicts import Checked, No, RefusedMark
from streams.pipeline import forms
from streams.pipeline.instants import read_instant
from streams.pipeline.intake import read_register

_LARGEST = 1 << 31  # of an integer that is passed on to the reader, which refuses it anyhow
_ID_WORDS = "a text of 1 to 100 ASCII characters without spaces, with nothing in it that looks like a UPN or a pupil"


class Door(NamedTuple):
    """Where a register came in.

    Args:
        entry: which of the ways in; with `source` it makes the event's CloudEvents source.
        source: who sent it (a token's name, say): lower case letters, digits, `.`, `_` and `-`.
        pseudonymise: gives the pseudonym of a UPN.
        now_ms: the clock, in milliseconds since 1970.
    """

    entry: Literal["gateway", "import", "wonde"]
    source: str
    pseudonymise: Pseudonymise
    now_ms: Callable[[], int]


class _Mark(NamedTuple):
    """A mark that has passed the edge's own checks: its place, its fields in the contract's form, its kind of UPN."""

    place: int
    fields: dict[str, Any]
    is_temporary: bool


def check_json(value: bytes, door: Door) -> Checked:
    """Check the bytes of one register."""
    try:
        read = forms.any_json(value)
    except ValueError:
        return Checked(None, No("not-json", "not JSON in UTF-8"))
    return check_draft(read, door)


def check_draft(draft: object, door: Door) -> Checked:
    """Check one register as JSON values: an object in the form of `edge.draft`."""
    if not isinstance(draft, dict):
        return Checked(None, No("not-a-register", "JSON, but no object"))
    wrong = _register_misfit(draft)
    if wrong is not None:
        return Checked(None, wrong)
    return _check_marks(draft, draft["marks"], door)


def _register_misfit(draft: Mapping[Any, Any]) -> No | None:
    """Say what the contract's form would let pass and the edge does not."""
    if not draft.keys() <= form.REGISTER_FIELDS:
        fields = ", ".join(form.Draft.__struct_fields__)
        return No("unknown-field", f"the register has a field that is none of {fields}")
    if not form.is_register_id(draft.get("register_id")):
        return No("not-a-register", f"register_id is not {_ID_WORDS}")
    if not form.is_source(draft.get("source", "")):
        return No("not-a-register", "source is not a text of at most 100 characters without anything like a pupil")
    if "received_at" in draft and not _is_instant(draft["received_at"]):
        return No("not-a-register", "received_at is not a time with an offset")
    fits, words = forms.REGISTER_FIELDS["marks"]
    return None if fits(draft.get("marks")) else No("not-a-register", f"marks is not {words}")


def _check_marks(draft: Mapping[str, Any], marks: list[Any], door: Door) -> Checked:
    read = [_read_mark(index, mark, door.pseudonymise) for index, mark in enumerate(marks)]
    passed = [mark for mark in read if isinstance(mark, _Mark)]
    register, letters = read_register(_for_reader(draft, passed), received_ms=door.now_ms(), origin=Origin())
    if register is None:
        return Checked(None, No(letters[0].reason, letters[0].detail), draft["register_id"], marks=len(marks))
    late = {passed[letter.mark or 0].place: No(letter.reason, letter.detail) for letter in letters}
    taken = [mark for mark in passed if mark.place not in late]
    early = {index: no for index, no in enumerate(read) if isinstance(no, No)}
    refused = tuple(RefusedMark(index, *no) for index, no in sorted((early | late).items()))
    checked = Checked(None, None, register.register_id, register.urn, len(marks), len(taken), refused)
    if refused and not taken:
        return checked._replace(refusal=No("no-mark-taken", "each mark of the register was refused"))
    temporary = tuple(mark.place for mark in taken if mark.is_temporary)
    return checked._replace(event=event_of(draft, [mark.fields for mark in taken], door), temporary=temporary)


def _read_mark(index: int, mark: object, pseudonymise: Pseudonymise) -> _Mark | No:
    """Return *mark* in the contract's form, or the edge's own reason against it."""
    if not isinstance(mark, dict):
        return No("not-a-mark", "the mark is no object")
    if not mark.keys() <= form.MARK_FIELDS:
        fields = ", ".join(form.DraftMark.__struct_fields__)
        return No("unknown-field", f"the mark has a field that is none of {fields}")
    given = {name: value for name, value in mark.items() if value is not None}
    wrong = _mark_misfit(given)
    if wrong is not None:
        return wrong
    upn = read_upn(given["upn"]) if "upn" in given else None
    if "upn" in given and upn is None:
        return No("bad-upn", "upn is not 13 characters with an authority's number and the right check letter")
    return _Mark(index, _contract_fields(given, upn, pseudonymise), is_temporary=upn is not None and upn.is_temporary)


def _mark_misfit(given: Mapping[str, Any]) -> No | None:
    if ("upn" in given) == ("pupil" in given):
        return No("not-a-mark", "the mark has not one of upn and pupil")
    if not isinstance(given.get("upn", ""), str):
        return No("not-a-mark", "upn is not text")
    checks = {name: check for name, check in forms.MARK_FIELDS.items() if name != "pupil" or "pupil" in given}
    wrong = [f"{name} is not {words}" for name, (fits, words) in checks.items() if not fits(given.get(name))]
    return No("not-a-mark", "; ".join(wrong)) if wrong else None


def _contract_fields(given: Mapping[str, Any], upn: Upn | None, pseudonymise: Pseudonymise) -> dict[str, Any]:
    pupil = given["pupil"] if upn is None else pseudonymise(upn)
    return {"pupil": pupil} | {name: _plain(value) for name, value in given.items() if name not in ("upn", "pupil")}


def _for_reader(draft: Mapping[str, Any], marks: list[_Mark]) -> bytes:
    """Return the bytes for the stream's reader; `json` writes half a surrogate pair too, which msgspec does not."""
    header = {name: _plain(draft.get(name)) for name in ("register_id", "urn", "date", "session", "recorded_at")}
    return json.dumps(header | {"marks": [mark.fields for mark in marks]}).encode()


def _plain(value: object) -> object:
    """Return a text or a number as it is; for anything else, or a giant, something that is as wrong."""
    if isinstance(value, str) or (type(value) is int and abs(value) < _LARGEST):
        return value
    return None if value is None else []


def _is_instant(value: object) -> bool:
    return isinstance(value, str) and read_instant(value) is not None


__all__ = ["Door", "check_draft", "check_json"]
