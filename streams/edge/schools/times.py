"""Rows of session times: `urn, am_start, pm_start`."""

import datetime as dt
from typing import NamedTuple

from streams.edge.schools.columns import Entry
from streams.edge.schools.fields import Wrong, read_time, read_urn

TIMES = Entry("session times", {"urn": ("urn",), "am_start": ("am_start",), "pm_start": ("pm_start",)})


class Times(NamedTuple):
    """When the two sessions of a school begin, London time; None: not said."""

    urn: int
    am_start: dt.time | None
    pm_start: dt.time | None


def read_times(row: dict[str, str]) -> Times:
    """Read one row.

    Raises:
        Wrong: what is wrong with it.
    """
    times = Times(read_urn(row["urn"]), read_time(row["am_start"], "am_start"), read_time(row["pm_start"], "pm_start"))
    if times.am_start and times.pm_start and times.am_start >= times.pm_start:
        raise Wrong("bad-time", "am_start is not before pm_start")
    return times
