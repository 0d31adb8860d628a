"""How workers ended, and whether each had a reason to."""

from collections.abc import Iterator

from streams.topology.failstop import EXIT_CODE
from tests.trials.history import Exit, History
from tests.trials.plan import MAY_STOP

AFTERMATH = 45.0  # s in which a worker may still stop after what gave it a reason is over
REFUSED = 2  # the exit code of a worker that does not start
_KILLED = frozenset({-9, 137})
_TOLD_BEFORE_IT_WAS_UP = 143  # SIGTERM came while Python was still importing


def endings(history: History) -> Iterator[str]:
    """Say of each end that should not have been what it was."""
    for end in history.exits:
        if problem := _problem(end, history):
            words = f", its last words: {end.why}" if end.why else ""
            yield f"worker {end.worker} {problem} (exit code {end.code} at {end.at:.1f} s{words})"


def _problem(end: Exit, history: History) -> str:
    if end.cause == "killed" or (end.cause == "crash point" and end.code in _KILLED):
        return ""
    if end.cause == "stopped" and (end.code == 0 or (end.code == _TOLD_BEFORE_IT_WAS_UP and not end.why)):
        return ""
    if end.code == EXIT_CODE and not end.why:
        return "stopped without saying why"
    if end.code in (EXIT_CODE, REFUSED):
        return "" if _had_reason(end, history) else "stopped without a reason"
    return "ended by itself"


def _had_reason(end: Exit, history: History) -> bool:
    spans = [span for span in history.spans if span.kind in MAY_STOP]
    return any(span.began <= end.at and (span.healed < 0 or end.at <= span.healed + AFTERMATH) for span in spans)
