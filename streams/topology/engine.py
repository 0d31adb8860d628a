"""The seam to the pure engine (`streams.pipeline`): what the two stages ask of it."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from streams.board.county import County
from streams.board.feeds import Feeds
from streams.board.nameless import Refuses
from streams.contract.batches import BatchRegister, Command
from streams.contract.messages import Alert, DeadLetter, Origin

Names = Mapping[int, Mapping[str, str]]
"""`streams.pipeline.board_names.Names`."""


class IntakeLike(Protocol):
    """One register read: its accepted marks (None: refused whole) and its dead letters."""

    @property
    def register(self) -> BatchRegister | None:
        """The accepted marks."""

    @property
    def refused(self) -> list[DeadLetter]:
        """What was refused."""


class ReadRegister(Protocol):
    """`streams.pipeline.intake.read_register`."""

    def __call__(self, value: bytes, *, received_ms: int | None, origin: Origin) -> IntakeLike:
        """Read one register; never raises on bad input."""


class OutcomeLike(Protocol):
    """What one register gave."""

    @property
    def alerts(self) -> list[Alert]:
        """What it has changed, in order."""


class WorkLike(Protocol):
    """The working copies of one batch: nothing of it shows in the ledgers until `commit`."""

    @property
    def alerts(self) -> list[Alert]:
        """What the registers taken so far have changed, in order."""

    @property
    def refused(self) -> list[DeadLetter]:
        """The marks that were too old, of erased pupils, or set aside."""

    def take(self, *registers: BatchRegister) -> Sequence[OutcomeLike]:
        """Apply registers, in order; give what came of each."""

    def set_aside(self, register: BatchRegister) -> None:
        """Refuse all marks of a register."""

    def obey(self, command: Command) -> None:
        """Do what is asked of one pupil's state."""

    def listed(self) -> Iterator[tuple[bytes, bytes]]:
        """Give what is new on the list of the erased: keyed hash and entry."""

    def writes(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Give the changed pages; None removes one."""

    def commit(self) -> None:
        """Swap the working copies in."""


class StateLike(Protocol):
    """One partition of a table, in memory."""

    def load_all(self, keys: Sequence[bytes], values: Sequence[bytes | None]) -> None:
        """Take changelog records, in order."""

    def __len__(self) -> int:
        """Count those whom it is about."""


State = TypeVar("State", bound=StateLike)


class LedgersLike(StateLike, Protocol):
    """The pupils of one partition."""

    def keys(self) -> Iterator[str]:
        """Give every pupil's key."""

    def look_over(self, key: str, *, plainly: bool) -> Generator[None, None, list[str]]:
        """Recompute a pupil's episodes in small steps; give the rules in which something else was announced."""

    def work(self) -> WorkLike:
        """Begin a batch."""


class BoardWorkLike(Protocol):
    """The working copies of one batch of registers, or of one look at the clock: likewise."""

    @property
    def alerts(self) -> list[Alert]:
        """What was taken so far has changed, in order."""

    def take(self, register: BatchRegister, county: County) -> None:
        """Apply one register."""

    def tick(self, now_ms: int, county: County) -> None:
        """Decide what fell due before *now_ms*."""

    def writes(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Give the changed pages; None removes one."""

    def commit(self) -> None:
        """Swap the working copies in."""


class BoardsLike(StateLike, Protocol):
    """The schools of one partition."""

    def work(self) -> BoardWorkLike:
        """Begin a batch."""

    def missing(self) -> int:
        """Count the registers that are announced as missing."""

    def erased(self, refuses: Refuses) -> Names:
        """Give who on the boards was erased, by school, each with what is to stand in that place."""

    def rename(self, names: Names) -> None:
        """Have others stand in the places of pupils, once their pages are written so."""


class Renamed(Protocol):
    """`streams.pipeline.board_names.renamed`."""

    def __call__(self, key: bytes, value: bytes, names: Names) -> bytes | None:
        """Give a changelog record's value with others in the places of pupils; None where none of them is in it."""


class ErasedLike(Protocol):
    """`streams.pipeline.erased.Erased`: the list of the erased."""

    def __len__(self) -> int:
        """Count who is on it."""

    def load(self, hashed: str, value: bytes | None) -> None:
        """Take one record of it."""

    def refuses(self, pupil: str, received_ms: int) -> bool:
        """Tell whether a mark of a pupil, in a register received then, is not to be kept."""


class Hear(Protocol):
    """`streams.pipeline.hearing.hear`."""

    def __call__(self, feeds: Feeds, key: bytes, value: bytes | None) -> None:
        """Tell *feeds* of the register whose page a changelog record is, if it is one."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The functions of the pipeline that the stream calls."""

    read_register: ReadRegister
    split: Callable[[list[BatchRegister], int], dict[int, list[BatchRegister]]]
    new_ledgers: Callable[[], LedgersLike]
    new_boards: Callable[[], BoardsLike]
    new_erased: Callable[[], ErasedLike]
    renamed: Renamed
    hear: Hear
    stored_form: int  # of the ledgers' pages
    board_form: int  # of the boards'
