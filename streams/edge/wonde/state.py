"""What is remembered between polls, in one SQLite file that its owner alone can open. No UPN and no name is in it.

* `cursors`: for each school where it is: the time after which changes are asked for, the query of the next page where
  a poll was cut short, and the latest change seen in it; and likewise for deletions.
* `seen`: for each of Wonde's marks that was passed on the pupil (by pseudonym) and the session, since a deletion names
  its id alone, and its version, so that it is not passed on again as it is.
* `waiting`: marks that could not be passed on yet, by Wonde's ids alone, and why.
"""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple, Self

import msgspec

from streams.edge.wonde.problems import BadSchools
from streams.edge.wonde.records import Attendance

Feed = Literal["attendance", "deletions"]

_OWNER_ONLY = 0o600
_TABLES = """
PRAGMA locking_mode = EXCLUSIVE;
CREATE TABLE IF NOT EXISTS cursors (school, feed, since TEXT NOT NULL, query TEXT, newest TEXT,
                                    PRIMARY KEY (school, feed)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (school, record, pupil, slot INTEGER, version BLOB,
                                 PRIMARY KEY (school, record)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_by_mark ON seen (school, pupil, slot);
CREATE TABLE IF NOT EXISTS waiting (school, record, fields TEXT, reason TEXT, PRIMARY KEY (school, record));
BEGIN EXCLUSIVE; COMMIT; -- takes the lock, which is kept till the end
"""


class Cursor(NamedTuple):
    """Where a school's feed is.

    `since` is ISO 8601; `query` gives the page to go on with, None at the beginning of a poll; `newest` is the latest
    change in the pages before it.
    """

    since: str
    query: dict[str, str] | None = None
    newest: str | None = None


class Seen(NamedTuple):
    """Which mark one of Wonde's records is: pupil, by pseudonym, slot as in `attendance.sessions`, and its version."""

    record: str
    pupil: str
    slot: int
    version: bytes


class Waiting(NamedTuple):
    """A mark that could not be passed on, and the reason."""

    mark: Attendance
    reason: str


class State:
    """The file at *path*, made where there is none; to be closed. Nothing is kept before `commit`.

    Raises:
        BadSchools: it is in use by another process, or is no such file.
    """

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, _OWNER_ONLY))
            self._db = sqlite3.connect(path, timeout=1)
            self._db.executescript(_TABLES)
        except (OSError, sqlite3.Error) as error:
            raise BadSchools(f"{path} cannot be used ({error}); is another firstbell wonde running?") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def commit(self) -> None:
        """Keep all that was changed since the last time, as one."""
        self._db.commit()

    def forget_changes(self) -> None:
        """Drop what was changed since the last `commit`."""
        self._db.rollback()

    def cursor(self, school: str, feed: Feed) -> Cursor | None:
        """Give where a feed is; None before its first poll."""
        sql = "SELECT since, query, newest FROM cursors WHERE school = ? AND feed = ?"
        found = self._db.execute(sql, (school, feed)).fetchone()
        return Cursor(found[0], msgspec.json.decode(found[1]) if found[1] else None, found[2]) if found else None

    def move(self, school: str, feed: Feed, to: Cursor) -> None:
        """Say where a feed is now."""
        query = msgspec.json.encode(to.query).decode() if to.query else None
        self._db.execute("REPLACE INTO cursors VALUES (?, ?, ?, ?, ?)", (school, feed, to.since, query, to.newest))

    def remember(self, school: str, seen: Iterable[Seen]) -> None:
        """Remember which marks records are; a record that waited does so no more."""
        marks = list(seen)
        self._db.executemany("REPLACE INTO seen VALUES (?, ?, ?, ?, ?)", [(school, *mark) for mark in marks])
        self.release(school, (mark.record for mark in marks))

    def release(self, school: str, records: Iterable[str]) -> None:
        """Let records wait no more."""
        self._db.executemany(
            "DELETE FROM waiting WHERE school = ? AND record = ?", [(school, record) for record in records]
        )

    def seen(self, school: str, record: str) -> Seen | None:
        """Give which mark a record is; None where it never was passed on."""
        sql = "SELECT record, pupil, slot, version FROM seen WHERE school = ? AND record = ?"
        found = self._db.execute(sql, (school, record)).fetchone()
        return Seen(*found) if found else None

    def has_other(self, school: str, mark: Seen) -> bool:
        """Whether another record is the same pupil's mark of the same session."""
        sql = "SELECT 1 FROM seen WHERE school = ? AND pupil = ? AND slot = ? AND record <> ? LIMIT 1"
        return self._db.execute(sql, (school, mark.pupil, mark.slot, mark.record)).fetchone() is not None

    def forget(self, school: str, record: str) -> None:
        """Forget a record that was deleted, waiting or not."""
        for table in ("seen", "waiting"):
            self._db.execute(f"DELETE FROM {table} WHERE school = ? AND record = ?", (school, record))  # noqa: S608 - ours

    def hold(self, school: str, waiting: Iterable[Waiting]) -> None:
        """Let marks wait."""
        rows = [(school, one.mark.id, msgspec.json.encode(one.mark).decode(), one.reason) for one in waiting]
        self._db.executemany("REPLACE INTO waiting VALUES (?, ?, ?, ?)", rows)

    def hold_unreadable(self, school: str, records: Iterable[str]) -> None:
        """Remember records that could not be read."""
        self._db.executemany(
            "REPLACE INTO waiting VALUES (?, ?, NULL, 'unreadable')", [(school, record) for record in records]
        )

    def waiting(self, school: str) -> list[Attendance]:
        """Give the marks that wait and can be tried again."""
        sql = "SELECT fields FROM waiting WHERE school = ? AND fields IS NOT NULL"
        return [msgspec.json.decode(fields, type=Attendance) for (fields,) in self._db.execute(sql, (school,))]

    def held(self, school: str) -> Counter[str]:
        """Count what waits, by reason."""
        sql = "SELECT reason, count(*) FROM waiting WHERE school = ? GROUP BY reason"
        return Counter(dict(self._db.execute(sql, (school,))))
