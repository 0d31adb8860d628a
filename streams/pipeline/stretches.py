"""Registers cut into stretches in which hardly any pupil comes twice, for whom nobody waits.

In one batch the later marks of a pupil whom a mark has flipped go the exact way, at a hundred times the cost of a mark
on the fast path; in the next batch they are plain. What each register gives is the same either way.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

import numpy as np

from streams.attendance.columns import Block
from streams.contract.batches import BatchRegister
from streams.contract.sheets import KEY, joined

_LEAST = 512  # marks: a batch costs as much as some hundred, so fewer are not worth one of their own
_HEAD = np.dtype({"names": ["head"], "formats": ["<u8"], "itemsize": KEY})


def stretches(registers: Sequence[BatchRegister], least: int = _LEAST) -> Iterator[Sequence[BatchRegister]]:
    """Yield *registers* in order: a stretch ends, once it has *least* marks, where one of its pupils comes again."""
    sizes = [register.marks.size for register in registers]
    if sum(sizes) <= least:
        yield registers
        return
    before = _before(joined([register.marks for register in registers]).pupils, np.repeat(np.arange(len(sizes)), sizes))
    for first, end in pairwise([0, *_cuts(before, list(accumulate(sizes, initial=0)), least), len(sizes)]):
        yield registers[first:end]


def _cuts(before: dict[int, int], marks: list[int], least: int) -> Iterator[int]:
    first = 0
    for number, latest in before.items():
        if latest >= first and marks[number] - marks[first] >= least:
            yield number
            first = number


def _before(pupils: bytes, register: Block) -> dict[int, int]:
    """Return, of each register with a pupil of an earlier one, the number of the latest such one; in order.

    Pupils are told apart by how their keys begin: two that begin alike only have a stretch end for nothing.
    """
    heads = np.frombuffer(pupils, _HEAD)["head"]
    order = np.argsort(heads, kind="stable")
    (again,) = (heads[order[1:]] == heads[order[:-1]]).nonzero()
    number, earlier = register[order[again + 1]], register[order[again]]
    latest = np.full(int(register[-1]) + 1, -1)
    np.maximum.at(latest, number, np.where(earlier < number, earlier, -1))
    (some,) = (latest >= 0).nonzero()
    return dict(zip(some.tolist(), latest[some].tolist(), strict=True))
