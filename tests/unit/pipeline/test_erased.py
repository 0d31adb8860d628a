"""Erasing a pupil, and what comes of marks that come later."""

import pytest

from streams.contract.batches import BatchRegister, Command, MarkBatch, decode_batch, encode_commands
from streams.contract.messages import Origin
from streams.errors import NoErasureKey
from streams.pipeline.erased import Entry, Erased, decode_entry, encode_entry
from streams.pipeline.intake import read_register
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_topic
from streams.pipeline.work import Work
from tests.support.hostile import seeded_log
from tests.unit.pipeline.examples import ENGINE, FRIEND, HERE, PUPIL, line, mark, told

KEY, OTHER = bytes(range(32)), bytes(32)
ERASED_AT = 1_730_000_000_000


def ledgers(key: bytes | None = KEY) -> Ledgers:
    return Ledgers(ENGINE, from_topic("registers"), Erased(key))


def register(*marks: dict[str, object], received_ms: int = 1_729_000_000_000, **fields: object) -> BatchRegister:
    on = fields.setdefault("date", "2024-09-09")
    value = line(*marks, recorded_at=f"{on}T17:00:00+01:00", **fields)
    origin = Origin(topic="registers", partition=0, offset=7)
    made = read_register(value, received_ms=received_ms, origin=origin).register
    assert made is not None
    return made


def away(days: int = 1) -> list[BatchRegister]:
    """Both sessions of so many days without a reason: an alert on each."""
    return [
        register(mark("N"), mark("/", FRIEND), date=f"2024-09-{9 + day:02}", session=half)
        for day in range(days)
        for half in ("AM", "PM")
    ]


class Partition:
    """Ledgers with the changelog and the list that their writes leave behind."""

    def __init__(self, key: bytes | None = KEY) -> None:
        self.key = key
        self.ledgers = ledgers(key)
        self.changelog: dict[bytes, bytes] = {}
        self.topic: dict[bytes, bytes] = {}

    def do(self, *things: BatchRegister | Command) -> Work:
        work = self.ledgers.work()
        for each in things:
            if isinstance(each, Command):
                work.obey(each)
            else:
                work.take(each)
        for name, value in work.writes():
            if value is None:
                self.changelog.pop(name, None)
            else:
                self.changelog[name] = value
        self.topic |= dict(work.listed())
        work.commit()
        return work

    def restarted(self) -> "Partition":
        new = Partition(self.key)
        new.changelog = self.changelog
        for name, value in self.changelog.items():
            new.ledgers.load(name, value)
        return new


FORGET = Command("forget", PUPIL, ERASED_AT)


@pytest.fixture
def partition() -> Partition:
    made = Partition()
    made.do(*away())
    return made


def test_what_was_announced_is_withdrawn_and_everything_is_gone(partition: Partition) -> None:
    """With reason `erasure`, no cause and the school of the last mark; others stay as they are."""
    work = partition.do(FORGET)
    assert told(work.alerts) == [("withdrawn", "unexplained-today", "erasure")]
    (alert,) = work.alerts
    assert (alert.sequence, alert.cause, alert.urn, alert.evidence, alert.pupil) == (2, None, HERE, {}, PUPIL)
    assert not [name for name in partition.changelog if PUPIL.encode() in name]
    assert [name for name in partition.changelog if FRIEND.encode() in name]
    assert list(partition.ledgers.keys()) == [FRIEND]
    assert len(partition.ledgers) == 1


def test_the_list_has_a_keyed_hash_and_no_pupil(partition: Partition) -> None:
    """In the changelog and in the topic, alike."""
    partition.do(FORGET)
    ((hashed, value),) = partition.topic.items()
    assert hashed.decode() == Erased(KEY).hash_of(PUPIL) != Erased(OTHER).hash_of(PUPIL)
    assert partition.changelog[b"erased/" + hashed] == value
    assert PUPIL.encode() not in value
    assert decode_entry(value).erased_ms == ERASED_AT


@pytest.mark.parametrize("restart", [False, True])
def test_marks_that_come_later_are_refused_without_their_bytes(partition: Partition, restart: bool) -> None:  # noqa: FBT001 - both
    """Also after a restart; the rest of the register goes on."""
    partition.do(FORGET)
    if restart:
        partition = partition.restarted()
    work = partition.do(register(mark("I", FRIEND), mark("N"), date="2024-09-11"))
    (letter,) = work.refused
    assert (letter.reason, letter.value, letter.mark, letter.urn) == ("erased", b"", 1, HERE)
    assert PUPIL not in repr(letter)
    assert (work.marks["erased"], work.marks["taken"]) == (1, 1)
    assert list(partition.ledgers.keys()) == [FRIEND]


def test_marks_behind_the_command_in_one_batch_are_refused_too() -> None:
    """Before it is committed."""
    work = Partition().do(*away(), FORGET, register(mark("N"), date="2024-09-11"))
    assert [letter.reason for letter in work.refused] == ["erased"]


def test_readmitted_a_pupil_begins_anew(partition: Partition) -> None:
    """What was received before stays refused, whenever it comes; what is received from then on is taken."""
    partition.do(FORGET)
    partition.do(Command("readmit", PUPIL, ERASED_AT + 10))
    partition = partition.restarted()
    before = register(mark("N"), date="2024-09-11", received_ms=ERASED_AT + 9)
    after = register(mark("N"), date="2024-09-12", received_ms=ERASED_AT + 10)
    work = partition.do(before, after)
    assert [letter.reason for letter in work.refused] == ["erased"]
    pupil = partition.ledgers.get(PUPIL)
    assert pupil is not None
    assert len(list(pupil.ledger.sessions())) == 1


