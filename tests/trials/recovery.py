"""How long the flow took to come back after each fault."""

from collections.abc import Iterator

from tests.trials.history import History, Offsets, Span

WITHIN = 90.0  # s from the end of a fault until all that waited then is done; the stated time


def late(history: History) -> Iterator[str]:
    """Say which faults were not got over in time."""
    for span in history.spans:
        seconds = recovery(history, span)
        if seconds is None:
            yield f"after {span.kind} what waited was not worked off"
        elif seconds > WITHIN:
            yield f"after {span.kind} it took {seconds:.0f} s to work off what waited, more than {WITHIN:.0f}"


def worst(history: History) -> float | None:
    """Give the longest recovery of a trial; None where one never came or there was no fault."""
    found = [recovery(history, span) for span in history.spans]
    known = [seconds for seconds in found if seconds is not None]
    return max(known) if known and len(known) == len(found) else None


def recovery(history: History, span: Span) -> float | None:
    """Give the seconds from the end of *span* until the group had committed all that was there by then.

    Where another fault came before that was so, from the end of the last one. None: it never did.
    """
    healed = span.healed
    while True:
        done = _done(history, healed)
        later = [other.healed for other in history.spans if other.healed > healed and _began(other, done)]
        if not later:
            return None if done is None else max(0.0, done - healed)
        healed = min(later)


def _began(span: Span, until: float | None) -> bool:
    return until is None or span.began < until


def _done(history: History, healed: float) -> float | None:
    """Say when all that waited at *healed* was done: first the registers, and then the marks that had come of them."""
    samples = [sample for sample in history.samples if sample.at >= healed >= 0]
    if not samples:
        return None
    waited = samples[0].registers_end
    for sample in samples:
        if _covers(sample.registers_done, waited):
            marks = sample.marks_end
            return next(
                (later.at for later in samples if later.at >= sample.at and _covers(later.marks_done, marks)), None
            )
    return None


def _covers(done: Offsets, wanted: Offsets) -> bool:
    return all(done.get(partition, 0) >= offset for partition, offset in wanted.items() if offset)
