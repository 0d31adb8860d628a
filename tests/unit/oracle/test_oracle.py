"""The oracle against examples worked by hand from rules.md."""

import json
from collections.abc import Iterator
from datetime import date, timedelta

from tests.oracle import ENGLAND_2024, Oracle, fold
from tests.oracle.asof import Slot
from tests.oracle.changes import Announced, overlap
from tests.oracle.rules import codes_in_weeks, exchange, without
from tests.oracle.walk import Episode

PUPIL = "abcdefghijklmnopqrstuvwxyz"
SEPTEMBER = date(2024, 9, 2)  # a Monday
SCHOOL, OTHER = 100001, 100002


def register(
    day: date, half: str, *marks: object, urn: int = SCHOOL, recorded: str = "09:00:00", **fields: object
) -> bytes:
    values = [mark if isinstance(mark, dict) else {"pupil": PUPIL, "code": mark} for mark in marks]
    fixed = {"register_id": "r1", "urn": urn, "date": day.isoformat(), "session": half, "marks": values}
    return json.dumps(fixed | {"recorded_at": f"{day.isoformat()}T{recorded}Z"} | fields).encode()


def sessions(start: date = SEPTEMBER, holidays: tuple[date, ...] = ()) -> Iterator[Slot]:
    """Sessions of the days Monday to Friday, without the weeks whose Mondays are named."""
    day = start
    while True:
        if day.weekday() < 5 and day - timedelta(days=day.weekday()) not in holidays:
            yield day, "AM"
            yield day, "PM"
        day += timedelta(days=1)


def feed(oracle: Oracle, codes: str, slots: Iterator[Slot]) -> list[dict]:
    """Feed one code a session; return the alerts."""
    alerts = []
    for code in codes.split():
        alerts += oracle.feed(register(*next(slots), code), 1)[0]
    return alerts


def of(alerts: list[dict], rule: str) -> list[tuple[str, str, str]]:
    return [
        (alert["change"], alert["from"]["date"], alert["from"]["session"]) for alert in alerts if alert["rule"] == rule
    ]


def nineteen(oracle: Oracle) -> tuple[list[dict], Iterator[Slot]]:
    """Nineteen sessions, two of them missed."""
    slots = sessions()
    return feed(oracle, "I " + "/ " * 8 + "I " + "/ " * 9, slots), slots


def test_persistent_absence_needs_twenty_possible_sessions() -> None:
    """2 of 19 raises nothing; 2 of 20, which is 10 %, does."""
    oracle = Oracle()
    alerts, slots = nineteen(oracle)
    assert of(alerts, "persistent-absence") == []
    assert of(feed(oracle, "/", slots), "persistent-absence") == [("raised", "2024-09-13", "PM")]


def test_sessions_that_are_not_possible_count_neither_way() -> None:
    """With 20 sessions of which one is Y1, only 19 were possible."""
    oracle = Oracle()
    alerts, slots = nineteen(oracle)
    assert of(alerts + feed(oracle, "Y1", slots), "persistent-absence") == []


def test_persistent_absence_ends_below_nine_per_cent() -> None:
    """2 of 22 is 9.09 % and stays on; 2 of 23 is 8.7 % and ends it."""
    oracle = Oracle()
    _, slots = nineteen(oracle)
    alerts = feed(oracle, "/ / /", slots)
    assert of(alerts, "persistent-absence") == [("raised", "2024-09-13", "PM")]
    (eased,) = [a for a in feed(oracle, "/", slots) if a["rule"] == "persistent-absence"]
    assert (eased["change"], eased["to"], eased["sequence"]) == ("eased", {"date": "2024-09-17", "session": "AM"}, 2)


def test_ten_in_ten_counts_across_a_holiday() -> None:
    """Nine O's, a fortnight away, and a tenth in the second school week are ten in ten weeks."""
    oracle = Oracle()
    slots = sessions(holidays=(date(2024, 9, 9), date(2024, 9, 16)))
    assert of(feed(oracle, "O " * 9 + "/ ", slots), "unauthorised-10-in-10") == []
    assert of(feed(oracle, "O", slots), "unauthorised-10-in-10") == [("raised", "2024-09-23", "AM")]


def test_a_week_of_closures_is_no_school_week() -> None:
    """Ten O's stay inside the last ten school weeks while weeks of # go by, and leave with the tenth of school."""
    oracle = Oracle()
    slots = sessions()
    feed(oracle, "O " * 10 + "/ " * 90 + "# " * 30, slots)
    assert [e[0] for e in oracle.episodes(PUPIL) if e[0] == "unauthorised-10-in-10" and e[2] is None]
    feed(oracle, "/", slots)
    assert not [e[0] for e in oracle.episodes(PUPIL) if e[0] == "unauthorised-10-in-10" and e[2] is None]


