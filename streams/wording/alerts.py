"""One kind, factual sentence per alert."""

from streams.attendance.kinds import Rule
from streams.contract.messages import Alert
from streams.wording.facts import facts
from streams.wording.phrases import when

CHANGES = {"raised": "Raised", "eased": "Eased", "reopened": "Back on", "revised": "Revised", "withdrawn": "Withdrawn"}
WITHDRAWN = {
    "correction": "please disregard: the register was corrected",
    "mark": "please disregard: later marks no longer support it",
    "rulebook": "the rule book has changed",
    "erasure": "the records behind it were erased",
    "year": "the marks behind it belong to a year that is no longer kept",
    "time": "the register has come",
}


def sentence(alert: Alert, rule: Rule | None) -> str:
    """*alert* in words; *rule* is its rule as the rule book has it, None where the book at hand has no such rule.

    Names the school by its URN, and the child as "a pupil".
    """
    return f"{CHANGES[alert.change]}: {_said(alert, rule)}."


def _said(alert: Alert, rule: Rule | None) -> str:
    if alert.change == "withdrawn":
        return f"{WITHDRAWN[alert.reason]} ({_who(alert)}, {_span(alert)})"
    if not alert.evidence:
        return f"a new school year began ({_who(alert)}, {_span(alert)})"
    if alert.change == "eased" and alert.to:
        return f"{_who(alert)} {facts(rule, alert.evidence)}, as of {when(alert.to)}"
    if alert.change == "revised":
        return f"{_who(alert)} {facts(rule, alert.evidence)}, and this now holds {_span(alert)}"
    return f"{_who(alert)} {facts(rule, alert.evidence)}, as of {when(alert.from_)}"


def _who(alert: Alert) -> str:
    return f"a pupil at school {alert.urn}" if alert.pupil else f"school {alert.urn}"


def _span(alert: Alert) -> str:
    until = f" until {when(alert.to)}" if alert.to else ""
    return f"from {when(alert.from_)}{until}"
