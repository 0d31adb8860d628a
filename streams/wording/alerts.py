"""One kind, factual sentence per alert."""

from streams.attendance.rule import BookRule
from streams.attendance.school_kinds import FeedSilent, RegisterMissing
from streams.contract.messages import Alert
from streams.wording.facts import facts
from streams.wording.phrases import when

CHANGES = {"raised": "Raised", "eased": "Eased", "reopened": "Back on", "revised": "Revised", "withdrawn": "Withdrawn"}
WITHDRAWN = {  # "please disregard" is for what was wrong, not for what is new
    "correction": "please disregard: the register was corrected",
    "mark": "later marks no longer support it",
    "rulebook": "the rule book has changed",
    "erasure": "the records behind it were erased",
    "year": "the marks behind it belong to a year that is no longer kept",
    "time": "the calendar says that there is no school",
}
SCHOOL_WITHDRAWN: dict[type[object], str] = {
    RegisterMissing: "there was no school, or the register had come in time",
    FeedSilent: "the school is not open any more",
}


def sentence(alert: Alert, rule: BookRule | None) -> str:
    """*alert* in words; *rule* is its rule as the rule book has it, None where the book at hand has no such rule.

    Names the school by its URN, and the child as "a pupil".
    """
    return f"{CHANGES[alert.change]}: {_said(alert, rule)}."


def _said(alert: Alert, rule: BookRule | None) -> str:
    if alert.change == "withdrawn":
        words = WITHDRAWN[alert.reason] if alert.reason == "rulebook" else SCHOOL_WITHDRAWN.get(type(rule))
        return f"{words or WITHDRAWN[alert.reason]} ({_who(alert)}, {_span(alert)})"
    if alert.pupil is None:
        return _of_school(alert, rule)
    if not alert.evidence:
        return f"a new school year began ({_who(alert)}, {_span(alert)})"
    if alert.change == "eased" and alert.to:
        return f"{_who(alert)} {facts(rule, alert.evidence)}, as of {when(alert.to)}"
    if alert.change == "revised":
        return f"{_who(alert)} {facts(rule, alert.evidence)}, and this now holds {_span(alert)}"
    return f"{_who(alert)} {facts(rule, alert.evidence)}, as of {when(alert.from_)}"


def _of_school(alert: Alert, rule: BookRule | None) -> str:
    if not alert.evidence:
        return f"it went on for weeks and is not followed any more ({_who(alert)}, {_span(alert)})"
    said = f"{_who(alert)} {facts(rule, alert.evidence)}"
    return f"{said}, as of {when(alert.from_)}" if alert.to is None else f"{said} ({_span(alert)})"


def _who(alert: Alert) -> str:
    return f"a pupil at school {alert.urn}" if alert.pupil else f"school {alert.urn}"


def _span(alert: Alert) -> str:
    if alert.from_ == alert.to:
        return f"the same session, {when(alert.from_)}"
    until = f" until {when(alert.to)}" if alert.to else ""
    return f"from {when(alert.from_)}{until}"
