"""Where the worker's time goes: samples of its Python stacks, each put down to one stage.

A stack is put down to the first stage of `STAGES` of which one of its frames is: what is special comes first, since
what is general (Faust, asyncio) is below everything. So every sample counts once, and the shares add up to all.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

OTHER = "Python, other"


class Stage(NamedTuple):
    """A stage, and what its frames look like: a pattern of `function (file:line)`, as py-spy writes a frame."""

    name: str
    frame: re.Pattern[str]


def _stage(name: str, *frames: str) -> Stage:
    return Stage(name, re.compile("|".join(frames)))


STAGES = (
    _stage("audit, beside the stream", r"\(.*topology/auditing\.py"),
    _stage("marks: encoded", r"\bencode_batch \("),
    _stage("registers: split by pupil", r"\bsplit \(.*pipeline", r"\b_batches \(.*topology/schools\.py"),
    _stage("registers: read and checked", r"\(.*pipeline/(intake|forms|instants)\.py", r"\b_intake \(.*schools\.py"),
    _stage("marks: handed to Kafka", r"\bdeliver \(.*topology/courier\.py"),
    _stage("boards of schools", r"\(.*topology/boards\.py", r"\(.*streams/board/", r"\(.*pipeline/board"),
    _stage("marks: decoded", r"\b_?decode\w* \(.*(contract/batches|topology/pupils)\.py"),
    _stage("changelog: pages made", r"\bwrites \(.*pipeline/", r"\(.*pipeline/since\.py"),
    _stage("alerts: made", r"\balert_record \("),
    _stage("transaction: handed to Kafka", r"\bwrite \(.*topology/(transaction|durable)\.py"),
    _stage("ledgers: swapped in", r"\bcommit \(.*pipeline/work\.py"),
    _stage("ledgers: late marks", r"\b_take_late \(.*attendance/hand\.py"),
    _stage("ledgers: flips told", r"\b(_flipped|_moved) \(.*pipeline/work\.py"),
    _stage("ledgers: exact way", r"\b_exactly \(.*pipeline/work\.py"),
    _stage("ledgers: screen", r"\b_screen \(.*pipeline/work\.py", r"\(.*streams/attendance/"),
    _stage("ledgers: the batch around both", r"\(.*streams/pipeline/"),
    _stage("metrics and health", r"\(.*(streams/observability|prometheus_client)/", r"\(.*socketserver\.py"),
    _stage("records: gathered and acknowledged", r"\(.*streams/topology/(?!run|app|consumer|eager)"),
    _stage(
        "records: fetched (Faust, aiokafka)", r"\(.*(aiokafka|faust|mode)/", r"\(.*topology/(consumer|eager|app)\.py"
    ),
    _stage("event loop and threads", r"\(.*asyncio/", r"\(.*(selectors|threading)\.py", r"\(.*concurrent/"),
)


def stage_of(stack: str) -> str:
    """Name the stage of a stack: frames with `;` between them, the outermost first."""
    frames = stack.split(";")
    for stage in STAGES:
        if any(stage.frame.search(frame) for frame in frames):
            return stage.name
    return OTHER


def shares(raw: Iterable[str]) -> dict[str, float]:
    """Give each stage's share of all samples, in the order of `STAGES`, from lines of py-spy's raw form.

    Raises:
        ValueError: a line is no `STACK COUNT`, or there is none.
    """
    counted = Counter[str]()
    for line in raw:
        stack, _, count = line.rpartition(" ")
        counted[stage_of(stack)] += int(count)
    if not counted:
        raise ValueError("there is no sample of the worker")
    names = [*(stage.name for stage in STAGES), OTHER]
    return {name: counted[name] / counted.total() for name in names if counted[name]}


def unplaced(raw: Iterable[str], number: int = 5) -> list[tuple[str, int]]:
    """Give the innermost frames of the most samples that no stage has, so that the table above can be kept true."""
    counted = Counter[str]()
    for line in raw:
        stack, _, count = line.rpartition(" ")
        if stage_of(stack) == OTHER:
            counted[stack.rpartition(";")[2]] += int(count)
    return counted.most_common(number)
