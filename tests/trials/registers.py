"""The log of a trial: hostile histories, with what a bad week of a county adds to them."""

import json
from random import Random

from tests.support.hostile import Mode, pupil_key, seeded_log
from tests.support.hostile_faults import NOT_JSON, NOT_REGISTERS, bad_line
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
    lines = [rng.choice(poison), *lines, bad_line(rng, json.loads(_too_old(rng, trial)))]
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
    """In one register nearly all are ill."""
    for at in rng.sample(range(len(lines)), len(lines)):
        try:
            register = json.loads(lines[at])
            marks = register["marks"]
        except (ValueError, TypeError, KeyError):
            continue
        if len(marks) >= 5:  # of a school that has some
            register["marks"] = [{"pupil": mark["pupil"], "code": "I"} for mark in marks if _is_good(mark)]
            lines[at] = json.dumps(register).encode()
            return


def _is_good(mark: object) -> bool:
    return isinstance(mark, dict) and isinstance(mark.get("pupil"), str)


def _too_old(rng: Random, trial: Trial) -> bytes:
    """A register of one child, of a year that its ledger has left behind, or soon will."""
    day = f"{rng.choice([2019, 2020, 2021])}-0{rng.randint(1, 6)}-1{rng.randint(0, 9)}"
    marks = [{"pupil": pupil_key(rng.randrange(trial.pupils)), "code": rng.choice("/NOI")}]
    register = {"register_id": f"old-{rng.randrange(10**6)}", "urn": 100001, "date": day, "session": "AM"}
    return json.dumps(register | {"recorded_at": f"{day}T09:00:00Z", "marks": marks}).encode()
