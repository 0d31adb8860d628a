"""Values of options."""

from datetime import UTC, datetime, timedelta
from typing import Any

import click
import pytest

from streams.cli.values import ALERT_ID, INSTANT, LENGTH, must_be_known
from streams.errors import Refuse


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        (INSTANT, "2024-10-08T09:00:00+01:00", datetime(2024, 10, 8, 8, tzinfo=UTC)),
        (INSTANT, "2024-10-08T09:00Z", datetime(2024, 10, 8, 9, tzinfo=UTC)),
        (LENGTH, "90m", timedelta(minutes=90)),
        (ALERT_ID, "0f" * 16, "0f" * 16),
    ],
)
def test_what_is_one_is_read(type_: click.ParamType, text: str, value: Any) -> None:  # noqa: ANN401 - each its own
    """A time comes in UTC."""
    assert type_.convert(text, None, None) == value


@pytest.mark.parametrize(
    ("type_", "text", "said"),
    [
        (INSTANT, "yesterday", "yesterday is no time: write 2024-10-08T09:00:00+01:00"),
        (INSTANT, "2024-10-08T09:00", "needs its offset, such as 2024-10-08T09:00Z"),
        (INSTANT, "9999-12-31T23:59:59-14:00", "is no time"),
        (LENGTH, "a day", "write 30s, 10m, 2h or 3d"),
        (ALERT_ID, "3f9c", "32 digits"),
    ],
)
def test_what_is_none_is_refused_with_one_to_copy(type_: click.ParamType, text: str, said: str) -> None:
    """In words of ours, not of a library."""
    with pytest.raises(click.BadParameter, match=said.replace("+", r"\+")):
        type_.convert(text, None, None)


def test_a_name_that_is_not_known_is_refused_with_the_nearest() -> None:
    """Where there is one."""
    must_be_known("rule", ["lateness"], ["lateness", "spells"])
    with pytest.raises(Refuse, match=r"^there is no rule latenes; the nearest is lateness$"):
        must_be_known("rule", ["lateness", "latenes"], ["spells", "lateness"])
    with pytest.raises(Refuse, match=r"^there is no rule latenes$"):
        must_be_known("rule", ["latenes"], [])
