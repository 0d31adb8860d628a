"""Rule books for the properties: England's, one with small numbers, and England's edited, in both readings."""

from streams.attendance.book import RuleBook
from streams.attendance.walk import Engine
from streams.books import book_text, load_book
from tests.oracle import ENGLAND_2024
from tests.oracle import rules as oracle

ENGLAND = Engine(load_book(None))

_SMALL = """
name = "small"
version = 1
"""
_KINDS: list[dict[str, object]] = [
    {"kind": "year-rate", "min_possible": 4, "enter_percent": 25, "exit_below_percent": 20},
    {"kind": "year-rate", "min_possible": 1, "enter_percent": 100, "exit_below_percent": 60},
    {
        "kind": "trending", "min_possible": 4, "year_from_percent": 5, "year_below_percent": 50,
        "exit_year_below_percent": 4, "weeks": 1, "weeks_percent": 20, "exit_weeks_below_percent": 10,
    },
    {"kind": "early-year", "weeks_at_most": 1, "absent": 2, "exit_after_weeks": 2},
    {"kind": "weeks-count", "codes": ["G", "O", "U"], "weeks": 2, "enter_at": 3, "exit_below": 2},
    {"kind": "weeks-count", "codes": ["Q", "#", "D"], "weeks": 1, "enter_at": 1, "exit_below": 1},
    {"kind": "weeks-count", "codes": ["L", "U"], "weeks": 3, "enter_at": 2, "exit_below": 1},
    {"kind": "run", "codes": ["G", "N", "O"], "enter_at": 3, "exit_below": 2},
    {"kind": "run", "codes": ["E"], "enter_at": 1, "exit_below": 1},
    {"kind": "year-count", "codes": ["I"], "enter_at": 3, "exit_below": 2},
    {"kind": "unexplained-today", "codes": ["N", "O"]},
    {"kind": "reason-overdue", "codes": ["N"], "school_days": 1},
    {"kind": "reason-overdue", "codes": ["O", "I"], "school_days": 4},
    {"kind": "reason-overdue", "codes": ["#", "Q"], "school_days": 1},
    {"kind": "spells", "weeks": 1, "enter_at": 2, "exit_below": 2},
    {"kind": "spells", "weeks": 3, "enter_at": 3, "exit_below": 2},
    *(
        {"kind": "weekday", "weekday": day, "last": last, "enter_at": 1, "exit_below": 1, "others_fewer_than_1_in": 2}
        for last, day in enumerate(["mon", "tue", "wed", "thu", "fri", "sat"], 1)
    ),
    {
        "kind": "sudden-drop", "weeks": 1, "weeks_before": 2, "min_possible": 2, "min_possible_before": 4,
        "enter_points": 20, "exit_below_points": 10,
    },
    {"kind": "year-weeks", "codes": ["C2", "L"], "enter_at": 2, "exit_below": 2},
    {"kind": "dual-registration-gap"},
]  # fmt: skip


def _toml(value: object) -> str:
    return str(value).replace("'", '"') if isinstance(value, int | list) else f'"{value}"'


def _rule(number: int, fields: dict[str, object]) -> str:
    common = {"id": f"rule-{number}", "severity": "low", "audience": ["school"]}
    return "[[rule]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in (common | fields).items())


SMALL = Engine(RuleBook.parse(_SMALL + "\n".join(_rule(number, fields) for number, fields in enumerate(_KINDS))))
"""Every kind with numbers so small that a short history reaches them."""


def _edited(text: str) -> str:
    """England's book without lateness, with other numbers, codes, severity and audience."""
    for before, after in (
        ("version = 1", "version = 2"),
        ("enter_percent = 10\nexit_below_percent = 9", "enter_percent = 8\nexit_below_percent = 8"),
        ("absent = 4\nexit_after_weeks = 6", "absent = 3\nexit_after_weeks = 6"),
        ('codes = ["E"]\nenter_at = 11\nexit_below = 11', 'codes = ["E", "C2"]\nenter_at = 5\nexit_below = 5'),
        ("school_days = 5", "school_days = 3"),
        ("weeks = 6\nenter_at = 4\nexit_below = 3", "weeks = 4\nenter_at = 3\nexit_below = 2"),
        ('codes = ["Q"]\nweeks = 4', 'codes = ["Q"]\nweeks = 2'),
        (
            'severity = "urgent"\naudience = ["school"]\ncodes = ["N"]',
            'severity = "low"\naudience = ["la-send"]\ncodes = ["N"]',
        ),
    ):
        if text.count(before) != 1:
            raise AssertionError(f"the book has no longer one {before!r}")
        text = text.replace(before, after)
    start = text.index('[[rule]]\nid = "lateness"')
    return text[:start] + text[text.index("[[rule]]", start + 1) :]


EDITED = Engine(RuleBook.parse(_edited(book_text(None))))

_RULES = oracle.without(ENGLAND_2024, "lateness")
for _rule_ in (
    oracle.year_rate("persistent-absence", ("high", ("school", "la-attendance")), enter=8, leave=8),
    oracle.early_term("early-term", ("medium", ("school",)), sessions=3),
    oracle.run_of("suspended-without-provision", ("high", ("la-inclusion",)), codes="E C2", enter=5),
    oracle.reason_overdue("reason-overdue", ("low", ("school",)), days=3),
    oracle.spells("spells", ("medium", ("school",)), weeks=4, enter=3, leave=2),
    oracle.codes_in_weeks("transport-failure", ("high", ("la-transport",)), codes="Q", weeks=2, enter=2, leave=1),
    oracle.unexplained_today("unexplained-today", ("low", ("la-send",))),
):
    _RULES = oracle.exchange(_RULES, _rule_)
EDITED_ORACLE = _RULES
"""The same edit in the oracle's words."""
EDITED_NAME = "england-2024@2"
