"""The field: who takes part, how each is started, and what it promises."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.rivals import kafka_streams
from streams.errors import Refuse

QUIX = Path(__file__).parents[2] / ".cache" / "quix" / "bin" / "python"


@dataclass(frozen=True)
class Rival:
    """One program in one setting. `environment` is beside that which all get (`benchmarks.rivals.side`)."""

    name: str
    promise: str
    command: Callable[[], list[str]]
    environment: dict[str, str] = field(default_factory=dict)


def _bare() -> list[str]:
    return [sys.executable, "-m", "benchmarks.rivals.bare"]


def _quix() -> list[str]:
    if not QUIX.exists():
        raise Refuse("Quix Streams is not installed: `make bench-england` does it (or leave it out by --without quix)")
    return [str(QUIX), "-m", "benchmarks.rivals.quix"]


_ONCE, _AT_LEAST = "exactly once", "at least once"

FIELD: dict[str, Rival] = {
    "bare": Rival("bare confluent-kafka loop", _AT_LEAST, _bare),
    "quix": Rival("Quix Streams", _AT_LEAST, _quix, {"BENCH_GUARANTEE": "at-least-once"}),
    "quix-once": Rival("Quix Streams", _ONCE, _quix, {"BENCH_GUARANTEE": "exactly-once"}),
    "kafka-streams": Rival("Kafka Streams", _AT_LEAST, kafka_streams.command, {"BENCH_GUARANTEE": "at_least_once"}),
    "kafka-streams-once": Rival("Kafka Streams", _ONCE, kafka_streams.command, {"BENCH_GUARANTEE": "exactly_once_v2"}),
}
"""By the name it goes by in options; plain Faust has its own side (`benchmarks.plain_faust_speed`)."""
