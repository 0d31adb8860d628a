"""Reading a topic to its end: nothing that is in it is passed over."""

from typing import Any

import pytest
from confluent_kafka import KafkaError

from streams.kafka import reader
from streams.kafka.reader import Reader
from streams.settings import Settings


class FakeMessage:
    """A message as confluent-kafka gives them: as long as its value, so that one without a value is false."""

    def __init__(self, offset: int, value: bytes | None, error: KafkaError | None = None) -> None:
        self._offset, self._value, self._error = offset, value, error

    def __len__(self) -> int:
        return len(self._value or b"")

    def topic(self) -> str:
        return "t"

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return self._offset

    def timestamp(self) -> tuple[int, int]:
        return 1, 0

    def key(self) -> bytes:
        return b"k"

    def value(self) -> bytes | None:
        return self._value

    def headers(self) -> list[Any]:
        return []

    def error(self) -> KafkaError | None:
        return self._error


class FakeConsumer:
    """Gives one message a poll and two a consume, and in the end that there is no more."""

    def __init__(self, _config: dict[str, Any]) -> None:
        values = [b"a", None, b"", b"b", None, None, b""]
        self.waiting = [FakeMessage(offset, value) for offset, value in enumerate(values)]
        self.waiting.append(FakeMessage(len(values), None, KafkaError(KafkaError._PARTITION_EOF)))  # noqa: SLF001 - its name

    def list_topics(self, name: str, timeout: float) -> Any:  # noqa: ANN401, ARG002 - confluent-kafka's signature
        return type("Found", (), {"topics": {name: type("Topic", (), {"partitions": {0: None}})}})

    def assign(self, _places: list[object]) -> None:
        pass

    def poll(self, _wait: float) -> FakeMessage | None:
        return self.waiting.pop(0)

    def consume(self, _most: int, _wait: float) -> list[FakeMessage]:
        taken, self.waiting = self.waiting[:2], self.waiting[2:]
        return taken

    def close(self) -> None:
        pass


def test_records_without_a_value_are_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tombstones and empty values, wherever they stand."""
    monkeypatch.setattr(reader, "Consumer", FakeConsumer)
    with Reader(Settings(), "t") as reading:
        found = list(reading.to_end())
    assert [(record.offset, record.value) for record in found] == list(
        enumerate([b"a", None, b"", b"b", None, None, b""])
    )
