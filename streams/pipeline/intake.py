"""Bytes of a register to marks that count: what fits is read, what does not is refused, each with its one reason.

The reasons and the order in which they are looked for are those of the contract: first the whole register (`not-json`,
`not-a-register`, `bad-recorded-at`, `recorded-in-future`), then each mark by itself (`not-a-mark`, `bad-pupil`,
`bad-recorded-at`, `recorded-in-future`, `unknown-code`, `future-session`). `too-old` needs the pupil's ledger and is
found there.
"""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import msgspec

from streams.attendance.codes import CODES, readings
from streams.attendance.sessions import slot as slot_of
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.messages import DeadLetter, Origin, Refusal
from streams.contract.sheets import Sheet, sheet
from streams.pipeline import forms
from streams.pipeline.instants import Instant, read_instant
from streams.pipeline.plain_marks import read_plain
from streams.pipeline.plain_registers import read_plain_register
from streams.pipeline.slices import mark_slices
from streams.pipeline.when import is_ahead, is_early, received_us


class Intake(NamedTuple):
    """What came of one register: its accepted marks (None where it was refused whole), and the dead letters."""

    register: BatchRegister | None
    refused: list[DeadLetter]


class _No(NamedTuple):
    """A refusal: its reason, and in words what was wrong, without anything of the pupil."""

    reason: Refusal
    detail: str


class _Header(NamedTuple):
    """The fields of a register that are known, for its dead letters."""

    register_id: str | None = None
    urn: int | None = None
    date: str | None = None
    session: Literal["AM", "PM"] | None = None


class _Frame(NamedTuple):
    """What the marks of one register are read against.

    `received` is in microseconds since 1970, None where not known.
    """

    header: _Header
    slot: int
    recorded_at: str
    recorded: Instant
    received: int | None


def read_register(value: bytes, *, received_ms: int | None, origin: Origin) -> Intake:
    """Read one register.

    Args:
        value: a Kafka record's value, or a line of a file.
        received_ms: when it was received, in milliseconds since 1970; None in a file, where the line's own
        `received_at` is taken.
        origin: where it came from, for the dead letters.
    """
    plain = read_plain_register(value, received_ms, _place(origin))
    if plain is not None:
        return Intake(plain, [])
    try:
        return _Reader(value, received_ms, origin).read()
    except RecursionError:
        return _Reader(value, received_ms, origin).refuse_all(_No("not-json", "nested too deeply"))


def read_line(value: bytes, *, origin: Origin) -> Intake:
    """Read one register from a line of a file."""
    return read_register(value, received_ms=None, origin=origin)


