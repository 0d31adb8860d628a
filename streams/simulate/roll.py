"""Who is on roll where: schools, forms (classes), enrolments, and the pseudonyms of children who do not exist."""

from base64 import b32encode
from dataclasses import dataclass, field
from hashlib import blake2b
from random import Random

FORMS = {990001: 8, 990002: 8, 990003: 4}  # URN (invented) -> number of forms
FORM_SIZE = 30  # pupils
PUPILS = FORM_SIZE * sum(FORMS.values())


@dataclass
class Enrolment:
    """One child at one school: what really happened in each session of the half-term; None where not on roll."""

    pupil: str
    codes: list[str | None]


@dataclass
class Form:
    """A class, whose register is taken twice a day."""

    urn: int
    name: str
    enrolments: list[Enrolment] = field(default_factory=list)


def dice(seed: int, *about: object) -> Random:
    """Chance for one purpose: the same for the same seed and purpose, whatever else is drawn."""
    return Random("/".join(map(str, (seed, *about))))  # noqa: S311 - invented children, no secrets


def pseudonym(seed: int, number: int | str) -> str:
    """The key of invented pupil *number*, or of an invented UPN: 26 characters, as the edge makes them with a key."""
    digest = blake2b(str(number).encode(), key=str(seed).encode(), digest_size=16).digest()
    return b32encode(digest).decode().rstrip("=").lower()


def empty_forms() -> list[Form]:
    """Every form of every school, nobody in it yet."""
    return [Form(urn, f"{urn}-{number}") for urn, forms in FORMS.items() for number in range(1, forms + 1)]
