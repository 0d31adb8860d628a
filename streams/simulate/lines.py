"""Registers as lines of JSON, in the form of the register contract."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Protocol

import msgspec

from streams.contract.messages import Half
from streams.simulate.office import Entry

_encode = msgspec.json.Encoder().encode


class OfForm(Protocol):
    """Whose register it is."""

    @property
    def urn(self) -> int:
        """The school."""

    @property
    def name(self) -> str:
        """The form's name in the county."""


class OfSession(Protocol):
    """Which session it is of."""

    @property
    def date(self) -> date:
        """The day."""

    @property
    def half(self) -> Half:
        """The half of it."""


def line(  # noqa: PLR0917 - what a register is made of
    form: OfForm,
    session: OfSession,
    version: int,
    recorded: datetime,
    entries: Iterable[Entry],
    sent: datetime | None = None,
    named_by: str = "pupil",
) -> bytes:
    """One register (version 0) or one amendment of it (1, 2, …), as its school's system would send it.

    Says when it was *sent* (`received_at`) where that is given; children are *named_by* `pupil` or `upn`.
    """
    register: dict[str, Any] = {
        "register_id": f"{form.name}.{session.date}.{session.half}.{version}",
        "urn": form.urn,
        "date": session.date.isoformat(),
        "session": session.half,
        "recorded_at": recorded.isoformat(),
        "source": "simulator",
    }
    if sent is not None:
        register["received_at"] = sent.isoformat()
    return _encode(register | {"marks": [_mark(entry, named_by) for entry in entries]})


def _mark(entry: Entry, named_by: str) -> dict[str, Any]:
    mark: dict[str, Any] = {named_by: entry.pupil, "code": entry.code}
    if entry.minutes_late is not None:
        mark["minutes_late"] = entry.minutes_late
    if entry.at is not None:
        mark["recorded_at"] = entry.at.isoformat()
    return mark
