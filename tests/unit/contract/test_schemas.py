"""`schemas/` is what the types give, says what the engine does, and its examples are valid."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from streams.attendance.book import RuleBook
from streams.attendance.kinds import EVIDENCE
from streams.books import load_book
from streams.cli.schemas import generated
from streams.contract import messages
from streams.contract.codec import encode_alert, encode_dead_letter_line
from streams.contract.messages import Alert, DeadLetter, Origin
from streams.contract.register import MAX_MARKS
from streams.contract.schema import Schema, Vocabulary, schemas
from streams.contract.words import FIELDS
from streams.pipeline.intake import read_register
from tests.unit.contract.strategies import alerts, dead_letters

FOLDER = Path(__file__).parents[3] / "schemas"
GENERATED = generated()
EXAMPLES = sorted(name for name in GENERATED if name.startswith("examples/"))
RECEIVED_MS = 1_735_689_600_000  # 1 January 2025
MESSAGES = ("dead-letter", "register", "alert", "hook", "delivery")


def schema(message: str) -> Schema:
    read: Schema = json.loads((FOLDER / f"{message}.v1.schema.json").read_text(encoding="utf-8"))
    return read


def validate(message: str, value: Any) -> None:  # noqa: ANN401 - any JSON
    Draft202012Validator(schema(message), format_checker=FormatChecker()).validate(value)


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_checked_in_is_what_the_types_give(name: str) -> None:
    """Each file of `schemas/` is what `firstbell schemas export` writes now: else run it, and look at what changed."""
    assert (FOLDER / name).read_text(encoding="utf-8") == GENERATED[name]


def test_nothing_else_is_checked_in() -> None:
    """No file lies in `schemas/` that is not generated."""
    there = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()}
    assert there == set(GENERATED)


@pytest.mark.parametrize("message", MESSAGES)
def test_schemas_are_of_good_form(message: str) -> None:
    """Each schema fits JSON Schema 2020-12, which it names."""
    Draft202012Validator.check_schema(schema(message))
    assert schema(message)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_valid(name: str) -> None:
    """Each example fits the schema of its message."""
    (message,) = [one for one in MESSAGES if Path(name).name.startswith(one)]
    validate(message, json.loads((FOLDER / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("message", MESSAGES)
def test_examples_fit_no_other_schema(name: str, message: str) -> None:
    """A schema is no formality: it refuses the examples of the other messages."""
    if not Path(name).name.startswith(message):
        with pytest.raises(ValidationError):
            validate(message, json.loads(GENERATED[name]))


@given(alerts)
def test_every_alert_fits_its_schema(alert: Alert) -> None:
    """Whatever the types allow fits the schema, where the texts have the form that the engine gives them."""
    value = json.loads(encode_alert(alert)) | {"alert_id": "0" * 32, "rulebook": "a@1", "audience": ["school"]}
    value["sequence"] = max(1, alert.sequence)
    validate("alert", value)


@given(dead_letters)
def test_every_dead_letter_fits_its_schema(letter: DeadLetter) -> None:
    """Every dead letter's line fits the schema, be its origin a topic or a file."""
    validate("dead-letter", json.loads(encode_dead_letter_line(letter)))


@pytest.mark.parametrize("message", MESSAGES)
def test_unknown_fields_are_ignored_and_said_to_be(message: str) -> None:
    """Every object of a schema lets other fields in, and the schema says in words that they are ignored."""
    whole = schema(message)
    assert "ignored" in whole["description"]
    for part in (whole, *whole["$defs"].values()):
        assert part["additionalProperties"] is True


@pytest.mark.parametrize("message", MESSAGES)
def test_every_field_is_explained(message: str) -> None:
    """Every field of every object has a description."""
    whole = schema(message)
    for part in (whole, *whole["$defs"].values()):
        silent = [name for name, field in part["properties"].items() if not field.get("description")]
        assert silent == []


def test_no_words_without_a_field() -> None:
    """The words about fields name no field that is gone."""
    made = schemas(Vocabulary(codes=(), evidence={}))
    parts = {one["title"]: one for one in made.values()}
    parts |= {name: part for one in made.values() for name, part in one["$defs"].items()}
    for name, fields in FIELDS.items():
        assert fields.keys() <= parts[name]["properties"].keys()


def test_evidence_is_documented() -> None:
    """Every name that evidence can have is in the alert's schema, with its meaning, and no other."""
    properties = schema("alert")["properties"]["evidence"]["properties"]
    assert {name: field["description"] for name, field in properties.items()} == EVIDENCE


