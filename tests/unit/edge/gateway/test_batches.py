"""Many registers in one request."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from streams.contract.topics import REGISTER_MAX_BYTES
from tests.support.gateway import InMemory, register
from tests.support.upns import ANNA


@pytest.fixture
def gateway() -> InMemory:
    return InMemory()


def test_each_line_is_answered_for_and_the_good_ones_go_on(gateway: InMemory) -> None:
    """In the order of lines, with their numbers; blank ones are skipped but counted."""
    lines = [register(), b"", b"{", register(register_id="am-2", urn=100002), register(register_id="am-3")]
    answer = gateway.batch(*lines)
    receipts = [(one["line"], one["result"], one.get("reason")) for one in answer.json()["registers"]]
    assert receipts == [
        (1, "taken", None),
        (3, "refused", "not-json"),
        (4, "refused", "urn-not-allowed"),
        (5, "taken", None),
    ]
    assert answer.status_code == 202
    assert (answer.json()["taken"], answer.json()["refused"], answer.json()["not_taken"]) == (2, 2, 0)
    assert [value["register_id"] for value in gateway.values] == ["am-1", "am-3"]


def test_the_last_line_may_end_or_not_and_lines_may_end_in_both_ways(gateway: InMemory) -> None:
    """As files of any system do."""
    line = json.dumps(register()).encode()
    assert gateway.post(line + b"\r\n" + line + b"\n", "/v1/registers:batch").json()["taken"] == 2
    assert gateway.post(line + b"\n" + line, "/v1/registers:batch").json()["taken"] == 2


@pytest.mark.parametrize("size", [1, 7, 100, 100_000])
def test_lines_may_come_in_pieces_of_any_size(gateway: InMemory, size: int) -> None:
    """A sender that streams cuts anywhere, and says no length."""
    body = b"\n".join(json.dumps(register(register_id=f"am-{number}")).encode() for number in range(5))

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), size):
            yield body[start : start + size]

    async def send() -> httpx.Response:
        headers = {"Authorization": f"Bearer {gateway.token}"}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway.app), base_url="http://gateway") as client:
            return await client.post("/v1/registers:batch", content=pieces(), headers=headers)

    assert asyncio.run(send()).json()["taken"] == 5
    assert [value["register_id"] for value in gateway.values] == [f"am-{number}" for number in range(5)]


def test_a_line_too_large_is_refused_alone(gateway: InMemory) -> None:
    """Whether it is the last or not; what follows it is a line of its own."""
    gateway = InMemory(batch_bytes=4 * REGISTER_MAX_BYTES)
    large = b" " * (REGISTER_MAX_BYTES + 1)
    answer = gateway.batch(large, register(), large).json()
    assert [(one["line"], one.get("reason")) for one in answer["registers"]] == [
        (1, "too-large"),
        (2, None),
        (3, "too-large"),
    ]


def test_a_batch_too_large_by_its_own_word_is_not_begun(gateway: InMemory) -> None:
    """413, with nothing taken."""
    answer = gateway.batch(register(), b" " * (1 << 20))
    assert (answer.status_code, gateway.publisher.events) == (413, [])


def test_a_batch_of_too_many_registers_says_where_to_go_on() -> None:
    """413; those before are taken and named."""
    gateway = InMemory(batch_registers=2)
    answer = gateway.batch(*[register(register_id=f"am-{number}") for number in range(4)])
    assert answer.status_code == 413
    assert answer.json()["detail"].endswith("send on from line 3")
    assert answer.json()["batch"]["taken"] == len(gateway.publisher.events) == 2


def test_with_nothing_good_in_it_a_batch_is_refused(gateway: InMemory) -> None:
    """422 with each line's reason; 400 where there is no line."""
    answer = gateway.batch(b"{", b"[]")
    assert (answer.status_code, answer.json()["reason"]) == (422, "no-register-taken")
    assert [one["reason"] for one in answer.json()["batch"]["registers"]] == ["not-json", "not-a-register"]
    assert gateway.batch(b" ").status_code == 400


def test_where_kafka_goes_away_in_the_middle_each_register_says_how_it_went(
    gateway: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 with a time to come again, and which are in Kafka."""
    publish = gateway.publisher.publish

    def leave(event: object) -> object:
        done = publish(event)  # type: ignore[arg-type] # as it came
        gateway.publisher.away = "no broker"
        return done

    monkeypatch.setattr(gateway.publisher, "publish", leave)
    answer = gateway.batch(register(), register(register_id="am-2"))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert [one["result"] for one in answer.json()["batch"]["registers"]] == ["taken", "not-taken"]


def test_a_batch_counts_as_its_registers_and_is_not_cut_off() -> None:
    """It may go beyond what is left; the next request then waits for all of it."""
    gateway = InMemory(rate=1, burst=2)
    assert gateway.batch(*[register(register_id=f"am-{number}") for number in range(5)]).json()["taken"] == 5
    answer = gateway.post(register())
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "4")


@pytest.mark.parametrize("media_type", ["application/jsonl", "application/x-ndjson", "application/x-jsonlines"])
def test_json_lines_by_any_of_their_names_are_read(gateway: InMemory, media_type: str) -> None:
    """There is no one name."""
    assert gateway.batch(register(), headers={"Content-Type": media_type}).status_code == 202


def test_one_json_document_is_no_batch(gateway: InMemory) -> None:
    """415 says what is read."""
    answer = gateway.batch(register(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 415
    assert "application/jsonl" in answer.json()["detail"]


def test_what_is_answered_holds_no_pupil(gateway: InMemory) -> None:
    """Wherever it was put."""
    marks = [{"upn": ANNA, "code": ANNA}, {"pupil": ANNA, "code": "/"}, {ANNA: ANNA}, ANNA]
    bad = [register(register_id=ANNA), register(source=ANNA), register(date=ANNA), register(**{ANNA: 1})]
    assert ANNA not in gateway.batch(register(marks=marks), *bad).text
