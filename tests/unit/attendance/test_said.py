"""What is announced comes back as it was from what is held short of it."""

import pytest

from streams.attendance.episodes import Announced, alert_id
from streams.attendance.said import Retired, in_full, shortened
from tests.unit.attendance.examples import PUPIL

FIRST = 1_478_000


def alert(
    rule: str, first: int = FIRST, end: int | None = None, *, severity: str = "high", number: int = 0
) -> Announced:
    id_ = alert_id(PUPIL, rule, first, number)
    return Announced(
        rule, id_, number, first, first + 3, end, 2, severity, ("school", "la-attendance"), restricted=False
    )


OPEN = alert("spells")
ENDED = alert("spells", FIRST + 40, FIRST + 60, number=1)
MILDER = alert("spells", FIRST + 80, severity="low")
ANOTHER = alert("sudden-drop")
GONE: Retired = {"0" * 32: (FIRST, 3), OPEN.alert_id: (FIRST + 1, 70_000)}


@pytest.mark.parametrize("announced", [(), (OPEN,), (ENDED, OPEN, MILDER), (ANOTHER, MILDER, OPEN, ENDED)])
@pytest.mark.parametrize("retired", [{}, GONE])
def test_what_is_announced_and_retired_comes_back(announced: tuple[Announced, ...], retired: Retired) -> None:
    """In its order, open or ended, also where a rule has had another severity."""
    assert in_full(shortened(announced, retired)) == (announced, retired)


def test_what_thousands_of_alerts_have_in_common_is_held_once() -> None:
    """Rule, severity and audience are the same objects, and the id is held as bytes."""
    short = shortened((OPEN, ENDED), {})
    (one, other), _ = in_full(short)
    assert (one.rule is other.rule, one.audience is other.audience) == (True, True)
    assert len(short) < 80


def test_of_whom_nothing_is_announced_nothing_is_held() -> None:
    """No byte of it."""
    assert (shortened((), {}), in_full(b"")) == (b"", ((), {}))