def test_readmitted_the_same_alert_goes_on_counting(partition: Partition) -> None:
    """Else a consumer would drop it as one that it has had."""
    (withdrawn,) = partition.do(FORGET).alerts
    counts = {withdrawn.alert_id: (2 * 739138 + 1, withdrawn.sequence)}
    partition.do(Command("readmit", PUPIL, ERASED_AT, 0, counts))
    partition = partition.restarted()
    again = [register(mark("N"), mark("/", FRIEND), session=half, received_ms=ERASED_AT) for half in ("AM", "PM")]
    alerts = [alert for alert in partition.do(*again).alerts if alert.rule == "unexplained-today"]
    assert [(alert.alert_id, alert.sequence, alert.change) for alert in alerts] == [(withdrawn.alert_id, 3, "raised")]


def test_nobody_is_readmitted_who_was_not_erased(partition: Partition) -> None:
    """The list stays as it is."""
    partition.do(Command("readmit", PUPIL, ERASED_AT))
    assert partition.topic == {}


def test_retired_a_pupil_is_cleared_and_welcome_again() -> None:
    """Only where the year is still before the one that was asked about: a mark may have come meanwhile."""
    partition = Partition()
    partition.do(*away())
    assert partition.do(Command("retire", PUPIL, ERASED_AT, 2024)).alerts == []
    assert PUPIL in list(partition.ledgers.keys())
    assert told(partition.do(Command("retire", PUPIL, ERASED_AT, 2025)).alerts) == [
        ("withdrawn", "unexplained-today", "erasure")
    ]
    assert PUPIL not in list(partition.ledgers.keys())
    assert partition.do(register(mark("/"), date="2027-09-13", received_ms=1_830_000_000_000)).refused == []
    assert partition.topic == {}


def test_forgetting_who_is_not_there_puts_them_on_the_list() -> None:
    """Their marks may still be on their way."""
    partition = Partition()
    assert partition.do(FORGET).alerts == []
    assert len(partition.topic) == 1
    assert len(partition.ledgers) == 0


@pytest.mark.parametrize("key", [None, OTHER])
def test_a_list_cannot_be_read_without_its_key(partition: Partition, key: bytes | None) -> None:
    """Going on would take marks of the erased."""
    partition.do(FORGET)
    partition.key = key
    with pytest.raises(NoErasureKey, match="erasure_key_file"):
        partition.restarted()


def test_without_a_key_nobody_can_be_erased_and_all_else_goes_on() -> None:
    """An empty list needs none."""
    partition = Partition(None)
    partition.do(*away())
    with pytest.raises(NoErasureKey):
        partition.do(FORGET)


def test_a_hostile_log_leaves_nothing_of_the_erased() -> None:
    """Whatever was in the ledger: no page, no summary, and every alert withdrawn at its next sequence."""
    partition, alerts = Partition(), []
    for number, each in enumerate(seeded_log(8, registers=150, pupils=5, schools=3, mode="amended")):
        origin = Origin(topic="registers", partition=0, offset=number)
        made = read_register(each, received_ms=None, origin=origin).register
        if made is not None:
            alerts += partition.do(made).alerts
    for key in list(partition.ledgers.keys()):
        alerts += partition.do(Command("forget", key, ERASED_AT)).alerts
    assert {name.split(b"/")[0] for name in partition.changelog} == {b"erased"}
    last = {alert.alert_id: alert for alert in alerts}
    open_ = [alert for alert in last.values() if alert.change != "withdrawn" and alert.to is None]
    assert (open_, len(partition.ledgers)) == ([], 0)
    counts = [(alert.alert_id, alert.sequence) for alert in alerts]
    assert len(counts) == len(set(counts))


def test_commands_travel_in_a_batch() -> None:
    """In one of form 2, which the version before reads as well."""
    assert decode_batch(encode_commands([FORGET])) == MarkBatch(2, [], [FORGET])


def test_an_entry_reads_back() -> None:
    """With and without a readmission."""
    for entry in (Entry(1, "k"), Entry(1, "k", 2)):
        assert decode_entry(encode_entry(entry)) == entry


def test_a_pupil_is_hashed_once_until_the_list_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else every mark would cost it, as soon as anybody was ever erased."""
    on_list, hashed = Erased(KEY), list[str]()
    of = on_list.hash_of
    on_list.load(of(FRIEND), encode_entry(Entry(1, on_list.fingerprint())))
    monkeypatch.setattr(on_list, "hash_of", lambda pupil: hashed.append(pupil) or of(pupil))
    assert [on_list.refuses(pupil, 5) for pupil in (PUPIL, PUPIL, FRIEND)] == [False, False, True]
    assert (hashed, on_list.perhaps([PUPIL, FRIEND])) == ([PUPIL, FRIEND], [1])
    on_list.load(of(PUPIL), encode_entry(Entry(1, on_list.fingerprint())))
    assert (on_list.perhaps([PUPIL, FRIEND]), on_list.refuses(PUPIL, 5)) == ([0, 1], True)
