"""Where what a measure looked at begins, found from near, is where its whole span begins."""

from random import Random

import pytest

from streams.attendance.codes import CODES, INDEX
from streams.attendance.ledger import Ledger, Version
from streams.attendance.measures import Measure
from streams.attendance.sessions import weekday_of
from streams.attendance.spans import first_session
from tests.unit.attendance.examples import ENGLAND, HERE, at

MEASURES = sorted({rule.measures()[0] for rule in ENGLAND.rules}, key=repr)
HOLIDAYS = (range(49, 52), range(56, 64), range(70, 112), range(130, 280))
"""By days since the first: of some days, a week, six weeks and five months, a new academic year in it."""


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """Nine months at school with holidays, of every code, with sessions left out and not marked."""
    made, rng = Ledger(), Random(5)  # noqa: S311 - no secrets
    first = at("2024-04-08/AM")
    for day in range(460):
        if weekday_of((first >> 1) + day) < 5 and not any(day in holiday for holiday in HOLIDAYS):
            for half in (0, 1):
                code = rng.choice([*"/\\/\\//NNNNNNNNII-", *CODES])
                if rng.random() < 0.9:
                    made.put(first + 2 * day + half, HERE, Version(INDEX[code], 1_800_000_000))
    return made


@pytest.mark.parametrize("measure", MEASURES, ids=repr)
def test_the_first_session_is_that_of_the_span(measure: Measure, ledger: Ledger) -> None:
    """As of every session, whatever holiday or year end lies behind it."""
    history = ledger.sessions()
    until = [history[: number + 1] for number in range(len(history))]
    found = [first_session(measure, ledger, its[-1][0], measure.of(its)) for its in until]
    assert found == [measure.span(its)[0][0] for its in until]
