"""Two workers, four partitions: who joins and leaves in mid-stream changes nothing of what comes out."""

from pathlib import Path

from streams.contract.topics import Topics
from streams.pipeline.fold import fold
from streams.settings import Settings
from tests.support import stream
from tests.support.hostile import seeded_log
from tests.support.waiting import until
from tests.support.worker import WorkerProcess


def test_live_folded_equals_replay_folded_on_two_workers(settings: Settings, topics: Topics, tmp_path: Path) -> None:
    """The second joins while registers come, and the first leaves while they still do."""
    log = seeded_log(11, registers=500, pupils=30, schools=3, mode="amended")
    third = len(log) // 3
    with WorkerProcess(settings, tmp_path) as first, WorkerProcess(settings, tmp_path) as second:
        stream.send(settings, topics, log[:third])
        until(lambda: bool(first.metric("firstbell_partitions")) and bool(second.metric("firstbell_partitions")), 40)
        first.until_ready(2)
        second.until_ready(2)
        before = first.metric("firstbell_marks_total", result="applied")
        stream.send(settings, topics, log[third : 2 * third])
        until(lambda: first.metric("firstbell_marks_total", result="applied") > before)
        first.terminate()
        stream.send(settings, topics, log[2 * third :])
        assert first.wait(10) == 0, first.text()
        stream.until_done(settings, topics)
        assert second.metric("firstbell_partitions") == 4
    found = stream.alerts(settings, topics)
    replayed, years = stream.replay_registers(settings, topics)
    assert stream.doubled(found) == []
    assert fold(found, years) == replayed
    assert stream.by_pupil(found) == stream.replay_marks(settings, topics)
