"""Which sessions a hostile log is about: blocks of term-time weeks, chosen so that year ends fall inside."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

Slot = tuple[date, str]

HOLIDAYS = [(10, 24, 7), (12, 19, 14), (2, 12, 7), (4, 1, 14), (5, 26, 7)]  # month, day, days


def week_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def term_weeks(year: int) -> list[date]:
    """Mondays of the weeks of term of the academic year that begins in `year`; last the odd ones of its summer."""
    week, weeks = week_of(date(year, 9, 3)), []
    away = set()
    for month, day, length in HOLIDAYS:
        first = week_of(date(year if month > 8 else year + 1, month, day))
        away |= {first + timedelta(days=7 * i) for i in range(length // 7)}
    while week < date(year + 1, 7, 20):
        weeks += [] if week in away else [week]
        week += timedelta(days=7)
    return weeks


def weeks_of(rng: Random, years: Sequence[int], number: int) -> list[date]:
    """About that many weeks: the end of the first year, the beginning of the last, some of each between."""
    if len(years) == 1:
        return term_weeks(years[0])[:number]
    share = max(1, number // len(years))
    chosen: list[date] = []
    for year in years:
        weeks = term_weeks(year)
        start = {years[0]: max(0, len(weeks) - share), years[-1]: 0}.get(
            year, rng.randint(0, max(0, len(weeks) - share))
        )
        chosen += weeks[start : start + share]
        if year != years[-1]:
            chosen += [week_of(date(year + 1, 7, 31)), date(year + 1, 8, 12), date(year + 1, 8, 19)]
    return [week_of(week) for week in chosen]


def sessions(rng: Random, years: Sequence[int], number: int) -> list[Slot]:
    """That many sessions in order, a few Saturdays and days that straddle 1 August among them."""
    weeks = weeks_of(rng, years, number // 10 + 2)
    slots = [
        (week + timedelta(days=day), half)
        for week in weeks
        for day in range(6 if rng.random() < 0.04 else 5)
        for half in ("AM", "PM")
    ]
    surplus = max(0, len(slots) - number)
    gone = set(rng.sample(range(len(slots)), surplus // 2))  # the rest is cut at the end
    return [slot for i, slot in enumerate(slots) if i not in gone][:number]
