"""One pupil's marks out of a log."""

from streams.contract.messages import Origin
from streams.explain.history import History
from tests.unit.pipeline.examples import ENGINE, FRIEND, HERE, PUPIL, THERE, line, mark


def fed(*lines: bytes) -> History:
    history = History(PUPIL, ENGINE)
    for number, each in enumerate(lines, 1):
        history.feed(each, received_ms=None, origin=Origin(file="log", line=number))
    return history


def slots(history: History) -> list[int]:
    return [slot for slot, _ in history.ledger.sessions()]


def test_only_the_pupils_own_marks_are_kept() -> None:
    """Of a register, and of the log; a line that is none gives nothing."""
    history = fed(
        line(mark("I", FRIEND), mark("/")), line(mark("I", FRIEND), date="2024-09-10"), b"nonsense " + PUPIL.encode()
    )
    ((_, held),) = history.held.items()
    assert (held.register_id, held.place, held.versions) == ("r-1", "log:1/1", 1)
    assert len(slots(history)) == 1


def test_the_mark_that_holds_is_named_with_its_own_register() -> None:
    """The latest wins, in whatever order they come; and the others are counted."""
    early = line(mark("N"), register_id="early")
    late = line(mark("I"), register_id="late", recorded_at="2024-09-09T11:00:00+01:00")
    for lines in ((early, late), (late, early)):
        ((_, held),) = fed(*lines).held.items()
        assert (held.register_id, held.versions) == ("late", 2)


def test_the_same_mark_twice_is_one() -> None:
    """A duplicate is no other version."""
    ((_, held),) = fed(line(mark("I")), line(mark("I"))).held.items()
    assert held.versions == 1


def test_a_key_written_with_escapes_is_found() -> None:
    """JSON allows it."""
    escaped = line(mark("/")).replace(b'"abc', b'"\\u0061bc')
    assert PUPIL.encode() not in escaped
    assert len(fed(escaped).held) == 1


def test_schools_are_told_apart_best_code_first() -> None:
    """The child's mark is the best over the schools; a mark that was deleted is none."""
    history = fed(line(mark("N")), line(mark("/"), urn=THERE))
    (slot,) = slots(history)
    assert [urn for urn, _ in history.of(slot)] == [THERE, HERE]
    gone = line(mark("-"), urn=THERE, recorded_at="2024-09-09T12:00:00+01:00")
    assert [urn for urn, _ in fed(line(mark("N")), line(mark("/"), urn=THERE), gone).of(slot)] == [HERE]
