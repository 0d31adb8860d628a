"""The notifier in the demo: its file, and whether who was told of an alert was told that it was taken back."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

from streams.contract.messages import Alert
from streams.demo.hook import Heard, Hook
from streams.errors import FirstbellError

RULES = ("persistent-absence", "mass-absence", "register-missing")
QUIET = 3  # s without a message, after which no more is expected
PATIENCE = 60  # s without a message
_LOOKS = 0.1  # s

_FILE = """
stale_school_days = 200  # the half-term as if it were now: no school day has passed since
[calendar]
holidays = ["2025-10-25/2099-12-31"]
[[allow]]
host = "127.0.0.1"
networks = ["127.0.0.0/8"]
[[receiver]]
name = "demo"
audience = ["school", "la-attendance"]
channel = {{ type = "webhook", url = "{url}", secrets = [{{ file = "{secret}" }}] }}
concurrency = 16
[[route]]
name = "demo"
match = {{ rule = [{rules}] }}
receivers = ["demo"]
group_by = ["alert"]
group_wait = "0"
group_interval = "0"
settle = "0"
eased = "never"
"""


def write_file(folder: Path, hook: Hook) -> Path:
    """Write the notifier's file: *hook* is told at once of raises and withdrawals by some rules."""
    secret, path = folder / "hook.secret", folder / "notify.toml"
    secret.touch(mode=0o600)
    secret.write_text(hook.secret)
    path.write_text(_FILE.format(url=hook.url, secret=secret, rules=", ".join(f'"{rule}"' for rule in RULES)))
    return path


def owed(alerts: list[Alert], hook: Hook) -> set[str]:
    """Give the ids of alerts of whose raise the hook heard, that are withdrawn, and of whose end it has not heard."""
    last = {alert.alert_id: alert.change for alert in alerts if alert.rule in RULES}
    said = {heard.alert.alert_id: heard.alert.change for heard in hook.heard}
    return {name for name, change in last.items() if change == "withdrawn" and said.get(name, change) != change}


def wait_until_told(alerts: list[Alert], hook: Hook, check: Callable[[], None]) -> None:
    """Wait until nothing more comes for a while, and nobody is owed the end of one of *alerts*.

    Raises:
        FirstbellError: an end is owed, and nothing came for a minute. Whatever *check* raises comes through.
    """
    quiet, heard, pause = 0.0, 0, Event()
    while owed(alerts, hook) or quiet < QUIET:
        check()
        quiet = quiet + _LOOKS if len(hook.heard) == heard else 0.0
        heard = len(hook.heard)
        if quiet > PATIENCE:
            raise FirstbellError(f"the notifier said nothing for {PATIENCE} s: {len(owed(alerts, hook))} ends are owed")
        pause.wait(_LOOKS)


def told_and_untold(hook: Hook) -> list[Heard]:
    """Give what the hook heard of one alert that was raised and then withdrawn: of a school rather than a pupil."""
    gone = [heard.alert for heard in hook.heard if heard.alert.change == "withdrawn"]
    gone.sort(key=lambda alert: RULES.index(alert.rule), reverse=True)
    return hook.of(gone[0].alert_id) if gone else []
