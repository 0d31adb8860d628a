"""`firstbell rules`: the rule book in words, and an authority's own book checked."""

import json
from pathlib import Path

import click

from streams.books import load_book
from streams.errors import BadRuleBook
from streams.wording import book_as_data, book_in_words

BOOK = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def rules() -> None:
    """Show or check a rule book.

    \b
    Examples:
      firstbell rules show                    England's book in words
      firstbell rules show my-book.toml --json
      firstbell rules check my-book.toml      every mistake, with its line
    """  # noqa: D301 - click reads the \b


@rules.command()
@click.argument("file", required=False, type=BOOK)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def show(file: Path | None, *, as_json: bool) -> None:
    """Say a rule book in words: what turns each rule on and off, who hears of it, where it comes from.

    Without FILE it is the book that Firstbell comes with, england-2024.
    """
    book = load_book(file)
    click.echo(json.dumps(book_as_data(book), indent=2, ensure_ascii=False) if as_json else book_in_words(book))


@rules.command()
@click.argument("file", type=BOOK)
def check(file: Path) -> None:
    """Check the rule book in FILE: say every mistake with its line, and exit 1 where there is one."""
    try:
        book = load_book(file)
    except BadRuleBook as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from None
    click.echo(f"{file}: {book.name}, version {book.version}: {len(book.by_id())} rules, no mistakes.")
