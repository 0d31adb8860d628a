"""`firstbell worker` with a bug in its engine: registers whose id begins with `bug` raise, and name a pupil."""

import sys

from streams.cli import main
from streams.contract.batches import BatchRegister
from streams.pipeline.work import Outcome, Work

_take = Work.take


def _take_or_fail(work: Work, *registers: BatchRegister) -> list[Outcome]:
    for register in registers:
        if register.register_id.startswith("bug"):
            raise KeyError(register.marks[0].pupil)
    return _take(work, *registers)


if __name__ == "__main__":
    Work.take = _take_or_fail  # type: ignore[method-assign]
    sys.argv = ["firstbell", "worker", *sys.argv[1:]]
    main()
