"""One poll of one school.

In order: (1) marks that wait are tried again; (2) changed marks are asked for, page by page, from where the last poll
stopped; some pages at a time are passed on, and when Kafka has them the cursor moves; (3) likewise deletions. So a poll
that is cut short goes on at its page, and what was passed on twice is harmless.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from streams.edge.wonde.client import PER_PAGE, Page
from streams.edge.wonde.lookup import Asks
from streams.edge.wonde.passing import Passing, Tally
from streams.edge.wonde.problems import AnswerChanged, NotAllowed
from streams.edge.wonde.records import Attendance, read_attendance, read_deleted_at, read_id
from streams.edge.wonde.schools import School
from streams.edge.wonde.state import Cursor, Feed, State

PAGES_AT_ONCE = 25
OVERLAP = timedelta(minutes=5)
"""So much is asked for again, since a change may become visible a little after its time."""

_PATHS: dict[Feed, str] = {"attendance": "attendance/session", "deletions": "deletions"}
_TIME = "%Y-%m-%d %H:%M:%S"

Query = dict[str, str]


class Poll:
    """Polls *school*, at first from *since*; *now_ms* is the clock, *stopping* is asked between pages."""

    def __init__(
        self,
        school: School,
        client: Asks,
        state: State,
        passing: Passing,
        *,
        since: datetime,
        now_ms: Callable[[], int],
        stopping: Callable[[], bool],
    ) -> None:
        self._school, self._client, self._state, self._passing = school, client, state, passing
        self._since, self._now_ms, self._stopping = since, now_ms, stopping

    def run(self) -> Tally:
        """Poll once.

        Raises:
            SchoolFailed: nothing more from this school for now. TokenRefused: nor from any. What Kafka has is kept.
        """
        self._try_waiting()
        self._feed("attendance", self._changed)
        self._feed("deletions", self._deleted)
        self._passing.tally.held = self._state.held(self._school.wonde_id)
        return self._passing.tally

    def _try_waiting(self) -> None:
        waiting = self._state.waiting(self._school.wonde_id)
        if waiting:
            self._passing.changed(waiting)
            self._state.commit()

    def _feed(self, feed: Feed, take: Callable[[list[Any]], list[str]]) -> None:
        """Go through a feed from its cursor; *take* passes records on and gives the times of their changes."""
        cursor = self._state.cursor(self._school.wonde_id, feed) or Cursor(self._since.astimezone(UTC).isoformat())
        for records, after in self._batches(feed, cursor):
            newest = max([*take(records), *filter(None, [cursor.newest])], default=None)
            cursor = Cursor(cursor.since, after, newest) if after else Cursor(self._next_since(cursor.since, newest))
            self._state.move(self._school.wonde_id, feed, cursor)
            self._state.commit()
            if self._stopping():
                return

    def _batches(self, feed: Feed, cursor: Cursor) -> Iterator[tuple[list[Any], Query | None]]:
        """Give the records of some pages at a time, and the query of the page after them, None at the end."""
        records: list[Any] = []
        wanted: Query | None = cursor.query or _first_query(cursor)
        pages = 0
        while wanted is not None:
            page = self._page(feed, wanted, cursor)
            wanted = dict(page.next) if page.next else None
            records += page.records
            pages += 1
            if pages % PAGES_AT_ONCE == 0 or wanted is None:
                yield records, wanted
                records = []

    def _page(self, feed: Feed, query: Query, cursor: Cursor) -> Page:
        path = f"schools/{self._school.wonde_id}/{_PATHS[feed]}"
        try:
            return self._client.page(path, query)
        except (AnswerChanged, NotAllowed):
            if query != cursor.query:
                raise
            # The page at which a poll was cut short may be gone by now: begin that poll anew.
            return self._client.page(path, _first_query(cursor))

    def _next_since(self, since: str, newest: str | None) -> str:
        """Give where the next poll begins; never after the present, however wrong a clock was."""
        if newest is None:
            return since
        now = datetime.fromtimestamp(self._now_ms() / 1000, UTC)
        seen = min(datetime.fromisoformat(newest), now) - OVERLAP
        return max(datetime.fromisoformat(since), seen).isoformat()

    def _changed(self, records: list[Any]) -> list[str]:
        read = [read_attendance(record) for record in records]
        marks: list[Attendance] = [mark for mark in read if mark is not None]
        bad = [record for record, mark in zip(records, read, strict=True) if mark is None]
        self._count_unreadable(len(bad), len(read), "attendance/session")
        self._passing.changed(marks)
        self._passing.unreadable(filter(None, map(read_id, bad)))
        return [mark.recorded_at for mark in marks]

    def _deleted(self, records: list[Any]) -> list[str]:
        read = [(read_id(record), read_deleted_at(record)) for record in records if _may_be_mark(record)]
        known = [(record, at) for record, at in read if record is not None and at is not None]
        self._count_unreadable(sum(record is None for record, _ in read), len(read), "deletions")
        self._passing.deleted(known)
        return [at for _, at in known]

    def _count_unreadable(self, bad: int, of: int, path: str) -> None:
        self._passing.tally.unreadable += bad
        if bad * 2 > of:
            raise AnswerChanged(
                f"{bad} of {of} records of Wonde's {path} cannot be read, so its form must have changed; nothing of "
                "them was passed over: the cursor stays before them"
            )


def _first_query(cursor: Cursor) -> Query:
    after = datetime.fromisoformat(cursor.since).astimezone(UTC).strftime(_TIME)
    return {"cursor": "true", "per_page": str(PER_PAGE), "updated_after": after}


def _may_be_mark(record: object) -> bool:
    """Whether a deletion may be of a session's mark: where it has a type, that names attendance, and not of lessons."""
    kind = record.get("type") if isinstance(record, dict) else None
    return not isinstance(kind, str) or ("attendance" in kind.lower() and "lesson" not in kind.lower())
