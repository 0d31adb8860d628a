"""One run: registers in, alerts shown as they come, until the worker has done everything and all of it was read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event

from streams.attendance.rule import BookRule
from streams.contract.codec import dead_letter_from, decode_alert
from streams.contract.topics import Topic, Topics
from streams.demo.group import Group
from streams.demo.sending import Sending
from streams.demo.tally import Tally
from streams.demo.view import View
from streams.errors import FirstbellError
from streams.kafka.reader import Reader
from streams.kafka.records import Record
from streams.settings import Settings
from streams.wording import sentence

LOOK_EVERY = 0.25  # s: how often progress is looked at
PATIENCE = 60  # s without any progress


@dataclass
class Run:
    """One run of *registers* lines. *check* raises where the worker has stopped; *now* is in seconds since 1970."""

    settings: Settings
    topics: Topics
    rules: Mapping[str, BookRule]
    registers: int
    view: View
    check: Callable[[], None]
    now: Callable[[], float]
    tally: Tally = field(default_factory=Tally)

    def watch(self, sending: Sending) -> Tally:
        """Follow the run to its end.

        1. Show alerts until everything is sent and the worker has committed behind its last record.
        2. Show on until all committed alerts were shown.
        3. Read the dead letters.

        Raises:
            FirstbellError: a register was not taken, the worker stopped, or nothing moved for a minute.
        """
        with Group(self.settings) as group, self._reader(self.topics.alerts) as alerts:
            looks = Looks(self, group)
            self._follow(alerts, looks, lambda: sending.done() and looks.all_done())
            with self._reader(self.topics.alerts) as again:
                wanted = sum(1 for _ in again.to_end())
            self._follow(alerts, looks, lambda: len(self.tally.alerts) >= wanted)
        self._read_dead_letters()
        self.tally.stamps |= sending.handed
        return self.tally

    def _follow(self, alerts: Reader, looks: "Looks", done: Callable[[], bool]) -> None:
        while not done():
            looks.look()
            for record in alerts.until(Event(), idle=LOOK_EVERY):
                self._alert(record)
                looks.look()

    def _alert(self, record: Record) -> None:
        alert = decode_alert(record.value or b"")
        self.tally.alert(alert, self.now())
        self.view.alert(alert, sentence(alert, self.rules.get(alert.rule)))

    def _read_dead_letters(self) -> None:
        with self._reader(self.topics.dead_letters) as letters:
            for record in letters.to_end():
                self.tally.dead_letter(dead_letter_from(record.headers, record.value))

    def _reader(self, topic: Topic) -> Reader:
        return Reader(self.settings, topic.name)


class Looks:
    """Looks now and then how far the worker is, shows it, and loses patience."""

    def __init__(self, run: Run, group: Group) -> None:
        self._run, self._group = run, group
        self._looked = 0.0
        self._moved = run.now()
        self._last: object = None

    def look(self) -> None:
        """Look, unless that was done just now."""
        now = self._run.now()
        if now - self._looked < LOOK_EVERY:
            return
        self._looked = now
        self._run.check()
        done = self._group.reached(self._run.topics.registers).done
        self._run.view.progress(done, self._run.registers)
        self._be_patient((done, self._group.reached(self._run.topics.marks), len(self._run.tally.alerts)), now)

    def all_done(self) -> bool:
        """Whether the worker's group has every register behind it, and then all marks."""
        topics = self._run.topics
        behind = (self._group.reached(topic) for topic in (topics.registers, topics.marks))
        return all(reached.total and reached.done == reached.total for reached in behind)

    def _be_patient(self, state: object, now: float) -> None:
        if state != self._last:
            self._last, self._moved = state, now
        if now - self._moved > PATIENCE:
            raise FirstbellError(f"nothing moved for {PATIENCE} s: the worker neither works nor stops")
