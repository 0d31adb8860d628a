"""What a rule counted, as the end of a sentence that begins with "A pupil" or "School": one function a kind of rule."""

from collections.abc import Mapping
from functools import singledispatch

from streams.attendance import kinds, school_kinds
from streams.wording.phrases import WEEKDAYS, clock, coded, numbered_day, percent, several, share

Evidence = Mapping[str, int]


@singledispatch
def facts(rule: object, evidence: Evidence) -> str:
    """What *evidence* says; where the rule is not in the book at hand, name by name."""
    del rule
    return "is at " + ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in evidence.items())


@facts.register
def _(_rule: kinds.YearRate, evidence: Evidence) -> str:
    return f"missed {share(evidence['absent'], evidence['possible'])} this year"


@facts.register
def _(rule: kinds.Trending, evidence: Evidence) -> str:
    recent = share(evidence["recent_absent"], evidence["recent_possible"])
    year = share(evidence["absent"], evidence["possible"])
    return f"missed {recent} in the last {several(rule.weeks, 'school week')}, and {year} this year"


@facts.register
def _(_rule: kinds.EarlyYear, evidence: Evidence) -> str:
    weeks = evidence["school_weeks"]
    first = f"{weeks} school weeks" if weeks > 1 else "school week"
    return f"missed {several(evidence['absent'], 'session')} in the first {first} of the year"


@facts.register
def _(rule: kinds.WeeksCount, evidence: Evidence) -> str:
    counted = several(evidence["counted"], "session")
    return f"has {counted} {coded(rule.codes)} in the last {several(rule.weeks, 'school week')}"


@facts.register
def _(rule: kinds.YearCount, evidence: Evidence) -> str:
    return f"has {several(evidence['counted'], 'session')} {coded(rule.codes)} this year"


@facts.register
def _(rule: kinds.RunLength, evidence: Evidence) -> str:
    return f"has {several(evidence['counted'], 'possible session')} in a row {coded(rule.codes)}"


@facts.register
def _(rule: kinds.YearWeeksCount, evidence: Evidence) -> str:
    return f"has sessions {coded(rule.codes)} in {several(evidence['counted'], 'school week')} of this year"


@facts.register
def _(rule: kinds.Spells, evidence: Evidence) -> str:
    return (
        f"had {several(evidence['counted'], 'new spell')} of absence in the last {several(rule.weeks, 'school week')}"
    )


@facts.register
def _(_rule: kinds.UnexplainedToday, evidence: Evidence) -> str:
    if evidence["both_sessions"]:
        return "was away morning and afternoon, and no reason is known yet"
    return (
        "is no longer away without a known reason" if not evidence["this_session"] else "is away, no reason known yet"
    )


@facts.register
def _(_rule: kinds.ReasonOverdue, evidence: Evidence) -> str:
    days = evidence["school_days_since"]
    if not days:
        return "has no absence without a known reason any more"
    return f"has had an absence without a known reason for {several(days, 'school day')}"


@facts.register
def _(rule: kinds.WeekdayPattern, evidence: Evidence) -> str:
    days = f"{evidence['weekday_absent']} of the last {evidence['weekday_days']} {WEEKDAYS[rule.weekday]}s"
    others = several(evidence["other_days"], "other school day")
    return f"was away on {days}, and on {evidence['other_absent']} of {others}"


@facts.register
def _(rule: kinds.SuddenDrop, evidence: Evidence) -> str:
    possible, absent = evidence["possible"], evidence["absent"]
    before = share(evidence["all_absent"] - absent, evidence["all_possible"] - possible)
    weeks = several(rule.weeks, "school week")
    return f"missed {share(absent, possible)} in the last {weeks}, and {before} in the {rule.weeks_before} before"


@facts.register
def _(_rule: kinds.DualRegistrationGap, evidence: Evidence) -> str:
    if evidence["gap"]:
        return "was expected at another school by every school where they are on roll"
    return "has a mark of their own again at one of their schools"


@facts.register
def _(_rule: school_kinds.RegisterMissing, evidence: Evidence) -> str:
    began = f"the session began at {clock(evidence['starts_at'])}"
    if "minutes_late" in evidence:
        return f"has sent its register, {several(evidence['minutes_late'], 'minute')} after {began}"
    return f"has sent no register, {several(evidence['grace_minutes'], 'minute')} after {began}"


@facts.register
def _(_rule: school_kinds.FeedSilent, evidence: Evidence) -> str:
    last = numbered_day(evidence["last_register"])
    if "days_without" not in evidence:
        return f"is heard again, since {last}"
    heard = f"{evidence['schools_heard']} of {several(evidence['schools'], 'other school')} are heard"
    return f"has sent no register since {last}, while {heard}: its link may be down"


@facts.register
def _(_rule: school_kinds.MassAbsence, evidence: Evidence) -> str:
    absent, possible = evidence["absent"], evidence["possible"]
    usual = percent(evidence["median_absent"], evidence["median_possible"])
    days = several(evidence["baseline_days"], "school day")
    away = f"{absent} of {several(possible, 'pupil')} away ({percent(absent, possible)})"
    return f"had {away}; usual in the {days} before was {usual}"
