"""A file of receivers and routes, of an invented authority; and the time of an invented morning."""

from datetime import datetime

from streams.books import load_book
from streams.notify.config.calendar import LONDON
from streams.notify.config.config import Config
from streams.notify.config.reading import parse

FILE = """
link_template = "https://cases.example/{alert_id}"
stale_school_days = 3
digest = ["16:00"]

[schools]
north = [100001, 100002]

[names]
100001 = "Riverside School"

[calendar]
holidays = ["2024-10-28/2024-11-01"]

[[receiver]]
name = "office"
audience = ["school"]
channel = { type = "stdout" }
budget = 3

[[receiver]]
name = "authority"
audience = ["la-attendance"]
channel = { type = "stdout" }

[[receiver]]
name = "service"
audience = ["la-attendance"]
channel = { type = "stdout" }

[[route]]
name = "service"
match = { audience = ["la-attendance"] }
receivers = ["service"]
continue = true
group_by = ["alert"]
group_wait = "0"
group_interval = "0"
settle = "0"
eased = "at-once"
revised = true

[[route]]
name = "office"
match = { restricted = false, audience = ["school"] }
receivers = ["office"]
continue = true
hours = ["08:00-18:00"]
days = "school-days"
settle = { default = "10m", unexplained-today = "2m" }

[[route]]
name = "office-urgent"
under = "office"
match = { severity = ["urgent"] }
any_time = ["urgent"]

[[route]]
name = "north"
match = { schools = ["north"], audience = ["la-attendance"] }
receivers = ["authority"]
quiet_reasons = ["year"]

[[inhibit]]
name = "mass"
source = { rule = ["mass-absence"] }
target = { pupils = true }
equal = ["urn", "session"]
decides = "5m"

[[inhibit]]
name = "severe"
source = { rule = ["severe-absence"] }
target = { rule = ["persistent-absence"] }
equal = ["pupil"]
"""


def config(text: str = FILE) -> Config:
    return parse(text, load_book(None))


def instant(text: str) -> float:
    """Give seconds since 1970 of a time in London, such as `2024-10-08T09:30`."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).timestamp()
