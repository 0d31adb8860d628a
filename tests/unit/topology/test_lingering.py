"""A worker that lives on while one of its transactions hangs."""

import asyncio
from collections.abc import Iterator
from typing import NoReturn

import pytest

from streams.errors import Undelivered
from streams.kafka.markers import Open
from streams.topology.failstop import FailStop
from streams.topology.lingering import Lingering

HUNG = Open(("alerts", 3), producer=7, epoch=4, coordinator_epoch=0, start=90)
NEXT = HUNG._replace(start=95)


class _Left(BaseException):
    pass


def _leave(code: int) -> NoReturn:
    raise _Left(code)


def _looks(*answers: list[Open] | Exception) -> int:
    """Let it look until it stops the worker; tell at which look that was."""
    looked = 0

    def hanging(names: list[str]) -> list[Open]:
        nonlocal looked
        assert names == ["app-ledgers-0"]
        looked += 1
        answer = next(given)
        if isinstance(answer, Exception):
            raise answer
        return answer

    given: Iterator[list[Open] | Exception] = iter(answers)
    with pytest.raises(_Left):
        asyncio.run(Lingering(lambda: ["app-ledgers-0"], hanging, 0.0, FailStop(_leave)).run())
    return looked


def test_what_hangs_at_two_looks_stops_the_worker() -> None:
    """At one it may be a commit under way, and another at the next is another one."""
    assert _looks([HUNG], [], [HUNG], [NEXT], [HUNG], [HUNG]) == 6


def test_a_broker_that_does_not_answer_says_nothing() -> None:
    """What was seen before it went stays seen."""
    assert _looks([HUNG], Undelivered("no"), [HUNG]) == 3


def test_anything_else_that_goes_wrong_stops_the_worker() -> None:
    """A look that cannot be trusted is none."""
    assert _looks([], ValueError("no")) == 2
