"""How long a raise settles, when all that its route inherits is put together."""

import pytest

from streams.notify.config.policy import policy
from streams.notify.config.tables import Route

TWO = {"unexplained-today": "2m"}


@pytest.mark.parametrize(
    ("said", "spells", "unexplained"),
    [
        ((), 600, 600),
        ((TWO,), 600, 120),
        (("45m", TWO), 2700, 120),
        ((TWO, {"default": "1m"}), 60, 120),
        ((TWO, None), 600, 120),
        ((TWO, "45m"), 2700, 2700),
        (("0", TWO), 0, 120),
    ],
)
def test_times_by_rule_are_added_to_those_above(said: tuple[object, ...], spells: float, unexplained: float) -> None:
    """What no route says is ten minutes; one time is for all rules."""
    path = tuple(Route(name=f"route-{i}", settle=settle) for i, settle in enumerate(said))
    found = policy(path or (Route(name="top"),))
    assert (found.settles("spells"), found.settles("unexplained-today")) == (spells, unexplained)
