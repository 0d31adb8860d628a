"""What is asked about pupils."""

from msgspec.structs import replace

from streams.contract.messages import Alert, Session
from streams.erasure.asking import counts_of, forget, readmit, retire
from tests.unit.pipeline.examples import FRIEND, PUPIL


def alert(id_: str, sequence: int, day: str, pupil: str = PUPIL) -> Alert:
    return Alert(
        alert_id=id_,
        sequence=sequence,
        change="raised",
        reason="mark",
        rule="spells",
        rulebook="b@1",
        pupil=pupil,
        urn=100001,
        from_=Session(day, "PM"),
        to=None,
        cause=None,
        evidence={},
        severity="low",
        audience=["school"],
        restricted=False,
    )


def test_each_pupil_is_a_command() -> None:
    """With the time it was asked."""
    assert [(one.kind, one.pupil, one.asked_ms) for one in forget([PUPIL, FRIEND], 7)] == [
        ("forget", PUPIL, 7),
        ("forget", FRIEND, 7),
    ]
    (one,) = retire([PUPIL], 7, 2022)
    assert (one.kind, one.before_year) == ("retire", 2022)


def test_counts_go_on_from_the_last_and_keep_the_first_session() -> None:
    """In whatever order alerts are read, and each pupil has their own."""
    first = alert("a", 1, "2024-09-09")
    alerts = [replace(first, sequence=3, from_=Session("2024-09-11", "AM")), first, alert("b", 2, "2024-09-10", FRIEND)]
    slot = 2 * 739138 + 1
    assert counts_of(alerts[:2]) == {"a": (slot, 3)}
    mine, friends = readmit([PUPIL, FRIEND], 7, alerts)
    assert (mine.counts, friends.counts) == ({"a": (slot, 3)}, {"b": (slot + 2, 2)})
