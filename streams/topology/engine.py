"""The seam to the pure engine (`streams.pipeline`): what the two stages ask of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from streams.contract.batches import BatchRegister
from streams.contract.messages import Alert, DeadLetter, Origin


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
        """The marks that were too old."""

    def take(self, *registers: BatchRegister) -> Sequence[OutcomeLike]:
        """Apply registers, in order; give what came of each."""

    def writes(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Give the changed pages; None removes one."""

    def commit(self) -> None:
        """Swap the working copies in."""


class LedgersLike(Protocol):
    """The pupils of one partition."""

    def load(self, key: bytes, value: bytes | None) -> None:
        """Take one changelog record, in order."""

    def work(self) -> WorkLike:
        """Begin a batch."""

    def __len__(self) -> int:
        """Count the pupils."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The functions of the pipeline that the stream calls."""

    read_register: ReadRegister
    split: Callable[[list[BatchRegister], int], dict[int, list[BatchRegister]]]
    new_ledgers: Callable[[], LedgersLike]
    stored_form: int
