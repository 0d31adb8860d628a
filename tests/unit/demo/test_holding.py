"""The correction waits until someone has heard of what it takes back."""

from streams.books import load_book
from streams.demo.holding import held, taken_back
from streams.simulate import half_term
from streams.simulate.stories import CORRECTED

BEFORE = [sent for sent in half_term(1) if sent.at <= CORRECTED]


def test_what_the_correction_takes_back_held_until_then() -> None:
    """A class that was never absent: its alerts of persistent absence, and of no rule that was not asked for."""
    book = load_book(None)
    assert len(taken_back(BEFORE, CORRECTED, book, ["persistent-absence"])) > 10
    assert taken_back(BEFORE, CORRECTED, book, ["mass-absence"]) == frozenset()


def test_it_waits_once_right_before_the_correction() -> None:
    """All that was sent before it has gone out then, and the order stays."""
    waits: list[None] = []
    out = [(len(waits), each) for each in held(BEFORE, CORRECTED, lambda: waits.append(None))]
    assert out == [(int(each.at >= CORRECTED), each) for each in BEFORE]
