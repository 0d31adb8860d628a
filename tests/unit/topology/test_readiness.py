"""What the two keepers tell."""

from streams.topology.readiness import board_report, ledger_report, readiness
from tests.unit.topology.fakes import Noted


def test_a_worker_is_ready_when_both_tables_are() -> None:
    """And no more as soon as one is not; each counts whom it holds, and the pupils' counts partitions."""
    probe = Noted()
    ready = readiness(probe, ("ledgers", "boards"))
    ledgers, boards = ledger_report(probe, ready), board_report(probe, ready)
    for report, now in ((ledgers, True), (boards, True), (ledgers, False)):
        report.ready(now)
    assert probe.told == [("ready", False), ("ready", True), ("ready", False)]
    probe.told.clear()
    for report in (ledgers, boards):
        report.assigned(4)
        report.held(9)
    assert probe.told == [("assigned", 4), ("pupils", 9), ("schools", 9)]
