"""Every mistake of plain values that should be of a type, each with its place; and what of them is right.

msgspec stops at the first mistake and says it in words of its own, so here it judges each field alone.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Struct

from streams.attendance.places import Place
from streams.notify.config.fields import Reads
from streams.notify.config.wanted import absent, bare, called, fields_of, may_be_none, members, unknown, wanted

__all__ = ["Mistake", "mistakes", "what_is_right"]

Mistake = tuple[Place, str]
_LISTS = (list, tuple)
_NOT_MADE = (msgspec.ValidationError, ValueError, TypeError, AttributeError)
"""What a table raises that is not made, the last two where it finds None in a field of its own."""


def mistakes(value: object, type_: Any) -> list[Mistake]:  # noqa: ANN401 - a type, as annotations have it
    """Say all that is wrong with *value*."""
    choice = members(type_)
    if value is None and may_be_none(type_):
        return []
    if tag := _wrong_tag(value, choice):
        return [tag]
    member = _member(value, choice)
    if member is None:
        return [((), wanted(type_, value))]
    return list(_within(value, bare(member))) or list(_itself(value, member, choice))


def what_is_right(value: object, type_: Any, wrong: set[Place]) -> Any:  # noqa: ANN401
    """Make *value* without what stands at the places that are *wrong*; what a table lacks then is None.

    Raises:
        msgspec.ValidationError, ValueError, TypeError, AttributeError: nothing of it can be made.
    """
    kind = bare(_member(value, members(type_)))
    if isinstance(value, dict) and _is_table(kind):
        types = {name: field.type for name, field in fields_of(kind).items()}
        known = [(name, each) for name, each in value.items() if name in types]
        return _table_of(kind, dict(_right(known, types.__getitem__, wrong)))
    if isinstance(value, dict) and get_origin(kind) is dict:
        return dict(_right(value.items(), lambda _: get_args(kind)[1], wrong))
    if isinstance(value, list) and get_origin(kind) in _LISTS:
        return tuple(each for _, each in _right(enumerate(value), lambda _: get_args(kind)[0], wrong))
    return msgspec.convert(value, type_)


def _right(
    values: Iterable[tuple[Any, object]], type_of: Callable[[Any], Any], wrong: set[Place]
) -> Iterator[tuple[Any, Any]]:
    for key, value in values:
        if (key,) not in wrong:
            try:
                yield key, what_is_right(value, type_of(key), {place[1:] for place in wrong if place[:1] == (key,)})
            except _NOT_MADE:
                continue


def _table_of(kind: type[Struct], made: dict[str, Any]) -> Struct:
    given = {field.name: made.get(name) for name, field in fields_of(kind).items() if name in made or field.required}
    return kind(**given)


def _member(value: object, choice: list[Any]) -> Any:  # noqa: ANN401
    """Give the type among *choice* that *value* has the shape of, if there is one; the only one in any case."""
    return choice[0] if len(choice) == 1 else next((each for each in choice if _has_shape(value, bare(each))), None)


def _has_shape(value: object, kind: Any) -> bool:  # noqa: ANN401
    if isinstance(value, dict):
        return get_origin(kind) is dict or (_is_table(kind) and _tag(kind) in {None, value.get(_tag_field(kind))})
    if isinstance(value, list):
        return get_origin(kind) in _LISTS
    return not (_is_table(kind) or get_origin(kind) in {dict, *_LISTS})


def _wrong_tag(value: object, choice: list[Any]) -> Mistake | None:
    tags, key = [tag for each in choice if (tag := _tag(each)) is not None], _tag_field(choice[0])
    if not isinstance(value, dict) or key is None or value.get(key) in tags:
        return None
    said = value.get(key)
    return (key,), unknown(said, tags) if isinstance(said, str) else f"is missing; it wants one of {', '.join(tags)}"


def _within(value: object, kind: Any) -> Iterator[Mistake]:  # noqa: ANN401
    if isinstance(value, dict) and _is_table(kind):
        found = list(_of_fields(value, kind))
        yield from [*found, *_of_the_rest(value, kind, found)]
    elif isinstance(value, dict) and get_origin(kind) is dict:
        for key, each in value.items():
            yield from _below(key, mistakes(key, get_args(kind)[0]) + mistakes(each, get_args(kind)[1]))
    elif isinstance(value, list) and get_origin(kind) in _LISTS:
        for i, each in enumerate(value):
            yield from _below(i, mistakes(each, get_args(kind)[0]))


def _of_fields(table: dict[str, Any], kind: type[Struct]) -> Iterator[Mistake]:
    fields, key = fields_of(kind), _tag_field(kind)
    names = [key, *fields] if key else list(fields)
    for name in table:
        if name not in names and kind.__struct_config__.forbid_unknown_fields:
            yield (name,), unknown(name, names, "key")
    for name, field in fields.items():
        if name in table:
            yield from _below(name, mistakes(table[name], field.type))
        elif field.required:
            yield (name,), absent(field.type)


def _of_the_rest(table: dict[str, Any], kind: type[Struct], found: list[Mistake]) -> Iterator[Mistake]:
    """Say what the table itself finds wrong with fields that are right, one after the other left out."""
    wrong = {place for place, _ in found}
    while True:
        try:
            what_is_right(table, kind, wrong)
        except ValueError as error:
            place = _place_in(table, str(error))
            if place in wrong or (wrong and not place):  # it only lacks what was left out
                return
            yield place, str(error)
            wrong.add(place)
        except _NOT_MADE:
            return
        else:
            return


def _place_in(table: dict[str, Any], words: str) -> Place:
    """Give the field that *words* begin with, or the list that the value they begin with is in."""
    first = words.partition(" ")[0].strip("'")
    lists = [(key, each.index(first)) for key, each in table.items() if isinstance(each, list) and first in each]
    return (first,) if first in table else next(iter(lists), ())


def _below(key: str | int, found: list[Mistake]) -> Iterator[Mistake]:
    return (((key, *place), what) for place, what in found)


def _itself(value: object, member: Any, choice: list[Any]) -> Iterator[Mistake]:  # noqa: ANN401
    """Ask msgspec, and what reads the value on: there is no mistake within."""
    try:
        made = msgspec.convert(value, member)
        for reads in getattr(member, "__metadata__", ()):
            if isinstance(reads, Reads):
                reads.read(made)
    except msgspec.ValidationError:
        yield (), wanted(member, value) + _or_else(member, choice)
    except ValueError as error:
        yield (), str(error) + _or_else(member, choice)


def _or_else(member: Any, choice: list[Any]) -> str:  # noqa: ANN401
    return "".join(f"; or write {called(each)}" for each in choice if each is not member)


def _is_table(kind: Any) -> bool:  # noqa: ANN401
    return isinstance(kind, type) and issubclass(kind, Struct)


def _tag(kind: Any) -> str | None:  # noqa: ANN401
    return kind.__struct_config__.tag if _is_table(kind) else None


def _tag_field(kind: Any) -> str | None:  # noqa: ANN401
    return kind.__struct_config__.tag_field if _is_table(kind) else None
