"""How often Python looks for cycles of garbage."""

import gc

_YOUNG, _MIDDLE, _OLD = 100_000, 50, 100  # Python's own are 700, 10, 10


def collect_seldom() -> None:
    """Let the collector look seldom.

    The ledgers are millions of small objects that live long and form no cycles. By its defaults the collector walks
    over them again and again, which took half of the time of a mark. What does form cycles (tracebacks, tasks) is
    little, and is still collected.
    """
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
