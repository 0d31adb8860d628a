"""The rule book in force is the authority's own, or the one that Firstbell comes with."""

from pathlib import Path

import pytest

from streams.books import DEFAULT, book_text, load_book
from streams.errors import BadRuleBook, Refuse


def test_without_a_file_it_is_the_book_that_comes_with_firstbell() -> None:
    """Read from the package, wherever that is installed."""
    assert load_book(None).name == DEFAULT == "england-2024"


def test_an_authoritys_own_book_is_read_from_its_file(tmp_path: Path) -> None:
    """A copy with another name and version is another book with the same rules."""
    own = tmp_path / "ours.toml"
    text = book_text(None).replace('name = "england-2024"', 'name = "Kéry"').replace("version = 1", "version = 7")
    own.write_text(text, encoding="utf-8")
    book = load_book(own)
    assert (str(book.id), book.id.hash) == ("Kéry@7", load_book(None).id.hash)


def test_mistakes_are_told_with_the_file_and_their_lines(tmp_path: Path) -> None:
    """So that a person can go and mend them."""
    own = tmp_path / "ours.toml"
    own.write_text(book_text(None).replace("exit_below_percent = 9", "exit_below_percent = 19"), encoding="utf-8")
    line = next(i for i, text in enumerate(own.read_text().splitlines(), 1) if text == "exit_below_percent = 19")
    with pytest.raises(BadRuleBook) as refused:
        load_book(own)
    assert str(refused.value).startswith(f"{own}: the rule book has 1 mistake(s):\n  line {line}: persistent-absence: ")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"name = \xe9", b"name = "])
def test_a_file_that_is_no_toml_text_is_refused(tmp_path: Path, content: bytes) -> None:
    """By its name."""
    own = tmp_path / "ours.toml"
    own.write_bytes(content)
    with pytest.raises(BadRuleBook, match=r"ours\.toml: not TOML: "):
        load_book(own)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """One that is missing, and a folder: the command does not start."""
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(Refuse, match="the rule book cannot be read"):
            load_book(path)
