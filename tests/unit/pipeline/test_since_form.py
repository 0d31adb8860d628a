"""What is stored of a since record comes back as it was, and nothing else passes for it."""

import pytest

from streams.errors import StoredFormUnknown
from streams.pipeline.since_form import Rows, decode_rows, encode_rows, number_of, since_key

ANNA, BEN = "a" * 26, "b" * 26
SEPTEMBER, OCTOBER = 24296 << 20 | 100_001, 24297 << 20 | 100_001
ROW = b"\x01\x02\x03\x04\x05\x06"


def test_rows_come_back_as_they_were() -> None:
    """Whose, in which page, and their bytes."""
    mixed = Rows([ANNA, BEN], [SEPTEMBER, OCTOBER], [6, 12], ROW * 3)
    assert list(decode_rows(encode_rows(mixed)).each()) == [(ANNA, SEPTEMBER, ROW), (BEN, OCTOBER, ROW * 2)]


def test_rows_are_parted_by_pupils(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no record grows past what a topic takes."""
    monkeypatch.setattr("streams.pipeline.since_form.MOST_ROWS", 2)
    assert [part.pupils for part in Rows([ANNA, BEN, ANNA], [SEPTEMBER] * 3, [len(ROW)] * 3, ROW * 3).parts()] == [
        [ANNA, BEN],
        [ANNA],
    ]


@pytest.mark.parametrize("value", [b"", b"\x95\x02\xc4\x00\x90\x90\xc4\x00"], ids=["empty", "form 2"])
def test_another_form_is_refused(value: bytes) -> None:
    """With what to do."""
    with pytest.raises(StoredFormUnknown, match="rebuild the changelog"):
        decode_rows(value)


def test_a_key_is_its_number() -> None:
    """And nothing else passes for one."""
    assert number_of(since_key(17)) == 17
    with pytest.raises(StoredFormUnknown):
        number_of(b"since/next")


def test_columns_that_are_not_of_one_length_are_refused() -> None:
    """Before a row is laid by for the wrong child."""
    with pytest.raises(StoredFormUnknown, match="not of one length"):
        decode_rows(encode_rows(Rows([ANNA], [SEPTEMBER, OCTOBER], [len(ROW)], ROW)))
