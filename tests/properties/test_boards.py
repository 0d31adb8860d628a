"""Boards: order-free, once only, stored as in memory, and the same live as in a replay."""

from itertools import groupby
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from streams.contract.batches import BatchRegister
from tests.properties.school_machines import END, School, replayed
from tests.properties.test_order_free import hold_sequences
from tests.support.older_boards import as_before
from tests.support.school_logs import numbered, weeks_of

few = settings(max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate])
"""A log comes from a seed, which shrinking makes no simpler."""
SEEDS = st.integers(0, 100_000)
WEEKS = st.sampled_from([1, 2, 3, 10])  # ten are more than a board keeps


def shuffled(registers: list[BatchRegister], rng: Random) -> list[BatchRegister]:
    """Another order of those received at the same time; a school's of one day stay in theirs.

    Between two of these the day may be no school day: what was missing is then withdrawn, and not raised again by a
    register that came late, since the clock alone raises.
    """
    groups = [list(group) for _, group in groupby(registers, key=lambda register: register.received_ms)]
    return numbered([register for group in groups for register in _mixed(group, rng)])


def _mixed(group: list[BatchRegister], rng: Random) -> list[BatchRegister]:
    def day(register: BatchRegister) -> tuple[int, int]:
        return register.urn, register.slot >> 1

    left = {key: iter([each for each in group if day(each) == key]) for key in map(day, group)}
    return [next(left[day(each)]) for each in rng.sample(group, len(group))]


@given(seed=SEEDS, weeks=WEEKS, order=SEEDS)
@few
def test_the_order_of_registers_received_at_once_does_not_matter(seed: int, weeks: int, order: int) -> None:
    """Marks and live alerts in the end are the same."""
    registers = weeks_of(seed, weeks)
    one, other = replayed(registers), replayed(shuffled(registers, Random(order)))  # noqa: S311 - no secrets here
    assert one.marks() == other.marks()
    assert one.live() == other.live()


@given(seed=SEEDS, weeks=WEEKS)
@few
def test_a_register_sent_again_changes_nothing(seed: int, weeks: int) -> None:
    """Each one twice: the same alerts, and nothing more is stored."""
    registers = weeks_of(seed, weeks)
    once, twice = School(), School()
    for register in registers:
        once.take(register)
        twice.take(register)
        kept = dict(twice.changelog)
        again = replace(register, origin=(0, register.origin[1] + 1_000_000))
        assert twice.do(register.received_ms, again) == []
        assert twice.changelog.keys() == kept.keys()
    assert once.alerts == twice.alerts
    assert once.marks() == twice.marks()


@given(seed=SEEDS, weeks=WEEKS)
@few
def test_sequences_count_from_one_and_changes_follow_from_each_other(seed: int, weeks: int) -> None:
    """As those of pupils' alerts do."""
    hold_sequences(replayed(weeks_of(seed, weeks)).alerts)


@given(seed=SEEDS, weeks=WEEKS, cuts=st.sets(st.integers(0, 300), max_size=6))
@few
def test_boards_that_were_stored_go_on_as_those_in_memory(seed: int, weeks: int, cuts: set[int]) -> None:
    """Loaded at any points: the same alerts, the same marks, the same changelog."""
    registers = weeks_of(seed, weeks)
    through, loaded = School(), School()
    for number, register in enumerate(registers):
        if number in cuts:
            loaded.reload()
        through.take(register)
        loaded.take(register)
    assert loaded.alerts == through.alerts
    assert loaded.marks() == through.marks()
    assert loaded.changelog == through.changelog
    loaded.reload()
    assert loaded.marks() == through.marks()


@given(seed=SEEDS, weeks=WEEKS, cuts=st.sets(st.integers(0, 300), max_size=6), form=st.sampled_from([1, 2]))
@few
def test_boards_stored_in_a_form_before_go_on_as_those_in_memory(
    seed: int, weeks: int, cuts: set[int], form: int
) -> None:
    """Written so up to any point, loaded then and later: the same alerts, the same marks."""
    registers, last = weeks_of(seed, weeks), min(cuts, default=0)
    through, loaded = School(), School()
    for number, register in enumerate(registers):
        if number == last:
            loaded.changelog = as_before(loaded.changelog, form)
        if number in cuts:
            loaded.reload()
        through.take(register)
        loaded.take(register)
    loaded.reload()
    assert loaded.alerts == through.alerts
    assert loaded.marks() == through.marks()


@given(seed=SEEDS, weeks=WEEKS, ticks=st.lists(st.floats(0, 1), max_size=40), part=st.integers(0, 15))
@few
def test_live_differs_from_a_replay_only_in_the_moment(seed: int, weeks: int, ticks: list[float], part: int) -> None:
    """Schools spread over two workers that look at any times: each school's alerts are the same, in the same order."""
    registers = weeks_of(seed, weeks)
    first, last = registers[0].received_ms, registers[-1].received_ms + END
    one = School()
    workers = (one, School(feeds=one.county.feeds))
    moments = [(register.received_ms, 1, register) for register in registers]
    looks = [(int(first + share * (last - first)), 0, worker) for share in ticks for worker in workers]
    for now, _, what in sorted([*moments, *looks], key=lambda moment: moment[:2]):
        if isinstance(what, School):
            what.do(now)
        else:
            workers[part >> what.urn % 10 - 1 & 1].do(None, what)
    for worker in workers:
        worker.do(last)
    assert one.by_school() | workers[1].by_school() == replayed(registers).by_school()
