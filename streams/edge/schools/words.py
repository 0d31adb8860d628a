"""What an import of schools did, in words and as JSON."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from streams.edge.schools.merging import Merge
from streams.edge.schools.reading import Reading

_SHOWN = 20  # refused rows, in full


def words(reading: Reading, merge: Merge, *, dry: bool) -> Iterator[str]:
    """Say it, one line after the other."""
    yield from reading.described
    counts = summary(reading, merge)
    yield (
        f"{'would take' if dry else 'taken'}: {counts['new']:,} new and {counts['changed']:,} changed schools; "
        f"{counts['unchanged']:,} as they were"
    )
    if reading.left_out:
        yield f"of another authority, left out: {reading.left_out:,}"
    yield f"not taken: {len(merge.refused):,} row{'' if len(merge.refused) == 1 else 's'}"
    for refused in merge.refused[:_SHOWN]:
        yield f"  {refused.file}, line {refused.line}: {refused.reason}: {refused.detail}"
    rest = Counter(refused.reason for refused in merge.refused[_SHOWN:])
    for reason, count in rest.most_common():
        yield f"  and {reason}: {count:,} more (all of them: --json)"


def summary(reading: Reading, merge: Merge) -> dict[str, int]:
    """Count schools that are new, changed, and as they were; and rows left out."""
    changed = list(merge.changed())
    new = sum(merge.is_new(school.urn) for school in changed)
    return {
        "new": new,
        "changed": len(changed) - new,
        "unchanged": len(merge.schools) - len(changed),
        "left_out": reading.left_out,
    }


def as_json(reading: Reading, merge: Merge) -> dict[str, Any]:
    """Give the counts, and every refused row, as one JSON object."""
    return summary(reading, merge) | {"refused": [refused._asdict() for refused in merge.refused]}
