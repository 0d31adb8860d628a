"""A school's registers, written short, and boards to take them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from streams.attendance.codes import INDEX
from streams.attendance.sessions import slot
from streams.board.county import County
from streams.board.feeds import Feeds
from streams.board.school import School, Schools, Span
from streams.books import load_book
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.messages import Alert
from streams.contract.sheets import sheet
from streams.pipeline.boards import Boards

BOOK = load_book(None)
HERE, THERE, FAR = 100001, 100002, 100003
TERM = Span(date(2024, 9, 2), date(2024, 12, 20))
LONDON = ZoneInfo("Europe/London")


def ms(when: str) -> int:
    """Milliseconds since 1970 of a local time, as `2024-10-08 10:30`."""
    return round(datetime.fromisoformat(when).replace(tzinfo=LONDON).timestamp() * 1000)


def pupil(number: int) -> str:
    digits = "abcdefghijklmnopqrstuvwxyz234567"
    return digits[number // 32] + digits[number % 32] + "a" * 24


def register(session: str, received: str, codes: str = "/" * 10, urn: int = HERE) -> BatchRegister:
    """Of `2024-10-08 AM`, received at a local time that is the time of recording too; one code a pupil."""
    day, half = session.split()
    at = ms(received)
    marks = [
        BatchMark(pupil(i), i, INDEX[code], at // 1000)
        for i, code in enumerate(codes.split() if " " in codes else codes)
    ]
    when = datetime.fromtimestamp(at / 1000, UTC).isoformat()
    return BatchRegister(f"r-{at}", urn, slot(date.fromisoformat(day), half), when, at, (0, at), sheet(marks))


class Desk:
    """Boards, the authority's feeds, and the changelog."""

    def __init__(self, *schools: School) -> None:
        self.boards, self.county = Boards(BOOK), County(Schools(schools), Feeds())
        self.changelog: dict[bytes, bytes | None] = {}

    def take(self, *registers: BatchRegister) -> list[Alert]:
        """Take registers, each a batch; return the alerts."""
        return [alert for each in registers for alert in self._do(None, each)]

    def tick(self, when: str) -> list[Alert]:
        return self._do(ms(when), None)

    def _do(self, now_ms: int | None, each: BatchRegister | None) -> list[Alert]:
        work = self.boards.work()
        if now_ms is not None:
            work.tick(now_ms, self.county)
        if each is not None:
            work.take(each, self.county)
        for key, value in work.writes():
            self.changelog.pop(key, None)
            self.changelog[key] = value
        work.commit()
        return work.alerts

    def know(self, *schools: School) -> None:
        """Have other reference data."""
        self.county = County(Schools(schools), self.county.feeds)


def told(alerts: list[Alert]) -> list[str]:
    """`raised register-missing 2024-10-08/PM -`, with the session in which it ended."""
    return [
        f"{alert.change} {alert.rule} {alert.from_.date}/{alert.from_.session}"
        f" {f'{alert.to.date}/{alert.to.session}' if alert.to else '-'}"
        for alert in alerts
    ]