class _Reader:
    def __init__(self, value: bytes, received_ms: int | None, origin: Origin) -> None:
        self.value, self.received_ms, self.origin = value, received_ms, origin
        self.header = _Header()
        self.refused: list[DeadLetter] = []
        self.slices: list[bytes] | None = None  # the marks' own bytes, once one is refused

    def read(self) -> Intake:
        try:
            if not self.value.isascii():
                self.value.decode()  # the typed form looks only into the fields it knows
            typed = forms.typed_register(self.value)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._read_loosely()
        if forms.read_date(typed.date) is None:
            return self._read_loosely()
        self.header = _Header(typed.register_id, typed.urn, typed.date, typed.session)
        frame = self._frame(typed.recorded_at, typed.received_at)
        if isinstance(frame, _No):
            return self.refuse_all(frame)
        early = is_early(frame.slot, frame.recorded)
        plain = None if early else read_plain(typed.marks, frame.slot, frame.recorded.seconds)
        return self._intake(frame, enumerate(typed.marks)) if plain is None else self._taken(frame, plain)

    def _read_loosely(self) -> Intake:
        """Read a register that does not fit as a whole: find why, or take out the marks that do not fit."""
        try:
            data = forms.any_json(self.value)
        except ValueError:
            return self.refuse_all(_No("not-json", "not JSON in UTF-8"))
        if not isinstance(data, dict):
            return self.refuse_all(_No("not-a-register", "JSON, but no object"))
        wrong = self._read_header(data)
        if wrong is not None:
            return self.refuse_all(wrong)
        frame = self._frame(data.get("recorded_at"), data.get("received_at", msgspec.UNSET))
        if isinstance(frame, _No):
            return self.refuse_all(frame)
        return self._intake(frame, self._marks_loosely(data["marks"]))

    def _read_header(self, data: dict[str, Any]) -> _No | None:
        wrong = [name for name, (fits, _) in forms.REGISTER_FIELDS.items() if not fits(data.get(name))]
        self.header = _Header(*(None if name in wrong else data[name] for name in _Header._fields))
        if wrong:
            return _No("not-a-register", "; ".join(f"{name} is not {forms.REGISTER_FIELDS[name][1]}" for name in wrong))
        if not isinstance(data.get("source", ""), str):
            return _No("not-a-register", "source is not text")
        return None

    def _frame(self, recorded_at: object, received_at: object) -> _Frame | _No:
        """Return what the marks are read against, or why the register is refused."""
        try:
            received = received_us(self.received_ms, received_at)
        except ValueError as error:
            return _No("not-a-register", str(error))
        recorded = read_instant(recorded_at) if isinstance(recorded_at, str) else None
        if recorded is None or not isinstance(recorded_at, str):
            return _No("bad-recorded-at", "recorded_at is missing, or is not a time with an offset")
        if is_ahead(recorded, received):
            return _No("recorded-in-future", "recorded_at is more than 24 hours after the register was received")
        day = forms.read_date(self.header.date or "")
        assert day is not None  # noqa: S101 - the header was read
        return _Frame(self.header, slot_of(day, self.header.session or "AM"), recorded_at, recorded, received)

    def _intake(
        self, frame: _Frame, marks: "Iterator[tuple[int, forms.TypedMark]] | enumerate[forms.TypedMark]"
    ) -> Intake:
        codes = readings(frame.slot)
        taken = []
        for index, mark in marks:
            read = _read_mark(index, mark, frame, codes)
            if isinstance(read, BatchMark):
                taken.append(read)
            else:
                self._refuse(read, index, self._mark_bytes(index))
        return self._taken(frame, sheet(taken, frame.recorded.seconds))

    def _taken(self, frame: _Frame, taken: Sheet) -> Intake:
        register_id, urn = frame.header.register_id or "", frame.header.urn or 0
        received_ms = -1 if frame.received is None else frame.received // 1000
        place = _place(self.origin)
        register = BatchRegister(register_id, urn, frame.slot, frame.recorded_at, received_ms, place, taken)
        return Intake(register, self.refused)

    def _marks_loosely(self, marks: list[Any]) -> Iterator[tuple[int, forms.TypedMark]]:
        """Yield the marks that fit their form, refusing those that do not."""
        for index, mark in enumerate(marks):
            wrong = _mark_misfit(mark)
            if wrong is None:
                yield (
                    index,
                    forms.TypedMark(mark["pupil"], mark["code"], mark.get("recorded_at"), mark.get("minutes_late")),
                )
            else:
                self._refuse(wrong, index, self._mark_bytes(index))

    def _mark_bytes(self, index: int) -> bytes:
        """Return a mark as it stands in the register's own bytes."""
        if self.slices is None:
            self.slices = mark_slices(self.value)
        return self.slices[index]

    def refuse_all(self, no: _No) -> Intake:
        """Refuse the whole register."""
        self._refuse(no, None, self.value)
        return Intake(None, self.refused)

    def _refuse(self, no: _No, mark: int | None, value: bytes) -> None:
        fields = self.header._asdict()
        letter = DeadLetter(reason=no.reason, detail=no.detail, origin=self.origin, mark=mark, value=value, **fields)
        self.refused.append(letter)


def _place(origin: Origin) -> tuple[int, int]:
    """Return where a register came from, as `BatchRegister` has it."""
    return (-1, origin.line or 0) if origin.offset is None else (origin.partition or 0, origin.offset)


def _mark_misfit(mark: object) -> _No | None:
    if not isinstance(mark, dict):
        return _No("not-a-mark", "the mark is no object")
    wrong = [f"{name} is not {words}" for name, (fits, words) in forms.MARK_FIELDS.items() if not fits(mark.get(name))]
    return _No("not-a-mark", "; ".join(wrong)) if wrong else None


def _read_mark(index: int, mark: forms.TypedMark, frame: _Frame, codes: dict[str, int]) -> BatchMark | _No:
    """Return the mark as it counts, or the first reason against it."""
    if not forms.PUPIL.fullmatch(mark.pupil):
        return _No("bad-pupil", "pupil is not a pseudonym of 26 characters a-z, 2-7")
    recorded = frame.recorded
    if mark.recorded_at is not None:
        own = read_instant(mark.recorded_at) if isinstance(mark.recorded_at, str) else None
        if own is None:
            return _No("bad-recorded-at", "the mark's recorded_at is not a time with an offset")
        if is_ahead(own, frame.received):
            return _No(
                "recorded-in-future", "the mark's recorded_at is more than 24 hours after the register was received"
            )
        recorded = own
    code = codes.get(mark.code)
    if code is None:
        return _No("unknown-code", "code is not an attendance code in force")
    if is_early(frame.slot, recorded):
        return _No("future-session", "the session is more than one day after the mark was recorded")
    sent = None if CODES[code] == mark.code else mark.code
    return BatchMark(mark.pupil, index, code, recorded.seconds, mark.recorded_at, sent, mark.minutes_late)
