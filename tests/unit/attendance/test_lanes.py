"""A book's counts lie side by side in one number, and none spills into the next."""

import msgspec

from streams.attendance.book import RuleBook
from streams.attendance.codes import CODES, INDEX, indexes
from streams.attendance.lanes import BITS, LANE, LANED, TOP, Lanes
from streams.attendance.measures import OtherDays, WeekdayDays, Year
from tests.unit.attendance.examples import ENGLAND, RULES

LANES = Lanes(ENGLAND)


def test_every_count_that_is_kept_has_a_lane() -> None:
    """What a rule reads is in a lane, or is of a kind that is worked out when asked for."""
    read = {measure for rule in ENGLAND.rules for measure in rule.measures()}
    assert {measure for measure in read if measure not in LANES.shift} == {
        measure for measure in read if not isinstance(measure, LANED)
    }


def test_the_fuel_of_a_rule_has_the_rules_own_lane() -> None:
    """Lane i decides whether rule i is asked."""
    fuels = [rule.measures()[rule.fuel()[0]] for rule in ENGLAND.rules]
    assert LANES.lanes[: len(fuels)] == fuels


def test_the_bias_sets_the_top_bit_exactly_at_the_least_that_can_go_on() -> None:
    """One addition tells every rule that has its fuel, and no other."""
    for i, rule in enumerate(ENGLAND.rules):
        _, least = rule.fuel()
        told = [(count << BITS * i) + LANES.bias & LANES.tops for count in (0, least - 1, least, LANE - least)]
        assert told == [0, 0, TOP << BITS * i, TOP << BITS * i]


def test_a_code_adds_one_to_the_measures_that_count_it() -> None:
    """Ill adds to absence and to the count of I, and nothing to that of O."""
    ill = LANES.adds[INDEX["I"]] >> LANES.shift[Year(indexes("I"))] & LANE
    other = LANES.adds[INDEX["O"]] >> LANES.shift[Year(indexes("I"))] & LANE
    assert (ill, other) == (1, 0)


def test_codes_that_are_not_possible_end_no_run() -> None:
    """After Q a run is what it was; after a present mark it is nothing."""
    lane = LANES.shift[RULES["suspended-without-provision"].measures()[0]]
    run_of_five = 5 << lane
    assert [run_of_five & LANES.keeps[INDEX[code]] for code in ("Q", "#", "D", "E", "/")] == [run_of_five] * 4 + [0]


def test_two_rules_may_share_a_measure() -> None:
    """Each has its lane, and both count the same."""
    twin = msgspec.structs.replace(RULES["illness-10-days"], id="twin", enter_at=3)
    lanes = Lanes(RuleBook("ours", 1, (RULES["illness-10-days"], twin)))
    assert lanes.lanes == [Year(indexes("I"))] * 2
    assert lanes.adds[INDEX["I"]] == 1 | 1 << BITS


def test_measures_are_read_by_shifts_where_all_have_lanes() -> None:
    """Where one has none, all are asked of the tally."""
    illness = Year(indexes("I"))
    assert LANES.shifts([illness]) == [LANES.shift[illness]]
    assert LANES.shifts([illness, OtherDays(0, 6)]) is None
    assert LANES.shifts([WeekdayDays(0, 6)]) is None


def test_a_book_with_no_windows_has_lanes_too() -> None:
    """One small rule is a book."""
    lanes = Lanes(RuleBook("ours", 1, (RULES["dual-registration-gap"],)))
    assert (len(lanes.lanes), len(lanes.adds)) == (1, len(CODES))
