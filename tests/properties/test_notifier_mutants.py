"""A notifier that is broken in some way does not pass: what finds nothing is no test."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from streams.notify.config.config import Config
from streams.notify.lifecycle import flushing, latecomers, muting, parcels
from streams.notify.lifecycle.state import Entry, Group
from streams.notify.service import planner
from streams.notify.working.desk import Desk
from tests.properties.test_notifier import Notifier
from tests.support import notifier_world
from tests.support.notifier_world import World

Break = Callable[[pytest.MonkeyPatch], None]


def sends_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(World, "send", lambda *_: 0)


def drops_every_raise(patch: pytest.MonkeyPatch) -> None:
    pack = flushing.pack

    def packed(desk: Desk, group: Group, entries: Sequence[Entry], file: Config, now: float) -> None:
        kept = [entry for entry in entries if entry.alert.change != "raised"]
        if kept:
            pack(desk, group, kept, file, now)

    patch.setattr(flushing, "pack", packed)


def lets_go_of_nothing(patch: pytest.MonkeyPatch) -> None:
    for module in (planner, muting):
        patch.setattr(module, "wake", lambda *_: None)


def heeds_no_other_file(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(notifier_world, "judge_anew", lambda *_: None)


def tells_all_that_is_open_after_a_wipe(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(latecomers.Latecomers, "look_at", lambda *_: None)


def forgets_who_was_told(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(parcels, "knowing", lambda _: "nothing")


@pytest.mark.parametrize(
    "broken",
    [
        sends_nothing,
        drops_every_raise,
        lets_go_of_nothing,
        heeds_no_other_file,
        tells_all_that_is_open_after_a_wipe,
        forgets_who_was_told,
    ],
)
def test_a_broken_notifier_is_found_out(broken: Break, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of its mistakes ends the search, so that as a rule few of the tries are made."""
    broken(monkeypatch)
    tries = settings(
        Notifier.TestCase.settings,
        max_examples=4_000,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Notifier, settings=tries)
