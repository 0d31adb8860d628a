"""One register by HTTP."""

from pathlib import Path
from typing import Any

import pytest

from streams.contract.topics import REGISTER_MAX_BYTES
from streams.edge.token_stores import FileTokens
from tests.support.gateway import InMemory, register
from tests.support.upns import ANNA, BEN, TEMPORARY


@pytest.fixture
def gateway() -> InMemory:
    return InMemory()


def test_a_register_is_taken_and_goes_to_kafka_with_pseudonyms(gateway: InMemory) -> None:
    """202 with a receipt; one event, without the UPN."""
    answer = gateway.post(register())
    assert answer.status_code == 202
    assert answer.json() == {"result": "taken", "register_id": "am-1", "marks": 1, "taken": 1}
    (event,) = gateway.publisher.events
    assert ANNA.encode() not in event.value
    assert gateway.values[0]["source"] == "riverside"


def test_each_mark_is_answered_for_and_the_good_ones_go_on(gateway: InMemory) -> None:
    """Refused ones by place and reason, temporary UPNs by place."""
    marks = [
        {"upn": ANNA, "code": "/"},
        {"upn": ANNA[:-1] + "9", "code": "/"},
        {"upn": BEN, "code": "late"},
        {"upn": TEMPORARY, "code": "O"},
    ]
    answer = gateway.post(register(marks=marks)).json()
    assert (answer["marks"], answer["taken"], answer["temporary_upns"]) == (4, 2, [3])
    assert [(mark["mark"], mark["reason"]) for mark in answer["refused"]] == [(1, "bad-upn"), (2, "unknown-code")]
    assert [mark["code"] for mark in gateway.values[0]["marks"]] == ["/", "O"]


def test_the_same_register_again_is_taken_again_with_the_same_bytes(gateway: InMemory) -> None:
    """So that downstream it is twice the same, which changes nothing."""
    assert [gateway.post(register()).status_code for _ in range(2)] == [202, 202]
    first, second = gateway.publisher.events
    assert first == second


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"{", 400, "not-json"),
        (b"", 400, "not-json"),
        ([], 422, "not-a-register"),
        (register(name="Anna"), 422, "unknown-field"),
        (register(recorded_at="2024-10-02T09:10:00+01:00"), 422, "recorded-in-future"),
        (register(recorded_at="yesterday"), 422, "bad-recorded-at"),
        (register(marks=[{"upn": ANNA, "code": "?"}]), 422, "no-mark-taken"),
        (register(urn=100002), 403, "urn-not-allowed"),
        (b" " * (REGISTER_MAX_BYTES + 1), 413, "too-large"),
    ],
)
def test_a_refused_register_is_a_problem_and_nothing_goes_on(
    gateway: InMemory, body: object, status: int, reason: str
) -> None:
    """RFC 9457: type, title, status and detail, and the reason for programs."""
    answer = gateway.post(body)
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["reason"]) == (status, status, reason)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"urn:firstbell:problem:{reason}"
    assert problem.keys() >= {"title", "detail"}
    assert gateway.publisher.events == []


def test_of_a_school_that_is_not_allowed_the_marks_are_not_judged(gateway: InMemory) -> None:
    """Whoever may not send a register learns nothing from it, not even which UPNs are right."""
    marks = [{"upn": ANNA, "code": "/"}, {"upn": "x", "code": "/"}]
    receipt = gateway.post(register(urn=100002, marks=marks)).json()["receipt"]
    assert receipt.keys() == {"result", "reason", "detail"}


