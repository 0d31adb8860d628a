"""The oracle: a second, independent reading of rules.md.

Written from the text alone, never from the engine, and slow on purpose: lists, dicts, and everything made anew for each
comparison. It is what the engine is held to, so when they differ, read rules.md before either.

Use it as `Oracle().feed(line, line_no)`; run `python -m tests.oracle` to see what the hostile logs reach.
"""

from tests.oracle.folding import fold
from tests.oracle.oracle import Oracle
from tests.oracle.rules import ENGLAND_2024

__all__ = ["ENGLAND_2024", "Oracle", "fold"]
