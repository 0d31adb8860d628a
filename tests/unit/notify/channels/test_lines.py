"""JSON lines, in a file and on a stream."""

import asyncio
import io
import json
import stat
from pathlib import Path

from streams.notify.channels.channel import Outcome, Reason
from streams.notify.channels.lines import FileChannel, StreamChannel
from tests.support.alerts import PUPIL, message


def test_a_file_gets_a_line_a_message_at_its_end(tmp_path: Path) -> None:
    """It is made for its owner alone, and what is in it stays."""
    file = tmp_path / "told.jsonl"
    there = FileChannel(file, full=False)
    got = [asyncio.run(there.send(message(delivery_id=name))) for name in ("one", "two")]
    assert got == [Outcome.delivered()] * 2
    assert [json.loads(line)["id"] for line in file.read_text().splitlines()] == ["one", "two"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PUPIL not in file.read_text()


def test_a_file_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    """A disk may come back."""
    there = FileChannel(tmp_path / "no" / "such" / "folder", full=False)
    assert asyncio.run(there.send(message())) == Outcome.retry(Reason.UNREACHABLE)


def test_a_stream_gets_a_line_at_once() -> None:
    """Full where the receiver is declared for it; and it is left open."""
    stream = io.BytesIO()
    there = StreamChannel(stream, full=True)
    assert asyncio.run(there.send(message())) == Outcome.delivered()
    asyncio.run(there.close())
    assert json.loads(stream.getvalue())["data"]["alerts"][0]["pupil"] == PUPIL


def test_a_pipe_that_was_closed_is_no_error_of_ours() -> None:
    """Whoever reads may have gone."""

    class Gone(io.BytesIO):
        def flush(self) -> None:
            raise BrokenPipeError

    assert asyncio.run(StreamChannel(Gone(), full=False).send(message())) == Outcome.retry(Reason.UNREACHABLE)
