"""Noticing that a topic was deleted, or made anew under its old name, while the worker runs.

Faust warns of a missing topic and goes on without it; offsets of another topic mean nothing to the tables; and what is
written to a changelog that begins anew is a part that looks like the whole. So the worker stops.
"""

import asyncio
from collections.abc import Callable, Mapping

from streams.errors import Undelivered, WrongTopics
from streams.topology.failstop import FailStop

Ids = Mapping[str, str]
"""The ids of the topics that there are, by their names."""


def problem(known: Ids, before: Ids, now: Ids) -> str:
    """Say what is wrong with the topics, if anything is.

    *known* are their ids as the worker began with them, *before* those of the look before this one. One that is missing
    must be so twice: a broker that has just started may not know of all.
    """
    for name, topic_id in known.items():
        if now.get(name, topic_id) != topic_id:
            return f"{name} is another topic of the same name: it was made anew under the running worker"
        if name not in now and name not in before:
            return f"{name} was deleted under the running worker"
    return ""


class Identity:
    """Looks at the topics every *interval* seconds. `ids` gives those that there are, and blocks."""

    def __init__(self, ids: Callable[[], Ids], interval: float, fail_stop: FailStop) -> None:
        self._ids = ids
        self._interval = interval
        self._fail_stop = fail_stop
        self._known: dict[str, str] = {}
        self._before: Ids = {}

    async def run(self) -> None:
        """Look again and again, for ever."""
        while True:
            try:
                self._look(await asyncio.to_thread(self._ids))
            except Undelivered:
                pass  # who waits for a broker that does not answer is `Watch`
            except Exception as error:  # noqa: BLE001 - whatever it is
                self._fail_stop("looking at the topics", error)
            await asyncio.sleep(self._interval)

    def _look(self, now: Ids) -> None:
        self._known = {**now, **self._known}
        if found := problem(self._known, self._before, now):
            raise WrongTopics(found)
        self._before = now
