"""`firstbell send`, on a real Kafka."""

import json
import time
from pathlib import Path

import pytest
from aiokafka.partitioner import DefaultPartitioner

from streams.contract.topics import REGISTER_MAX_BYTES, Topics
from streams.errors import Undelivered
from streams.kafka.admin import Admin, topics_of
from streams.kafka.producer import Sender
from streams.kafka.reader import Reader
from streams.kafka.records import Record
from streams.settings import Settings
from tests.support.broker import Broker
from tests.support.command import firstbell
from tests.support.ports import free_port


def _register(number: int, urn: int = 100001) -> bytes:
    return json.dumps({"register_id": f"r{number}", "urn": urn, "marks": []}).encode()


def _read(settings: Settings, topics: Topics) -> list[Record]:
    with Reader(settings, topics.registers.name) as reader:
        return list(reader.to_end())


def test_lines_of_files_and_standard_input_go_as_they_are(settings: Settings, topics: Topics, tmp_path: Path) -> None:
    """Bytes, key, headers and the broker's time stamp are right; blank lines are skipped; the count is said."""
    before = time.time_ns() // 1_000_000
    file = tmp_path / "registers.jsonl"
    odd = b'{"urn":100001,  "register_id":"odd", "new": "\xc3\xa9"}'
    file.write_bytes(odd + b"\r\n\n" + b"not json at all\n")
    done = firstbell("send", str(file), "-", settings=settings, given=_register(1))
    assert (done.returncode, done.stderr) == (0, f"3 registers delivered to {topics.registers.name}\n")
    found = {record.value: record for record in _read(settings, topics)}
    assert set(found) == {odd, b"not json at all", _register(1)}
    assert (found[odd].key, dict(found[odd].headers)["ce_id"]) == (b"100001", b"odd")
    assert (found[b"not json at all"].key, len(dict(found[b"not json at all"].headers)["ce_id"])) == (b"", 36)
    assert all(record.timestamp_ms >= before for record in found.values())


def test_registers_of_a_school_stay_in_order_on_the_partition_that_faust_gives_its_key(
    settings: Settings, topics: Topics
) -> None:
    """Of 600 registers of 20 schools, each school's are on one partition, in the order of the file."""
    urns = [100000 + number % 20 for number in range(600)]
    lines = [_register(number, urn) for number, urn in enumerate(urns)]
    assert firstbell("send", "-", settings=settings, given=b"\n".join(lines)).returncode == 0
    records = _read(settings, topics)
    for urn in set(urns):
        own = [record for record in records if record.key == str(urn).encode()]
        assert [record.value for record in own] == [line for line, of in zip(lines, urns, strict=True) if of == urn]
        assert {record.partition for record in own} == {_partition_of_faust(str(urn).encode(), settings.partitions)}


def test_a_line_too_large_is_named_and_the_rest_delivered(settings: Settings, topics: Topics, tmp_path: Path) -> None:
    """The largest that may be goes; one byte more is named by its line; exit 1."""
    file = tmp_path / "big.jsonl"
    largest = b'"' + b"x" * (REGISTER_MAX_BYTES - 2) + b'"'
    file.write_bytes(b"\n".join([_register(1), largest + b"x", largest, _register(2)]))
    done = firstbell("send", str(file), settings=settings)
    assert done.returncode == 1
    assert f"{file}, line 2: 1,000,001 bytes are too large" in done.stderr
    assert f"3 registers delivered to {topics.registers.name}" in done.stderr
    assert {record.value for record in _read(settings, topics)} == {_register(1), largest, _register(2)}


def test_without_topics_nothing_is_sent_and_the_way_is_shown(settings: Settings) -> None:
    """Exit 2 with the command that makes them."""
    done = firstbell("send", "-", settings=settings, given=_register(1))
    assert done.returncode == 2
    assert "make the topics by: firstbell topics create" in done.stderr


def test_without_a_broker_it_says_so(settings: Settings) -> None:
    """Exit 2 and one line."""
    nobody = settings.model_copy(update={"bootstrap": f"127.0.0.1:{free_port()}", "request_timeout": 2})
    done = firstbell("send", "-", settings=nobody, given=_register(1))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "does not answer" in done.stderr


def test_what_a_broker_that_went_away_did_not_take_is_said(own_kafka: Broker) -> None:
    """A broker that stops answering in the middle: what was delivered is counted, the rest raised and named."""
    settings = Settings(bootstrap=own_kafka.bootstrap, partitions=1, message_timeout=2)
    topics = topics_of(settings)
    Admin(settings).create(topics)
    sender = Sender(settings)
    sender.send(topics.registers.name, _register(1), key=b"", headers=[], name="line 1")
    sender.flush()
    own_kafka.pause()
    sender.send(topics.registers.name, _register(2), key=b"", headers=[], name="line 2")
    with pytest.raises(Undelivered, match=r"1 not delivered; the first: line 2: .*timed out"):
        sender.flush()
    assert sender.deliveries.delivered == 1


def _partition_of_faust(key: bytes, partitions: int) -> int:
    everyone = list(range(partitions))
    return int(DefaultPartitioner()(key, everyone, everyone))
