"""Since records: rows of a batch together, pages later, and nothing lost when a record retires."""

import numpy as np
import pytest

from streams.attendance.hand import Written
from streams.pipeline.since import Due, Since
from streams.pipeline.since_form import Rows, decode_rows, encode_rows, since_key

ANNA, BEN = "a" * 26, "b" * 26
SEPTEMBER, OCTOBER = 24296 << 20 | 100_001, 24297 << 20 | 100_001
ROW = b"\x01\x02\x03\x04\x05\x06"


def rows(*pupils: str, page: int = SEPTEMBER) -> Rows:
    return Rows(list(pupils), [page] * len(pupils), [len(ROW)] * len(pupils), ROW * len(pupils))


STANDS = {ANNA: 0, BEN: 1}  # in the roll


def written(its: Rows, *whole: str) -> Written:
    """What a batch entered, with pages of *whole*."""
    of, of_whole = (np.array([STANDS[pupil] for pupil in some], "<i4") for some in (its.pupils, whole))
    return Written(*its, [(pupil, OCTOBER, b"") for pupil in whole], of, of_whole)


def taken(
    since: Since, its: Rows, *whole: str, pupils: int = 2, gone: frozenset[str] = frozenset()
) -> tuple[list[int], list[Due]]:
    planned = since.next(written(its, *whole), pupils, set(gone))
    since.commit(planned)
    return planned.retired, planned.due


NOTHING = rows()


def test_the_oldest_retires_when_too_many_are_outstanding() -> None:
    """And has the pages of its pupils written from its first month on."""
    since = Since(a_pupil=0, least=2)
    assert taken(since, rows(ANNA, BEN)) == ([], [])
    assert taken(since, rows(ANNA, page=OCTOBER)) == ([], [])
    assert taken(since, NOTHING) == ([0], [Due(ANNA, SEPTEMBER >> 20), Due(BEN, SEPTEMBER >> 20)])
    assert taken(since, NOTHING) == ([], [])


def test_a_pupil_whose_pages_were_written_is_not_due_again() -> None:
    """Its later rows were in those pages too."""
    since = Since(a_pupil=0, least=0)
    taken(since, rows(ANNA))
    assert taken(since, rows(BEN)) == ([0], [Due(ANNA, SEPTEMBER >> 20)])
    assert taken(since, NOTHING) == ([1], [Due(BEN, SEPTEMBER >> 20)])


def test_who_is_gone_leaves_no_record_behind() -> None:
    """All records with the pupil retire, and the others in them are written."""
    since = Since()
    taken(since, rows(ANNA, BEN))
    taken(since, rows(BEN, page=OCTOBER))
    retired, due = taken(since, NOTHING, gone=frozenset({ANNA}))
    assert (retired, {one.pupil for one in due}) == ([0], {ANNA, BEN})


def test_rows_of_a_record_that_stays_are_written_with_those_of_one_that_retires() -> None:
    """Whoever is in both has its pages written from the first month of either."""
    since = Since()
    taken(since, rows(BEN))
    taken(since, rows(ANNA, BEN, page=OCTOBER))
    retired, due = taken(since, NOTHING, gone=frozenset({ANNA}))
    assert (retired, dict(due)[BEN]) == ([1], SEPTEMBER >> 20)


def test_of_who_is_gone_nothing_is_kept() -> None:
    """Not even that its pages were due once."""
    since = Since(a_pupil=0, least=0)
    taken(since, rows(ANNA))
    taken(since, NOTHING)
    taken(since, NOTHING, gone=frozenset({ANNA}))
    assert ANNA not in since._written  # noqa: SLF001 - nothing shows it, and nothing may be left


def test_a_plan_that_is_not_committed_changes_nothing() -> None:
    """As of every batch."""
    since = Since(a_pupil=0, least=0)
    taken(since, rows(ANNA))
    nothing = written(NOTHING)
    assert since.next(nothing, 1, set()) == since.next(nothing, 1, set())


def test_loaded_records_retire_like_others() -> None:
    """After a restart; one that was taken away does not, and no number is used again."""
    since = Since(a_pupil=0, least=0)
    since.load(4, decode_rows(encode_rows(rows(ANNA))))
    since.load(5, decode_rows(encode_rows(rows(BEN))))
    since.drop(5)
    assert taken(since, rows(BEN)) == ([4], [Due(ANNA, SEPTEMBER >> 20)])
    assert [key for key, _ in since.next(written(NOTHING), 1, set()).writes] == [since_key(6)]


@pytest.mark.parametrize("loaded", [False, True])
def test_whose_turn_it_was_is_not_due_when_a_record_with_earlier_rows_retires(*, loaded: bool) -> None:
    """Those of September were in what was written whole in October."""
    since = Since(a_pupil=0, least=1)
    if loaded:
        since.load(0, decode_rows(encode_rows(rows(ANNA))))
    else:
        assert taken(since, rows(ANNA)) == ([], [])
    assert taken(since, NOTHING, ANNA) == ([], [])
    assert taken(since, rows(BEN, page=OCTOBER)) == ([], [])
    assert taken(since, NOTHING) == ([0], [])


def test_pages_may_lack_rows_from_the_first_month_on_of_which_some_are_outstanding() -> None:
    """What was outstanding once and retired does not count."""
    since = Since(a_pupil=0, least=1)
    nothing = since.first()
    taken(since, rows(BEN))
    assert since.first() == SEPTEMBER >> 20 < OCTOBER >> 20 < nothing
    taken(since, rows(BEN, page=OCTOBER))
    taken(since, NOTHING)
    assert since.first() == OCTOBER >> 20
