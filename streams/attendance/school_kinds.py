"""The kinds of rule about a school: read from its day's board, not from ledgers (`streams/board`)."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from msgspec import Meta

from streams.attendance.rule import BookRule, Percent, Positive, Problem

Minutes = Annotated[int, Meta(ge=1, le=600)]
DayCount = Annotated[int, Meta(ge=1, le=20)]
"""School days; a board holds the 20 before each session that can still change."""


class SchoolRule(BookRule, frozen=True, kw_only=True):
    """A rule about a school. `names` are what its evidence may say beside its thresholds."""

    names: ClassVar[tuple[str, ...]] = ()


class RegisterMissing(SchoolRule, frozen=True, kw_only=True, tag="register-missing"):
    """No register of a session of a school day, `grace_minutes` after its start."""

    grace_minutes: Minutes

    names: ClassVar = ("starts_at", "in_calendar", "other_session", "minutes_late")


class FeedSilent(SchoolRule, frozen=True, kw_only=True, tag="feed-silent"):
    """No register for more than `school_days_over` school days, while most other schools' come.

    Looked at `grace_minutes` after each session's start; most are more than `others_over_percent`.
    """

    school_days_over: DayCount
    others_over_percent: Percent
    grace_minutes: Minutes

    names: ClassVar = ("last_register", "days_without", "schools", "schools_heard")


class MassAbsence(SchoolRule, frozen=True, kw_only=True, tag="mass-absence"):
    """In one session far more absence than the median of the sessions of the `days_before` school days before."""

    min_possible: Positive
    enter_points: Percent
    enter_times: Positive
    days_before: DayCount
    min_days_before: DayCount

    names: ClassVar = (
        "possible", "absent", "median_absent", "median_possible", "baseline_days", "baseline_sessions",
    )  # fmt: skip

    def problems(self) -> Iterator[Problem]:
        """Yield where more days are needed than are looked at."""
        if self.min_days_before > self.days_before:
            yield "min_days_before", f"is more than days_before ({self.days_before}): the rule could never go on"


SCHOOL_KINDS: tuple[type[SchoolRule], ...] = (RegisterMissing, FeedSilent, MassAbsence)
