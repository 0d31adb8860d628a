"""What a message to a person must not hold, and how easy it must be to read."""

import re
from collections.abc import Iterator

import textstat

HARDEST_GRADE = 6.0  # Flesch-Kincaid; about eleven years of age
_PROSE = 15  # words
_SCHOOL_START = 5  # years of age in grade 0

FORBIDDEN = {
    "blame": r"truan\w*|fault|blame\w*|excuse\w*|lazy|bad|poor (?:parent\w*|attitude|behaviour)|naughty|refus\w*"
    r"|fail(?:s|ed|ing|ure)?|neglect\w*|irresponsib\w*|problem (?:child|family|pupil)|culprit|guilty|offend\w*"
    r"|offence\w*|skipp?\w* school|bunk\w*|unacceptable|should have known|parents?",
    "threat": r"prosecut\w*|court|penal\w*|punish\w*|sanction\w*|legal action|must attend|warn(?:ing|ed|s)?"
    r"|or else|consequence\w*|enforce\w*|police|fined?\b|fines|fixed[- ]penalty|notice to improve|last chance",
    "diagnosis": r"anxi\w*|depress\w*|adhd|autis\w*|asd|dyslexi\w*|mental(?:ly)? ill\w*|disorder\w*|syndrome"
    r"|school[- ]phobi\w*|ebsa|trauma\w*|abus\w*|addict\w*|eating disorder|self[- ]harm\w*|bully\w*|bullied",
    "money": r"pounds?|pence|money|costs?|costly|fee|fees|pay|paid|payment\w*|benefits?|fund(?:s|ed|ing)"
    r"|saves?|savings?",
    "raw id": r"[a-z2-7]{26}|[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f]{4}-\S+|\burn\b|alert_id|upn",
    "raw value": r"\d{4}-\d\d-\d\d|\bAM\b|\bPM\b|\d{8}|\{\{|\}\}|\{%|\bNone\b|\bTrue\b|\bFalse\b|_|\bnull\b",
}
"""What is looked for, by why it has no place here."""

_CASED = {"raw value"}  # an `am` in a sentence is a word
_CURRENCY = re.compile("[£$€]")
_LINK = re.compile(r"https?://\S+")
_REFERENCE = re.compile(r"Reference [0-9A-F]{4}-[0-9A-F]{4}")


def problems(text: str) -> list[str]:
    """Say what is wrong with *text*, a rendered message; nothing, where nothing is."""
    prose = _LINK.sub("", text)
    return [*_forbidden(prose), *_hard(prose)]


def grade(text: str) -> float:
    """The school grade (Flesch-Kincaid) that reading *text* takes, each line being a sentence at least."""
    lines = [_REFERENCE.sub("", line).strip(" *-:") for line in text.splitlines()]
    return float(textstat.flesch_kincaid_grade(" ".join(_ended(line) for line in lines if line)))


def _forbidden(prose: str) -> Iterator[str]:
    for why, pattern in FORBIDDEN.items():
        flags = 0 if why in _CASED else re.IGNORECASE
        for found in re.finditer(pattern if why.startswith("raw") else rf"\b(?:{pattern})\b", prose, flags):
            yield f"{why}: {found[0]!r}"
    if found := _CURRENCY.search(prose):
        yield f"money: {found[0]!r}"


def _hard(prose: str) -> Iterator[str]:
    """A heading alone is not measured: the formula is for prose."""
    if len(prose.split()) < _PROSE:
        return
    found = grade(prose)
    if found > HARDEST_GRADE:
        yield f"hard to read: grade {found:.1f}, about {found + _SCHOOL_START:.0f} years of age"


def _ended(line: str) -> str:
    return line if line.endswith((".", "?", "!")) else f"{line}."
