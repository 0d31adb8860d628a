"""A poll of one invented school, without a network and without Kafka."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from streams.edge.intake import Door
from streams.edge.pseudonym import pseudonymiser
from streams.edge.upn import read_upn
from streams.edge.verdicts import Event
from streams.edge.wonde.client import Client
from streams.edge.wonde.lookup import Lookup
from streams.edge.wonde.passing import Passing, Tally
from streams.edge.wonde.poll import Poll
from streams.edge.wonde.schools import School
from streams.edge.wonde.state import State
from tests.support.wonde import TOKEN, Wonde

NOW_MS = 1_727_784_000_000  # 1 October 2024, 13:00 in London
SCHOOL = School("A100", 100001)
PSEUDONYMISE = pseudonymiser(bytes(range(32)))
SINCE = datetime(2023, 8, 1, tzinfo=UTC)


def pseudonym(upn: str) -> str:
    """The pseudonym of a UPN."""
    read = read_upn(upn)
    assert read is not None
    return PSEUDONYMISE(read)


@dataclass
class Polling:
    """Polls *wonde* with the state in *folder*; `sent` gathers the registers, *lose* makes Kafka refuse them."""

    wonde: Wonde
    folder: Path
    sent: list[dict[str, Any]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    lose: bool = False
    stop_after: int = 1 << 30
    """Ask to stop after so many batches."""

    def poll(self) -> Tally:
        """Poll once, as a process of its own would."""
        with State(self.folder / "wonde.sqlite") as state, self._client() as client:
            door = Door("wonde", "wonde", PSEUDONYMISE, lambda: NOW_MS)
            lookup = Lookup(client, SCHOOL.wonde_id, PSEUDONYMISE)
            passing = Passing(SCHOOL, lookup, state, door, self._deliver)
            return Poll(SCHOOL, client, state, passing, since=SINCE, now_ms=door.now_ms, stopping=self._stopping).run()

    def marks(self) -> list[tuple[str, str, str, str]]:
        """What was sent, mark by mark in order: pupil, date, session, code."""
        return [(m["pupil"], r["date"], r["session"], m["code"]) for r in self.sent for m in r["marks"]]

    def _client(self) -> Client:
        return Client(
            "https://wonde.invalid/v1.0",
            TOKEN,
            sleep=self.waits.append,
            now=lambda: NOW_MS / 1000,
            transport=self.wonde.transport(),
        )

    def _deliver(self, events: Iterable[Event]) -> None:
        if self.lose:
            raise ConnectionError
        self.sent += [json.loads(event.value) for event in events]

    def _stopping(self) -> bool:
        self.stop_after -= 1
        return self.stop_after <= 0
