"""A replay shared out by pupil says, put together, what a replay of all says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.pipeline.replay import Line
from streams.replay.share import Share
from streams.replay.shares import joined
from tests.properties.books import SMALL
from tests.support.hostile import logs, registers

MIXED = st.one_of(logs(max_sessions=40), st.lists(registers(), max_size=25))


@given(lines=MIXED, of=st.integers(2, 4), size=st.integers(1, 9))
@settings(max_examples=15)
def test_shares_together_give_the_bytes_of_one(lines: list[bytes], of: int, size: int) -> None:
    """Alerts and dead letters in the same order, and every mark counted once."""
    one, shares = Share(SMALL), [Share(SMALL, None, number, of) for number in range(of)]
    numbered = [Line(number, line) for number, line in enumerate(lines, 1)]
    for at in range(0, len(lines), size):
        batch = numbered[at : at + size]
        parts = zip(*(share.feed("log", batch) for share in shares), strict=True)
        assert [joined(part) for part in parts] == one.feed("log", batch)
