"""Registers and marks that are refused, of each reason in rules.md, and some that only look as if they should be."""

import json
from datetime import datetime, timedelta
from random import Random

Register = dict[str, object]

WRONG_FIELDS: dict[str, list[object]] = {
    "register_id": ["", "r" * 101, 7, None, ["r"]],
    "urn": [99999, 1000000, "100001", None, True, 100001.5, -100001],
    "date": ["2024-02-30", "2024-9-9", "1999-12-31", "2101-01-01", "09/09/2024", 20240909, None, "", "2024-09-09 "],
    "session": ["am", "PM ", "", 1, None, "EV"],
    "source": [5, None, {}],
    "received_at": ["2024-09-09T09:05:00", "yesterday", 5, None],
    "marks": [None, {}, "marks", 3, [{}] * 2001],
}
NO_INSTANTS: list[object] = ["2024-09-09", "2024-09-09T09:05:00", "09:05", "", "soon", 1725869100, None, [], True]
NOT_REGISTERS = [b"[]", b"null", b"5", b'"text"', b"{}", b"true"]
NOT_JSON = [
    *(b"{", b"register", b"\xff\xfe{}", b"{}{}", b"\xef\xbb\xbf{}"),
    *(b'{"urn": 100001,}', b"{'urn': 100001}", b'{"urn": NaN}'),
]
NOT_MARKS: list[object] = [5, None, [], "mark", {}, {"code": "/"}, {"pupil": 5, "code": "/"}]
NO_CODES = ["?", "ZZ", "i", " ", "I01", "Y8", "//", "/ ", "n", "J2", "--", "\u0130"]


def line(register: Register) -> bytes:
    return json.dumps(register, ensure_ascii=False).encode()


def bad_line(rng: Random, register: Register) -> bytes:
    """A line whose register is refused as a whole."""
    kind = rng.choice(["not-json", "not-a-register", "field", "field", "missing", "recorded", "future", "two"])
    if kind == "not-json":
        return rng.choice(NOT_JSON)
    if kind == "not-a-register":
        return rng.choice(NOT_REGISTERS)
    if kind in ("field", "two"):
        name = rng.choice(sorted(WRONG_FIELDS))
        register = {**register, name: rng.choice(WRONG_FIELDS[name])}
    if kind == "missing":
        gone = rng.choice(["register_id", "urn", "date", "session", "marks", "recorded_at"])
        register = {name: value for name, value in register.items() if name != gone}
    if kind in ("recorded", "two"):
        register = {**register, "recorded_at": rng.choice(NO_INSTANTS)}
    if kind == "future":
        register = {**register, "recorded_at": later(register, timedelta(days=1, seconds=1))}
    return line(register)


def later(register: Register, step: timedelta) -> str:
    """A time that long after the register was received; gives the register a `received_at` if it has none."""
    received = datetime.fromisoformat(str(register.setdefault("received_at", register["recorded_at"])))
    return (received.replace(microsecond=0) + step).isoformat()


def bad_mark(rng: Random, register: Register, pupil: str) -> object:
    """A mark that is refused, for one reason or several; now and then one at the very edge that is taken."""
    mark: dict[str, object] = {"pupil": pupil, "code": rng.choice(["/", "N", "O", "I"])}
    kinds = ["form", "late", "pupil", "recorded", "future", "edge", "code", "session", "london"]
    for kind in rng.sample(kinds, rng.choice([1, 1, 1, 2, 3])):
        if kind == "form":
            return rng.choice([*NOT_MARKS, {**mark, "code": None}, {**mark, "code": 5}])
        mark.update(_fault(rng, kind, register, pupil))
    return mark


def _fault(rng: Random, kind: str, register: Register, pupil: str) -> dict[str, object]:
    if kind == "late":
        return {"minutes_late": rng.choice([-1, 601, "5", True, 1.5, [], 0, 600, None])}
    if kind == "pupil":
        wrong = [pupil.upper(), pupil[:25], pupil + "a", "1" + pupil[1:], pupil + "\n", "", " " + pupil[1:]]
        return {"pupil": rng.choice(wrong)}
    if kind == "code":
        return {"code": rng.choice(NO_CODES)}
    return {"recorded_at": _odd_instant(rng, kind, register)}


def _odd_instant(rng: Random, kind: str, register: Register) -> object:
    midnight = datetime.fromisoformat(f"{register['date']}T00:00:00+00:00")
    if kind == "future":
        return later(register, timedelta(days=1, seconds=1))
    if kind == "edge":
        return later(register, timedelta(days=1))
    if kind == "session":
        return (midnight - timedelta(days=rng.choice([1, 2, 3, 400]))).isoformat()
    if kind == "london":  # in summer, 23:30 Z is already the next day
        hour = rng.choice([timedelta(hours=22, minutes=30), timedelta(hours=23, minutes=30)])
        return (midnight - timedelta(days=2) + hour).isoformat()
    return rng.choice([value for value in NO_INSTANTS if value is not None])
