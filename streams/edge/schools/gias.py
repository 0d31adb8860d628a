"""Rows of DfE's register of schools (GIAS, "all establishments": `edubasealldata….csv`)."""

from msgspec import Struct

from streams.board.school import School
from streams.edge.schools.columns import Entry
from streams.edge.schools.fields import Wrong, read_day, read_text, read_urn

GIAS = Entry(
    "DfE's register of schools",
    {
        "urn": ("URN",),
        "name": ("EstablishmentName",),
        "la_code": ("LA (code)",),
        "la_name": ("LA (name)", "LA"),
        "phase": ("PhaseOfEducation (name)", "PhaseOfEducation"),
        "type": ("TypeOfEstablishment (name)", "TypeOfEstablishment"),
        "status": ("EstablishmentStatus (name)", "EstablishmentStatus"),
        "opened": ("OpenDate",),
        "closed": ("CloseDate",),
    },
)

_LA_DIGITS = 3


class Authority(Struct, frozen=True):
    """Which schools are wanted: those of the authority of that code or name; None: all."""

    said: str | None

    def has(self, row: dict[str, str]) -> bool:
        """Tell whether the school of a row is wanted."""
        return self._is(row["la_code"], row["la_name"])

    def wants(self, school: School) -> bool:
        """Tell whether a school that is known is wanted."""
        return self._is(str(school.la), school.la_name)

    def _is(self, code: str, name: str) -> bool:
        return self.said is None or self.said.casefold() in (code.casefold(), name.casefold())


def read_gias(row: dict[str, str]) -> School:
    """Read one row; times and calendar are none.

    Raises:
        Wrong: what is wrong with it.
    """
    opened, closed = read_day(row["opened"], "OpenDate"), read_day(row["closed"], "CloseDate")
    if opened and closed and closed < opened:
        raise Wrong("bad-dates", "CloseDate is before OpenDate")
    return School(
        urn=read_urn(row["urn"]),
        name=read_text(row["name"], "EstablishmentName"),
        la=_la_code(row["la_code"]),
        la_name=read_text(row["la_name"], "LA (name)", needed=False),
        phase=read_text(row["phase"], "PhaseOfEducation (name)", needed=False),
        type=read_text(row["type"], "TypeOfEstablishment (name)", needed=False),
        status=read_text(row["status"], "EstablishmentStatus (name)"),
        opened=opened,
        closed=closed,
    )


def _la_code(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _LA_DIGITS):
        raise Wrong("bad-la", "LA (code) is not a whole number of at most three digits")
    return int(text)
