"""With which session what was looked at begins, of many flips at once: `spans.first_session` in one compiled call."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from streams.attendance.columns import Block
from streams.attendance.pages import Packed
from streams.attendance.screen import Flip, Screen
from streams.attendance.sessions import academic_year, year_start
from streams.attendance.shelf import calendar_of, shelf_of
from streams.attendance.spans import Span, easily


class Asked(NamedTuple):
    """Of a pupil at place `at` of a block, whose other pages are `pages`: where the spans of `flips` begin."""

    at: int
    pages: Packed
    flips: Sequence[Flip]


def first_sessions(screen: Screen, block: Block, asked: Sequence[Asked]) -> list[int]:
    """Return of each flip, in order, the first session of its evidence; -1 where it must be looked for one by one."""
    found, pages, rows = list[int](), list[Packed](), list[tuple[int, ...]]()
    for its in asked:
        spans = [screen.spans[flip.rule] for flip in its.flips]
        firsts = [easily(span, flip.slot, flip.counts[0]) for span, flip in zip(spans, its.flips, strict=True)]
        if None in firsts:
            more = zip(its.flips, spans, firsts, strict=True)
            rows += [_row(len(pages), its.at, flip, span) for flip, span, first in more if first is None]
            pages.append(its.pages)
        found += [_LATER if first is None else first for first in firsts]
    later = iter(_look(screen, block, pages, rows) if rows else ())
    return [next(later) if first == _LATER else first for first in found]


_LATER = -2


def _row(number: int, at: int, flip: Flip, span: Span) -> tuple[int, ...]:
    of = flip.counts[0] if span.of is None else span.of
    return number, at, span.way, of, year_start(academic_year(flip.slot)), flip.slot


def _look(screen: Screen, block: Block, pages: list[Packed], rows: list[tuple[int, ...]]) -> list[int]:
    asked: Block = np.array(rows, "<i8")
    shelf = shelf_of(pages, [])
    return screen.first_sessions(block, shelf, calendar_of(shelf.keys, block["key"][asked[:, 1]]), asked)
