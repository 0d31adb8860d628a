"""What the engine really writes fits the schemas, on a hostile log in which every kind of thing happens."""

import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from streams.books import load_book
from streams.contract.codec import alert_headers, dead_letter_headers, decode_alert, decode_dead_letter_line
from streams.replay.run import Source, replay
from tests.support.hostile import seeded_log

FOLDER = Path(__file__).parents[3] / "schemas"


@pytest.fixture(scope="module")
def output() -> tuple[list[bytes], list[bytes]]:
    """Alerts and dead letters of a replay, as lines."""
    log = seeded_log(1, registers=1500, pupils=40, schools=3, faults=0.1)
    alerts, letters = io.BytesIO(), io.BytesIO()
    lines = io.BytesIO(b"\n".join(log))
    replay(
        [Source("hostile.jsonl", lines)],
        load_book(None),
        alerts=alerts.write,
        dead_letters=letters.write,
        seen=lambda _: None,
    )
    return alerts.getvalue().splitlines(), letters.getvalue().splitlines()


def validator(message: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((FOLDER / f"{message}.v1.schema.json").read_text(encoding="utf-8")))


def test_alerts(output: tuple[list[bytes], list[bytes]]) -> None:
    """Every alert fits the schema, with evidence that is documented; every change is among them."""
    fits = validator("alert")
    documented = fits.schema["properties"]["evidence"]["properties"].keys()
    alerts = [json.loads(line) for line in output[0]]
    assert {alert["change"] for alert in alerts} == {"raised", "eased", "reopened", "revised", "withdrawn"}
    for alert in alerts:
        fits.validate(alert)
        assert alert["evidence"].keys() <= documented


def test_dead_letters(output: tuple[list[bytes], list[bytes]]) -> None:
    """Every dead letter fits the schema, on a line of its own; registers and marks are among them."""
    fits = validator("dead-letter")
    letters = [json.loads(line) for line in output[1]]
    assert {letter["mark"] is None for letter in letters} == {True, False}
    for letter in letters:
        fits.validate(letter)


def test_headers_carry_no_pupil(output: tuple[list[bytes], list[bytes]]) -> None:
    """No header of an alert or a dead letter, and no detail of one, carries a pupil of the log."""
    pupils = {pupil.encode() for line in output[0] if (pupil := json.loads(line)["pupil"])}
    letters = [decode_dead_letter_line(line) for line in output[1]]
    headers = [pair for letter in letters for pair in dead_letter_headers(letter)]
    for line in output[0]:
        alert = decode_alert(line)
        headers += alert_headers(alert, datetime.fromisoformat("2025-01-01T00:00:00Z"))
    assert pupils
    assert headers
    written = b"\n".join(value for _, value in headers)
    assert not [pupil for pupil in pupils if pupil in written]
