"""One trial from beginning to end: lay out, let it flow, do the faults, wait, read everything back."""

import json
import shutil
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

from streams.kafka.clients import consumer
from streams.kafka.reader import Reader
from streams.kafka.records import Record
from streams.settings import Settings
from tests.support.broker import Broker
from tests.support.hostile import pupil_key
from tests.trials.checker import Verdict, check, records_of
from tests.trials.crew import WORKER
from tests.trials.faults import DO
from tests.trials.field import Field, clear, lay_out
from tests.trials.flow import Sampler, Sender
from tests.trials.history import History, Span
from tests.trials.plan import Fault, Trial
from tests.trials.registers import log_of

DRAINED_WITHIN = 150.0  # s from the last fault: nothing may hang longer
_WARM_UP = 6.0  # s for the first workers to begin


def run(
    trial: Trial,
    folder: Path,
    broker: Broker | None = None,
    command: Sequence[str] = WORKER,
    *,
    name: str = "trial",
    patience: float = DRAINED_WITHIN,
) -> tuple[History, Verdict]:
    """Run *trial* with its record in *folder*, and check it. The folder is left as it is.

    It takes place on *broker*, or on one of its own; *command* starts a worker, *name* begins the names of its topics.
    *patience*: s from the last fault until all must be worked off.
    """
    folder.mkdir(parents=True)
    field = lay_out(trial, folder, broker, command, name)
    try:
        history = _record(field, patience)
    finally:
        clear(field, own_broker=broker is None)
    verdict = check(history)
    keep(history, verdict, folder)
    return history, verdict


def keep(history: History, verdict: Verdict, folder: Path) -> None:
    """Write the record: the trial, its faults and ends, the log of registers, every topic."""
    facts = {
        "trial": asdict(history.trial),
        "findings": [f"{finding.check}: {finding.text}" for finding in verdict.findings],
        "spans": [asdict(span) for span in history.spans],
        "exits": [asdict(end) for end in history.exits],
        "samples": [asdict(sample) for sample in history.samples],
    }
    (folder / "trial.json").write_text(json.dumps(facts, indent=1, default=str))
    for name, records in records_of(history):
        with (folder / f"{name}.jsonl").open("w") as file:
            for record in records:
                file.write(json.dumps(asdict(record), default=lambda value: bytes(value).decode("latin-1")) + "\n")


def forget(folder: Path) -> None:
    """Remove the record of a trial in which all held."""
    shutil.rmtree(folder)


def _record(field: Field, patience: float) -> History:
    history = History(trial=field.trial, pupils=frozenset(pupil_key(i) for i in range(field.trial.pupils)))
    sampler = Sampler(field.settings, field.topics, field.clock)
    sender = Sender(field.settings, field.topics, log_of(field.trial), field.trial.pace, field.over)
    field.crew.want(*range(field.trial.workers))
    for thread in (field.crew, sampler, sender):
        thread.start()
    try:
        _do_faults(field, history)
    finally:
        field.over.set()
        sender.join()
    field.until(lambda: bool(sampler.samples), 30)
    history.drained = field.until(lambda: sampler.drained(sender.sent), patience)
    history.texts |= _metrics(field)
    sampler.over.set()
    sampler.join()
    field.crew.close()
    history.sent, history.samples, history.exits = sender.sent, sampler.samples, field.crew.exits
    history.last = sampler.samples[-1] if sampler.samples else None
    history.sender_failures = sender.failures
    _read_back(field, history)
    return history


def _do_faults(field: Field, history: History) -> None:
    """Do each fault in a thread of its own, when its time has come."""
    threads = [threading.Thread(target=_do, args=(field, fault, history), daemon=True) for fault in field.trial.faults]
    for fault, thread in zip(field.trial.faults, threads, strict=True):
        time.sleep(max(0.0, _WARM_UP + fault.at - field.clock()))
        thread.start()
    for thread in threads:
        thread.join()


def _do(field: Field, fault: Fault, history: History) -> None:
    span = Span(kind=fault.kind, began=field.clock())
    history.spans.append(span)
    try:
        span.detail = DO[fault.kind](field, fault)
    except Exception as error:  # noqa: BLE001 - whatever went wrong is a finding
        span.trouble = f"{type(error).__name__}: {error}"
    span.healed = field.clock()


def _metrics(field: Field) -> dict[str, str]:
    found = {}
    for number in field.crew.running():
        process = field.crew.process(number)
        if process is not None:
            found[f"metrics of worker {number}"] = process.metrics_text()
    return found


def _read_back(field: Field, history: History) -> None:
    topics, settings = field.topics, field.settings.model_copy(update={"request_timeout": 60})
    history.registers = _read(settings, topics.registers.name)
    history.marks = _read(settings, topics.marks.name)
    history.alerts = _read(settings, topics.alerts.name)
    history.aborted_too = _read_aborted_too(settings, topics.alerts.name)
    history.dead_letters = _read(settings, topics.dead_letters.name)
    history.ledgers, history.boards = _read(settings, topics.ledgers.name), _read(settings, topics.boards.name)
    logs = [*field.crew.logs, field.broker.directory / "broker.log"]
    history.texts |= {path.name: path.read_text(errors="replace") for path in logs}


def _read(settings: Settings, topic: str) -> list[Record]:
    with Reader(settings, topic) as reader:
        return list(reader.to_end())


def _read_aborted_too(settings: Settings, topic: str) -> list[Record]:
    config = consumer(settings, "aborted-too") | {"isolation.level": "read_uncommitted", "enable.partition.eof": True}
    found, ends = [], 0
    with Consumer(config) as reader:
        reader.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in range(settings.partitions)])
        while ends < settings.partitions:
            for message in reader.consume(500, 0.2):
                if message.error() is None:
                    found.append(Record.of(message))
                else:
                    ends += message.error().code() == KafkaError._PARTITION_EOF  # noqa: SLF001 - librdkafka's own name
    return found
