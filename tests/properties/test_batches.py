"""Mark batches come back as they were written, whatever the marks say; what is no whole batch is refused."""

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streams.attendance.codes import CODES
from streams.contract.batches import BatchMark, BatchRegister, decode_batch, encode_batch
from streams.contract.sheets import Sheet, joined, sheet
from streams.pipeline.splitting import split
from tests.support.listed import listed

SECONDS = st.sampled_from([0, 1_725_870_000, 1_725_870_001, -1, 2**33])
texts = st.none() | st.text(max_size=3)

pupils = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26)
plain_marks = st.builds(
    BatchMark, pupils, st.integers(0, 1_999), st.integers(0, len(CODES) - 1), st.just(1_725_870_000)
)
own_marks = st.builds(
    BatchMark, pupils, st.integers(0, 1_999), st.integers(0, len(CODES) - 1), SECONDS,
    texts, texts, st.none() | st.integers(0, 600),
)  # fmt: skip
numbers = st.integers(-1, 2**40)
registers = st.builds(
    BatchRegister, st.text(max_size=5), numbers, numbers, st.text(max_size=5), numbers,
    st.tuples(numbers, numbers), st.lists(plain_marks | own_marks, max_size=6).map(sheet),
)  # fmt: skip
batches = st.lists(registers, max_size=6)


@given(batch=batches)
def test_a_batch_comes_back_as_it_was(batch: list[BatchRegister]) -> None:
    """Also one without marks, and one without registers."""
    assert decode_batch(encode_batch(batch)).registers == batch


@given(batch=batches)
def test_a_batch_in_columns_says_what_the_list_said(batch: list[BatchRegister]) -> None:
    """The form before."""
    assert decode_batch(encode_batch(batch)).registers == decode_batch(listed(batch)).registers


@given(batch=batches, partitions=st.integers(1, 4))
def test_what_was_split_and_read_is_split_and_written_alike(batch: list[BatchRegister], partitions: int) -> None:
    """Sheets that lie one behind the other, or some of them, are as sheets of their own."""
    read = decode_batch(encode_batch(batch)).registers
    for some in (read, read[1:], read[::2]):
        parts = split(some, partitions).values()
        for part in parts:
            assert decode_batch(encode_batch(part)).registers == [_alone(each) for each in part]
        assert sum(each.marks.size for part in parts for each in part) == sum(each.marks.size for each in some)


def _alone(register: BatchRegister) -> BatchRegister:
    return msgspec.structs.replace(register, marks=sheet(list(register.marks)))


@given(marks=st.lists(plain_marks | own_marks, max_size=8), recorded=SECONDS, data=st.data())
def test_a_sheet_is_the_sequence_of_its_marks(marks: list[BatchMark], recorded: int, data: st.DataObject) -> None:
    """By number from both ends, by column, and in parts; whatever is taken for what most have in common."""
    found = sheet(marks, recorded)
    assert [found[number] for number in range(-len(marks), len(marks))] == marks + marks
    assert (found.pupils, found.times) == ([mark.pupil for mark in marks], [mark.recorded for mark in marks])
    assert (list(found.codes), len(found)) == ([mark.code for mark in marks], len(marks))
    some = data.draw(st.lists(st.integers(0, len(marks) - 1), max_size=4)) if marks else []
    assert list(found.only(some)) == [marks[number] for number in some]
    whole = joined([found.only(some), found, found])
    assert list(Sheet(whole, 0, len(some) + 2 * len(marks), recorded)) == [*found.only(some), *marks, *marks]


@given(batch=batches, data=st.data())
def test_a_batch_that_was_cut_off_is_refused(batch: list[BatchRegister], data: st.DataObject) -> None:
    """Wherever it ends."""
    value = encode_batch(batch)
    with pytest.raises(msgspec.DecodeError):
        decode_batch(value[: data.draw(st.integers(0, len(value) - 1))])


@example(column=12, change=lambda marks: [marks[0][:-1], *marks[1:]])
@example(column=12, change=lambda marks: [marks[0].upper(), *marks[1:]])
@example(column=12, change=lambda marks: [marks[0], marks[1][:-1], *marks[2:]])
@example(column=12, change=lambda marks: [*marks[:2], marks[2] + b"\x00", marks[3]])
@example(column=12, change=lambda marks: [*marks[:3], {2: [0]}])
@example(column=11, change=lambda _: [1, 2])
@example(column=11, change=lambda _: [3, -1])
@given(column=st.integers(3, 11), change=st.sampled_from([lambda all_: all_[1:], lambda all_: [*all_, all_[0]]]))
def test_columns_that_do_not_fit_together_are_refused(column: int, change: st.SearchStrategy[object]) -> None:
    """So are letters that are in no pseudonym, and what is said of a mark that is not there."""
    mark = BatchMark("a" * 26, 0, 0, 0)
    register = BatchRegister("r", 100001, 1, "2024-09-09T09:00:00Z", 0, (0, 0), sheet([mark]))
    columns = msgspec.msgpack.decode(encode_batch([register, register]), strict=False)
    columns[column] = change(columns[column])  # type: ignore[operator]
    with pytest.raises(msgspec.DecodeError):
        decode_batch(msgspec.msgpack.encode(columns))


def test_a_batch_of_a_later_form_has_nothing_in_it() -> None:
    """Its reader sees the form, and stops."""
    later = decode_batch(msgspec.msgpack.encode([4, [], [], "something"]))
    assert (later.version, later.registers, later.commands) == (4, [], [])


def test_a_batch_looks_empty_to_a_worker_of_the_version_before() -> None:
    """So it reads a form that is not its own, and stops with that."""
    assert msgspec.msgpack.decode(encode_batch([]))[:3] == [3, [], []]


def test_a_pupil_whose_key_is_no_pseudonym_is_no_mark() -> None:
    """Its letters would be another's."""
    with pytest.raises(ValueError, match="26 letters"):
        sheet([BatchMark("a" * 25, 0, 0, 0)])
    short = listed([BatchRegister("r", 1, 1, "", 0, (0, 0), sheet([BatchMark("a" * 26, 0, 0, 0)]))])
    with pytest.raises(msgspec.DecodeError, match="26 letters"):
        decode_batch(short.replace(b"a" * 26, b"a" * 25, 1).replace(b"\xba", b"\xb9", 1))
