"""The log of a trial: hostile histories, with what a bad week of a county adds to them."""

import json
from random import Random

from tests.support.hostile import Mode, pupil_key, seeded_log
from tests.support.hostile_faults import NOT_JSON, NOT_REGISTERS
from tests.trials.plan import Trial

FAULTS = 0.04  # share of lines in which something is refused
MISSING = 0.03  # share of registers that never come
TOO_OLD = 0.03  # share of lines with a mark from years before


def log_of(trial: Trial) -> list[bytes]:
    """Give the register lines of *trial*, the same for the same trial.

    Amendments, disorder across schools and weeks, duplicates, poison in every position (the first and the last line
    too), moves, dual registration, registers that never come, a mass absence, marks long too old.
    """
    rng = Random(f"log {trial.seed}")  # noqa: S311 - no secrets here
    lines = _base(trial)
    lines = [line for line in lines if rng.random() >= MISSING]
    _mass_absence(rng, lines)
    for _ in range(int(len(lines) * TOO_OLD)):
        lines.insert(rng.randrange(len(lines)), _too_old(rng, trial))
    poison = [*NOT_JSON, *NOT_REGISTERS]
    lines = [rng.choice(poison), *lines, rng.choice(poison)]
    return lines * 2 if trial.twice else lines


def _base(trial: Trial) -> list[bytes]:
    mode: Mode = trial.mode
    return seeded_log(
        trial.seed,
        registers=trial.registers,
        pupils=trial.pupils,
        schools=trial.schools,
        years=(2022, 2023, 2024),
        mode=mode,
        faults=FAULTS,
    )


def _mass_absence(rng: Random, lines: list[bytes]) -> None:
    """A large school is well for a fortnight; then nearly all are ill; and in the end most of them were there."""
    days = [f"2024-10-{day:02}" for day in range(1, 15)]
    ill = [(pupil, "I") for pupil in _LARGE]
    school = [_large(day, [(pupil, "/") for pupil in _LARGE], "09:00") for day in days[:-1]]
    school += [_large(days[-1], ill, "09:00"), _large(days[-1], [(pupil, "/") for pupil in _LARGE[5:]], "11:00")]
    places = sorted(rng.sample(range(len(lines)), len(school)))
    for place, line in zip(reversed(places), reversed(school), strict=True):
        lines.insert(place, line)


_LARGE = [pupil_key(number) for number in range(1000, 1036)]


def _large(day: str, marks: list[tuple[str, str]], time: str) -> bytes:
    register = {"register_id": f"large-{day}-{time}", "urn": 100099, "date": day, "session": "AM"}
    given = [{"pupil": pupil, "code": code} for pupil, code in marks]
    return json.dumps(register | {"recorded_at": f"{day}T{time}:00Z", "marks": given}).encode()


def _too_old(rng: Random, trial: Trial) -> bytes:
    """A register of one child, of a year that its ledger has left behind, or soon will."""
    day = f"{rng.choice([2019, 2020, 2021])}-0{rng.randint(1, 6)}-1{rng.randint(0, 9)}"
    marks = [{"pupil": pupil_key(rng.randrange(trial.pupils)), "code": rng.choice("/NOI")}]
    register = {"register_id": f"old-{rng.randrange(10**6)}", "urn": 100001, "date": day, "session": "AM"}
    return json.dumps(register | {"recorded_at": f"{day}T09:00:00Z", "marks": marks}).encode()
