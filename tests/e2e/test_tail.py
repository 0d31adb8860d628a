"""`firstbell tail` as a user runs it, on a real Kafka."""

import json
import signal
import subprocess

import msgspec
import pytest
from confluent_kafka import Producer

from streams.contract.codec import dead_letter_headers, decode_dead_letter_line, encode_alert
from streams.contract.messages import Alert, DeadLetter, Origin, Session
from streams.contract.topics import Topics
from streams.settings import Settings
from tests.support.command import FIRSTBELL, environment, firstbell
from tests.support.waiting import until

PUPIL = "abcdefghijklmnopqrstuvwxyz"
ALERT = Alert(
    alert_id="0123456789abcdef" * 2,
    sequence=1,
    change="raised",
    reason="mark",
    rule="persistent-absence",
    rulebook="england-2024@1",
    pupil=PUPIL,
    urn=990001,
    from_=Session("2024-10-08", "AM"),
    to=None,
    cause=None,
    evidence={"possible": 110, "absent": 12},
    severity="high",
    audience=["school"],
    restricted=False,
)
LETTER = DeadLetter(
    reason="unknown-code",
    detail="code is not an attendance code in force",
    origin=Origin(topic="registers", partition=3, offset=17),
    register_id="r1",
    urn=990001,
    date="2024-10-08",
    session="PM",
    mark=2,
    value=b'{"pupil": "' + PUPIL.encode() + b'", "code": "?"}',
)


def _write(settings: Settings, topics: Topics, *alerts: Alert, abort: bool = False) -> None:
    producer = Producer({"bootstrap.servers": settings.bootstrap, "transactional.id": settings.app_id})
    producer.init_transactions()
    producer.begin_transaction()
    for alert in alerts:
        producer.produce(topics.alerts.name, encode_alert(alert), key=PUPIL)
    producer.flush()
    if abort:
        producer.abort_transaction()
    else:
        producer.commit_transaction()


def _numbered(sequence: int) -> Alert:
    return msgspec.structs.replace(ALERT, sequence=sequence)


def test_an_alert_is_one_sentence_without_the_child(settings: Settings, topics: Topics) -> None:
    """The human form names school, evidence and the alert's first eight digits; nothing of the pseudonym."""
    _write(settings, topics, ALERT)
    done = firstbell("tail", "alerts", "--from-beginning", "--limit", "1", settings=settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "01234567  high    Persistent absence. Raised: a pupil at school 990001 missed 12 of 110 possible sessions"
        " (10.9 %) this year, as of Tuesday 8 October 2024, morning.\n"
    )


def test_json_is_the_record_as_it_is(settings: Settings, topics: Topics) -> None:
    """--json writes each alert as its topic has it, until none came for the time-out."""
    _write(settings, topics, *map(_numbered, (1, 2)))
    done = firstbell("tail", "alerts", "--from-beginning", "--json", "--timeout", "5", settings=settings)
    assert [line.encode() for line in done.stdout.splitlines()] == [
        encode_alert(_numbered(number)) for number in (1, 2)
    ]


def test_what_was_not_committed_is_not_shown(settings: Settings, topics: Topics) -> None:
    """An alert of an aborted transaction never shows, the one committed after it does."""
    _write(settings, topics, _numbered(1), abort=True)
    _write(settings, topics, _numbered(2))
    done = firstbell("tail", "alerts", "--from-beginning", "--json", "--timeout", "5", settings=settings)
    assert [json.loads(line)["sequence"] for line in done.stdout.splitlines()] == [2]


def test_without_from_beginning_only_what_comes_is_shown(settings: Settings, topics: Topics) -> None:
    """An alert that was there before is passed over."""
    _write(settings, topics, _numbered(1))
    command = [FIRSTBELL, "tail", "alerts", "--json", "--limit", "1"]
    with subprocess.Popen(command, env=environment(settings), stdout=subprocess.PIPE) as tail:
        assert tail.stdout is not None

        def ended() -> bool:
            _write(settings, topics, _numbered(2))
            return tail.poll() is not None

        until(ended, within=60)
        assert json.loads(tail.stdout.read())["sequence"] == 2


def test_ctrl_c_ends_it_quietly(settings: Settings, topics: Topics) -> None:
    """The first interrupt ends it with exit code 0 and without a word."""
    _write(settings, topics, ALERT)
    command = [FIRSTBELL, "tail", "alerts", "--from-beginning"]
    with subprocess.Popen(command, env=environment(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tail:
        assert tail.stdout is not None
        assert tail.stdout.readline()
        tail.send_signal(signal.SIGINT)
        assert tail.communicate(timeout=30) == (b"", b"")
    assert tail.returncode == 0


def test_dead_letters_as_sentences_and_as_lines_of_a_file(settings: Settings, topics: Topics) -> None:
    """The human form shows none of the refused bytes; --json is the line that a replay would write."""
    producer = Producer({"bootstrap.servers": settings.bootstrap})
    producer.produce(topics.dead_letters.name, LETTER.value, headers=dead_letter_headers(LETTER))
    producer.produce(topics.dead_letters.name, b"somebody else's")
    producer.flush()
    arguments = ("tail", "dead-letters", "--from-beginning", "--limit", "2")
    human = firstbell(*arguments, settings=settings)
    as_json = firstbell(*arguments, "--json", settings=settings)
    assert "Mark 3 of a register of school 990001" in human.stdout
    assert "a record that is not ours" in human.stdout
    assert PUPIL[:6] not in human.stdout
    ours = [line for line in as_json.stdout.splitlines() if line.startswith("{")]
    assert [decode_dead_letter_line(line.encode()) for line in ours] == [LETTER]


@pytest.mark.parametrize("what", ["alerts", "dead-letters"])
def test_missing_topics_are_one_line_that_says_what_to_do(settings: Settings, what: str) -> None:
    """Where nobody made the topics: exit 2, and the command that makes them."""
    done = firstbell("tail", what, settings=settings)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "firstbell topics create" in done.stderr
