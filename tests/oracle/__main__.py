"""What the hostile logs reach: changes by rule and reason, and dead letters by reason, over some seeds.

Run as `python -m tests.oracle [SEEDS]`. Exits 1 where a rule lacks a change or a refusal was never met.
"""

import sys
from collections import Counter

from tests.oracle import ENGLAND_2024, Oracle, fold
from tests.support.hostile import Mode, seeded_log

CHANGES = ["raised", "eased", "reopened", "revised", "withdrawn"]
REASONS = ["mark", "correction", "year"]
REFUSALS = [
    "not-json", "not-a-register", "bad-recorded-at", "recorded-in-future", "not-a-mark", "bad-pupil", "unknown-code",
    "future-session", "too-old",
]  # fmt: skip
MODES: list[Mode] = ["in-order", "amended", "wavering", "shuffled"]

SHAPES = {
    "wavering": {"registers": 1200, "pupils": 1, "schools": 1},
    "shuffled": {"registers": 300},
    "in-order": {"registers": 500},
}

YEARS = [(2023, 2024), (2022, 2023, 2024), (2022, 2024)]  # the last leaves a year out, so that Y moves on by two


def main(seeds: int) -> int:
    alerts: Counter[tuple[str, str, str]] = Counter()
    refused: Counter[str] = Counter()
    for seed in range(seeds):
        for mode in MODES:
            count(seed, mode, alerts, refused)
        count(1000 + seed, "wavering", alerts, refused)
    show(alerts, refused)
    lacking = [
        f"{rule.name}: never {change}"
        for rule in ENGLAND_2024
        for change in CHANGES
        if not any(alerts[rule.name, change, reason] for reason in REASONS)
    ] + [f"{reason}: never met" for reason in REFUSALS if not refused[reason]]
    say(*lacking)
    return 1 if lacking else 0


def count(seed: int, mode: Mode, alerts: Counter[tuple[str, str, str]], refused: Counter[str]) -> None:
    oracle = Oracle()
    sent = []
    years = YEARS[seed % 3]
    shape = {"registers": 900, "pupils": 3, "schools": 1 + seed // 2 % 3} | SHAPES.get(mode, {})
    for number, line in enumerate(seeded_log(seed, years=years, mode=mode, **shape), 1):
        changes, dead_letters = oracle.feed(line, number)
        sent += changes
        alerts.update((alert["rule"], alert["change"], alert["reason"]) for alert in changes)
        refused.update(letter["reason"] for letter in dead_letters)
    hold_folding(oracle, sent)


def hold_folding(oracle: Oracle, sent: list[dict]) -> None:
    """The changes, folded, are the live episodes."""
    live: dict[tuple[str, str], list] = {}
    for pupil in oracle.years():
        for rule, from_, to in oracle.episodes(pupil):
            live.setdefault((pupil, rule), []).append((from_, to))
    if fold(sent, oracle.years()) != live:
        raise AssertionError("the folded changes are not the live episodes")


def show(alerts: Counter[tuple[str, str, str]], refused: Counter[str]) -> None:
    columns = [(change, reason) for change in CHANGES for reason in REASONS]
    say(" " * 34 + " ".join(f"{change[:6]:>6}" for change, _ in columns))
    say(" " * 34 + " ".join(f"{reason[:6]:>6}" for _, reason in columns))
    for rule in ENGLAND_2024:
        say(f"{rule.name:34}" + " ".join(f"{alerts[rule.name, *column]:6}" for column in columns))
    say(*(f"{reason:20}{refused[reason]:6}" for reason in REFUSALS))


def say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 24))
