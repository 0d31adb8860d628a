"""`firstbell gateway`, on a real Kafka."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from cloudevents.core.bindings.http import to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent

from streams.contract.topics import Topics
from streams.edge.keys import create_key
from streams.kafka.admin import Admin, topics_of
from streams.kafka.reader import Reader
from streams.settings import Settings
from tests.support.broker import Broker
from tests.support.command import FIRSTBELL, firstbell
from tests.support.ports import free_port
from tests.support.upns import ANNA, BEN, TEMPORARY
from tests.support.waiting import until
from tests.support.worker import WorkerProcess

URN = 100001


class GatewayProcess(WorkerProcess):
    """One gateway, and a client of it with a token for `URN`."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        super().__init__(settings, folder, (FIRSTBELL, "gateway"))
        made = firstbell("tokens", "create", "--source", "riverside", "--urn", str(URN), settings=settings)
        self.token = made.stdout.strip()
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{settings.gateway_port}",
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=30,
        )

    def __exit__(self, *_: object) -> None:
        self.client.close()
        super().__exit__()

    def post(self, register: dict[str, Any]) -> httpx.Response:
        """Send one register."""
        return self.client.post("/v1/registers", json=register)


@contextmanager
def _gateway(settings: Settings, folder: Path) -> Iterator[GatewayProcess]:
    with GatewayProcess(_with_gateway(settings, folder), folder) as gateway:
        yield gateway.until_ready()


def _with_gateway(settings: Settings, folder: Path) -> Settings:
    key = folder / "pupil.key"
    if not key.exists():
        create_key(key)
    own = {
        "gateway_port": free_port(),
        "gateway_tokens": str(folder / "tokens.json"),
        "gateway_timeout": 3.0,
        "pupil_key_file": key,
    }
    return settings.model_copy(update=own)


def _register(number: int = 1, **fields: object) -> dict[str, Any]:
    return {
        "register_id": f"am-{number}",
        "urn": URN,
        "date": "2024-10-01",
        "session": "AM",
        "recorded_at": "2024-10-01T09:05:00+01:00",
        "marks": [{"upn": ANNA, "code": "N"}, {"upn": BEN, "code": "/"}],
    } | fields


def _values(settings: Settings, topic: str) -> list[dict[str, Any]]:
    with Reader(settings, topic) as reader:
        return [json.loads(record.value or b"") for record in reader.to_end()]


def _everything(settings: Settings, topics: Topics) -> bytes:
    """Give all that is in all topics: keys, values and headers."""
    found = []
    for topic in topics:
        with Reader(settings, topic.name) as reader:
            found += [repr((record.key, record.value, record.headers)).encode() for record in reader.to_end()]
    return b"\n".join(found)


def test_a_register_is_in_kafka_when_it_is_answered(settings: Settings, topics: Topics, tmp_path: Path) -> None:
    """Plain, as CloudEvents of an unmodified client in both modes, and as a batch in pieces: all the same record.

    On SIGTERM it ends with exit code 0.
    """
    context = {"specversion": "1.0", "id": "e-1", "type": "uk.firstbell.register.v1", "source": "urn:example:mis"}
    with _gateway(settings, tmp_path) as gateway:
        assert gateway.post(_register()).json() == {"result": "taken", "register_id": "am-1", "marks": 2, "taken": 2}
        assert len(_values(settings, topics.registers.name)) == 1
        for to_http in (to_binary_event, to_structured_event):
            event = to_http(CloudEvent(attributes=context, data=_register()))
            assert gateway.client.post("/v1/registers", content=event.body, headers=event.headers).status_code == 202
        line = json.dumps(_register()).encode()
        answer = gateway.client.post("/v1/registers:batch", content=iter([line[:50], line[50:] + b"\n", line]))
        assert (answer.status_code, answer.json()["taken"]) == (202, 2)
        assert gateway.client.get("/schema", headers={"Authorization": ""}).json()["openapi"] == "3.1.0"
        gateway.terminate()
        assert gateway.wait() == 0
    with Reader(settings, topics.registers.name) as reader:
        records = list(reader.to_end())
    assert len({(record.key, record.value, tuple(record.headers), record.partition) for record in records}) == 1
    assert len(records) == 5


