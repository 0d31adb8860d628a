"""One partition's schools in memory, and the working copies of one batch: twins of `Ledgers` and `Work`.

Stored form, one changelog record a register taken: key `URN/YYYY-MM-DD/AM/OFFSET`, value its marks that changed
something; and one a school: key `URN/board`, value what was announced and when it was heard. A page whose session
left the board is a tombstone.
"""

from collections.abc import Iterator

from streams.attendance.book import RuleBook
from streams.board.county import County
from streams.contract.batches import BatchRegister
from streams.contract.messages import Alert

BOARD_FORM = 1  # this version's stored form; it reads this one only, being the first


class Boards:
    """The schools of one partition of `registers` (or all, in a replay) that have sent a register."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self._lasts: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._lasts)

    def load(self, key: bytes, value: bytes | None) -> None:
        """Take one changelog record, in order; None is a tombstone.

        Raises:
            StoredFormUnknown: key or value has a form that this version cannot read.
        """
        raise NotImplementedError

    def work(self) -> "BoardWork":
        """Begin a batch."""
        return BoardWork(self)

    def lasts(self) -> dict[int, int]:
        """Return when each school's last register was received (URN -> milliseconds since 1970)."""
        return dict(self._lasts)


class BoardWork:
    """The working copies of one batch: nothing shows in the boards until `commit`."""

    def __init__(self, boards: Boards) -> None:
        self.boards = boards
        self.alerts: list[Alert] = []

    def take(self, register: BatchRegister, county: County) -> None:
        """Apply all accepted marks of one register, as received at `register.received_ms`.

        What fell due at this school before that moment is decided first.
        """
        raise NotImplementedError

    def tick(self, now_ms: int, county: County) -> None:
        """Decide what fell due before *now_ms*, at every school; an earlier time than the latest seen does nothing.

        Call it with a time up to which all registers of this partition have been taken: with the clock where the
        worker has caught up, and where it has not, with the time of the last register taken. (A register that comes
        in time and is read late would else be announced as missing, and withdrawn.)
        """
        raise NotImplementedError

    def writes(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Yield what changed as changelog records: pages, tombstones, summaries."""
        raise NotImplementedError

    def commit(self) -> None:
        """Make the working copies the state. Call once what `writes` gave is durable."""
        raise NotImplementedError
