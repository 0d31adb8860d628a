"""Whose pieces are which, of more pupils than there is room for to begin with."""

from streams.pipeline import chains
from streams.pipeline.chains import HELD, NOTHING, Chains
from tests.support.hostile import pupil_key

chains.load()

PUPILS = [pupil_key(number) for number in range(3_000)]


def added(*parts: list[str]) -> Chains:
    found = Chains()
    for part in parts:
        found.add("".join(part).encode())
    return found


def test_each_has_its_pieces_from_the_last_one_back() -> None:
    """Those of others between them, and one that comes twice in a part."""
    found = added(PUPILS[:1_500], PUPILS[1_000:], [PUPILS[7], PUPILS[7]])
    assert (len(found), found.pieces, list(found)) == (3_000, 3_502, PUPILS)
    assert [list(found.back(found.last(PUPILS[number]))) for number in (0, 7, 1_000, 2_999)] == [
        [0],
        [3_501, 3_500, 7],
        [1_500, 1_000],
        [3_499],
    ]


def test_who_is_let_go_begins_anew() -> None:
    """And is nobody's until then."""
    found = added(PUPILS[:3])
    assert [found.let_go(PUPILS[1]), found.last(PUPILS[1]), found.let_go(PUPILS[5])] == [1, NOTHING, NOTHING]
    assert (len(found), list(found)) == (2, [PUPILS[0], PUPILS[2]])
    assert found.add(PUPILS[1].encode()) == ([], 3)
    assert (len(found), list(found.back(found.last(PUPILS[1])))) == (3, [3])


def test_pieces_of_who_is_held_are_told() -> None:
    """By place, and from which row on pupils are new."""
    found = added(PUPILS[:2])
    found.let_go(PUPILS[0], HELD)
    assert found.add("".join([PUPILS[1], PUPILS[0], PUPILS[2]]).encode()) == ([1], 2)
    assert (found.since(2), len(found), found.last(PUPILS[0])) == ([PUPILS[2]], 2, HELD)


def test_somebody_who_is_there_is_found() -> None:
    """Until nobody is left; one who came again too."""
    found = added(PUPILS[:3])
    for pupil in PUPILS[:2]:
        assert found.somebody() == pupil
        found.let_go(pupil)
    found.add(PUPILS[0].encode())
    assert [found.somebody(), found.let_go(PUPILS[0]), found.somebody()] == [PUPILS[0], 3, PUPILS[2]]
