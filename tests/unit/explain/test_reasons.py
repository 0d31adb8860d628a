"""Why an alert is on, eased or withdrawn."""

from datetime import date, timedelta

import msgspec

from streams.attendance.sessions import slot
from streams.contract.messages import Origin, Session
from streams.explain.account import Account, RuleAccount
from streams.explain.history import History
from streams.explain.reasons import account
from streams.explain.telling import in_words
from tests.unit.pipeline.examples import ENGINE, PUPIL, line, mark

MONDAY = date(2024, 9, 9)
RULES = {rule.id: rule for rule in ENGINE.rules}


def term(codes: str) -> list[bytes]:
    """A register of each session of a Monday to Friday, one code each; `.` is present."""
    days = (MONDAY + timedelta(days=7 * (n // 10) + n % 10 // 2) for n in range(len(codes)))
    return [
        session(day, "PM" if n % 2 else "AM", {".": "/"}.get(code, code))
        for n, (day, code) in enumerate(zip(days, codes, strict=True))
    ]


def session(day: date, half: str, code: str, at: str = "17:00:00", **fields: str) -> bytes:
    return line(mark(code), date=day.isoformat(), session=half, recorded_at=f"{day}T{at}+01:00", **fields)


def told(lines: list[bytes], as_of: int | None = None, alert_id: str | None = None) -> Account:
    history = History(PUPIL, ENGINE)
    for number, each in enumerate(lines, 1):
        history.feed(each, received_ms=None, origin=Origin(file="log", line=number))
    return account(history, as_of=as_of, alerts=history.alerts, alert_id=alert_id)


def of(found: Account, rule: str) -> RuleAccount:
    (one,) = [one for one in found.rules if one.rule == rule]
    return one


def test_an_alert_that_is_on_is_shown_with_the_test_that_put_it_on() -> None:
    """The whole numbers, and the two unauthorised sessions that made it so."""
    found = told(term("." * 18 + "OO"))
    one = of(found, "persistent-absence")
    assert (one.state, one.episodes[-1].to) == ("on", None)
    (test,) = one.tests
    assert (test.asked, test.holds) == ("enter", True)
    assert test.counted == {"possible": 20, "absent": 2}
    assert test.thresholds["enter_percent"] == 10
    assert [(each.counts, each.first.date, each.sessions) for each in test.windows] == [
        ("possible", "2024-09-09", 20),
        ("absent", "2024-09-09", 20),
    ]
    assert [(m.date, m.session, m.code, m.place) for m in one.marks] == [
        ("2024-09-20", "AM", "O", "log:19/0"),
        ("2024-09-20", "PM", "O", "log:20/0"),
    ]


def test_an_alert_that_eased_is_shown_with_the_test_that_took_it_off() -> None:
    """Asked to go on, then to go off."""
    one = of(told(term("." * 18 + "OO" + "...")), "persistent-absence")
    assert one.state == "off"
    assert [(test.asked, test.holds) for test in one.tests] == [("enter", True), ("exit", True)]
    assert one.tests[-1].counted == {"possible": 23, "absent": 2}


def test_an_alert_that_was_withdrawn_is_shown_not_to_hold_with_the_marks_of_today() -> None:
    """It was announced, the register was corrected, and the same test now says no."""
    corrected = session(date(2024, 9, 20), "PM", "\\", "18:00:00", register_id="mended")
    found = told([*term("." * 18 + "OO"), corrected])
    one = of(found, "persistent-absence")
    assert one.episodes == []
    assert [(test.asked, test.holds, test.counted["absent"]) for test in one.tests] == [("enter", False, 1)]
    said = [each for each in found.announced if each.rule == "persistent-absence"]
    assert [each.change for each in said] == ["raised", "withdrawn"]
    text = in_words(found, RULES)
    assert "with the marks of today it was never on" in text
    assert "withdrawn: please disregard: the register was corrected" in text
    assert "after register mended, \\ for Friday 20 September 2024, afternoon" in text


def test_a_mark_that_was_replaced_says_so() -> None:
    """The number of other marks for the same session."""
    amended = session(date(2024, 9, 20), "PM", "G", "18:00:00")
    one = of(told([*term("." * 18 + "OO"), amended]), "persistent-absence")
    assert [(m.code, m.versions) for m in one.marks] == [("O", 1), ("G", 2)]


def test_as_of_looks_at_the_marks_up_to_then() -> None:
    """As if what came after were not known; also where that session has no mark."""
    day = date(2024, 9, 20)
    found = told(term("." * 18 + "OO" + "." * 20), as_of=slot(day + timedelta(days=1), "PM"))
    assert found.as_of == Session("2024-09-20", "PM")
    assert of(found, "persistent-absence").state == "on"
    assert told(term("O" * 4), as_of=slot(MONDAY - timedelta(days=1), "PM")).as_of is None


def test_a_session_whose_mark_is_gone_is_not_asked() -> None:
    """The alert began in it; the school then deleted the mark."""
    deleted = session(date(2024, 9, 20), "PM", "-", "18:00:00")
    lines = [*term("." * 18 + "OO"), deleted, *term("." * 22)[20:]]
    one = of(told(lines), "persistent-absence")
    assert [test.holds for test in one.tests] == [None, False]
    assert "not asked, since the session has no mark" in in_words(told(lines), RULES)


def test_one_alert_alone_is_told_by_the_beginning_of_its_id() -> None:
    """Its rule and its changes, and no other rule."""
    lines = term("." * 18 + "OO")
    (said,) = [each for each in told(lines).announced if each.rule == "persistent-absence"]
    found = told(lines, alert_id=said.alert_id[:8])
    assert [one.rule for one in found.rules] == ["persistent-absence"]
    assert {each.alert_id for each in found.announced} == {said.alert_id}


def test_every_kind_of_rule_can_be_told() -> None:
    """A restless history puts most of them on; the words have the facts, and JSON the same."""
    found = told(term(("NN" + "OO" + "II" + "L." + "..") * 9 + "Q" * 4 + "E" * 12))
    on = {one.rule for one in found.rules if one.episodes}
    assert len(on) > 10
    text = in_words(found, RULES)
    assert PUPIL not in text
    for one in found.rules:
        assert one.tests
    assert msgspec.json.decode(msgspec.json.encode(found), type=Account) == found


def test_words_come_before_numbers() -> None:
    """A parent reads from the top."""
    text = in_words(told(term("." * 18 + "OO")), RULES)
    rule = text.index("Persistent absence: on since Friday 20 September 2024, afternoon.")
    said = text.index("The pupil missed 2 of 20 possible sessions (10.0 %) this year")
    marks = text.index("Friday 20 September 2024, morning: O (absent without another reason), school 100001")
    numbers = text.index("Counted: possible 20, absent 2.")
    assert rule < said < marks < numbers


def test_nothing_a_sender_chose_can_steer_the_terminal() -> None:
    """A register's id is the sender's."""
    lines = term("." * 18 + "O")
    text = in_words(told([*lines, session(date(2024, 9, 20), "PM", "O", register_id="a\x1b[2Jb")]), RULES)
    assert "\x1b" not in text
    assert "a?[2Jb" in text
