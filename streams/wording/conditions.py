"""What turns a rule on, and what turns it off, in words: one function a kind of rule."""

from functools import singledispatch

from streams.attendance import kinds, school_kinds
from streams.attendance.rule import BookRule
from streams.wording.phrases import WEEKDAYS, coded, either, several

OnOff = tuple[str, str]


@singledispatch
def conditions(rule: BookRule) -> OnOff:
    """Return what turns *rule* on and what turns it off.

    Raises:
        NotImplementedError: a kind of rule that has no words yet.
    """
    raise NotImplementedError(type(rule).__name__)


@conditions.register
def _(rule: kinds.YearRate) -> OnOff:
    on = f"missed {rule.enter_percent} % or more of at least {rule.min_possible} possible sessions this year"
    return on, f"below {rule.exit_below_percent} %, or fewer than {rule.min_possible} possible sessions"


@conditions.register
def _(rule: kinds.Trending) -> OnOff:
    weeks = f"the last {several(rule.weeks, 'school week')}"
    on = (
        f"missed {rule.year_from_percent} % or more of the year, but less than {rule.year_below_percent} %, and"
        f" {rule.weeks_percent} % or more of {weeks}; at least {rule.min_possible} possible sessions this year"
    )
    off = (
        f"{rule.year_below_percent} % or more of the year, or below {rule.exit_year_below_percent} % of it, or below"
        f" {rule.exit_weeks_below_percent} % of {weeks}, or fewer than {rule.min_possible} possible sessions"
    )
    return on, off


@conditions.register
def _(rule: kinds.EarlyYear) -> OnOff:
    sessions = several(rule.absent, "session")
    on = f"missed {sessions} or more within the first {several(rule.weeks_at_most, 'school week')} of the year"
    return on, f"after {several(rule.exit_after_weeks, 'school week')} of the year, or fewer than {sessions} missed"


@conditions.register
def _(rule: kinds.WeeksCount) -> OnOff:
    where = f"{coded(rule.codes)} in the last {several(rule.weeks, 'school week')}"
    return f"{several(rule.enter_at, 'session')} or more {where}", f"fewer than {rule.exit_below}"


@conditions.register
def _(rule: kinds.YearCount) -> OnOff:
    on = f"{several(rule.enter_at, 'session')} or more {coded(rule.codes)} this year"
    return on, f"fewer than {rule.exit_below}"


@conditions.register
def _(rule: kinds.RunLength) -> OnOff:
    on = f"{several(rule.enter_at, 'possible session')} or more in a row {coded(rule.codes)}"
    return on, f"fewer than {rule.exit_below} in a row"


@conditions.register
def _(rule: kinds.YearWeeksCount) -> OnOff:
    on = f"sessions {coded(rule.codes)} in {several(rule.enter_at, 'school week')} of this year or more"
    return on, f"in fewer than {rule.exit_below}"


@conditions.register
def _(rule: kinds.Spells) -> OnOff:
    on = f"{several(rule.enter_at, 'spell')} of absence or more began in the last {several(rule.weeks, 'school week')}"
    return on, f"fewer than {rule.exit_below}"


@conditions.register
def _(rule: kinds.UnexplainedToday) -> OnOff:
    on = f"both sessions of one day {coded(rule.codes)}"
    return on, f"the next session that is not coded {either(rule.codes)}, or a reason for this one"


@conditions.register
def _(rule: kinds.ReasonOverdue) -> OnOff:
    days = several(rule.school_days, "school day")
    return f"a session of this year {coded(rule.codes)} for {days} or more", f"no such session for {days} or more"


@conditions.register
def _(rule: kinds.WeekdayPattern) -> OnOff:
    weekday = WEEKDAYS[rule.weekday]
    on = (
        f"away on {rule.enter_at} or more of the last {rule.last} {weekday}s on which there was school, and on fewer"
        f" than 1 in {rule.others_fewer_than_1_in} of the other school days of that time"
    )
    return on, f"away on fewer than {rule.exit_below} of the last {rule.last} {weekday}s"


@conditions.register
def _(rule: kinds.SuddenDrop) -> OnOff:
    on = (
        f"the share of sessions missed in the last {several(rule.weeks, 'school week')} is {rule.enter_points}"
        f" percentage points or more above that of the {rule.weeks_before} school weeks before; at least"
        f" {rule.min_possible} and {rule.min_possible_before} possible sessions in them"
    )
    return on, f"the difference is below {rule.exit_below_points} points, or there are too few possible sessions"


@conditions.register
def _(_rule: kinds.DualRegistrationGap) -> OnOff:
    on = "on roll at two schools or more, and for one session each of them expects the child at another (code D)"
    return on, "one of the schools has another mark"


@conditions.register
def _(rule: school_kinds.RegisterMissing) -> OnOff:
    on = (
        f"no register of a session {several(rule.grace_minutes, 'minute')} after its start, on a day that is a school"
        " day of the school by its calendar, or by the register of the day's other session"
    )
    return on, "the register comes; withdrawn where the session turns out to be closed"


@conditions.register
def _(rule: school_kinds.FeedSilent) -> OnOff:
    days = several(rule.school_days_over, "school day")
    on = (
        f"no register of the school for more than {days}, while more than {rule.others_over_percent} % of the other"
        f" schools' come; looked at {several(rule.grace_minutes, 'minute')} after each session's start"
    )
    return on, "a register of the school comes"


@conditions.register
def _(rule: school_kinds.MassAbsence) -> OnOff:
    on = (
        f"in a session with {rule.min_possible} or more pupils with a possible mark, the rate of absence is"
        f" {rule.enter_points} percentage points or more above, and {rule.enter_times} times or more, the median of the"
        f" school's sessions of the {rule.days_before} school days before (at least {rule.min_days_before} of them)"
    )
    return on, f"the next session with {rule.min_possible} or more such pupils in which it is not so"
