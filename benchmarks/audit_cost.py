"""What it costs to recompute a pupil's episodes, by a fresh walk and by the specification: `-m benchmarks.audit_cost`.

One invented pupil of two whole academic years: present in eight sessions of ten, else ill or away.
"""

import random
import time
from datetime import date, timedelta

from streams.attendance.codes import INDEX
from streams.attendance.ledger import Ledger, Version
from streams.attendance.sessions import EPOCH_DAY
from streams.attendance.specification import all_episodes
from streams.attendance.walk import Engine, Walk
from streams.books import load_book

CODES = "/" * 8 + "IO"
AUGUST = 8


def two_years() -> Ledger:
    """Marks of each Monday to Friday but in August, September 2023 to July 2025."""
    dice, ledger = random.Random(1), Ledger()  # noqa: S311 - invented marks
    for number in range((date(2025, 7, 20) - date(2023, 9, 4)).days):
        day = date(2023, 9, 4) + timedelta(number)
        if day.isoweekday() < 6 and day.month != AUGUST:
            recorded = (day.toordinal() - EPOCH_DAY) * 86400
            for half in (0, 1):
                ledger.put(day.toordinal() * 2 + half, 100001, Version(INDEX[dice.choice(CODES)], recorded))
    return ledger


def main() -> None:
    """Print seconds of CPU for each way."""
    book = load_book(None)
    engine, sessions = Engine(book), list(two_years().sessions())
    began = time.process_time()
    walk = Walk(engine)
    for slot, cell in sessions:
        walk.advance(slot, cell)
    walked = time.process_time()
    all_episodes(book, sessions)
    print(f"{len(sessions)} sessions, {len(book.rules)} rules")
    print(f"fresh walk     {walked - began:.3f} s")
    print(f"specification  {time.process_time() - walked:.3f} s")


if __name__ == "__main__":
    main()
