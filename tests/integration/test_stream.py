"""One worker on a real Kafka: registers in, alerts and dead letters out."""

import json
import socket
from pathlib import Path

from streams.contract.codec import dead_letter_from
from streams.contract.topics import Topics
from streams.pipeline.fold import fold
from streams.settings import Settings
from streams.simulate import registers
from tests.support import stream
from tests.support.broker import PASSWORD, USER, Broker
from tests.support.worker import WorkerProcess

PUPIL = "a" * 26
GOOD = {"register_id": "r", "urn": 100001, "date": "2024-09-09", "session": "AM", "recorded_at": "2024-09-09T09:05:00Z"}
FAUSTS_PORT = 6066


def _register(*marks: object, **fields: object) -> bytes:
    return json.dumps(GOOD | {"marks": list(marks)} | fields).encode()


def _mark(**fields: object) -> dict[str, object]:
    return {"pupil": PUPIL, "code": "/"} | fields


# The bytes of a register, and the reasons for which it or marks of it are refused, in order.
POISON: list[tuple[bytes, list[str]]] = [
    (b"{", ["not-json"]),
    (b"[1]", ["not-a-register"]),
    (_register(urn=1), ["not-a-register"]),
    (_register(recorded_at="yesterday"), ["bad-recorded-at"]),
    (_register(_mark(), recorded_at="2999-01-01T00:00:00Z"), ["recorded-in-future"]),
    (_register("no mark", _mark()), ["not-a-mark"]),
    (_register(_mark(pupil="Ann")), ["bad-pupil"]),
    (_register(_mark(recorded_at="9 o'clock")), ["bad-recorded-at"]),
    (_register(_mark(recorded_at="2999-01-01T00:00:00Z")), ["recorded-in-future"]),
    (_register(_mark(code="?"), _mark()), ["unknown-code"]),
    (_register(_mark(), recorded_at="2024-09-01T09:00:00Z"), ["future-session"]),
    (_register(_mark(), date="2021-09-09", recorded_at="2021-09-09T09:00:00Z"), ["too-old"]),
]


def test_alerts_are_those_of_a_replay_and_each_is_there_once(
    settings: Settings, topics: Topics, tmp_path: Path
) -> None:
    """A half-term of three schools goes through; out comes what the engine alone says; SIGTERM ends it with 0."""
    stream.send(settings, topics, registers())
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready()
        stream.until_done(settings, topics)
        found = stream.alerts(settings, topics)
        assert worker.metric("firstbell_alerts_total") == len(stream.all_alerts(settings, topics))
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", FAUSTS_PORT)) != 0, "Faust's web server listens"
        worker.terminate()
        assert worker.wait(10) == 0, worker.text()
    assert found
    assert stream.doubled(found) == []
    assert stream.by_pupil(found) == stream.replay_marks(settings, topics)
    replayed, years = stream.replay_registers(settings, topics)
    assert fold(found, years) == replayed


def test_what_is_refused_goes_to_dead_letters_with_its_bytes_and_the_rest_goes_on(
    settings: Settings, topics: Topics, tmp_path: Path
) -> None:
    """Each reason once, with its place of origin, and no pupil in the log; the register after them counts."""
    stream.send(settings, topics, [_register(_mark())])
    lines = [line for line, _ in POISON] + [_register(_mark(), date="2024-09-10", recorded_at="2024-09-10T09:00:00Z")]
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready()
        stream.until_done(settings, topics)
        stream.send(settings, topics, lines)
        stream.until_done(settings, topics)
        assert worker.running
        log = worker.text()
    sent = {(r.partition, r.offset): r.value for r in stream.read(settings, topics.registers.name)}
    letters = [dead_letter_from(r.headers, r.value) for r in stream.read(settings, topics.dead_letters.name)]
    for letter in letters:
        whole = sent[letter.origin.partition or 0, letter.origin.offset or 0] or b""
        assert letter.origin.topic == topics.registers.name
        assert letter.value == whole if letter.mark is None else letter.value in whole or letter.reason == "too-old"
    assert sorted(letter.reason for letter in letters) == sorted(reason for _, reasons in POISON for reason in reasons)
    assert PUPIL not in log


def test_a_register_of_2000_marks_goes_through(settings: Settings, topics: Topics, tmp_path: Path) -> None:
    """The largest register there is, beside a dead letter as large as a record may be."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    marks = [_mark(pupil=letters[i // 676] + letters[i // 26 % 26] + letters[i % 26] + "a" * 23) for i in range(2000)]
    stream.send(settings, topics, [_register(*marks), b"x" * 1_000_000])
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready()
        stream.until_done(settings, topics)
        assert worker.metric("firstbell_pupils") == len(marks)
    assert [len(record.value or b"") for record in stream.read(settings, topics.dead_letters.name)] == [1_000_000]


def test_a_worker_logs_in_over_tls(kafka: Broker, settings: Settings, topics: Topics, tmp_path: Path) -> None:
    """Both Kafka clients in it, Faust's and librdkafka's, by the one security setting; the password is in no log."""
    password_file = tmp_path / "password"
    password_file.write_text(PASSWORD)
    secure = {
        "bootstrap": kafka.secure_bootstrap,
        "security": "sasl_ssl",
        "sasl_user": USER,
        "sasl_password_file": password_file,
        "ssl_ca_file": kafka.ca,
    }
    stream.send(settings, topics, [_register(_mark())])
    with WorkerProcess(settings.model_copy(update=secure), tmp_path) as worker:
        worker.until_ready()
        stream.until_done(settings, topics)
        assert worker.metric("firstbell_pupils") == 1
        assert PASSWORD not in worker.text()
