"""`firstbell wonde`."""

import time
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event as Flag

import click
import structlog

from streams.attendance.sessions import academic_year, slot
from streams.cli.options import with_settings
from streams.edge.intake import Door
from streams.edge.keys import read_key
from streams.edge.pseudonym import pseudonymiser
from streams.edge.verdicts import Event
from streams.edge.wonde.client import API, Client
from streams.edge.wonde.lookup import Lookup
from streams.edge.wonde.passing import Passing, Tally
from streams.edge.wonde.poll import Poll
from streams.edge.wonde.problems import SchoolFailed, Unavailable
from streams.edge.wonde.schools import School, checked_address, read_schools, read_token
from streams.edge.wonde.state import State
from streams.kafka.admin import Admin, topics_of
from streams.kafka.producer import Sender
from streams.kafka.stopping import stop_on_signals
from streams.observability import logs
from streams.settings import Settings

log = structlog.get_logger("firstbell.wonde")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_YEARS_BACK = 1  # the ledger holds the year before this one too


@click.command()
@click.option("--schools", "list_", type=_FILE, required=True, help="CSV with the columns wonde_id and urn.")
@click.option("--token-file", type=_FILE, required=True, help="File with the token, mode 600.")
@click.option("--every", type=click.FloatRange(min=1), metavar="SECONDS", help="Go on polling; once, if not given.")
@click.option(
    "--since", metavar="YYYY-MM-DD", help="First poll: changes since then; 1 August of last year if not given."
)
@click.option("--state", "state_file", type=click.Path(dir_okay=False, path_type=Path), help="Where cursors are kept.")
@click.option("--api", default=API, show_default=True, help="Address, of another region say.")
@with_settings
def wonde(
    settings: Settings,
    *,
    list_: Path,
    token_file: Path,
    every: float | None,
    since: str | None,
    state_file: Path | None,
    api: str,
) -> None:
    """Poll Wonde for changed marks of schools and send them as registers.

    Each school's place is kept (wonde.sqlite in data_dir), so that a poll goes on where the last one stopped. A school
    that fails waits for the next poll, the others go on; exit 1 if one failed. UPNs become pseudonyms at once
    (firstbell keys create); names and comments are never looked at.

    \b
    firstbell wonde --schools schools.csv --token-file wonde.token
    firstbell wonde --schools schools.csv --token-file wonde.token --every 900
    """  # noqa: D301 - click reads the \b
    logs.configure(settings.log_format, settings.log_level)
    schools, token = read_schools(list_), read_token(token_file)
    door = Door("wonde", "wonde", pseudonymiser(read_key(settings.pupil_key_file)), lambda: time.time_ns() // 1_000_000)
    Admin(settings).require([topics_of(settings).registers.name])
    with ExitStack() as stack:
        stop = stack.enter_context(stop_on_signals())
        state = stack.enter_context(State(state_file or settings.data_dir / "wonde.sqlite"))
        client = stack.enter_context(
            Client(checked_address(api), token, sleep=lambda seconds: _sleep(stop, seconds), now=time.time)
        )
        rounds = _Rounds(
            schools,
            client=client,
            state=state,
            door=door,
            deliver=_Kafka(settings),
            since=_since(since),
            stop=stop,
        )
        failed = rounds.once()
        while every and not stop.wait(every):
            failed = rounds.once()
    if failed:
        raise click.exceptions.Exit(1)


def _since(text: str | None) -> datetime:
    if text is None:
        today = datetime.now(UTC).date()
        return datetime(academic_year(slot(today, "AM")) - _YEARS_BACK, 8, 1, tzinfo=UTC)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("--since wants a date, YYYY-MM-DD") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _sleep(stop: Flag, seconds: float) -> None:
    if stop.wait(seconds):
        raise Unavailable("asked to stop while waiting")


class _Kafka:
    """Delivers registers, and returns when Kafka has them all."""

    def __init__(self, settings: Settings) -> None:
        self._sender, self._topic = Sender(settings), topics_of(settings).registers.name

    def __call__(self, events: Iterable[Event]) -> None:
        for number, event in enumerate(events, start=1):
            self._sender.send(
                self._topic, event.value, key=event.key, headers=event.headers, name=f"register {number} of a poll"
            )
        self._sender.flush()


class _Rounds:
    """All schools, one after the other."""

    def __init__(
        self,
        schools: list[School],
        *,
        client: Client,
        state: State,
        door: Door,
        deliver: _Kafka,
        since: datetime,
        stop: Flag,
    ) -> None:
        self._schools, self._client, self._state = schools, client, state
        self._door, self._deliver, self._since, self._stop = door, deliver, since, stop

    def once(self) -> int:
        """Poll each school once, and give how many failed."""
        return sum(not self._poll(school) for school in self._schools if not self._stop.is_set())

    def _poll(self, school: School) -> bool:
        lookup = Lookup(self._client, school.wonde_id, self._door.pseudonymise)
        passing = Passing(school, lookup, self._state, self._door, self._deliver)
        poll = Poll(
            school,
            self._client,
            self._state,
            passing,
            since=self._since,
            now_ms=self._door.now_ms,
            stopping=self._stop.is_set,
        )
        try:
            _say(school, poll.run())
        except SchoolFailed as error:
            self._state.forget_changes()
            log.warning("wonde: this school waits for the next poll", urn=school.urn, reason=str(error))
            return self._stop.is_set()
        return True


def _say(school: School, tally: Tally) -> None:
    counts = {"registers": tally.registers, "marks": tally.marks, "deleted": tally.deleted}
    log.info("wonde: polled", urn=school.urn, **counts)
    if tally.held:
        log.warning("wonde: marks that wait", urn=school.urn, **{k.replace("-", "_"): n for k, n in tally.held.items()})
