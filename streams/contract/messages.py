"""The public messages: what a register, an alert and a dead letter look like on a topic or in a file.

JSON objects in UTF-8, one a record or line. Fields that are not named here are ignored.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

PupilKey = Annotated[str, Meta(pattern="^[a-z2-7]{26}$", description="keyed pseudonym of the pupil")]
Urn = Annotated[int, Meta(ge=100000, le=999999, description="unique reference number of the school")]
Half = Literal["AM", "PM"]
Change = Literal["raised", "eased", "reopened", "revised", "withdrawn"]
Reason = Literal["erasure", "rulebook", "year", "correction", "mark", "time"]
Severity = Literal["low", "medium", "high", "urgent"]
Audience = Literal["school", "la-attendance", "la-cme", "la-inclusion", "la-send", "la-transport"]
Refusal = Literal[
    "not-json",
    "not-a-register",
    "bad-recorded-at",
    "recorded-in-future",
    "not-a-mark",
    "bad-pupil",
    "unknown-code",
    "future-session",
    "too-old",
    "erased",
    "quarantined",
]


class Session(Struct, frozen=True):
    """Half a school day: a date (YYYY-MM-DD) and AM or PM."""

    date: str
    session: Half


class Cause(Struct, frozen=True):
    """The mark behind a change: the pupil's last mark in the register that was not refused."""

    register_id: str
    date: str
    session: Half
    code: str
    recorded_at: str


class Alert(Struct, frozen=True, kw_only=True):
    """One change of one alert: the same `alert_id` through its life, `sequence` counting from 1."""

    alert_id: str
    sequence: int
    change: Change
    reason: Reason
    rule: str
    rulebook: str
    pupil: PupilKey | None
    urn: int
    from_: Session = field(name="from")
    to: Session | None
    cause: Cause | None
    evidence: dict[str, int]
    severity: Severity
    audience: list[Audience]
    restricted: bool


class Origin(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a refused register came from: topic, partition and offset, or file and line (from 1)."""

    topic: str | None = None
    file: str | None = None
    partition: int | None = None
    offset: int | None = None
    line: int | None = None


class DeadLetter(Struct, frozen=True, kw_only=True):
    """A refused register (`mark` null, `value` its bytes) or one refused mark (`value` its JSON).

    `detail` says what was wrong in words that carry nothing of the pupil.
    """

    reason: Refusal
    detail: str
    origin: Origin
    register_id: str | None
    urn: int | None
    date: str | None
    session: Half | None
    mark: int | None
    value: bytes
