"""`firstbell dead-letters` on a real Kafka: what is listed, shown, and sent back once."""

import json

from streams.contract.codec import dead_letter_headers
from streams.contract.messages import DeadLetter, Origin
from streams.contract.topics import Topics
from streams.kafka.producer import Sender
from streams.settings import Settings
from tests.support import stream
from tests.support.command import called

PUPIL = "abcdefghijklmnopqrstuvwxyz"
MARK = b'{"pupil": "abcdefghijklmnopqrstuvwxyz", "code": "/"}'
REGISTER = (
    b'{"register_id": "r-1", "urn": 100001, "date": "2024-09-09", "session": "AM",'
    b' "recorded_at": "2024-09-09T09:05:00+01:00", "marks": [' + MARK + b"]}"
)


def _refuse(settings: Settings, topics: Topics, **fields: object) -> None:
    """Put one dead letter of the one register there is."""
    (record,) = stream.read(settings, topics.registers.name)
    origin = Origin(topic=record.topic, partition=record.partition, offset=record.offset)
    known = {"reason": "unknown-code", "detail": "no code", "origin": origin, "register_id": "r-1", "urn": 100001}
    known |= {"date": "2024-09-09", "session": "AM", "mark": 0, "value": MARK}
    letter = DeadLetter(**known | fields)
    sender = Sender(settings)
    sender.send(topics.dead_letters.name, letter.value, key=b"100001", headers=dead_letter_headers(letter), name="x")
    sender.flush()


def test_a_dead_letter_is_listed_shown_and_sent_back_once(settings: Settings, topics: Topics) -> None:
    """A mark as a register of one mark; a second time only by force; nothing at all on a dry run."""
    stream.send(settings, topics, [REGISTER])
    _refuse(settings, topics)
    _refuse(settings, topics, reason="too-old", mark=1)
    listed = called("dead-letters", "list", "--reason", "unknown-code", "--json", settings=settings)
    (row,) = map(json.loads, listed.stdout.splitlines())
    assert (row["redriven"], row["urn"]) == (False, 100001)
    assert PUPIL not in listed.stdout + listed.stderr
    shown = called("dead-letters", "show", row["place"], settings=settings)
    assert PUPIL in shown.stdout
    assert "entitled" in shown.stderr

    dry = called("dead-letters", "redrive", row["place"], "--dry-run", settings=settings)
    assert "1 would be redriven, 0 left" in dry.stderr
    assert len(stream.read(settings, topics.registers.name)) == 1

    assert "1 redriven, 0 left" in called("dead-letters", "redrive", row["place"], settings=settings).stderr
    _, sent = stream.read(settings, topics.registers.name)
    assert json.loads(sent.value or b"")["recorded_at"] == "2024-09-09T09:05:00+01:00"
    assert dict(sent.headers)["firstbell_redriven_origin"] == f"{row['origin']}".encode()
    assert sent.key == b"100001"

    again = called("dead-letters", "redrive", "--reason", "unknown-code", settings=settings)
    assert "0 redriven, 1 left" in again.stderr
    assert "--force" in again.stdout
    assert (
        json.loads(called("dead-letters", "list", "--json", settings=settings).stdout.splitlines()[0])["redriven"]
        is True
    )
    assert (
        "1 redriven"
        in called("dead-letters", "redrive", "--reason", "unknown-code", "--force", settings=settings).stderr
    )
    assert len(stream.read(settings, topics.registers.name)) == 3


def test_nothing_chosen_is_refused(settings: Settings, topics: Topics) -> None:
    """All of them is a choice too, and must be said."""
    del topics
    refused = called("dead-letters", "redrive", settings=settings)
    assert refused.returncode == 2
    assert "--all" in refused.stderr
