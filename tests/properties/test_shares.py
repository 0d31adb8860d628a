"""A replay shared out by pupil says, put together, what a replay of all says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.contract.batches import decode_batch
from streams.pipeline.lines import Line, Lines
from streams.pipeline.splitting import encode_owned
from streams.replay.share import Share
from streams.replay.shares import registers_of, together
from tests.properties.books import SMALL
from tests.support.hostile import logs, registers

MIXED = st.one_of(logs(max_sessions=40), st.lists(registers(), max_size=25))


@given(lines=MIXED, of=st.integers(2, 4), size=st.integers(1, 9))
@settings(max_examples=15)
def test_shares_together_give_the_bytes_of_one(lines: list[bytes], of: int, size: int) -> None:
    """Alerts and dead letters in the same order, and every mark counted once; though sent as bytes."""
    front, one, shares = Lines(SMALL.book), Share(SMALL), [Share(SMALL) for _ in range(of)]
    numbered = [Line(number, line) for number, line in enumerate(lines, 1)]
    for at in range(0, len(lines), size):
        read = front.read("log", numbered[at : at + size])
        sent = [decode_batch(part).registers for part in encode_owned(registers_of(read), of)]
        parts = [share.take("log", its) for share, its in zip(shares, sent, strict=True)]
        assert together(read, parts) == together(read, [one.take("log", registers_of(read))])


@given(lines=MIXED, size=st.integers(2, 9))
@settings(max_examples=15)
def test_lines_read_together_give_what_each_gives_alone(lines: list[bytes], size: int) -> None:
    """What is refused, what is taken, and what is said of schools, each in its place."""
    one, some = Lines(SMALL.book), Lines(SMALL.book)
    numbered = [Line(number, line) for number, line in enumerate(lines, 1)]
    for at in range(0, len(lines), size):
        batch = numbered[at : at + size]
        assert some.read("log", batch) == [each for line in batch for each in one.read("log", [line])]
