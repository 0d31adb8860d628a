"""What a field wants, in words of ours. The value is not shown where it could be a secret or somebody's address."""

import difflib
from collections.abc import Collection, Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import Meta, Struct, structs

from streams.contract.messages import Urn
from streams.notify.channels.secrets import SecretPlace
from streams.notify.channels.settings import Mailbox, Phone, Uuid
from streams.notify.config.fields import Clock, Holiday, Length, Name, PositiveLength, UrnText, Window

__all__ = ["absent", "bare", "called", "fields_of", "may_be_none", "members", "unknown", "wanted"]

_CALLED: dict[Any, str] = {
    Clock: 'a time of day in quotes, such as "08:30"',
    Holiday: 'a day or days in quotes, such as "2024-10-28" or "2024-10-28/2024-11-01"',
    Length: 'a length of time in quotes, such as "10m"',
    Mailbox: "an address such as office@riverside.example",
    Name: "a name of small letters, digits, dots, _ and -, at most 64",
    Phone: "a telephone number",
    PositiveLength: 'a length of time in quotes, such as "10m"',
    SecretPlace: '{ file = "PATH" } or { env = "NAME" }',
    Urn: "a URN of six digits",
    UrnText: "a URN of six digits",
    Uuid: "an id such as f33517ff-2a88-4f6e-b855-c550268ce08a",
    Window: 'hours in quotes, such as "08:00-17:00"',
    bool: "true or false",
    float: "a number",
    int: "a whole number",
    str: "text",
}
_UNIONS = (Union, UnionType)
_CHOICE = 2  # names that are one
_GIVEN = {NoneType: "nothing", bool: "true or false", dict: "one table", list: "a list", str: "text"}


def wanted(type_: Any, value: object) -> str:  # noqa: ANN401 - a type, as annotations have it
    """Say what *type_* wants instead of *value*."""
    kind = bare(type_)
    if get_origin(kind) is Literal and isinstance(value, str):
        return unknown(value, get_args(kind))
    if isinstance(value, list) and get_origin(kind) is tuple:
        return _too_few_or_many(type_, len(value))
    given = "" if isinstance(value, str) and kind is str else f", not {_given(value)}"
    return f"wants {called(type_)}{given}"


def unknown(name: str, names: Collection[str], what: str = "", where: str = "") -> str:
    """Say that there is no *name*, and the nearest that there is; without *where* one could look, all of them."""
    said = " ".join(filter(None, ["there is no", what, repr(name), where]))
    if len(names) < _CHOICE:
        return f"{said}; {f'the only one is {next(iter(names))}' if names else 'there is none at all'}"
    near = difflib.get_close_matches(name, names, n=1, cutoff=0)[0]
    return f"{said}; the nearest is {near}" + ("" if where else f", and all are: {', '.join(names)}")


def absent(type_: Any) -> str:  # noqa: ANN401
    """Say that a field is missing, and what it wants."""
    return f"is missing; it wants {called(type_)}"


def bare(type_: Any) -> Any:  # noqa: ANN401
    """Give the type without what is annotated to it."""
    return get_args(type_)[0] if get_origin(type_) is Annotated else type_


def members(type_: Any) -> list[Any]:  # noqa: ANN401
    """The types of which *type_* is one or the other; itself where it is no union. Nothing at all is left out."""
    kind = bare(type_)
    return [each for each in get_args(kind) if each is not NoneType] if get_origin(kind) in _UNIONS else [type_]


def may_be_none(type_: Any) -> bool:  # noqa: ANN401
    """Whether nothing at all (in JSON, null) is right too."""
    return NoneType in get_args(bare(type_))


def fields_of(struct: type[Struct]) -> dict[str, structs.FieldInfo]:
    """The fields of a table, by their names in the file."""
    return {field.encode_name: field for field in structs.fields(struct)}


def called(type_: Any) -> str:  # noqa: ANN401, PLR0911 - one a kind of type
    """Say what *type_* is called."""
    if type_ in _CALLED:
        return _CALLED[type_]
    kind = bare(type_)
    if get_origin(kind) in _UNIONS:
        return _one_of(members(kind))
    if get_origin(kind) is Literal:
        return f"one of {', '.join(get_args(kind))}"
    if get_origin(kind) in {tuple, list}:
        return _list(get_args(kind)[0])
    if get_origin(kind) is dict:
        return f"a table, for each key {called(get_args(kind)[1])}"
    if isinstance(kind, type) and issubclass(kind, Struct):
        return f"a table with {', '.join(fields_of(kind))}"
    return f"{_CALLED.get(kind, 'text')}{_bounds(type_)}"


def _one_of(types: list[Any]) -> str:
    tags = [str(each.__struct_config__.tag) for each in types if _is_tagged(each)]
    return f"a table with type, one of {', '.join(tags)}" if tags else ", or ".join(map(called, types))


def _is_tagged(type_: Any) -> bool:  # noqa: ANN401
    return isinstance(type_, type) and issubclass(type_, Struct) and type_.__struct_config__.tag is not None


def _list(each: Any) -> str:  # noqa: ANN401
    if isinstance(each, type) and issubclass(each, Struct) and each is not SecretPlace:
        return "tables: write its name in two brackets, [[ ]], once for each"
    return f"a list, each in it {called(each)}"


def _bounds(type_: Any) -> str:  # noqa: ANN401
    said = [words for meta in _metas(type_) for words in _bounds_of(meta)]
    return f" {' '.join(said)}" if said else ""


def _bounds_of(meta: Meta) -> Iterator[str]:
    said = (
        ("from", meta.ge),
        ("above", meta.gt),
        ("up to", meta.le),
        ("below", meta.lt),
        ("of the form", meta.pattern),
    )
    for words, bound in said:
        if bound is not None:
            yield f"{words} {bound}"


def _too_few_or_many(type_: Any, count: int) -> str:  # noqa: ANN401
    for meta in _metas(type_):
        if meta.max_length is not None and count > meta.max_length:
            return f"has {count} in it; at most {meta.max_length} may be"
    return "is empty; it wants at least one"


def _metas(type_: Any) -> list[Meta]:  # noqa: ANN401
    return [each for each in getattr(type_, "__metadata__", ()) if isinstance(each, Meta)]


def _given(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _GIVEN.get(type(value), "a date or time")
