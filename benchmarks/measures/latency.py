"""Mark to alert: from the time stamp of a register's record to the hands of a committed reader, at a set rate.

The generator is open-loop (`open_loop`): registers go out when they are due, whatever the worker does. A register's
record is stamped by the broker when it is appended. Each alert names the register of its cause; an alert is counted
from that register's stamp, and a second time from when the register was due, which also has what the generator and the
broker added.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measures.committing import handed_on
from benchmarks.measures.cutting import cut
from benchmarks.measures.finding import Finding, Say
from benchmarks.measures.open_loop import OpenLoop, Sent
from benchmarks.measures.seeded import check, planted
from benchmarks.measures.site import Site
from benchmarks.measures.spread import HEADS as SPREAD
from benchmarks.measures.spread import Spread
from benchmarks.measures.strewing import strewn
from benchmarks.measures.watching import Seen, watching
from benchmarks.measures.world import World
from benchmarks.worker import Workers
from streams.kafka.producer import Sender
from streams.kafka.reader import Reader

CLASSES_AN_AMENDMENT = 5
"""So a session's amendments come within the next one: the log has 5.7 registers of classes for each amendment."""

HEADS = ("load", "marks/s", "from, to", "how many", *SPREAD)


@dataclass(frozen=True, kw_only=True)
class Load:
    """So many marks a second for so many seconds; with *strewn*, a session's amendments through the next session."""

    name: str
    rate: float
    seconds: float
    strewn: bool = False

    @property
    def marks(self) -> int:
        """How many that makes."""
        return round(self.rate * self.seconds)

    def words(self) -> str:
        """Say what it is."""
        return f"{self.rate:,.0f} a second for {self.seconds:g} s"

    def arranged(self, lines: list[bytes]) -> list[bytes]:
        """Return the load's *lines* in the order in which they are sent."""
        return list(strewn(lines, CLASSES_AN_AMENDMENT)) if self.strewn else lines


@dataclass(frozen=True, kw_only=True)
class Course:
    """What is sent, in order: *warm* marks as fast as Kafka takes them, *settling* uncounted, then *loads*.

    A broker that began minutes ago spends up to half a core on compiling what small transactions need; one in service
    has long done so.
    """

    warm: int
    settling: Load
    loads: list[Load]

    def parts(self) -> list[int]:
        """How many marks each part of it has."""
        return [self.warm, self.settling.marks, *(load.marks for load in self.loads)]

    def words(self) -> str:
        """Say what comes before the clock."""
        return f"{self.warm:,} marks before the clock starts, then {self.settling.words()}"


@dataclass(frozen=True)
class Felt:
    """What a load came to, and how it was sent.

    Alerts' times from the register record's stamp and from when it was due; marks' times from that stamp to the one of
    their record in `marks`, which is the first half of the way.
    """

    load: Load
    from_stamp: Spread
    from_due: Spread
    to_marks: Spread
    sent: Sent

    def ways(self) -> dict[str, Spread]:
        """Give the spreads, each with what it is of."""
        return {
            "register's time stamp, alert in hand": self.from_stamp,
            "register due, alert in hand": self.from_due,
            "register's time stamp, marks' time stamp": self.to_marks,
        }

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Give a row for each way of counting."""
        for way, spread in self.ways().items():
            yield (self.load.name, f"{self.load.rate:,.0f}", way, f"{len(spread):,}", *spread.cells())


def latency(world: World, course: Course, directory: Path, say: Say, *, workers: int) -> Finding:
    """Send what *course* says; give what the alerts of its loads took.

    Raises:
        Mismatch: the alerts are not those of the replay. ChildGone: a worker ended. TooSlowError: it hangs.
        ValueError: there are too few marks for the loads.
    """
    warm, settling, *counted = cut(world.lines(), course.parts())
    counted = [load.arranged(lines) for load, lines in zip(course.loads, counted, strict=True)]
    with planted(world, directory / "site", say) as site:
        with site.sharing(workers) as running:
            site.send(warm, running)
            _felt(site, running, course.settling, settling, say)
            felt = [_felt(site, running, *each, say) for each in zip(course.loads, counted, strict=True)]
        say("the gate")
        gate = check(site, [line for part in (warm, settling, *counted) for line in part], world)
    words = [
        f"{world.words()}; workers: {workers}; {course.words()}",
        *(f"{one.load.name}: {one.sent.marks:,} marks in {one.load.seconds:g} s, handed over at most "
          f"{1e3 * one.sent.latest:.1f} ms after they were due" for one in felt),
    ]  # fmt: skip
    data = {one.load.name: {way: spread.data() for way, spread in one.ways().items()} for one in felt}
    return Finding(heads=HEADS, rows=[row for one in felt for row in one.rows()], gate=gate, words=words, data=data)


def _felt(site: Site, running: Workers, load: Load, lines: list[bytes], say: Say) -> Felt:
    say(f"{load.name}: {load.rate:,.0f} marks/s for {load.seconds:g} s")
    topics = site.topics
    with watching(site.settings, topics.alerts.name) as seen:
        sent = OpenLoop(Sender(site.settings), topics.registers.name, load.rate).send_all(lines)
        site.wait_for_all(running, sent.marks)
    return Felt(load, *_spreads(seen, sent, stamps(site)), _to_marks(site, sent), sent)


def stamps(site: Site) -> dict[str, float]:
    """Give the time stamp of each register's record by its id (s since 1970)."""
    with Reader(site.settings, site.topics.registers.name) as reader:
        records = list(reader.to_end())
    return {dict(record.headers)["ce_id"].decode(): record.timestamp_ms / 1e3 for record in records}


def _spreads(seen: Seen, sent: Sent, stamped: dict[str, float]) -> tuple[Spread, Spread]:
    from_stamp, from_due = Spread(), Spread()
    for alert, at in seen.alerts:
        if alert.cause is not None and alert.cause.register_id in sent.due:
            from_stamp.add(at - stamped[alert.cause.register_id])
            from_due.add(at - sent.due[alert.cause.register_id])
    return from_stamp, from_due


def _to_marks(site: Site, sent: Sent) -> Spread:
    spread, first = Spread(), int(min(sent.due.values()) * 1e3) / 1e3
    with Reader(site.settings, site.topics.marks.name) as reader:
        for wait in handed_on(reader.to_end()):
            if wait.received >= first:
                spread.add(wait.seconds, wait.marks)
    return spread
