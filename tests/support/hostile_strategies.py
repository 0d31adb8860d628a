"""Hypothesis strategies for small hostile registers and logs."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import strategies as st

from tests.support.hostile_children import CODES, OLD_CODES, pupil_key
from tests.support.hostile_faults import bad_line, bad_mark, line

FIRST_URN = 100001
STARTS = [date(2023, 9, 4), date(2024, 6, 3), date(2024, 7, 15), date(2024, 8, 12), date(2025, 7, 21)]

codes = st.sampled_from(["/", "I", "N", "O", "G", "L", "U", "E", "Q", "C2", "#", "D", "-", *CODES, *OLD_CODES])
keys = st.integers(0, 2).map(pupil_key)
halves = st.sampled_from(["AM", "PM"])


@st.composite
def registers(draw: st.DrawFn, *, faults: bool = True) -> bytes:
    """One register line of a few marks; with `faults`, often refused in whole or in part."""
    day = draw(st.sampled_from(STARTS)) + timedelta(days=draw(st.integers(0, 400)))
    recorded = datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + timedelta(
        seconds=draw(st.integers(-90000, 10**6))
    )
    register = {
        "register_id": draw(st.text(st.characters(codec="utf-8"), min_size=1, max_size=100)),
        "urn": draw(st.integers(FIRST_URN, FIRST_URN + 2)),
        "date": day.isoformat(),
        "session": draw(halves),
        "recorded_at": recorded.isoformat(),
        "marks": [{"pupil": draw(keys), "code": code} for code in draw(st.lists(codes, max_size=5))],
    }
    if not faults:
        return line(register)
    rng = Random(draw(st.integers(0, 10**6)))  # noqa: S311 - no secrets here
    for _ in range(draw(st.integers(0, 2))):
        register["marks"].append(bad_mark(rng, register, pupil_key(0)))
    return bad_line(rng, register) if draw(st.booleans()) else line(register)


@st.composite
def histories(draw: st.DrawFn, max_sessions: int) -> list[str]:
    """The codes of one child, session by session, in runs so that they can be long and still shrink."""
    runs = draw(st.lists(st.tuples(codes, st.integers(1, 30)), min_size=1, max_size=12))
    return [code for code, length in runs for _ in range(length)][:max_sessions]


def slots(start: date, number: int, gap: int) -> list[tuple[date, str]]:
    """Sessions from Monday to Friday; after the fifth week a gap of some weeks."""
    days = [
        start + timedelta(days=7 * (week + (gap if week >= 5 else 0)) + day)
        for week in range(number // 10 + 1)
        for day in range(5)
    ]
    return [(day, half) for day in days for half in ("AM", "PM")][:number]


@st.composite
def logs(draw: st.DrawFn, *, max_sessions: int = 120, shuffled: bool | None = None) -> list[bytes]:
    """The registers of one or two children, then amendments; in that order, or with `shuffled` in any."""
    children = [draw(histories(max_sessions)) for _ in range(draw(st.integers(1, 2)))]
    when = slots(draw(st.sampled_from(STARTS)), max(len(history) for history in children), draw(st.integers(0, 60)))
    versions = [
        (slot, 0, child, history[i], 0)
        for i, slot in enumerate(when)
        for child, history in enumerate(children)
        if i < len(history)
    ]
    amendment = st.tuples(
        st.sampled_from(when), st.integers(0, 2), st.integers(0, len(children) - 1), codes, st.integers(-2, 2)
    )
    versions += draw(st.lists(amendment, max_size=25))
    lines = [_version(number, version) for number, version in enumerate(versions)]
    if draw(st.booleans()) if shuffled is None else shuffled:
        Random(draw(st.integers(0, 10**6))).shuffle(lines)  # noqa: S311 - no secrets here
    return lines


def _version(number: int, version: tuple[tuple[date, str], int, int, str, int]) -> bytes:
    (day, half), school, child, code, seconds = version
    recorded = datetime(day.year, day.month, day.day, 9, 5, tzinfo=UTC) + timedelta(seconds=seconds)
    return line(
        {
            "register_id": f"r{number}",
            "urn": FIRST_URN + school,
            "date": day.isoformat(),
            "session": half,
            "recorded_at": recorded.isoformat(),
            "marks": [{"pupil": pupil_key(child), "code": code}],
        }
    )