def test_sent_again_nothing_is_doubled_and_no_upn_is_anywhere(
    settings: Settings, topics: Topics, tmp_path: Path
) -> None:
    """A child without a reason in both halves of a day is one alert, however often the registers come.

    No topic, log, metric or answer holds a UPN; logs, metrics and answers hold no pseudonym either.
    """
    mornings = [_register(1), _register(1), _register(1)]
    afternoon = _register(2, session="PM", recorded_at="2024-10-01T13:05:00+01:00")
    hostile = [
        _register(3, marks=[{"upn": TEMPORARY, "code": ANNA}, {"pupil": ANNA, "code": "N"}, {ANNA: BEN, "code": "N"}]),
        _register(4, register_id=ANNA),
        _register(5, source=f"from {BEN}"),
        _register(6, urn=100002),
    ]
    with _gateway(settings, tmp_path) as gateway, WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready()
        answers = [gateway.post(register) for register in (*mornings, afternoon, afternoon, *hostile)]
        assert [answer.status_code for answer in answers] == [202] * 5 + [422, 422, 422, 403]
        until(lambda: worker.metric("firstbell_marks_total", result="applied") == 10)
        alerts = _values(settings, topics.alerts.name)
        assert [(alert["rule"], alert["change"]) for alert in alerts] == [("unexplained-today", "raised")]
        metrics = gateway._get("/metrics") or ""  # noqa: SLF001 - there is no other look at them
        logs = gateway.text() + worker.text()
    said = logs + metrics + "".join(answer.text for answer in answers)
    assert not re.search(f"(?i){ANNA}|{BEN}|{TEMPORARY}", said)
    assert alerts[0]["pupil"] not in said
    assert "riverside" in logs
    stored = _everything(settings, topics)
    assert alerts[0]["pupil"].encode() in stored
    assert not [upn for upn in (ANNA, BEN, TEMPORARY) if upn.encode() in stored]


def test_with_the_broker_away_nothing_is_taken_and_it_comes_back_by_itself(tmp_path: Path) -> None:
    """503 with Retry-After, not ready; once Kafka is back the same register is taken, once."""
    with Broker(tmp_path) as broker:
        settings = Settings(bootstrap=broker.bootstrap, partitions=1)
        Admin(settings).create(topics_of(settings))
        with _gateway(settings, tmp_path) as gateway:
            assert gateway.post(_register(1)).status_code == 202
            broker.stop()
            answers = [gateway.post(_register(2)) for _ in range(2)]
            assert [(answer.status_code, answer.headers["retry-after"]) for answer in answers] == [(503, "5")] * 2
            until(lambda: gateway._get("/readyz") is None)  # noqa: SLF001 - likewise
            assert gateway._get("/healthz")  # noqa: SLF001 - likewise
            broker.start()
            gateway.until_ready()
            assert gateway.post(_register(3)).status_code == 202
        ids = [value["register_id"] for value in _values(settings, topics_of(settings).registers.name)]
        assert ids == ["am-1", "am-3"]


@pytest.mark.usefixtures("topics")
def test_tokens_are_made_and_revoked_while_it_runs_on_loopback(settings: Settings, tmp_path: Path) -> None:
    """From the next request on; and by default nobody beyond this machine reaches it."""
    with _gateway(settings, tmp_path) as gateway:
        own = _with_gateway(settings, tmp_path)
        new = firstbell("tokens", "create", "--source", "hillside", "--all-schools", settings=own).stdout.strip()
        headers = {"Authorization": f"Bearer {new}"}
        elsewhere = _register(urn=100002)
        assert gateway.client.post("/v1/registers", json=elsewhere, headers=headers).status_code == 202
        assert firstbell("tokens", "revoke", new.split("_")[1], settings=own).returncode == 0
        assert gateway.client.post("/v1/registers", json=elsewhere, headers=headers).status_code == 401
        assert gateway.post(_register()).status_code == 202
        assert _listening_on(gateway.client.base_url.port or 0) == {"0100007F"}


def _listening_on(port: int) -> set[str]:
    """Give the addresses, in hex, on which this machine listens on *port*."""
    lines = (Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()).splitlines()
    return {line.split()[1].split(":")[0] for line in lines if f":{port:04X} 0" in line}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"pupil_key_file": None}, "firstbell keys create"),
        ({"gateway_host": "192.0.2.1"}, "cannot take registers on 192.0.2.1"),
        ({"prefix": "none."}, "firstbell topics create"),
        ({"pupil_key_file": "open.key"}, "chmod 600"),
    ],
)
@pytest.mark.usefixtures("topics")
def test_where_it_cannot_start_it_says_why_in_one_line(
    settings: Settings,
    tmp_path: Path,
    wrong: dict[str, Any],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Exit 2: no key, an address of another machine, no topics, a key that others can read."""
    monkeypatch.chdir(tmp_path)
    create_key(Path("open.key"))
    Path("open.key").chmod(0o644)
    done = firstbell("gateway", settings=_with_gateway(settings, tmp_path).model_copy(update=wrong))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert words in done.stderr
