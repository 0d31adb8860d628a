"""The half-term put together: who there is, what happens to them, what is written down, what is sent when."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from streams.simulate import stories
from streams.simulate.calendar import SchoolSession, sessions
from streams.simulate.habits import deal, live
from streams.simulate.lines import line
from streams.simulate.office import amendments, take
from streams.simulate.roll import FORM_SIZE, PUPILS, Enrolment, Form, dice, empty_forms, pseudonym

REGISTER_OPEN = timedelta(minutes=30)


class Sent(NamedTuple):
    """One register line, and when its school sent it."""

    at: datetime
    line: bytes


def registers(seed: int = 1) -> Iterator[bytes]:
    """The register lines of the half-term in the order in which they are sent: the same ones for the same *seed*."""
    return (sent.line for sent in half_term(seed))


def half_term(seed: int = 1) -> list[Sent]:
    """Everything that the three schools send, in order of time."""
    days = sessions()
    everything = [sent for form in children(seed, days) for sent in _of_form(seed, form, days)]
    everything += [Sent(stories.POISONED_FROM, bad) for bad in stories.poison(seed)]
    return sorted(everything, key=lambda sent: sent.at)


def children(seed: int, days: list[SchoolSession]) -> list[Form]:
    """Every form with its children, and what happens to each of them; two more children are those of the stories."""
    forms = empty_forms()
    for number, habit in enumerate(deal(dice(seed, "habits"))):
        codes: list[str | None] = [*live(habit, days, dice(seed, "child", number))]
        forms[number // FORM_SIZE].enrolments.append(Enrolment(pseudonym(seed, number), codes))
    stories.move(stories.Story(pseudonym(seed, PUPILS), forms[2], forms[9]), days)
    stories.share(stories.Story(pseudonym(seed, PUPILS + 1), forms[11], forms[17]), days)
    return forms


def _of_form(seed: int, form: Form, days: list[SchoolSession]) -> Iterator[Sent]:
    """A form's registers, each sent when it closes, and their amendments, each sent when it is made."""
    for index, session in enumerate(days):
        rng = dice(seed, form.name, index)
        entries = stories.wrong_template(form, session, take(form, session, index, rng))
        recorded = session.opens + timedelta(seconds=rng.randrange(600))
        sent = stories.arrival(form, session, recorded + REGISTER_OPEN)
        yield Sent(sent, line(form, session, 0, recorded, entries))
        for version, (moment, later) in enumerate(amendments(entries), start=1):
            yield Sent(max(moment, sent), line(form, session, version, moment, later))
