"""How what is open in a partition is to end, by what the coordinator says."""

import pytest

from streams.kafka.markers import Open, Standing
from streams.topology.hanging import End, end_of, hangs

HERE, THERE = ("alerts", 3), ("ledgers", 0)
FOUND = Open(HERE, producer=7, epoch=4, coordinator_epoch=0, start=90)


def _standing(state: str, epoch: int = 4, *waiting: tuple[str, int]) -> Standing:
    return Standing(state, 7, epoch, frozenset(waiting))


@pytest.mark.parametrize(
    ("standing", "end"),
    [
        (_standing("CompleteCommit"), End.COMMITTED),
        (_standing("PrepareCommit", 4, HERE), End.COMMITTED),
        (_standing("PrepareCommit", 4, THERE), End.COMMITTED),
        (_standing("CompleteAbort"), End.ABORTED),
        (_standing("CompleteAbort", 5), End.ABORTED),  # fenced, or out of time
        (_standing("PrepareAbort", 5, HERE), End.ABORTED),
        (_standing("PrepareEpochFence", 5, HERE), End.ABORTED),
        (_standing("Ongoing", 4, HERE), End.ABORTED),  # the fence aborts it
        (_standing("Ongoing", 4, THERE), End.COMMITTED),  # of the one before: nobody goes on after an abort
        (_standing("Empty", 5), End.FORGOTTEN),
        (_standing("Empty"), End.FORGOTTEN),
        (_standing("CompleteCommit", 5), End.FORGOTTEN),  # of a later owner
        (_standing("CompleteAbort", 6), End.FORGOTTEN),
        (_standing("Ongoing", 5, HERE), End.FORGOTTEN),
        (_standing("Dead"), End.FORGOTTEN),
    ],
)
def test_the_coordinator_says_how_it_ends(standing: Standing, end: End) -> None:
    """And where what it says is of a later owner, or of none, the end is forgotten and never guessed."""
    assert end_of(FOUND, standing) is end


@pytest.mark.parametrize(
    ("standing", "does"),
    [
        (_standing("CompleteCommit"), True),
        (_standing("Ongoing", 4, THERE), True),
        (_standing("Empty", 5), True),
        (_standing("Ongoing", 4, HERE), False),
        (_standing("PrepareCommit", 4, HERE), False),
        (_standing("PrepareCommit", 4, THERE), False),  # its marker may be under way
    ],
)
def test_what_the_coordinator_has_yet_to_end_does_not_hang(standing: Standing, does: bool) -> None:  # noqa: FBT001 - a table
    """It hangs where the coordinator is done with it."""
    assert hangs(FOUND, standing) is does
