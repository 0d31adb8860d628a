"""A message taken apart for its words: sections of one rule, in each an entry for every alert."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from jinja2 import Template
from jinja2.exceptions import UndefinedError

from streams.attendance.rule import BookRule
from streams.contract.messages import Alert
from streams.notify.channels.channel import Message
from streams.notify.words import phrases
from streams.wording.facts import facts

_NAMES = ("title", "helps", "asks")  # what the words of every rule must have
_STILL_ON = ("raised", "reopened", "revised")


@dataclass(frozen=True)
class Entry:
    """One alert: `said` is what happened, in sentences."""

    said: str
    reference: str
    link: str | None


@dataclass(frozen=True)
class Section:
    """The alerts of one rule. What might help and who to ask are said where something still holds."""

    title: str
    entries: list[Entry]
    helps: list[str]
    asks: list[str]


@dataclass(frozen=True)
class Sayings:
    """How to find the words of a rule, and of a stage in its life."""

    rules: Mapping[str, BookRule]
    rule: Callable[[str], Template]
    stage: Callable[[str], Template]

    def sections(self, message: Message) -> list[Section]:
        """Take *message* apart, rules in the order of their names."""
        ordered = sorted(message.alerts, key=lambda alert: alert.rule)
        return [self._section(rule, list(alerts), message) for rule, alerts in groupby(ordered, lambda each: each.rule)]

    def title(self, rule: str) -> str:
        """The rule's name as people say it."""
        return str(self._words(rule).title)

    def _section(self, rule: str, alerts: list[Alert], message: Message) -> Section:
        words = self._words(rule)
        on = any(alert.change in _STILL_ON for alert in alerts)
        entries = [self._entry(alert, message) for alert in alerts]
        return Section(str(words.title), entries, list(words.helps) if on else [], list(words.asks) if on else [])

    def _entry(self, alert: Alert, message: Message) -> Entry:
        place = phrases.school(alert, message.schools)
        said = self.stage(alert.change).render(
            alert=alert,
            words=self._words(alert.rule),
            school=place,
            who=phrases.who(alert, place),
            facts=self._facts(alert),
            start=phrases.when(alert.from_, alert),
            end=phrases.when(alert.to, alert) if alert.to else None,
        )
        return Entry(" ".join(said.split()), phrases.reference(alert), message.links.get(alert.alert_id))

    def _words(self, rule: str) -> Any:  # noqa: ANN401 - the names that a template sets
        template = self.rule(rule)
        for name in _NAMES:
            if not hasattr(template.module, name):
                raise UndefinedError(f"{template.name} sets no {name!r}")
        return template.module

    def _facts(self, alert: Alert) -> str | None:
        """What was counted; None where nothing was, or other things than the rule at hand counts."""
        try:
            return facts(self.rules.get(alert.rule), alert.evidence) if alert.evidence else None
        except (KeyError, ValueError):  # made by an older book
            return None
