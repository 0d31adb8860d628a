"""The tables of docs/ that are made from code. `python -m tests.unit.contract.doc_tables` writes them anew."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from streams.attendance.kinds import EVIDENCE
from streams.contract.schema import Schema, Vocabulary, schemas
from streams.observability.metrics import declared

DOCS = Path(__file__).parents[3] / "docs"
PAGES = ("messages.md", "operating.md")


def with_tables(text: str) -> str:
    """Put each table between its two marks in *text*."""
    for name, table in tables().items():
        marks = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        between = re.compile(f"{marks[0]}.*{marks[1]}", re.DOTALL)
        text = between.sub(lambda _, table=table, marks=marks: f"{marks[0]}\n{table}\n{marks[1]}", text)
    return text


def tables() -> dict[str, str]:
    made = schemas(Vocabulary(codes=(), evidence=EVIDENCE))
    parts = {schema["title"]: schema for schema in made.values()}
    parts |= {name: part for schema in made.values() for name, part in schema["$defs"].items()}
    fields = {name: _fields(part) for name, part in parts.items()}
    evidence = _table(("name", "meaning"), ((f"`{name}`", words) for name, words in EVIDENCE.items()))
    return fields | {"evidence": evidence, "metrics": _metrics()}


def _fields(schema: Schema) -> str:
    needed = schema["required"]
    rows = (
        (f"`{name}`", _form(field), "" if name in needed else "optional", field.get("description", ""))
        for name, field in schema["properties"].items()
    )
    return _table(("field", "form", "", "meaning"), rows)


def _form(field: Schema) -> str:
    if "anyOf" in field:
        return " or ".join(_form(option) for option in field["anyOf"])
    if "$ref" in field:
        return "`" + field["$ref"].rsplit("/", 1)[1] + "`"
    if "enum" in field:
        return " ".join(f"`{value}`" for value in field["enum"]) or "text"
    return _plain(field)


def _plain(field: Schema) -> str:
    kind: Any = field["type"]
    if kind == "array":
        return f"list of {_form(field['items'])}" + (f", at most {field['maxItems']:,}" if "maxItems" in field else "")
    if kind == "integer":
        low, high = field.get("minimum"), field.get("maximum")
        return "whole number" + (f" {low} to {high}" if high else f" from {low}" if low is not None else "")
    if "maxLength" in field:
        return f"text, {field.get('minLength', 0)} to {field['maxLength']} characters"
    if field.get("contentEncoding") == "base64":
        return "base64"
    if schema_of := field.get("additionalProperties"):
        return f"{'texts' if schema_of.get('type') == 'string' else 'whole numbers'} by name"
    named = {"string": field.get("format", "text"), "boolean": "true or false", "object": "whole numbers by name"}
    return str(named.get(kind, kind))


def _metrics() -> str:
    rows = (
        (
            f"`{one.name}{'_total' if kind == 'counter' else ''}`",
            kind,
            " ".join(f"`{label.name}`" for label in one.labels) or "none",
            one.unit,
            one.help,
        )
        for kind, one in declared()
    )
    return _table(("metric", "kind", "labels", "unit", "what"), rows)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    for page in PAGES:
        path = DOCS / page
        path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")
