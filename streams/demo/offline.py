"""The same registers through the same engine without Kafka, and the comparison of what stands in the end."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from streams.attendance.book import RuleBook
from streams.attendance.walk import Engine
from streams.contract.messages import Alert
from streams.demo.tally import Tally
from streams.pipeline.fold import Interval, fold, fold_schools
from streams.pipeline.replay import Replay

Standing = dict[tuple[str, str], list[Interval]]
SchoolStanding = dict[tuple[int, str], list[Interval]]

Key = TypeVar("Key", bound=tuple[str | int, str])


class Offline(NamedTuple):
    """What a replay gives: what stands in the end, each pupil's year, and how many dead letters by reason."""

    standing: Standing
    schools: SchoolStanding
    years: Mapping[str, int]
    dead_letters: Counter[str]


def replayed(lines: Iterable[bytes], book: RuleBook) -> Offline:
    """Feed *lines* to a replay with *book*."""
    replay = Replay(Engine(book))
    alerts: list[Alert] = []
    dead_letters: Counter[str] = Counter()
    for number, line in enumerate(lines, start=1):
        fed = replay.feed(line, number)
        alerts += fed.alerts
        dead_letters.update(letter.reason for letter in fed.refused)
    years = replay.years()
    return Offline(fold(alerts, years), fold_schools(alerts), years, dead_letters)


def differences(tally: Tally, offline: Offline) -> list[str]:
    """Return what differs between the live run and the replay, in numbers that name nobody; none where they agree."""
    live = fold(tally.alerts, _for_all(tally.alerts, offline.years))
    found = [f"{rule} of {number} pupil(s)" for rule, number in _wrong(live, offline.standing)]
    schools = _wrong(fold_schools(tally.alerts), offline.schools)
    found += [f"{rule} of {number} school(s)" for rule, number in schools]
    if tally.dead_letters != offline.dead_letters:
        found.append(f"{tally.dead_letters.total()} dead letters, not {offline.dead_letters.total()}")
    return found


def _wrong(live: Mapping[Key, list[Interval]], offline: Mapping[Key, list[Interval]]) -> list[tuple[str, int]]:
    """Return the rules, each with how many pupils or schools it differs for."""
    wrong = {key for key in live.keys() | offline.keys() if live.get(key) != offline.get(key)}
    return sorted(Counter(rule for _, rule in wrong).items())


def _for_all(alerts: list[Alert], years: Mapping[str, int]) -> dict[str, int]:
    """Add pupils that only the live alerts know: they must show as a difference, not raise."""
    return {alert.pupil: 1 for alert in alerts if alert.pupil} | dict(years)
