"""Each rule asked again, session by session, by plain counting; and what each test found, in whole numbers."""

from collections.abc import Iterable, Sequence
from datetime import date

from streams.attendance.codes import ABSENT, CATEGORIES, CODES, NO_MARK
from streams.attendance.history import History as Sessions
from streams.attendance.kinds import Rule
from streams.attendance.measures import Codes, Measure
from streams.attendance.months import CODE
from streams.attendance.sessions import session_of, slot
from streams.attendance.specification import Episode, counts, episodes
from streams.contract.messages import Alert, Session
from streams.explain.account import Account, CountedMark, Reached, RuleAccount, Said, Test, Window
from streams.explain.history import History

__all__ = ["account"]


def account(
    history: History, *, as_of: int | None = None, alerts: Sequence[Alert], alert_id: str | None = None
) -> Account:
    """Account for the pupil of *history* as of a session.

    Args:
        history: the log of the pupil.
        as_of: slot of the session; None: the last one with a child's mark.
        alerts: what was announced of the pupil, in order.
        alert_id: the one alert to account for, or the beginning of its id; None: all rules.
    """
    sessions = [pair for pair in history.ledger.sessions() if as_of is None or pair[0] <= as_of]
    mine = [
        alert
        for alert in alerts
        if (alert_id is None or alert.alert_id.startswith(alert_id)) and (as_of is None or _slot(alert.from_) <= as_of)
    ]
    wanted = {alert.rule for alert in mine}
    rules = [rule for rule in history.engine.rules if alert_id is None or rule.id in wanted]
    return Account(
        pupil=history.pupil,
        rulebook=str(history.engine.id),
        as_of=_session(sessions[-1][0]) if sessions else None,
        sessions=len(sessions),
        rules=[_rule(rule, sessions, history, [a for a in mine if a.rule == rule.id]) for rule in rules]
        if sessions
        else [],
        announced=[_said(alert) for alert in mine],
    )


def _rule(rule: Rule, sessions: Sessions, history: History, alerts: list[Alert]) -> RuleAccount:
    found = episodes(rule, sessions)
    last = sessions[-1][0]
    points = sorted(p for p in {last, *_ends(found), *_announced_ends(alerts)} if p <= last)
    on = bool(found) and found[-1].end is None
    others = [point for point in points if point != last]
    shown = last if on or not others else others[-1]
    return RuleAccount(
        rule=rule.id,
        state="on" if on else "off",
        episodes=[Reached(_session(one.start), None if one.end is None else _session(one.end)) for one in found],
        tests=[_test(rule, sessions, found, point) for point in points],
        marks_as_of=_session(shown),
        marks=_marks(rule, [pair for pair in sessions if pair[0] <= shown], history),
    )


def _ends(found: Iterable[Episode]) -> set[int]:
    return {point for one in found for point in one if point is not None}


def _announced_ends(alerts: Iterable[Alert]) -> set[int]:
    return {_slot(session) for alert in alerts for session in (alert.from_, alert.to) if session is not None}


def _test(rule: Rule, sessions: Sessions, found: list[Episode], point: int) -> Test:
    """Ask *rule* as of *point*: to go on, where it was off before, or to go off."""
    history = [pair for pair in sessions if pair[0] <= point]
    marked = bool(history) and history[-1][0] == point
    was_on = any(one.start < point and (one.end is None or one.end >= point) for one in found)
    if not marked:
        return Test(session=_session(point), asked="exit" if was_on else "enter")
    numbers = counts(rule, history)
    return Test(
        session=_session(point),
        asked="exit" if was_on else "enter",
        holds=rule.exit(*numbers) if was_on else rule.enter(*numbers),
        counted=dict(zip(rule.names, numbers, strict=True)),
        thresholds=rule.thresholds(),
        windows=[_window(name, measure, history) for name, measure in zip(rule.names, rule.measures(), strict=True)],
    )


def _window(name: str, measure: Measure, history: Sessions) -> Window:
    span = measure.span(history)
    return Window(name, _session(span[0][0]), _session(span[-1][0]), len(span))


def _marks(rule: Rule, sessions: Sessions, history: History) -> list[CountedMark]:
    """The child's marks that *rule* counts as of the last of *sessions*, in order."""
    if not sessions:
        return []
    measures = rule.measures()
    coded = [(len(_codes(one)), place) for place, one in enumerate(measures) if hasattr(one, "codes")]
    measure = measures[min(coded)[1]] if coded else measures[0]
    codes = _codes(measure)
    counted = [pair for pair in measure.span(sessions) if pair[1] & CODE in codes] or list(sessions[-1:])
    return [mark for slot_, cell in counted for mark in _of_session(slot_, cell & CODE, history)]


def _codes(measure: Measure) -> Codes:
    codes: Codes = getattr(measure, "codes", ABSENT)
    return codes


def _of_session(slot_: int, code: int, history: History) -> list[CountedMark]:
    """The mark that is the child's in one session, with where it came from; one, where schools agree on the code."""
    found = [(urn, held) for urn, held in history.of(slot_) if held.version.code == code]
    on, half = session_of(slot_)
    return [
        CountedMark(
            date=on,
            session=half,
            code=CODES[code],
            category=CATEGORIES[code].value if code != NO_MARK else "",
            urn=urn,
            recorded_at=held.recorded_at,
            register_id=held.register_id,
            place=held.place,
            versions=held.versions,
        )
        for urn, held in found[:1]
    ]


def _said(alert: Alert) -> Said:
    return Said(
        alert_id=alert.alert_id,
        sequence=alert.sequence,
        change=alert.change,
        reason=alert.reason,
        rule=alert.rule,
        rulebook=alert.rulebook,
        urn=alert.urn,
        from_=alert.from_,
        to=alert.to,
        cause=alert.cause,
        evidence=alert.evidence,
    )


def _session(slot_: int) -> Session:
    return Session(*session_of(slot_))


def _slot(session: Session) -> int:
    return slot(date.fromisoformat(session.date), session.session)
