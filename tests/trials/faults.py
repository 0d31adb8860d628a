"""The faults, each a function that does it, heals it and says what it did; the broker's are in `broker_faults`."""

import signal
import subprocess
from collections.abc import Callable

from streams.topology.crash_points import CRASH, PAUSE, Point
from tests.support.command import FIRSTBELL, environment
from tests.support.ports import free_port
from tests.support.worker import WorkerProcess
from tests.trials import broker_faults
from tests.trials.crew import is_paused
from tests.trials.field import PLACES, Field
from tests.trials.plan import MAY_STOP, Fault, Kind

Do = Callable[[Field, Fault], str]

_COMES_TO_IT = 120.0  # s for an armed worker to come to its crash point; another fault may hold it up
_SESSION = 9.0  # s: past a session time-out, so that others have taken over


class NotDoneError(Exception):
    """The fault could not be done, or was not met as it should have been."""


def kill(field: Field, fault: Fault) -> str:
    """Kill a worker while it works."""
    field.crew.kill(fault.worker)
    return f"worker {fault.worker}"


def kill_in_recovery(field: Field, fault: Fault) -> str:
    """Kill a worker, and its successor while that loads its ledgers."""
    field.crew.kill(fault.worker)
    _until_says(field, fault.worker, '"partitions assigned"')
    field.crew.kill(fault.worker)
    return f"worker {fault.worker}, twice"


def kill_in_rebalance(field: Field, fault: Fault) -> str:
    """Let a worker join, and kill another while the group gives partitions about."""
    other = field.trial.workers % PLACES  # a place that is free, or else the first one's
    field.crew.want(other)
    _until_says(field, other, '"serving metrics and health"')
    field.crew.kill(fault.worker)
    return f"worker {fault.worker}, while {other} joins"


def crash_point(field: Field, fault: Fault) -> str:
    """Let a worker die at a crash point."""
    _at_point(field, fault, CRASH, lambda process: not process.running)
    return f"worker {fault.worker}, {_where(fault)}"


def pause_point(field: Field, fault: Fault) -> str:
    """Let a worker stop at a crash point past its session, then go on as a zombie."""
    process = _at_point(field, fault, PAUSE, is_paused)
    field.until(lambda: False, _SESSION)
    process.signal(signal.SIGCONT)
    return f"worker {fault.worker}, {_where(fault)}"


def zombie(field: Field, fault: Fault) -> str:
    """Stop a worker past its session, then let it go on."""
    process = field.crew.pause(fault.worker)
    field.until(lambda: False, _SESSION)
    if process is not None:
        process.signal(signal.SIGCONT)
    return f"worker {fault.worker}"


def sigterm(field: Field, fault: Fault) -> str:
    """Ask a worker to stop; it is started again."""
    field.crew.terminate(fault.worker)
    return f"worker {fault.worker}"


def rolling(field: Field, _fault: Fault) -> str:
    """Ask one worker after the other to stop, each when the one before is back."""
    for number in range(field.trial.workers):
        field.crew.terminate(number)
        field.until(lambda number=number: _is_ready(field, number), 40)
    return f"{field.trial.workers} workers"


def scale(field: Field, _fault: Fault) -> str:
    """From one worker to four and back."""
    for number in range(1, PLACES):
        field.crew.leave(number)
    field.crew.want(0)
    field.until(lambda: field.crew.running() == [0], 20)
    field.crew.want(*range(PLACES))
    field.until(lambda: all(_is_ready(field, number) for number in range(PLACES)), 60)
    for number in range(1, PLACES):
        field.crew.leave(number)
    field.until(lambda: field.crew.running() == [0], 20)
    field.crew.want(*range(field.trial.workers))
    return "1, 4, 1"


def slow(field: Field, fault: Fault) -> str:
    """Delay every piece between worker 0 and the broker."""
    assert field.proxy
    field.proxy.delay(0.2)
    field.until(lambda: False, fault.lasts)
    field.proxy.heal()
    return "0.2 s a piece, worker 0"


def reset(field: Field, fault: Fault) -> str:
    """Cut every connection of worker 0, some times."""
    assert field.proxy
    for _ in range(4):
        field.proxy.reset()
        field.until(lambda: False, fault.lasts / 8)
    return "4 times, worker 0"


