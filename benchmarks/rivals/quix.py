"""Quix Streams: a school's children in the state under the school's key, RocksDB, changelog on.

    BENCH_BOOTSTRAP=127.0.0.1:9092 BENCH_NAME=bench BENCH_STATE=/tmp/state python -m benchmarks.rivals.quix

Takes each register as a whole, so no second pass through Kafka. Runs in an environment of its own, since it asks for
another confluent-kafka than Firstbell: so nothing of Firstbell is imported here.
"""

import os
from base64 import b64decode
from typing import Any

from quixstreams import Application, State

from benchmarks.rivals.ledger import EMPTY, KINDS, RULES, on, opened, seat, take

_NAME = os.environ["BENCH_NAME"]


def watch(register: dict[str, Any], state: State) -> list[dict[str, Any]]:
    """Take a register, or what a school's children bring with them; give the alerts."""
    if "opening" in register:
        return [
            alert
            for child in register["opening"]
            for alert in _kept(state, child["pupil"], 0, opened(b64decode(child["weeks"])))
        ]
    where, alerts = seat(register["date"], register["session"]), []
    for mark in register["marks"]:
        pupil = mark["pupil"]
        ledger = state.get_bytes(pupil, EMPTY)
        alerts += _kept(state, pupil, on(ledger), take(ledger, where, KINDS[mark["code"]]))
    return alerts


def _kept(state: State, pupil: str, was: int, ledger: bytes) -> list[dict[str, Any]]:
    state.set_bytes(pupil, ledger)
    now = on(ledger)
    if now == was:
        return []
    return [{"pupil": pupil, "rule": RULES[bit], "on": bool(now & bit)} for bit in RULES if (now ^ was) & bit]


def main() -> None:
    """Run until it is ended."""
    app = Application(
        broker_address=os.environ["BENCH_BOOTSTRAP"],
        consumer_group=_NAME,
        auto_offset_reset="earliest",
        processing_guarantee=os.environ["BENCH_GUARANTEE"],
        commit_interval=1.0,  # as Firstbell's, since the clock stops at a commit; its own is 5 s
        state_dir=os.environ["BENCH_STATE"],
        producer_extra_config={"acks": "all", "linger.ms": 20, "batch.size": 1 << 20, "compression.type": "lz4"},
        loglevel="WARNING",
    )
    registers = app.topic(f"{_NAME}-registers", value_deserializer="json", key_deserializer="bytes")
    alerts = app.topic(f"{_NAME}-alerts", value_serializer="json", key_serializer="str")
    frame = app.dataframe(registers).apply(watch, stateful=True, expand=True)
    frame.to_topic(alerts, key=lambda alert: alert["pupil"])
    app.run()


if __name__ == "__main__":
    main()