def test_unexplained_today_is_a_whole_day_of_n() -> None:
    """N in the afternoon raises it where the morning is N; the next mark that is not N ends it."""
    oracle = Oracle()
    slots = sessions()
    assert of(feed(oracle, "/ N N", slots), "unexplained-today") == []
    assert of(feed(oracle, "N", slots), "unexplained-today") == [("raised", "2024-09-03", "PM")]
    assert of(feed(oracle, "N", slots), "unexplained-today") == []
    assert of(feed(oracle, "/", slots), "unexplained-today") == [("eased", "2024-09-03", "PM")]


def test_a_reason_given_the_same_evening_withdraws_the_alert() -> None:
    """The marks no longer support it: withdrawn as a correction; the same again goes on counting."""
    oracle = Oracle()
    day = SEPTEMBER
    (raised,) = feed(oracle, "N N", sessions())
    (withdrawn,), _ = oracle.feed(register(day, "PM", "I", recorded="17:00:00"), 3)
    (again,), _ = oracle.feed(register(day, "PM", "N", recorded="18:00:00"), 4)
    assert [raised["change"], withdrawn["change"], again["change"]] == ["raised", "withdrawn", "raised"]
    assert [raised["reason"], withdrawn["reason"], again["reason"]] == ["mark", "correction", "correction"]
    assert [a["sequence"] for a in (raised, withdrawn, again)] == [1, 2, 3]
    assert len({a["alert_id"] for a in (raised, withdrawn, again)}) == 1
    assert fold([raised, withdrawn], oracle.years()) == {}


def test_a_reason_is_overdue_after_five_school_days() -> None:
    """The fifth school day after the day of the N raises it; a closed day does not count."""
    oracle = Oracle()
    slots = sessions()
    assert of(feed(oracle, "N / / / / / # # / / / /", slots), "reason-overdue") == []
    assert of(feed(oracle, "/", slots), "reason-overdue") == [("raised", "2024-09-10", "AM")]


def test_a_day_closed_at_one_school_is_a_school_day_where_another_holds_d() -> None:
    """Not only the child's mark makes a school day: with # and D on each of five days the N is overdue."""
    oracle = Oracle()
    slots = sessions()
    feed(oracle, "N /", slots)
    alerts = []
    for day, half in [next(slots) for _ in range(10)]:
        oracle.feed(register(day, half, "#"), 1)
        alerts += oracle.feed(register(day, half, "D", urn=OTHER), 1)[0]
    assert of(alerts, "reason-overdue") == [("raised", "2024-09-09", "AM")]


def mondays(oracle: Oracle, monday_codes: str, others: str) -> list[dict]:
    slots = sessions()
    alerts = []
    for code in monday_codes.split():
        alerts += feed(oracle, f"{code} / " + others, slots)
    return alerts


def test_four_of_six_mondays_are_a_pattern() -> None:
    """With 4 of the first 6 Mondays absent it begins on the sixth, in the morning."""
    alerts = mondays(Oracle(), "I I I / I /", "/ " * 8)
    assert of(alerts, "weekday-pattern-mon") == [("raised", "2024-10-07", "AM")]


def test_a_pattern_needs_the_other_days_to_be_better() -> None:
    """At the sixth Monday one other day in five with an absence is too many, one in twenty is not."""
    assert of(mondays(Oracle(), "I I I / I /", "/ / / I / / / /"), "weekday-pattern-mon") == []
    oracle = Oracle()
    slots = sessions()
    codes = "I / / / / I / / / / " + ("I / " + "/ " * 8) * 4 + "/"
    assert of(feed(oracle, codes, slots), "weekday-pattern-mon") == [("raised", "2024-10-07", "AM")]


def test_a_sudden_drop_compares_two_weeks_with_eight_before() -> None:
    """After nine full weeks 2 of 12 missed (16.7 points) is none, 3 of 13 (23) is."""
    oracle = Oracle()
    slots = sessions()
    alerts = feed(oracle, "/ " * 90, slots)  # weeks 1 to 9
    assert of(alerts, "sudden-drop") == []
    alerts = feed(oracle, "I I", slots)  # 2 of 12 in weeks 9 and 10
    assert of(alerts, "sudden-drop") == []
    assert of(feed(oracle, "I", slots), "sudden-drop") == [("raised", "2024-11-05", "AM")]  # 3 of 13


def test_a_sudden_drop_needs_forty_possible_sessions_before() -> None:
    """Three weeks of history are not enough to call it a drop."""
    oracle = Oracle()
    slots = sessions()
    assert of(feed(oracle, "/ " * 30 + "I " * 20, slots), "sudden-drop") == []


def test_the_latest_version_holds_and_on_a_tie_the_better_code() -> None:
    """Fractions are cut, so .9 ties with .1; an older one changes nothing."""
    oracle = Oracle()
    for code, recorded in [("I", "09:00:00.9"), ("/", "09:00:00.1"), ("O", "09:00:00.95"), ("N", "08:59:59")]:
        oracle.feed(register(SEPTEMBER, "AM", code, recorded=recorded), 1)
    assert [version[1] for version in oracle.pupils[PUPIL].held.values()] == ["/"]