def silence(field: Field, fault: Fault) -> str:
    """Let nothing through one way between worker 0 and the broker."""
    assert field.proxy
    way = "up" if fault.nth == 1 else "down"
    field.proxy.silence(way)
    field.until(lambda: False, fault.lasts)
    field.proxy.heal()
    return f"{way}, worker 0"


def wrong_start(field: Field, _fault: Fault) -> str:
    """Start workers that must not run: each says why in one line and ends with 2; the others are not disturbed."""
    settings = field.settings.model_copy(update={"request_timeout": 3.0})
    gone = "does not answer"  # where another fault has the broker, none of them is told more
    wrong = {
        gone: settings.model_copy(update={"bootstrap": f"127.0.0.1:{free_port()}"}),
        "topic is missing": settings.model_copy(update={"prefix": "nowhere."}),
        f"partitions is {settings.partitions}": settings.model_copy(update={"partitions": settings.partitions + 1}),
    }
    for words, other in wrong.items():
        done = subprocess.run(
            [FIRSTBELL, "worker"], env=environment(other), capture_output=True, text=True, check=False, timeout=60
        )
        said = words in done.stderr or (gone in done.stderr and bool(MAY_STOP & set(field.trial.kinds)))
        if done.returncode != 2 or done.stderr.count("\n") != 1 or not said:
            raise NotDoneError(f"a worker that must not start ({words}) ended with {done.returncode}: {done.stderr}")
    return "no broker, no topics, other partitions"


DO: dict[Kind, Do] = {
    Kind.KILL: kill,
    Kind.KILL_IN_RECOVERY: kill_in_recovery,
    Kind.KILL_IN_REBALANCE: kill_in_rebalance,
    Kind.CRASH_POINT: crash_point,
    Kind.PAUSE_POINT: pause_point,
    Kind.ZOMBIE: zombie,
    Kind.SIGTERM: sigterm,
    Kind.ROLLING: rolling,
    Kind.SCALE: scale,
    Kind.SLOW: slow,
    Kind.RESET: reset,
    Kind.SILENCE: silence,
    Kind.WRONG_START: wrong_start,
    **broker_faults.DO,
}


def _at_point(field: Field, fault: Fault, variable: str, came: Callable[[WorkerProcess], bool]) -> WorkerProcess:
    """Start a worker armed, and wait until it has come to its point; make another join, where it must be asked back.

    Give its process. Where another fault ends it on the way, the next one is armed.
    """
    assert fault.point
    process = _armed(field, fault, variable)
    if fault.point == Point.IN_REVOCATION:
        _ask_back(field, fault.worker, came, process)
    end = field.clock() + _COMES_TO_IT
    while field.clock() < end:
        if came(process):
            return process
        if not process.running:
            process = _armed(field, fault, variable)
        field.until(lambda: False, 0.1)
    raise NotDoneError(f"the worker did not come to {fault.point}")


def _armed(field: Field, fault: Fault, variable: str) -> WorkerProcess:
    before = field.crew.process(fault.worker)
    field.crew.arm(fault.worker, {variable: _where(fault)})
    field.until(lambda: field.crew.process(fault.worker) not in (None, before), 20)
    process = field.crew.process(fault.worker)
    if process is None:
        raise NotDoneError("the armed worker did not start")
    return process


def _where(fault: Fault) -> str:
    return f"{fault.point}:{1 if fault.point in (Point.AFTER_FENCE, Point.IN_REVOCATION) else fault.nth}"


def _ask_back(field: Field, number: int, came: Callable[[WorkerProcess], bool], process: WorkerProcess) -> None:
    """Start the worker in another place, anew or for the first time, so that the group gives partitions about."""
    field.until(lambda: came(process) or _is_ready(field, number), 40)
    other = (number + 1) % PLACES
    if field.crew.process(other):
        field.crew.terminate(other)
    else:
        field.crew.want(other)


def _until_says(field: Field, number: int, words: str) -> None:
    """Wait until the worker in a place, started anew, has logged *words*."""
    field.until(lambda: (process := field.crew.process(number)) is not None and words in process.text(), 30)


def _is_ready(field: Field, number: int) -> bool:
    process = field.crew.process(number)
    return process is not None and process.is_ready()
