"""Where spans begin, found for many flips in one compiled call, is where they are found one by one."""

import numpy as np
import pytest

from streams.attendance.codes import INDEX
from streams.attendance.columns import Block
from streams.attendance.firsts import Asked, first_sessions
from streams.attendance.ledger import URN_BITS, Ledger, Version
from streams.attendance.pages import HEAD, NO_PAGES
from streams.attendance.screen import Flip, Screen
from streams.attendance.spans import BY_STEP, HALVES_BACK, LAST, first_session, span_of
from streams.attendance.walk import Engine
from tests.unit.attendance.examples import ENGLAND, HERE, THERE, at
from tests.unit.attendance.test_spans import ledger as long_ledger

ENGINE = Engine(ENGLAND)
ledger = long_ledger
WIDE = 1_800_000_000 + (1 << 32)


@pytest.fixture(scope="module")
def screen() -> Screen:
    made = Screen(ENGINE)
    made.load()
    return made


def block_of(screen: Screen, *ledgers: Ledger) -> Block:
    """Records that have the open pages of *ledgers*."""
    block = np.zeros(len(ledgers), screen.layout.pupil)
    for record, its in zip(block, ledgers, strict=True):
        key = its.open_page()
        rows = its.pages[key][HEAD:]
        record["key"], record["size"] = key, len(rows)
        record["page"][: len(rows)] = np.frombuffer(rows, "u1")
    return block


def asked(ledger: Ledger, place: int = 0, *, closed_only: bool = True) -> Asked:
    """Ask of every rule as of every session."""
    pages = {key: page for key, page in ledger.pages.items() if not closed_only or key != ledger.open_page()}
    history = ledger.sessions()
    flips = [
        Flip(0, rule, 0, slot, [measures[0].of(history[: number + 1]), 0, 0, 0])
        for number, (slot, _) in enumerate(history)
        for rule, measures in enumerate(ENGINE.measures)
    ]
    return Asked(place, NO_PAGES.with_more(pages), flips)


def one_by_one(ledger: Ledger, its: Asked) -> list[int]:
    return [
        first_session(ENGINE.measures[flip.rule][0], ledger, flip.slot, flip.counts[0]) for flip in its.flips
    ]  # fmt: skip


@pytest.mark.parametrize("closed_only", [True, False])
def test_every_span_of_the_rule_book_begins_where_it_does(
    screen: Screen, ledger: Ledger, *, closed_only: bool
) -> None:  # fmt: skip
    """As of every session, with or without an old copy of the open page among the others; two pupils at a time."""
    another = Ledger(dict(sorted(ledger.pages.items())[4:]))
    its = [asked(ledger, closed_only=closed_only), asked(another, 1, closed_only=closed_only)]
    found = first_sessions(screen, block_of(screen, ledger, another), its)
    assert found == one_by_one(ledger, its[0]) + one_by_one(another, its[1])


def test_no_rule_of_the_rule_book_is_looked_for_by_step() -> None:
    assert BY_STEP not in {span_of(measures[0]).way for measures in ENGINE.measures}


@pytest.mark.parametrize(("urn", "recorded"), [(THERE, 1_800_000_000), (HERE, WIDE)], ids=["two-schools", "wide"])
def test_pages_that_are_not_plain_are_left(screen: Screen, ledger: Ledger, urn: int, recorded: int) -> None:
    """And those of the pupil after them are not."""
    odd = ledger.copy()
    odd.put(at("2024-04-10/AM"), urn, Version(INDEX["I"], recorded))
    pupils = [Asked(place, its.pages, its.flips[:1]) for place, its in enumerate([asked(odd), asked(ledger)])]
    year = next(rule for rule, span in enumerate(screen.spans) if span.way not in {LAST, HALVES_BACK, BY_STEP})
    flips = [Flip(0, year, 0, at("2024-09-10/AM"), [1, 0, 0, 0])]
    found = first_sessions(screen, block_of(screen, odd, ledger), [each._replace(flips=flips) for each in pupils])
    assert (found[0], found[1] > 0) == (-1, True)


def test_months_may_be_out_of_order(screen: Screen, ledger: Ledger) -> None:
    its = asked(ledger)
    pages = NO_PAGES.with_more(dict(reversed(its.pages.pages().items())))
    assert [key >> URN_BITS for key in pages.keys] != sorted(key >> URN_BITS for key in pages.keys)
    found = first_sessions(screen, block_of(screen, ledger), [its._replace(pages=pages)])
    assert found == one_by_one(ledger, its)
