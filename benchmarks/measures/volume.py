"""What a mark costs the broker: records and bytes by topic, at full speed and at the pace of a morning."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.child import Child
from benchmarks.measures.cutting import cut
from benchmarks.measures.finding import Finding, Say
from benchmarks.measures.latency import Load
from benchmarks.measures.open_loop import OpenLoop
from benchmarks.measures.seeded import check, planted
from benchmarks.measures.site import Site
from benchmarks.measures.world import World
from streams.contract.topics import Topic
from streams.kafka.producer import Sender
from streams.kafka.reader import Reader

HEADS = ("pace", "topic", "records/mark", "bytes/mark", "bytes/mark on disk")


@dataclass(frozen=True)
class Volume:
    """Committed records of a topic, their bytes (key and value), and the bytes of its files on the broker's disk."""

    records: int
    size: int
    disk: int

    def since(self, before: "Volume") -> "Volume":
        """Give what came after *before*."""
        return Volume(self.records - before.records, self.size - before.size, self.disk - before.disk)

    def row(self, pace: str, topic: str, marks: int) -> tuple[str, ...]:
        """Give a row."""
        numbers = (f"{self.records / marks:.4f}", f"{self.size / marks:.1f}", f"{self.disk / marks:.1f}")
        return (pace, topic, *numbers)


def volume(world: World, marks: int, load: Load, directory: Path, say: Say) -> Finding:
    """Send *marks* marks as fast as may be, and then *load*; look what each added to the topics.

    Raises:
        Mismatch: the alerts are not those of the replay. ChildGone: the worker ended. TooSlowError: it hangs.
    """
    fast, slow = cut(world.lines(), [marks, load.marks])
    rows: list[tuple[str, ...]] = []
    with planted(world, directory / "site", say) as site:
        with site.working() as child:
            paces: dict[str, Callable[[], int]] = {
                "full speed": lambda: site.send(fast, child),
                f"{load.rate:,.0f} marks/s": lambda: _paced(site, child, slow, load.rate),
            }
            before = volumes(site)
            for pace, sent in paces.items():
                number = sent()
                after = volumes(site)
                rows += [after[name].since(before[name]).row(pace, name, number) for name in after]
                before = after
                say(f"{pace}: done")
        gate = check(site, fast + slow, world)
    data = {"rows": [dict(zip(HEADS, row, strict=True)) for row in rows]}
    return Finding(heads=HEADS, rows=rows, gate=gate, words=[world.words()], data=data)


def _paced(site: Site, child: Child, lines: list[bytes], rate: float) -> int:
    sent = OpenLoop(Sender(site.settings), site.topics.registers.name, rate).send_all(lines)
    site.wait_for_all(child, sent.marks)
    return sent.marks


def volumes(site: Site) -> dict[str, Volume]:
    """Look at every topic that the stream writes."""
    topics = site.topics
    watched = {
        "registers (sent)": topics.registers,
        "marks": topics.marks,
        "changelog of ledgers": topics.ledgers,
        "changelog of boards": topics.boards,
        "alerts": topics.alerts,
    }
    return {name: _volume(site, topic) for name, topic in watched.items()}


def _volume(site: Site, topic: Topic) -> Volume:
    with Reader(site.settings, topic.name) as reader:
        sizes = [len(record.key or b"") + len(record.value or b"") for record in reader.to_end()]
    files = (site.directory / "kafka" / "data").glob(f"{topic.name}-[0-9]*/*.log")
    return Volume(len(sizes), sum(sizes), sum(file.stat().st_size for file in files))
