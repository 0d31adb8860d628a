"""What a step writes as few commands: Redis takes many keys, members or times in one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

__all__ = ["Command", "Op", "commands"]

Command = tuple[str | bytes | float, ...]
Op = tuple[Command, Command]
"""How its command begins, and the words of its own; the order of ops makes no difference."""

_WORDS = 1_000  # in a command; a script can hand over some thousands


def commands(ops: Iterable[Op]) -> Iterator[Command]:
    """Put together what begins alike."""
    together = defaultdict[Command, list[Command]](list)
    for begins, words in ops:
        together[begins].append(words)
    for begins, found in together.items():
        most = _WORDS // len(found[0])
        for first in range(0, len(found), most):
            yield (*begins, *(word for words in found[first : first + most] for word in words))