def test_a_token_for_every_school_sends_for_any() -> None:
    """The authority's own systems."""
    assert InMemory(None).post(register(urn=999999)).status_code == 202


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x", "Basic {}", "Bearer {}x", "{}"])
def test_without_a_valid_token_it_is_401_and_says_how_to_log_in(gateway: InMemory, authorization: str) -> None:
    """No token, none of ours, another scheme, one character more."""
    headers = {"Authorization": authorization.format(gateway.token)}
    answer = gateway.post(register(), headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (401, "no-valid-token")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert gateway.publisher.events == []


def test_with_kafka_away_it_is_503_with_a_time_to_come_again_and_nothing_is_taken(gateway: InMemory) -> None:
    """And once Kafka is back the same is taken."""
    gateway.publisher.away = "no broker"
    answer = gateway.post(register())
    assert (answer.status_code, answer.json()["reason"], answer.headers["retry-after"]) == (503, "not-taken", "5")
    assert gateway.publisher.events == []
    gateway.publisher.away = None
    assert gateway.post(register()).status_code == 202


def test_with_the_tokens_away_it_is_503_and_says_nothing_of_where_they_are(tmp_path: Path) -> None:
    """To whoever asks; nothing is taken meanwhile."""
    file = tmp_path / "tokens.json"
    file.write_text("{")
    gateway = InMemory(tokens=FileTokens(file))
    answer = gateway.post(register())
    assert (answer.status_code, answer.json()["reason"], answer.headers["retry-after"]) == (503, "not-available", "5")
    assert "tokens.json" not in answer.text
    assert gateway.publisher.events == []


def test_a_token_that_sends_too_much_waits() -> None:
    """429 with the seconds to wait; then it may again; another token never had to."""
    gateway = InMemory(rate=0.5, burst=2)
    assert [gateway.post(register()).status_code for _ in range(3)] == [202, 202, 429]
    answer = gateway.post(register())
    assert answer.headers["retry-after"] == "2"
    gateway.now = 2.0
    assert gateway.post(register()).status_code == 202


@pytest.mark.parametrize("media_type", ["text/csv", "application/x-www-form-urlencoded", "application/jsonl"])
def test_another_media_type_is_415(gateway: InMemory, media_type: str) -> None:
    """What a form or a sheet would send."""
    assert gateway.post(register(), headers={"Content-Type": media_type}).status_code == 415


def test_a_compressed_body_is_415(gateway: InMemory) -> None:
    """A small request must not become a large one."""
    assert gateway.post(register(), headers={"Content-Encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_json_by_any_of_its_names_is_read(gateway: InMemory, media_type: str) -> None:
    """With parameters, in any case."""
    assert gateway.post(register(), headers={"Content-Type": media_type}).status_code == 202


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/registers", 405), ("POST", "/v1/register", 404), ("GET", "/", 404), ("POST", "/v1/registers/", 404)],
)
def test_another_path_or_method_is_a_problem_too(gateway: InMemory, method: str, path: str, status: int) -> None:
    """404 or 405, in the same form, with the paths that there are."""
    answer = gateway.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert "/v1/registers:batch" in answer.json()["detail"]


def test_what_happened_is_counted(gateway: InMemory) -> None:
    """Requests, registers, marks, reasons and temporary UPNs."""
    gateway.post(register(marks=[{"upn": TEMPORARY, "code": "/"}, {"upn": "x", "code": "/"}]))
    gateway.post(b"{")
    assert gateway.metric("firstbell_gateway_requests_total", route="registers", status="202") == 1
    assert gateway.metric("firstbell_gateway_registers_total", result="taken") == 1
    assert gateway.metric("firstbell_gateway_registers_total", result="refused") == 1
    assert gateway.metric("firstbell_gateway_marks_total", result="taken") == 1
    assert gateway.metric("firstbell_gateway_marks_total", result="refused") == 1
    assert gateway.metric("firstbell_gateway_refusals_total", reason="bad-upn") == 1
    assert gateway.metric("firstbell_gateway_refusals_total", reason="not-json") == 1
    assert gateway.metric("firstbell_gateway_temporary_upns_total") == 1


def test_a_mistake_of_ours_is_500_without_its_text(
    gateway: InMemory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither the answer nor the log, wherever it goes, holds what the exception says, which may be what was sent."""

    def fail(_: Any) -> None:  # noqa: ANN401 - whatever comes
        raise RuntimeError(ANNA)

    monkeypatch.setattr(gateway.publisher, "publish", fail)
    answer = gateway.post(register())
    assert (answer.status_code, answer.json()["reason"]) == (500, "failed")
    shown = capsys.readouterr()
    logged = shown.out + shown.err + caplog.text
    assert "RuntimeError" in logged
    assert ANNA not in answer.text + logged


def test_as_many_marks_as_the_form_allows_are_taken(gateway: InMemory) -> None:
    """2,000 marks are taken, one more is refused."""
    mark = {"upn": ANNA, "code": "/"}
    assert gateway.post(register(marks=[mark] * 2000)).json()["taken"] == 2000
    assert gateway.post(register(marks=[mark] * 2001)).json()["reason"] == "not-a-register"


def test_a_register_without_marks_is_taken(gateway: InMemory) -> None:
    """It says that the register was opened."""
    assert gateway.post(register(marks=[])).json() == {"result": "taken", "register_id": "am-1"}