def test_examples_use_the_real_book() -> None:
    """The rule, the version and the evidence of the example alerts are of the rule book that Firstbell comes with."""
    book: RuleBook = load_book(None)
    for name in EXAMPLES:
        if "alert" in name:
            alert = json.loads(GENERATED[name])
            assert alert["rule"] in book.by_id()
            assert alert["rulebook"] == f"{book.name}@{book.version}"
            assert set(alert["evidence"]) <= EVIDENCE.keys()


REGISTER: dict[str, Any] = {
    "register_id": "r-1",
    "urn": 100001,
    "date": "2024-09-09",
    "session": "AM",
    "recorded_at": "2024-09-09T09:05:00+01:00",
    "marks": [{"pupil": "abcdefghijklmnopqrstuvwxyz", "code": "/"}],
}
MARK: dict[str, Any] = REGISTER["marks"][0]


def with_mark(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return REGISTER | {"marks": [MARK | fields]}


VARIATIONS = [
    REGISTER,
    *(REGISTER | {"register_id": value} for value in ("", "x" * 100, "x" * 101, "\N{BELL}" * 100, 1, None)),
    *(REGISTER | {"urn": value} for value in (99_999, 100_000, 999_999, 1_000_000, "100001", None, 1.5)),
    *(REGISTER | {"date": value} for value in ("1999-12-31", "2000-01-01", "2101-01-01", "20240909", 1)),
    *(REGISTER | {"date": value} for value in ("2024-13-01", "2024-00-01", "2024-01-32", "2024-9-9", "2023-02-30")),
    *(REGISTER | {"session": value} for value in ("PM", "am", "", None)),
    *(REGISTER | {"source": value} for value in ("", "simulator", None, 1)),
    *(REGISTER | {"marks": value} for value in ([], None, {}, [MARK] * MAX_MARKS, [MARK] * (MAX_MARKS + 1))),
    *({key: value for key, value in REGISTER.items() if key != gone} for gone in REGISTER),
    *(REGISTER | {"added": 1}, with_mark(added=1)),
    *(with_mark(pupil=value) for value in ("a" * 25, "a" * 27, "A" * 26, "1" + "a" * 25, 1, None)),
    *(with_mark(code=value) for value in ("", "-", "\\", "Y7", "H", "F", "?", "/ ", "y7", 1, None)),
    *(with_mark(minutes_late=value) for value in (None, 0, 600, 601, -1, "1", 1.5)),
    *(REGISTER | {"marks": [{"pupil": MARK["pupil"]}]}, REGISTER | {"marks": [1]}),
]
TIMES = [
    *("2024-09-09T09:05:00Z", "2024-09-09T09:05:00.123456+01:00", "2024-09-09 09:05+01:00", "20240909T090500+0100"),
    *("2024-09-09T09:05:00", "2024-09-09", "", "yesterday", "2024-09-09T09:05:00+25:00", "2024-09-09T24:05:00Z"),
    *("2024-13-09T09:05:00Z", "2024-09-09T09:65:00Z", "2024-09-09T09+01", "2024-09-09T09:05z"),
]


@pytest.mark.parametrize("register", VARIATIONS, ids=lambda register: json.dumps(register)[:80])
def test_the_schema_says_what_the_engine_does(register: dict[str, Any]) -> None:
    """A register fits the schema exactly where the engine refuses nothing of it."""
    assert fits(register) == taken(register)


@pytest.mark.parametrize("where", ["register", "mark"])
@pytest.mark.parametrize("time", TIMES)
def test_times_likewise(time: str, where: str) -> None:
    """A time fits the schema exactly where the engine reads it, in a register as in a mark."""
    register = REGISTER | {"recorded_at": time} if where == "register" else with_mark(recorded_at=time)
    assert fits(register) == taken(register)


def fits(register: dict[str, Any]) -> bool:
    return Draft202012Validator(schema("register"), format_checker=FormatChecker()).is_valid(register)


def taken(register: dict[str, Any]) -> bool:
    value = json.dumps(register).encode()
    return not read_register(value, received_ms=RECEIVED_MS, origin=Origin(file="x", line=1)).refused


def test_enumerations_are_whole() -> None:
    """The schema of a dead letter names every reason there is."""
    assert set(schema("dead-letter")["properties"]["reason"]["enum"]) == set(messages.Refusal.__args__)
