"""Every mistake of plain values that should be of a type, in words."""

from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta, Struct

from streams.attendance.places import Place
from streams.notify.config.fields import Length
from streams.notify.config.mistakes import mistakes, what_is_right

Half = Literal["AM", "PM"]


class Cat(Struct, frozen=True, kw_only=True, tag="cat", tag_field="type", forbid_unknown_fields=True):
    name: str

    def __post_init__(self) -> None:
        if not self.name.islower():
            raise ValueError("name is written small")


class Dog(Struct, frozen=True, kw_only=True, tag="dog", tag_field="type"):
    age: Annotated[int, Meta(ge=0, le=30)]


class Home(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pets: Annotated[tuple[Cat | Dog, ...], Meta(min_length=1, max_length=2)]
    visits: Length | dict[str, Length] | None = None
    halves: Half | tuple[Half, ...] | None = None
    open: bool | None = None


PETS = {"pets": [{"type": "cat", "name": "tom"}]}


@pytest.mark.parametrize(
    ("value", "place", "said"),
    [
        ({}, ("pets",), "is missing; it wants a list, each in it a table with type, one of cat, dog"),
        ({"pets": []}, ("pets",), "is empty; it wants at least one"),
        ({"pets": [PETS["pets"][0]] * 3}, ("pets",), "has 3 in it; at most 2 may be"),
        ({"pets": ["tom"]}, ("pets", 0), "wants a table with type, one of cat, dog, not text"),
        ({"pets": [{"type": "cow"}]}, ("pets", 0, "type"), "there is no 'cow'; the nearest is "),
        ({"pets": [{"name": "tom"}]}, ("pets", 0, "type"), "is missing; it wants one of cat, dog"),
        ({"pets": [{"type": "cat", "nam": "x", "name": "T"}]}, ("pets", 0, "name"), "name is written small"),
        ({"pets": [{"type": "dog", "age": 31}]}, ("pets", 0, "age"), "wants a whole number from 0 up to 30, not 31"),
        ({"pets": [{"type": "dog", "age": True}]}, ("pets", 0, "age"), "from 0 up to 30, not true or false"),
        (PETS | {"visits": {"tom": "x"}}, ("visits", "tom"), "'x' is no length of time: write 30s, 10m, 2h or 3d"),
        (PETS | {"visits": 3}, ("visits",), 'in quotes, such as "10m", not 3; or write a table, for each key'),
        (PETS | {"visits": []}, ("visits",), "not a list"),
        (PETS | {"halves": "NOON"}, ("halves",), "all are: AM, PM; or write a list, each in it one of AM, PM"),
        (PETS | {"halves": ["AM", "PN"]}, ("halves", 1), "the nearest is PM, and all are: AM, PM"),
        (PETS | {"open": 1}, ("open",), "wants true or false, not 1"),
        (PETS | {"opne": True}, ("opne",), "there is no key 'opne'; the nearest is open, and all are: pets, visits"),
    ],
)
def test_each_has_its_place_and_what_is_wanted(value: dict[str, Any], place: Place, said: str) -> None:
    """However deep it lies."""
    found = dict(mistakes(value, Home))
    assert said in found[place]


def test_what_may_be_left_out_may_be_nothing() -> None:
    """And what a table does not forbid may be in it."""
    assert mistakes({"pets": [{"type": "dog", "age": 3, "chip": 1}], "visits": None}, Home) == []


def test_what_is_right_is_made_and_the_rest_left_out() -> None:
    """A table that has mistakes keeps its other fields; one that cannot be made is not there."""
    value = {"pets": [{"type": "cat"}, {"type": "dog", "age": -1}], "visits": {"a": "1m", "b": "x"}, "open": 1}
    made = what_is_right(value, Home, {place for place, _ in mistakes(value, Home)})
    assert made == Home(pets=(Dog(age=None),), visits={"a": "1m"})  # type: ignore[arg-type]
    assert what_is_right(PETS, Home, set()) == Home(pets=(Cat(name="tom"),))
