"""Lines of a file, however long."""

from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from streams.kafka.lines import Line, lines


def test_blank_lines_are_skipped_and_counted() -> None:
    """Numbers are those of the file, from 1; line ends of both kinds are not part of a line."""
    found = list(lines(BytesIO(b"a\n\n  \t\r\nb\r\nc"), 10))
    assert found == [Line(1, b"a", 1), Line(4, b"b", 1), Line(5, b"c", 1)]


def test_a_line_of_the_most_bytes_is_given_and_one_larger_is_not() -> None:
    """The larger one comes without its bytes, with its size, and the next one follows."""
    found = list(lines(BytesIO(b"x" * 5 + b"\r\n" + b"y" * 6 + b"\n" + b"z" * 3_000_000 + b"\n" + b"end"), 5))
    assert found == [Line(1, b"xxxxx", 5), Line(2, None, 6), Line(3, None, 3_000_000), Line(4, b"end", 3)]


@given(st.lists(st.binary(max_size=12).map(lambda text: text.replace(b"\n", b"").replace(b"\r", b"")), max_size=8))
def test_lines_are_those_that_split_gives(texts: list[bytes]) -> None:
    """Whatever the bytes: the lines that are not blank, in order, with their sizes."""
    found = list(lines(BytesIO(b"\n".join(texts)), 6))
    kept = [(number, text) for number, text in enumerate(texts, 1) if text.strip() or len(text) > 6]
    assert found == [Line(number, text if len(text) <= 6 else None, len(text)) for number, text in kept]
