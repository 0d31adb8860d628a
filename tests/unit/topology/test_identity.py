"""Topics that are not what they were."""

import asyncio
from collections.abc import Iterator
from typing import NoReturn

import pytest

from streams.errors import Undelivered
from streams.topology.failstop import FailStop
from streams.topology.identity import Identity, Ids, problem

KNOWN = {"marks": "a", "alerts": "b"}


class _Left(BaseException):
    pass


def _leave(code: int) -> NoReturn:
    raise _Left(code)


def _looks(*answers: Ids | Exception) -> int:
    """Let it look until it stops the worker; tell at which look that was."""
    looked = 0

    def ids() -> Ids:
        nonlocal looked
        looked += 1
        answer = next(given)
        if isinstance(answer, Exception):
            raise answer
        return answer

    given: Iterator[Ids | Exception] = iter(answers)
    with pytest.raises(_Left):
        asyncio.run(Identity(ids, 0.0, FailStop(_leave)).run())
    return looked


def test_topics_that_stay_what_they_were_are_no_problem() -> None:
    """Nor are others beside them."""
    assert problem(KNOWN, KNOWN, {**KNOWN, "more": "c"}) == ""


def test_a_topic_made_anew_is_another_topic_at_once() -> None:
    """Its id cannot come back."""
    assert "alerts is another topic of the same name" in problem(KNOWN, KNOWN, {"marks": "a", "alerts": "z"})


def test_a_missing_topic_is_looked_for_once_more() -> None:
    """A broker that has just started may not know of all."""
    assert problem(KNOWN, KNOWN, {"alerts": "b"}) == ""
    assert "marks was deleted" in problem(KNOWN, {"alerts": "b"}, {"alerts": "b"})


def test_the_worker_stops_at_the_look_that_finds_a_topic_made_anew() -> None:
    """However long ago it was deleted."""
    assert _looks(KNOWN, KNOWN, {"alerts": "b"}, {"marks": "z", "alerts": "b"}) == 4


def test_the_worker_stops_at_the_second_look_that_misses_a_topic() -> None:
    """One look between that finds it begins anew."""
    assert _looks(KNOWN, {"marks": "a"}, KNOWN, {"marks": "a"}, {"marks": "a"}) == 5


def test_a_broker_that_does_not_answer_says_nothing_about_topics() -> None:
    """Who waits for it is another."""
    assert _looks(KNOWN, Undelivered("no"), {"marks": "a"}, Undelivered("no"), {"marks": "a"}) == 5


def test_anything_else_that_goes_wrong_stops_the_worker() -> None:
    """A look that cannot be trusted is none."""
    assert _looks(KNOWN, ValueError("no")) == 2
