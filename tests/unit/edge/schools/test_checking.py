"""What schools lack, and an import in words."""

import datetime as dt
from pathlib import Path

from msgspec import structs

from streams.board.school import Span
from streams.edge.schools.checking import lacks
from streams.edge.schools.reading import Reading
from streams.edge.schools.words import as_json, words
from tests.unit.edge.schools.examples import gias, gias_row, merge
from tests.unit.edge.schools.test_importing import SCHOOL

TODAY = dt.date(2024, 9, 9)
WHOLE = structs.replace(
    SCHOOL, am_start=dt.time(8, 50), pm_start=dt.time(13), terms=(Span(dt.date(2024, 9, 3), dt.date(2024, 10, 25)),)
)


def test_a_school_that_lacks_nothing_is_not_named() -> None:
    """Nor one that is closed, or not yet open."""
    closed = structs.replace(SCHOOL, urn=100002, status="Closed")
    gone = structs.replace(SCHOOL, urn=100003, closed=dt.date(2024, 8, 31))
    coming = structs.replace(SCHOOL, urn=100004, opened=dt.date(2025, 9, 1))
    assert lacks([WHOLE, closed, gone, coming], TODAY) == []


def test_what_open_schools_lack_is_said_with_their_urns() -> None:
    """Session times, terms, and terms that are not over."""
    over = structs.replace(WHOLE, urn=100005, terms=(Span(dt.date(2023, 9, 3), dt.date(2024, 7, 25)),))
    found = {lack.problem: lack.urns for lack in lacks([SCHOOL, WHOLE, over], TODAY)}
    assert found == {"no-times": [100001], "no-terms": [100001], "terms-over": [100005]}


def test_an_import_is_said_in_lines(tmp_path: Path) -> None:
    """What is taken, and of what is not the first rows in full and the others by their reason."""
    found = merge(gias=gias(tmp_path, gias_row(), *[gias_row(urn="x")] * 25))
    reading = Reading(described=["edubasealldata.csv: DfE's register of schools"], left_out=3)
    said = list(words(reading, found, dry=True))
    assert said[1] == "would take: 1 new and 0 changed schools; 0 as they were"
    assert said[2:4] == ["of another authority, left out: 3", "not taken: 25 rows"]
    assert said[4] == "  edubasealldata.csv, line 3: bad-urn: URN is not a whole number of six digits"
    assert said[-1] == "  and bad-urn: 5 more (all of them: --json)"
    assert len(as_json(reading, found)["refused"]) == 25
