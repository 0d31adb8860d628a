"""How the demo knows that the worker is done, and when it gives up."""

from dataclasses import dataclass, field

import pytest

from streams.contract.topics import Topic, declare
from streams.demo.group import Reached
from streams.demo.run import PATIENCE, Looks, Run
from streams.demo.view import Quiet
from streams.errors import FirstbellError
from streams.settings import Settings
from tests.unit.demo.examples import an_alert

TOPICS = declare()


@dataclass
class _Group:
    """A group whose offsets are set by hand."""

    at: dict[str, Reached] = field(default_factory=dict)

    def reached(self, topic: Topic) -> Reached:
        return self.at.get(topic.name, Reached(0, 0))


@dataclass
class _View(Quiet):
    shown: list[tuple[int, int]] = field(default_factory=list)

    def progress(self, done: int, total: int) -> None:
        self.shown.append((done, total))


class _Stage:
    """A run with a clock that is set by hand."""

    def __init__(self) -> None:
        self.clock, self.view, self.group = 1000.0, _View(), _Group()
        self.run = Run(Settings(), TOPICS, {}, 10, self.view, lambda: None, lambda: self.clock)
        self.looks = Looks(self.run, self.group)  # type: ignore[arg-type]


@pytest.fixture
def stage() -> _Stage:
    return _Stage()


@pytest.mark.parametrize(
    ("registers", "marks", "done"),
    [
        (Reached(10, 10), Reached(4, 4), True),
        (Reached(10, 10), Reached(3, 4), False),
        (Reached(9, 10), Reached(4, 4), False),
        (Reached(10, 10), Reached(0, 0), False),
        (Reached(0, 0), Reached(0, 0), False),
    ],
)
def test_it_is_done_when_the_group_is_behind_the_last_record_of_both_topics(
    stage: _Stage, registers: Reached, marks: Reached, *, done: bool
) -> None:
    """Registers alone are not enough, and an empty topic is not done but not begun."""
    stage.group.at = {TOPICS.registers.name: registers, TOPICS.marks.name: marks}
    assert stage.looks.all_done() is done


def test_progress_is_shown_but_not_at_every_alert(stage: _Stage) -> None:
    """Two looks at once show one progress; a quarter of a second later the next."""
    stage.group.at = {TOPICS.registers.name: Reached(3, 7)}
    for seconds in (0.0, 0.1, 0.2):
        stage.clock += seconds
        stage.looks.look()
    assert stage.view.shown == [(3, 10), (3, 10)]


def test_it_gives_up_when_nothing_moves(stage: _Stage) -> None:
    """No offset and no alert for a minute is an error that says so."""
    stage.looks.look()
    stage.clock += PATIENCE + 1
    with pytest.raises(FirstbellError, match="nothing moved"):
        stage.looks.look()


def test_an_alert_is_movement_too(stage: _Stage) -> None:
    """As long as alerts come it waits on."""
    stage.looks.look()
    stage.run.tally.alert(an_alert("raised", 1), now=0.0)
    stage.clock += PATIENCE + 1
    stage.looks.look()


def test_a_worker_that_stopped_is_noticed_while_waiting(stage: _Stage) -> None:
    """Each look asks whether the worker still runs."""

    def stopped() -> None:
        raise FirstbellError("the worker stopped")

    stage.run.check = stopped
    with pytest.raises(FirstbellError, match="stopped"):
        stage.looks.look()
