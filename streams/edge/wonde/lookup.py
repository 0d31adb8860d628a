"""What Wonde's ids stand for at one school: codes, and pupils by pseudonym. Kept in memory alone."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from streams.edge import upn
from streams.edge.pseudonym import Pseudonymise
from streams.edge.wonde import records
from streams.edge.wonde.client import PER_PAGE, Page
from streams.edge.wonde.problems import NotAllowed


class Asks(Protocol):
    """Gives pages of Wonde, as `client.Client` does."""

    def page(self, path: str, query: Mapping[str, str]) -> Page:
        """Give one page of a path."""
        ...


def everything(client: Asks, path: str, **query: str) -> Iterator[Any]:
    """Give every record of *path*, page after page."""
    wanted: Mapping[str, str] | None = {"per_page": str(PER_PAGE), **query}
    while wanted is not None:
        page = client.page(path, wanted)
        yield from page.records
        wanted = page.next


class Lookup:
    """Codes and pupils of the school *wonde_id*, each list asked for once, when needed; made anew for each poll."""

    def __init__(self, client: Asks, wonde_id: str, pseudonymise: Pseudonymise) -> None:
        self._client, self._school, self._pseudonymise = client, wonde_id, pseudonymise
        self._codes: dict[str, str] | None = None
        self._pupils: dict[str, str] | None = None

    def code(self, code_id: str) -> str | None:
        """Give the code of an id."""
        if self._codes is None:
            self._codes = self._read_codes()
        return self._codes.get(code_id)

    def pupil(self, student_id: str) -> str | None:
        """Give the pseudonym of a student; None where Wonde has none such, or none with a UPN that is one."""
        if self._pupils is None:
            self._pupils = self._read_pupils()
        return self._pupils.get(student_id)

    def _read_codes(self) -> dict[str, str]:
        try:
            found = list(everything(self._client, f"schools/{self._school}/attendance-codes"))
        except NotAllowed:  # where there is none for the school there is one for all
            found = list(everything(self._client, "attendance-codes"))
        pairs = ((records.read_id(record), records.read_code(record)) for record in found)
        return {code_id: code for code_id, code in pairs if code_id is not None and code is not None}

    def _read_pupils(self) -> dict[str, str]:
        pupils = {}
        for record in everything(self._client, f"schools/{self._school}/students", include="education_details"):
            student, text = records.read_id(record), records.read_upn(record)
            number = upn.read_upn(text) if text else None
            if student is not None and number is not None:
                pupils[student] = self._pseudonymise(number)
        return pupils
