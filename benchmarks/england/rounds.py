"""The rounds of a run: every side in turn, each on a broker and disk of its own; what is done is kept."""

import tempfile
from pathlib import Path

import msgspec

from benchmarks.england.inputs import Inputs, Say
from benchmarks.england.plan import OURS, PLAIN_FAUST, Plan
from benchmarks.england.whole import whole
from benchmarks.plain_faust_speed import plain_faust_speed
from benchmarks.result import Result
from benchmarks.rivals.field import FIELD
from benchmarks.rivals.side import rival_speed
from tests.support.broker import FULL_SPEED, Broker


class Kept(msgspec.Struct, frozen=True):
    """A result that passed its gate, and of which round and side it is."""

    round: int
    side: str
    result: Result


def run(plan: Plan, inputs: Inputs, kept: Path, say: Say) -> list[Kept]:
    """Do what of *plan* is not in the file *kept* yet, and add it there; return all.

    Raises:
        Mismatch: a gate did not hold. Other FirstbellError: a side did not come to its end.
    """
    done = read(kept)
    for number in range(plan.rounds):
        for side in plan.order(number):
            if not any((each.round, each.side) == (number, side) for each in done):
                done.append(Kept(number, side, _measured(side, inputs, plan.workers)))
                with kept.open("ab") as file:
                    file.write(msgspec.json.encode(done[-1]) + b"\n")
                say(f"round {number + 1} of {plan.rounds}: {_words(done[-1].result)}")
    return [each for each in done if each.round < plan.rounds and each.side in plan.sides]


def read(kept: Path) -> list[Kept]:
    """Give what the file *kept* has, in its order."""
    return [msgspec.json.decode(line, type=Kept) for line in kept.read_bytes().splitlines()] if kept.exists() else []


def _measured(side: str, inputs: Inputs, workers: int) -> Result:
    _make(side, inputs)
    with tempfile.TemporaryDirectory(prefix="firstbell-bench-") as name:
        directory = Path(name)
        with Broker(directory / "kafka", jvm=FULL_SPEED) as kafka:
            return _of(side, kafka.bootstrap, inputs, directory, workers)


def _make(side: str, inputs: Inputs) -> None:
    """Have all made that *side* wants, before anything runs."""
    if side == PLAIN_FAUST:
        _ = inputs.faust
    elif side == OURS:
        _ = inputs.warm, inputs.measured, inputs.due
    else:
        _ = inputs.warm, inputs.measured, inputs.due, inputs.openings, FIELD[side].command()


def _of(side: str, bootstrap: str, inputs: Inputs, directory: Path, workers: int) -> Result:
    if side == PLAIN_FAUST:
        return plain_faust_speed(bootstrap, inputs.faust, directory)
    if side == OURS:
        return whole(
            bootstrap,
            made=inputs.made,
            warm=inputs.warm,
            part=inputs.measured,
            due=inputs.due,
            directory=directory,
            workers=workers,
        )
    return rival_speed(
        bootstrap,
        FIELD[side],
        begin=[*inputs.openings, *inputs.warm.registers],
        part=inputs.measured,
        standing=inputs.due.standing,
        directory=directory,
    )


def _words(result: Result) -> str:
    return f"{result.side}: {result.marks:,} marks in {result.timing.wall:.1f} s, {result.rate:,.0f}/s; {result.gate}"
