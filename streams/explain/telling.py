"""An account in words: plain sentences first, then the marks, then the numbers."""

from collections.abc import Iterator, Mapping

from streams.attendance.kinds import Rule
from streams.contract.messages import Session
from streams.explain.account import Account, CountedMark, RuleAccount, Said, Test
from streams.wording.alerts import WITHDRAWN
from streams.wording.conditions import conditions
from streams.wording.facts import facts
from streams.wording.phrases import CODES, HALVES, day, several, title, when

__all__ = ["in_words"]

_CHANGED = {
    "raised": "raised",
    "eased": "eased: its cause had passed",
    "reopened": "on again",
    "revised": "still so, over other sessions",
}


def in_words(account: Account, rules: Mapping[str, Rule]) -> str:
    """*account* as text; *rules* are those of the book, by id."""
    return "\n".join(_lines(account, rules))


def _lines(account: Account, rules: Mapping[str, Rule]) -> Iterator[str]:
    if account.as_of is None:
        yield "The log has no mark of this pupil that counts up to then."
        return
    yield f"As of {when(account.as_of)}: {several(account.sessions, 'session')} with a mark."
    yield f"Rule book {account.rulebook}."
    told = [one for one in account.rules if one.episodes or _of(account, one)]
    for one in told:
        yield from ("", *_rule(one, rules[one.rule], _of(account, one)))
    quiet = [title(one.rule) for one in account.rules if one not in told]
    if quiet:
        yield from ("", f"Never on with these marks: {', '.join(quiet)}.")


def _of(account: Account, one: RuleAccount) -> list[Said]:
    return [said for said in account.announced if said.rule == one.rule]


def _rule(one: RuleAccount, rule: Rule, announced: list[Said]) -> Iterator[str]:
    on, off = conditions(rule)
    last = one.tests[-1]
    yield f"{title(one.rule)}: {_state(one)}."
    if last.holds is not None:
        yield f"  The pupil {facts(rule, last.counted)}, as of {when(last.session)}."
    yield from (f"  It goes on when: {on}.", f"  It goes off when: {off}.")
    yield from (f"  {line}" for said in announced for line in _announced(said))
    yield f"  Marks that count as of {when(one.marks_as_of)}:"
    yield from (f"    {_mark(mark)}" for mark in one.marks)
    yield "  In numbers:"
    yield from (f"    {_test(test)}" for test in one.tests)


def _state(one: RuleAccount) -> str:
    if not one.episodes:
        return "with the marks of today it was never on"
    last = one.episodes[-1]
    if last.to is None:
        return f"on since {when(last.from_)}"
    return f"off since {when(last.to)}; it was on from {when(last.from_)}"


def _announced(said: Said) -> Iterator[str]:
    words = _CHANGED.get(said.change) or f"withdrawn: {WITHDRAWN[said.reason]}"
    until = f" until {when(said.to)}" if said.to else ""
    because = f"; after register {_safe(said.cause.register_id)}, {_cause(said)}" if said.cause else ""
    yield f"Alert {said.alert_id[:8]}, change {said.sequence}: {words} (from {when(said.from_)}{until}{because})."


def _cause(said: Said) -> str:
    cause = said.cause
    assert cause is not None  # noqa: S101 - the caller has looked
    return f"{cause.code} for {day(cause.date)}, {HALVES[cause.session]}, recorded {cause.recorded_at}"


def _mark(mark: CountedMark) -> str:
    meaning = CODES.get(mark.code, mark.category)
    more = f"; {mark.versions - 1} earlier or other mark replaced" if mark.versions > 1 else ""
    register = f"register {_safe(mark.register_id)} at {mark.place}"
    where = f"{day(mark.date)}, {HALVES[mark.session]}"
    return f"{where}: {mark.code} ({meaning}), school {mark.urn}, recorded {mark.recorded_at}, {register}{more}"


def _test(test: Test) -> str:
    session = _short(test.session)
    if test.holds is None:
        return f"{session}: not asked, since the session has no mark of the child now"
    question = "to go on" if test.asked == "enter" else "to go off"
    spans = {(window.first, window.last) for window in test.windows}
    over = "; ".join(f"{_short(first)} to {_short(last)}" for first, last in sorted(spans, key=lambda s: s[0].date))
    return (
        f"{session}: asked {question}: {'yes' if test.holds else 'no'}. Counted: {_numbers(test.counted)}."
        f" Against: {_numbers(test.thresholds)}. Over: {over}."
    )


def _numbers(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in numbers.items()) or "nothing"


def _short(session: Session) -> str:
    return f"{session.date}/{session.session}"


def _safe(text: str) -> str:
    """A text that a sender chose, without what could steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