def test_two_schools_that_both_say_d_leave_a_gap() -> None:
    """The second D raises it, as a correction; a real mark at one of them withdraws it."""
    oracle = Oracle()
    assert oracle.feed(register(SEPTEMBER, "AM", "D"), 1)[0] == []
    (raised,), _ = oracle.feed(register(SEPTEMBER, "AM", "D", urn=OTHER), 2)
    assert (raised["rule"], raised["reason"], raised["urn"]) == ("dual-registration-gap", "correction", OTHER)
    (withdrawn,), _ = oracle.feed(register(SEPTEMBER, "AM", "/", urn=OTHER, recorded="10:00:00"), 3)
    assert withdrawn["change"] == "withdrawn"


def test_what_is_on_at_the_end_of_july_is_eased_when_the_year_moves_on_twice() -> None:
    """An alert whose marks have left the ledger is eased at 31 July, not withdrawn."""
    oracle = Oracle()
    feed(oracle, "N N", sessions(date(2022, 9, 5)))
    assert oracle.episodes(PUPIL) == [("unexplained-today", ("2022-09-05", "PM"), None)]
    (eased,), _ = oracle.feed(register(SEPTEMBER, "AM", "/"), 3)
    assert (eased["change"], eased["reason"]) == ("eased", "year")
    assert eased["to"] == {"date": "2024-07-31", "session": "PM"}
    assert oracle.feed(register(date(2022, 9, 5), "PM", "I"), 4)[1][0]["reason"] == "too-old"


def test_j_is_read_by_the_date_of_its_session() -> None:
    """Off-site before 19 Aug 2024, an authorised absence from then on."""
    oracle = Oracle()
    for day in (date(2024, 8, 18), date(2024, 8, 19)):
        oracle.feed(register(day, "AM", "J"), 1)
    assert [version[1] for version in oracle.pupils[PUPIL].held.values()] == ["J", "J1"]


def test_a_bad_mark_takes_only_itself_out() -> None:
    """Each refused mark is one dead letter with its index; the good one is taken."""
    marks = [5, {"pupil": PUPIL.upper(), "code": "?"}, {"pupil": PUPIL, "code": "?"}, {"pupil": PUPIL, "code": "/"}]
    oracle = Oracle()
    _, letters = oracle.feed(register(SEPTEMBER, "AM", *marks), 7)
    assert [(letter["reason"], letter["mark"]) for letter in letters] == [
        ("not-a-mark", 0), ("bad-pupil", 1), ("unknown-code", 2)
    ]  # fmt: skip
    assert oracle.year(PUPIL) == 2024


def test_refused_registers_are_checked_in_order() -> None:
    """The form comes before `recorded_at`, and that before its distance from `received_at`."""
    at = "2024-09-02T09:00:00Z"
    lines = {
        b"{": "not-json",
        b"[]": "not-a-register",
        register(SEPTEMBER, "am", recorded_at="soon"): "not-a-register",
        register(SEPTEMBER, "AM", recorded_at="2024-09-02T09:00:00", received_at=at): "bad-recorded-at",
        register(SEPTEMBER, "AM", recorded_at="2024-09-03T09:00:01Z", received_at=at): "recorded-in-future",
    }
    assert [Oracle().feed(line, 1)[1][0]["reason"] for line in lines] == list(lines.values())
    on_the_edge = register(SEPTEMBER, "AM", recorded_at="2024-09-03T09:00:00Z", received_at=at)
    assert Oracle().feed(on_the_edge, 1) == ([], [])


def test_another_book_withdraws_the_rules_it_has_no_more_and_compares_the_others() -> None:
    """At the next mark: the missing rule's alert withdrawn first, then the looser rule raised where it held."""
    oracle = Oracle()
    slots = sessions()
    feed(oracle, "L L N N", slots)
    looser = codes_in_weeks("lateness", ("low", ("school",)), codes="L U", weeks=4, enter=2, leave=1)
    oracle.change_book(exchange(without(ENGLAND_2024, "unexplained-today"), looser), "england-2024@2")
    alerts = feed(oracle, "N", slots)
    assert [(a["rule"], a["change"], a["reason"], a["rulebook"]) for a in alerts] == [
        ("unexplained-today", "withdrawn", "rulebook", "england-2024@2"),
        ("lateness", "raised", "rulebook", "england-2024@2"),
    ]
    assert of(alerts, "lateness") == [("raised", "2024-09-02", "PM")]


def test_an_alert_that_only_touches_an_episode_is_not_continued_by_it() -> None:
    """Intervals are half-open: [Monday, Tuesday) is withdrawn where the episode is now [Tuesday, open)."""
    monday, tuesday = (SEPTEMBER, "AM"), (SEPTEMBER + timedelta(days=1), "AM")
    alert = Announced("id", "spells", monday, 0, monday, tuesday, "medium", ("school",), restricted=False)
    assert not overlap(Episode(tuesday, None), alert)
    assert overlap(Episode((SEPTEMBER, "PM"), None), alert)
