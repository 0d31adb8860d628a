"""Reading the figures into types: the files say what they are and where they are from."""

import csv
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from streams.simulate.county.phase import PHASES, Phase

BANDS = 11  # 0-5, 5-10, … 45-50, 50 percent and more
EDGES: tuple[int, ...] = (*range(0, 55, 5), 100)  # percent


class Cell(NamedTuple):
    """Enrolments with the same free school meals, special needs and year group, by absence band."""

    meals: bool
    needs: bool
    year: int
    enrolments: tuple[int, ...]


class Total(Struct, frozen=True):
    """The published totals of a phase; rates in percent."""

    schools: int
    on_roll: int
    enrolments: int
    overall: float
    persistent: float
    severe: float


class England(Struct, frozen=True):
    """The published totals of all phases together; rates in percent."""

    overall: float
    persistent: float
    severe: float


class Unexplained(Struct, frozen=True):
    """How many sessions are still N after days, in percent of possible ones, and what the others became, in percent."""

    after_days: list[int]
    percent: list[float]
    became: dict[str, float]


class Published(Struct, frozen=True):
    """`published.toml`."""

    totals: dict[Phase, Total]
    england: England
    unexplained: Unexplained


class Activity(Struct, frozen=True):
    """Something outside school that counts as attending: sessions of one child a year, and how they lie."""

    sessions: int
    shape: str
    year: int | None = None


class Stays(Struct, frozen=True):
    """Who is not there for the whole year."""

    part_of_year: list[float]
    moves_within: float
    brief_weeks: tuple[int, int]
    severe_slope: dict[Phase, float]


class Season(Struct, frozen=True):
    """How illness goes through a year and through a school."""

    illness: list[tuple[float, float]]
    wave_height: tuple[float, float]
    wave_weeks: float
    waves: int
    before_a_break: float


class Schools(Struct, frozen=True):
    """How schools differ."""

    meals_spread: float
    size: dict[Phase, int]
    form: dict[Phase, int]


class Office(Struct, frozen=True):
    """What is N at first: (days, percent of possible sessions)."""

    unexplained: list[tuple[float, float]]


class Arrival(Struct, frozen=True):
    """Chances of a register, a school's day, and a closed day."""

    late: float
    next_day: float
    never: float
    feed_stops: float
    closed: float
    closed_found_out: float


class Assumed(Struct, frozen=True):
    """`assumed.toml`."""

    types: dict[str, list[float]]
    lean: dict[Phase, dict[str, float]]
    reasons: dict[str, dict[str, float]]
    spells: dict[str, int]
    activities: dict[str, Activity]
    not_possible: dict[Phase, dict[str, float]]
    stays: Stays
    season: Season
    weekdays: dict[Phase, list[float]]
    schools: Schools
    office: Office
    arrival: Arrival


class Terms(Struct, frozen=True):
    """A school year: its half-terms (first and last day), and single days in them."""

    half_terms: list[tuple[date, date]]
    bank_holidays: list[date]
    observed: list[date]


@cache
def published() -> Published:
    """Return the published totals."""
    return msgspec.toml.decode(_text("published.toml"), type=Published)


@cache
def assumed() -> Assumed:
    """Return the assumptions."""
    return msgspec.toml.decode(_text("assumed.toml"), type=Assumed)


@cache
def terms() -> dict[int, Terms]:
    """Return the school years that are known, by the calendar year in which they begin."""
    return msgspec.toml.decode(_text("terms.toml"), type=dict[int, Terms], strict=False)


@cache
def codes(phase: Phase) -> dict[str, float]:
    """Return the percent of possible sessions of each code."""
    return {row["code"]: float(row[phase]) for row in _rows("codes.csv")}


@cache
def weekdays(phase: Phase) -> tuple[float, ...]:
    """Return overall absence on Monday to Friday, in percent."""
    (row,) = [row for row in _rows("weekdays.csv") if row["phase"] == phase]
    return tuple(float(row[day]) for day in ("mon", "tue", "wed", "thu", "fri"))


@cache
def cells(phase: Phase) -> tuple[tuple[Cell, ...], tuple[int, ...]]:
    """Return the cells of a phase, and the bands of those who stay briefly."""
    rows = [row for row in _rows("bands.csv") if row["phase"] == phase]
    known = tuple(_cell(row) for row in rows if row["fsm"] != "unknown")
    (brief,) = [_cell(row).enrolments for row in rows if row["fsm"] == "unknown"]
    return known, brief


def _cell(row: dict[str, str]) -> Cell:
    counts = tuple(int(number) for number in list(row.values())[-BANDS:])
    return Cell(row["fsm"] == "yes", row["sen"] == "yes", int(row["year"]), counts)


def _rows(name: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(_text(name).splitlines()))


def _text(name: str) -> str:
    return (files("streams.simulate.county.figures") / name).read_text(encoding="utf-8")


def total(phase: Phase) -> Total:
    """Return the published totals of *phase*."""
    return published().totals[phase]


def share_of(phase: Phase, of: str = "enrolments") -> float:
    """Return the share of a phase in the whole, of its `enrolments`, `on_roll` or `schools`."""
    return float(getattr(total(phase), of) / sum(getattr(total(each), of) for each in PHASES))
