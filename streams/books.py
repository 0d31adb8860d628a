"""The rule book in force: an authority's own file, or the one that Firstbell comes with."""

from importlib.resources import files
from pathlib import Path

from streams.attendance.book import RuleBook
from streams.errors import BadRuleBook

DEFAULT = "england-2024"


def book_text(path: Path | None) -> str:
    """Return the text of the book at *path*, or of `england-2024`.

    Raises:
        BadRuleBook: the file cannot be read as text.
    """
    try:
        return (path or files("streams.attendance") / "rulebooks" / f"{DEFAULT}.toml").read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadRuleBook(f"{path}: not TOML: the file is not UTF-8 text") from None
    except OSError as error:
        raise BadRuleBook(f"{path}: the rule book cannot be read: {error.strerror}") from None


def load_book(path: Path | None) -> RuleBook:
    """Read and check the book at *path*, or `england-2024`.

    Raises:
        BadRuleBook: it cannot be read, or has mistakes; the message names the place of each.
    """
    text = book_text(path)
    try:
        return RuleBook.parse(text)
    except BadRuleBook as error:
        raise BadRuleBook(f"{path or DEFAULT}: {error}") from None
