"""Who stands on a board for pupils who were erased."""

from streams.board.nameless import is_nameless, nameless, stand_ins, without_names
from tests.unit.board.examples import pupil, register

REGISTER = register("2024-10-07 AM", "2024-10-07 09:05", "/N/")


def test_nobody_nameless_is_taken_for_a_pupil() -> None:
    """A pseudonym has no 0."""
    assert is_nameless(nameless(7))
    assert len(nameless(7)) == len(pupil(7))
    assert not is_nameless(pupil(7))


def test_each_has_a_place_that_nobody_has() -> None:
    """In the order of their names, which are the same for whoever asks."""
    roll = [pupil(1), nameless(0), pupil(2)]
    assert stand_ins([pupil(2), pupil(1)], roll) == {pupil(1): nameless(1), pupil(2): nameless(2)}


def test_a_mark_of_an_erased_pupil_counts_and_is_nobodys() -> None:
    """Its code and time stay."""
    found = without_names(REGISTER, lambda who, _: who == pupil(1))
    assert [mark.pupil for mark in found.marks] == [pupil(0), nameless(0), pupil(2)]
    assert [mark.code for mark in found.marks] == [mark.code for mark in REGISTER.marks]


def test_whether_it_does_depends_on_when_the_register_was_received() -> None:
    """As for the ledgers."""
    asked: list[int] = []
    without_names(REGISTER, lambda _, when: bool(asked.append(when)))
    assert set(asked) == {REGISTER.received_ms}


def test_without_a_list_a_register_stays_what_it_is() -> None:
    """Nothing is looked at."""
    assert without_names(REGISTER, None) is REGISTER
