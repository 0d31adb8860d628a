from pathlib import Path

from streams.books import load_book
from streams.wording import book_in_words

RULES = Path(__file__).parents[3] / "docs" / "rules.md"


def test_docs_say_the_rule_book_that_is_in_force() -> None:
    """`docs/rules.md` is what `firstbell rules show` prints; run it anew when the book changes."""
    assert RULES.read_text(encoding="utf-8") == book_in_words(load_book(None)) + "\n"
