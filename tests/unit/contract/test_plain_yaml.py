"""The small YAML writer writes what a YAML library reads back."""

import yaml
from hypothesis import given
from hypothesis import strategies as st

from streams.contract.plain_yaml import to_yaml

# YAML has no way to write some characters that are for machines; JSON's quotes let them through as they are.
texts = st.text(st.characters(codec="ascii", exclude_characters="\x7f"), max_size=12) | st.sampled_from(
    [
        "yes",
        "No",
        "null",
        "~",
        "1e3",
        "0x1f",
        "2024-10-01",
        "a: b",
        "- a",
        "# c",
        "é…",
        "on",
        ".",
        "a.b",
        "$ref",
        "12:30",
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(texts, children, max_size=4),
    max_leaves=12,
)


@given(values)
def test_read_back(value: object) -> None:
    """Any plain value is read back as it was, its texts as texts."""
    assert yaml.safe_load(to_yaml(value)) == value


def test_form() -> None:
    """It is written in blocks, two spaces deep, plain words without quotes."""
    assert to_yaml({"top": {"list": ["word", {"one": 1}], "empty": {}}, "no": "1"}) == (
        'top:\n  list:\n    - word\n    - one: 1\n  empty: {}\n"no": "1"\n'
    )
