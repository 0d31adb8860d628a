"""What an explanation holds: the same in JSON as in words."""

from typing import Literal

from msgspec import Struct, field

from streams.contract.messages import Cause, Change, Half, Reason, Session

__all__ = ["Account", "CountedMark", "Reached", "RuleAccount", "Said", "Test", "Window"]


class Window(Struct, frozen=True):
    """What one count looked at: sessions from `first` to `last`, so many with a mark."""

    counts: str
    first: Session
    last: Session
    sessions: int


class Test(Struct, frozen=True, kw_only=True):
    """A rule asked as of a session: to `enter` (go on) or to `exit` (go off), and whether that holds.

    `holds` is null where the session has no mark of the child any more, so that nothing was asked.
    """

    __test__ = False  # no test of pytest's

    session: Session
    asked: Literal["enter", "exit"]
    holds: bool | None = None
    counted: dict[str, int] = {}
    thresholds: dict[str, int] = {}
    windows: list[Window] = []


class CountedMark(Struct, frozen=True, kw_only=True):
    """A mark that counts: the child's in its session, with the register that it came in.

    `place` is that register's in the log; `versions` how many different marks the log has for the session and school.
    """

    date: str
    session: Half
    code: str
    category: str
    urn: int
    recorded_at: str
    register_id: str
    place: str
    versions: int


class Reached(Struct, frozen=True):
    """A stretch in which a rule was on: up to, and without, the session `to`; null while it lasts."""

    from_: Session = field(name="from")
    to: Session | None


class RuleAccount(Struct, frozen=True, kw_only=True):
    """One rule, as the marks of today have it. `marks` are those counted as of `marks_as_of`."""

    rule: str
    state: Literal["on", "off"]
    episodes: list[Reached]
    tests: list[Test]
    marks_as_of: Session
    marks: list[CountedMark]


class Said(Struct, frozen=True, kw_only=True):
    """One change that was announced, as an alert has it."""

    alert_id: str
    sequence: int
    change: Change
    reason: Reason
    rule: str
    rulebook: str
    urn: int
    from_: Session = field(name="from")
    to: Session | None
    cause: Cause | None
    evidence: dict[str, int]


class Account(Struct, frozen=True, kw_only=True):
    """One pupil, as of a session; `as_of` is null where there are no marks."""

    pupil: str
    rulebook: str
    as_of: Session | None
    sessions: int
    rules: list[RuleAccount]
    announced: list[Said]
