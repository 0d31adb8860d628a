"""Three messages of Kafka's protocol that aiokafka lacks, field by field; `markers` sends them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, ClassVar

from aiokafka.protocol.api import Request, RequestStruct, Response  # type: ignore[import-untyped]
from aiokafka.protocol.types import (  # type: ignore[import-untyped]
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Int64,
    Schema,
    TaggedFields,
)

_NAME, _TAGS = CompactString("utf-8"), ("tags", TaggedFields)
_PLACES = CompactArray(("name", _NAME), ("partitions", CompactArray(Int32)), _TAGS)


class _ProducersResponse(Response):  # type: ignore[misc]
    API_KEY = 61
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "topics",
            CompactArray(
                ("name", _NAME),
                (
                    "partitions",
                    CompactArray(
                        ("partition", Int32),
                        ("error_code", Int16),
                        ("error_message", _NAME),
                        (
                            "producers",
                            CompactArray(
                                ("producer_id", Int64),
                                ("producer_epoch", Int32),
                                ("last_sequence", Int32),
                                ("last_timestamp", Int64),
                                ("coordinator_epoch", Int32),
                                ("start_offset", Int64),
                                _TAGS,
                            ),
                        ),
                        _TAGS,
                    ),
                ),
                _TAGS,
            ),
        ),
        _TAGS,
    )


class _ProducersRequest(RequestStruct):  # type: ignore[misc]
    API_KEY = 61
    API_VERSION = 0
    FLEXIBLE_VERSION: ClassVar[bool] = True
    RESPONSE_TYPE = _ProducersResponse
    SCHEMA = Schema(("topics", _PLACES), _TAGS)


class DescribeProducers(Request[_ProducersRequest]):  # type: ignore[misc]
    """Who has lately written to these partitions, and where their open transactions begin."""

    API_KEY = 61

    def __init__(self, places: Iterable[tuple[str, int]]) -> None:
        self._topics = _grouped(places)

    def build(self, request_struct_class: type[_ProducersRequest]) -> _ProducersRequest:
        """Give it, for `aiokafka`."""
        return request_struct_class(self._topics, {})


class _TransactionsResponse(Response):  # type: ignore[misc]
    API_KEY = 65
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "states",
            CompactArray(
                ("error_code", Int16),
                ("transactional_id", _NAME),
                ("state", _NAME),
                ("timeout_ms", Int32),
                ("start_time_ms", Int64),
                ("producer_id", Int64),
                ("producer_epoch", Int16),
                ("topics", _PLACES),
                _TAGS,
            ),
        ),
        _TAGS,
    )


class _TransactionsRequest(RequestStruct):  # type: ignore[misc]
    API_KEY = 65
    API_VERSION = 0
    FLEXIBLE_VERSION: ClassVar[bool] = True
    RESPONSE_TYPE = _TransactionsResponse
    SCHEMA = Schema(("ids", CompactArray(_NAME)), _TAGS)


class DescribeTransactions(Request[_TransactionsRequest]):  # type: ignore[misc]
    """What the coordinator holds of these transactional ids."""

    API_KEY = 65

    def __init__(self, ids: list[str]) -> None:
        self._ids = ids

    def build(self, request_struct_class: type[_TransactionsRequest]) -> _TransactionsRequest:
        """Give it, for `aiokafka`."""
        return request_struct_class(self._ids, {})


class _MarkersResponse(Response):  # type: ignore[misc]
    API_KEY = 27
    API_VERSION = 1
    SCHEMA = Schema(
        (
            "markers",
            CompactArray(
                ("producer_id", Int64),
                (
                    "topics",
                    CompactArray(
                        ("name", _NAME),
                        ("partitions", CompactArray(("partition", Int32), ("error_code", Int16), _TAGS)),
                        _TAGS,
                    ),
                ),
                _TAGS,
            ),
        ),
        _TAGS,
    )


class _MarkersRequest(RequestStruct):  # type: ignore[misc]
    API_KEY = 27
    API_VERSION = 1
    FLEXIBLE_VERSION: ClassVar[bool] = True
    RESPONSE_TYPE = _MarkersResponse
    SCHEMA = Schema(
        (
            "markers",
            CompactArray(
                ("producer_id", Int64),
                ("producer_epoch", Int16),
                ("commit", Boolean),
                ("topics", _PLACES),
                ("coordinator_epoch", Int32),
                _TAGS,
            ),
        ),
        _TAGS,
    )


class WriteTxnMarkers(Request[_MarkersRequest]):  # type: ignore[misc]
    """The end of a producer's transaction in one partition."""

    API_KEY = 27

    def __init__(
        self, producer: int, epoch: int, *, commit: bool, place: tuple[str, int], coordinator_epoch: int
    ) -> None:
        self._marker: tuple[Any, ...] = producer, epoch, commit, _grouped([place]), coordinator_epoch, {}

    def build(self, request_struct_class: type[_MarkersRequest]) -> _MarkersRequest:
        """Give it, for `aiokafka`."""
        return request_struct_class([self._marker], {})


def _grouped(places: Iterable[tuple[str, int]]) -> list[tuple[str, list[int], dict[int, bytes]]]:
    by_topic: dict[str, list[int]] = defaultdict(list)
    for topic, partition in places:
        by_topic[topic].append(partition)
    return [(topic, partitions, {}) for topic, partitions in by_topic.items()]
