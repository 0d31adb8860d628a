"""Schools whose morning register is overdue when a test wants it to be, and what a replay says of them."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from streams.board.county import County
from streams.board.feeds import Feeds
from streams.board.school import School, Schools
from streams.contract.messages import Alert, Origin
from streams.contract.topics import Topics
from streams.kafka.schools import read_schools, send_schools
from streams.pipeline.boards import Boards
from streams.pipeline.intake import read_register
from streams.settings import Settings
from tests.support import stream

GRACE = timedelta(minutes=90)
LONDON = ZoneInfo("Europe/London")
Content = tuple[str, int, str, object, object]


class Overdue:
    """Schools that sent their afternoon's register; one after the other their morning's falls due, from *first* on.

    Their day is the one on which that morning began, so that it may be any time of day.
    """

    def __init__(self, schools: int, first: datetime, apart: timedelta = timedelta(0)) -> None:
        self.starts = {100001 + at: (first + at * apart - GRACE).astimezone(LONDON) for at in range(schools)}

    @property
    def last_due(self) -> datetime:
        """When the last morning falls due."""
        return max(self.starts.values()) + GRACE

    def tell(self, settings: Settings, topics: Topics) -> None:
        """Write the schools to their topic."""
        schools = [School(urn=urn, status="Open", am_start=at.time()) for urn, at in self.starts.items()]
        send_schools(settings, topics.schools.name, schools)

    def registers(self, session: str) -> list[bytes]:
        """One register of each school, of one child."""
        return [self._register(urn, session) for urn in self.starts]

    def _register(self, urn: int, session: str) -> bytes:
        made = {
            "register_id": f"{urn}-{session}",
            "urn": urn,
            "date": self.starts[urn].date().isoformat(),
            "session": session,
            "recorded_at": datetime.now(UTC).isoformat(),
            "marks": [{"pupil": "a" * 26, "code": "/"}],
        }
        return json.dumps(made, separators=(",", ":")).encode()


def content(alerts: list[Alert]) -> list[Content]:
    """What alerts say, without the moment at which they said it."""
    return sorted((a.alert_id, a.sequence, a.change, str(a.from_), str(a.to)) for a in alerts)


def replayed(settings: Settings, topics: Topics, until: datetime) -> list[Alert]:
    """Replay `registers`, each partition in its order, looking at the clock before each register and at the end."""
    county = County(Schools(read_schools(settings, topics.schools.name).schools.values()), Feeds())
    boards = [Boards(stream.rule_engine().book) for _ in range(settings.partitions)]
    said: list[Alert] = []
    for record in stream.read(settings, topics.registers.name):
        origin = Origin(topic=record.topic, partition=record.partition, offset=record.offset)
        register = read_register(record.value or b"", received_ms=record.timestamp_ms, origin=origin).register
        if register is None:
            continue
        work = boards[record.partition].work()
        work.tick(record.timestamp_ms, county)
        work.take(register, county)
        work.commit()
        said += work.alerts
    for held in boards:
        work = held.work()
        work.tick(int(until.timestamp() * 1000), county)
        said += work.alerts
    return said
