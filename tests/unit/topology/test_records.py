"""What goes out, under which key, to which partition."""

from streams.contract.batches import decode_batch
from streams.contract.codec import decode_alert
from streams.topology.records import alert_record, batch_records, dead_letter_record, page_records
from tests.unit.topology.fakes import NOW, PUPIL, alert, letter, register


def test_an_alert_goes_under_its_pupil() -> None:
    """Any consumer that takes the key finds all of a pupil's alerts in one partition, in order."""
    record = alert_record("alerts", alert("a"), NOW)
    assert (record.key, record.partition) == (PUPIL.encode(), None)
    assert decode_alert(record.value or b"") == alert("a")
    assert ("ce_id", b"a:1") in (record.headers or [])


def test_a_dead_letter_keeps_its_registers_key_or_takes_the_school() -> None:
    """The pupils stage does not know the key any more; where there is not even a school there is none."""
    assert dead_letter_record("dead", letter(), b"key").key == b"key"
    assert dead_letter_record("dead", letter()).key == b"100001"
    assert dead_letter_record("dead", letter(urn=None)).key is None


def test_pages_go_to_the_partition_of_their_marks() -> None:
    """A page without a value removes one."""
    records = list(page_records("changelog", 3, [(b"k", b"v"), (b"gone", None)]))
    assert [(r.key, r.value, r.partition) for r in records] == [(b"k", b"v", 3), (b"gone", None, 3)]


def test_a_batch_too_large_for_one_record_becomes_several_in_order() -> None:
    """Registers stay whole, also one that is too large by itself."""
    registers = [register(f"r{number}", marks=10) for number in range(7)]
    records = list(batch_records("marks", 2, registers, 1000))
    assert len(records) > 1
    assert all(record.partition == 2 and len(record.value or b"") <= 1000 for record in records)
    assert [r for record in records for r in decode_batch(record.value or b"").registers] == registers
    assert len(list(batch_records("marks", 2, registers, 1))) == len(registers)
