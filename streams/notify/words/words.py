"""Messages as subject, text, HTML and a short text, from templates in a sandbox.

An authority's own templates, where it has any, come before ours: `rules/NAME.jinja` for what might help and who to ask,
`stages/CHANGE.jinja` for what happened, `text.jinja`, `html.jinja`.
"""

import traceback
from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from streams.attendance.book import RuleBook
from streams.errors import Refuse
from streams.notify.channels.channel import Message
from streams.notify.words import phrases
from streams.notify.words.entries import Sayings
from streams.notify.words.samples import message, samples

_OTHER = "other"  # the words of a rule that has none of its own
_TEMPLATE = ".jinja"
_MISTAKES = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)  # of who writes one
_SHORT = 300  # characters of a text message, which goes out in two parts


class BadWords(Refuse):
    """A template cannot be rendered; the message names it."""


class Words:
    """The words of *book*'s rules; *own* is a folder with an authority's own templates.

    Raises:
        BadWords: *own* is no folder.
    """

    def __init__(self, book: RuleBook, own: Path | None = None) -> None:
        if own and not own.is_dir():
            raise BadWords(f"there is no folder {own} with words")
        ours = PackageLoader("streams.notify.words")
        loader: BaseLoader = ChoiceLoader([FileSystemLoader(own), ours]) if own else ours
        self._environment = ImmutableSandboxedEnvironment(
            loader=loader,
            undefined=StrictUndefined,
            autoescape=lambda name: (name or "").startswith("html"),
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # other templates: other Words
        )
        self._environment.globals["counted"] = phrases.counted
        self._environment.filters["sentence"] = phrases.capital
        self._book = book
        self._found: dict[str, Template] = {}
        self._sayings = Sayings(book.by_id(), self._rule, self._stage)

    def check(self) -> None:
        """Try every template on every rule, stage and reason: own templates fail here, and not at an alert.

        Raises:
            BadWords: one cannot be rendered; the message names it.
        """
        told = [message(alert) for alert in samples(self._book)]
        for each in [*told, message(*(alert for one in told for alert in one.alerts))]:
            try:
                self.subject(each), self.text(each), self.html(each), self.short(each)
            except _MISTAKES as error:
                about = next(f"{alert.rule} ({alert.change})" for alert in each.alerts)
                raise BadWords(f"the words for {about} cannot be made: {_place(error)}{error}") from None

    def subject(self, message: Message) -> str:
        """One line: what, how urgent, how many, where."""
        return " ".join(self._render("subject.jinja", message).split())

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

    def _rule(self, rule: str) -> Template:
        """The words of *rule*; of what its name begins with (`weekday-pattern` of `weekday-pattern-mon`); or any."""
        if rule not in self._found:
            parts = rule.split("-")
            names = ["-".join(parts[:end]) for end in range(len(parts), 0, -1)]
            self._found[rule] = self._environment.select_template([f"rules/{name}.jinja" for name in [*names, _OTHER]])
        return self._found[rule]

    def _stage(self, change: str) -> Template:
        return self._environment.get_template(f"stages/{change}.jinja")


def _place(error: Exception) -> str:
    """The innermost template that *error* came through, and its line."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.name}, line {error.lineno}: "
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(_TEMPLATE)]
    return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}: " if frames else ""
