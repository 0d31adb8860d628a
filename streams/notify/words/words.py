"""Messages as subject, text, HTML and a short text, from templates in a sandbox.

An authority's own templates, where it has any, come before ours: `rules/NAME.jinja` for what might help and who to ask,
`stages/CHANGE.jinja` for what happened, `text.jinja`, `html.jinja`.
"""

from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from streams.attendance.book import RuleBook
from streams.notify.channels.channel import Message
from streams.notify.words import phrases
from streams.notify.words.entries import Sayings

_OTHER = "other"  # the words of a rule that has none of its own
_SHORT = 300  # characters of a text message, which goes out in two parts


class Words:
    """The words of *book*'s rules; *own* is a folder with an authority's own templates."""

    def __init__(self, book: RuleBook, own: Path | None = None) -> None:
        ours = PackageLoader("streams.notify.words")
        loader: BaseLoader = ChoiceLoader([FileSystemLoader(own), ours]) if own else ours
        self._environment = ImmutableSandboxedEnvironment(
            loader=loader,
            undefined=StrictUndefined,
            autoescape=lambda name: (name or "").startswith("html"),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["counted"] = phrases.counted
        self._environment.filters["sentence"] = phrases.capital
        rules = {rule.id: rule for rule in book.rules}
        self._sayings = Sayings(
            rules, self._rule, lambda change: self._environment.get_template(f"stages/{change}.jinja")
        )

    def subject(self, message: Message) -> str:
        """One line: what, how urgent, how many, where."""
        return self._render("subject.jinja", message)

    def text(self, message: Message) -> str:
        """All of it as plain text."""
        return self._render("text.jinja", message) + "\n"

    def html(self, message: Message) -> str:
        """All of it as HTML."""
        return self._render("html.jinja", message) + "\n"

    def short(self, message: Message) -> str:
        """What fits a text message: the subject, and the link where there is one alert."""
        link = message.links.get(message.alerts[0].alert_id) if len(message.alerts) == 1 else None
        said = self.subject(message)[:_SHORT]
        return f"{said}. {link}" if link else f"{said}."

    def _render(self, template: str, message: Message) -> str:
        places = sorted({phrases.school(alert, message.schools) for alert in message.alerts})
        titles = sorted({self._sayings.title(alert.rule) for alert in message.alerts})
        return (
            self._environment.get_template(template)
            .render(
                message=message,
                sections=self._sayings.sections(message),
                places=places,
                titles=titles,
                about_pupils=all(alert.pupil for alert in message.alerts),
                urgent=any(alert.severity == "urgent" for alert in message.alerts),
            )
            .strip()
        )

    def _stage(self, change: str) -> Template:
        return self._environment.get_template(f"stages/{change}.jinja")

    def _rule(self, rule: str) -> Template:
        """The words of *rule*; of what its name begins with (`weekday-pattern` of `weekday-pattern-mon`); or any."""
        parts = rule.split("-")
        names = ["-".join(parts[:end]) for end in range(len(parts), 0, -1)]
        return self._environment.select_template([f"rules/{name}.jinja" for name in [*names, _OTHER]])
