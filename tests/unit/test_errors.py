"""The tree of errors that is drawn in the module is the real one."""

import re

import pytest

from streams import errors

DRAWN = re.compile(r"^(?P<branches>(?:│   |    )*(?:├── |└── )?)(?P<name>[A-Z]\w+)")


def drawn() -> list[tuple[int, str]]:
    """Depth and name of each error drawn, from top to bottom."""
    lines = [
        match for line in (errors.__doc__ or "").splitlines() if (match := DRAWN.match(line)) and "." not in line[-1:]
    ]
    return [(len(match["branches"]) // 4, match["name"]) for match in lines]


def real(error: type[Exception], depth: int = 0) -> list[tuple[int, str]]:
    """The same of an error and those below it, in the order in which they are defined."""
    below = [sub for sub in error.__subclasses__() if sub.__module__ == errors.__name__]
    return [(depth, error.__name__), *(each for sub in below for each in real(sub, depth + 1))]


CLASSES = [kind for kind in vars(errors).values() if isinstance(kind, type)]


def test_the_tree_drawn_is_the_real_tree() -> None:
    """Every error, under the one it is of, in the same order."""
    assert drawn() == real(errors.FirstbellError)
    assert len(drawn()) == len(CLASSES)


@pytest.mark.parametrize("error", CLASSES, ids=lambda error: error.__name__)
def test_an_error_says_what_it_is_in_one_sentence(error: type[Exception]) -> None:
    """Its docstring is what is said where nothing more is known."""
    assert re.fullmatch(r"[A-Z`][^\n]*\.", error.__doc__ or "")


def test_an_error_is_to_be_refused_or_to_stop_but_never_both() -> None:
    """The caller does one thing next."""
    assert not [kind for kind in CLASSES if issubclass(kind, errors.Refuse) and issubclass(kind, errors.Stop)]
    assert all(issubclass(kind, errors.FirstbellError) for kind in CLASSES)
