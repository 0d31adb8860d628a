"""One partition's pupils in memory, and the working copies of one batch."""

from collections.abc import Iterator
from typing import Protocol

from streams.contract.batches import BatchRegister
from streams.contract.messages import Alert, DeadLetter


class WorkLike(Protocol):
    """The working copies of one batch: nothing of it shows in the ledgers until `commit`."""

    alerts: list[Alert]
    refused: list[DeadLetter]

    def take(self, register: BatchRegister) -> None: ...
    def writes(self) -> Iterator[tuple[bytes, bytes | None]]: ...
    def commit(self) -> None: ...


class LedgersLike(Protocol):
    """`Ledgers(book)`: load changelog records, then one `work()` a batch."""

    def load(self, key: bytes, value: bytes | None) -> None: ...
    def work(self) -> WorkLike: ...
    def __len__(self) -> int: ...
