"""The pages in docs/ say what the code does."""

import re

import pytest

from streams.settings import Settings
from tests.unit.contract.doc_tables import DOCS, PAGES, tables, with_tables


@pytest.mark.parametrize("page", PAGES)
def test_tables_are_up_to_date(page: str) -> None:
    """Each table made from code is as the code is now: else run `python -m tests.unit.contract.doc_tables`."""
    text = (DOCS / page).read_text(encoding="utf-8")
    assert text == with_tables(text)


def test_every_table_has_its_place() -> None:
    """The fields of every message, the evidence and the metrics are each in one page."""
    text = "".join((DOCS / page).read_text(encoding="utf-8") for page in PAGES)
    elsewhere = {"Session", "Origin"}  # said in a sentence
    for name in tables().keys() - elsewhere:
        assert text.count(f"<!-- {name}: begin -->\n| ") == 1


@pytest.mark.parametrize("page", PAGES)
def test_settings_named_exist(page: str) -> None:
    """Every setting that a page names is one."""
    named = re.findall(r"FIRSTBELL_(\w+)", (DOCS / page).read_text(encoding="utf-8"))
    assert {name.lower() for name in named} <= Settings.model_fields.keys()


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """Every link to a file of the checkout leads to one."""
    links = re.findall(r"\]\(([^)#:]+)\)", (DOCS / page).read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (DOCS / link).exists()] == []
