"""The kinds of rule there are, and the names their evidence may have.

A rule of a book is a kind with numbers and codes.
"""

from streams.attendance.kinds_counts import RunLength, Spells, WeeksCount, YearCount, YearWeeksCount
from streams.attendance.kinds_days import DualRegistrationGap, ReasonOverdue, UnexplainedToday, WeekdayPattern
from streams.attendance.kinds_rates import EarlyYear, SuddenDrop, Trending, YearRate
from streams.attendance.rule import Problem, Rule

__all__ = [
    "EVIDENCE",
    "KINDS",
    "DualRegistrationGap",
    "EarlyYear",
    "Problem",
    "ReasonOverdue",
    "Rule",
    "RunLength",
    "Spells",
    "SuddenDrop",
    "Trending",
    "UnexplainedToday",
    "WeekdayPattern",
    "WeeksCount",
    "YearCount",
    "YearRate",
    "YearWeeksCount",
]

KINDS: tuple[type[Rule], ...] = (
    YearRate, Trending, EarlyYear, WeeksCount, YearCount, RunLength, YearWeeksCount, Spells,
    UnexplainedToday, ReasonOverdue, WeekdayPattern, SuddenDrop, DualRegistrationGap,
)  # fmt: skip

EVIDENCE: dict[str, str] = {
    "possible": "possible sessions counted",
    "absent": "absent sessions among them",
    "recent_possible": "possible sessions of the last `weeks` school weeks",
    "recent_absent": "absent sessions of the last `weeks` school weeks",
    "all_possible": "possible sessions of the last `weeks` and the `weeks_before` before them, together",
    "all_absent": "absent sessions of the last `weeks` and the `weeks_before` before them, together",
    "school_weeks": "school weeks with a school day in the year to date",
    "counted": "what the rule counts: sessions with one of its codes, weeks with one, or spells that began",
    "both_sessions": "1 where both sessions of the day have the code",
    "this_session": "1 where this session has the code",
    "school_days_since": "school days after the date of the earliest session that has the code",
    "weekday_days": "school days on the weekday, of the last `last`",
    "weekday_absent": "those of them with an absent session",
    "other_days": "school days on other weekdays in the same weeks",
    "other_absent": "those of them with an absent session",
    "gap": "1 where two or more schools hold a mark and all are D",
    "since": "first session's date of what was counted, as YYYYMMDD",
    "until": "date of the session as of which it was counted, as YYYYMMDD",
    "min_possible": "least possible sessions for the rule to speak",
    "min_possible_before": "least possible sessions in the weeks before",
    "enter_percent": "the rule goes on from this percentage",
    "exit_below_percent": "the rule goes off below this percentage",
    "year_from_percent": "the rule goes on from this percentage of the year",
    "year_below_percent": "and only below this percentage of the year",
    "exit_year_below_percent": "the rule goes off below this percentage of the year",
    "weeks_percent": "the rule goes on from this percentage of the last `weeks`",
    "exit_weeks_below_percent": "the rule goes off below this percentage of the last `weeks`",
    "weeks": "how many school weeks are counted",
    "weeks_before": "how many school weeks before them are compared",
    "weeks_at_most": "the rule goes on in at most this many school weeks of the year",
    "absent_at_least": "the rule goes on from this many absent sessions",
    "exit_after_weeks": "the rule goes off after this many school weeks of the year",
    "enter_at": "the rule goes on from this count",
    "exit_below": "the rule goes off below this count",
    "school_days": "school days allowed for a reason",
    "last": "how many school days on the weekday are looked at",
    "others_fewer_than_1_in": "absence on other days must be rarer than 1 in this many",
    "enter_points": "the rule goes on from this difference in percentage points",
    "exit_below_points": "the rule goes off below this difference",
    "starts_at": "when the session starts, Europe/London, as HHMM",
    "in_calendar": "1 where the school's calendar says that there is school",
    "other_session": "1 where the register of the other session of that day has come",
    "minutes_late": "minutes from the session's start to the register's receipt",
    "last_register": "date on which the school's last register was received, as YYYYMMDD",
    "days_without": "school days since without a register, the one in progress included",
    "schools": "other schools heard from in the last weeks",
    "schools_heard": "those of them heard from on that day, by then",
    "median_absent": "numerator of the median of the sessions' rates of absence before",
    "median_possible": "its denominator",
    "baseline_days": "school days of which the median is",
    "baseline_sessions": "sessions of which the median is",
    "grace_minutes": "minutes after a session's start in which its register should come",
    "school_days_over": "the rule goes on after more than this many school days",
    "others_over_percent": "most other schools are more than this percentage of them",
    "enter_times": "the rule goes on from this many times the median",
    "days_before": "how many school days before are compared",
    "min_days_before": "least of them for the rule to speak",
}
"""Every name that evidence may have, and what it means."""
