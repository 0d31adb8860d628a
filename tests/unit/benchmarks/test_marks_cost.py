"""The cost of a mark, step by step: every step of the second session is timed, and its marks counted."""

from benchmarks.marks_cost import measure


def test_every_step_is_timed_over_the_marks_of_a_session() -> None:
    """A small authority's; of a few batches only the last can be of both sessions."""
    steps = measure(12_000)
    assert set(steps.seconds) == {"read", "split", "encode", "decode", "columns", "rows", "boards"}
    assert 12_000 * 0.9 < steps.marks < 12_000 * 1.1
