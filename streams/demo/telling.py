"""The notifier in the demo: its file, and whether who was told of an alert was told that it was taken back."""

from collections.abc import Callable, Collection
from pathlib import Path
from threading import Event

from streams.contract.messages import Alert
from streams.demo.hook import Heard, Hook
from streams.errors import FirstbellError

RULES = ("persistent-absence", "mass-absence", "register-missing")
QUIET = 1  # s without a message, after which no more is expected
PATIENCE = 45  # s; the worker is given longer, so that it is not blamed
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


def wait_until_heard(awaited: Collection[str], hook: Hook, moved: Callable[[], object]) -> None:
    """Wait until the hook has heard of one of the alerts *awaited*. What *moved* gives changes while there is hope.

    Raises:
        FirstbellError: nothing moved for too long.
    """
    words = f"the webhook was told of none of {len(awaited)} alerts that a correction will take back"
    _wait(lambda: any(heard.alert.alert_id in awaited for heard in hook.heard), moved, words)


def wait_until_told(alerts: list[Alert], hook: Hook, check: Callable[[], None]) -> None:
    """Wait until nobody is owed the end of one of *alerts*, and nothing more comes for a while.

    Raises:
        FirstbellError: an end is owed, and nothing came for too long. Whatever *check* raises comes through.
    """

    def moved() -> object:
        check()
        return len(hook.heard)

    _wait(lambda: not owed(alerts, hook), moved, "the webhook was not told the end of what it was told of")
    _until_quiet(moved)


def _wait(holds: Callable[[], bool], moved: Callable[[], object], words: str) -> None:
    quiet, last, pause = 0.0, moved(), Event()
    while not holds():
        pause.wait(_LOOKS)
        quiet, last = (quiet + _LOOKS, last) if (now := moved()) == last else (0.0, now)
        if quiet > PATIENCE:
            raise FirstbellError(f"nothing moved for {PATIENCE} s: {words}")


def _until_quiet(moved: Callable[[], object]) -> None:
    quiet, last, pause = 0.0, moved(), Event()
    while quiet < QUIET:
        pause.wait(_LOOKS)
        quiet, last = (quiet + _LOOKS, last) if (now := moved()) == last else (0.0, now)


def told_and_untold(awaited: Collection[str], hook: Hook) -> list[Heard]:
    """Give what the hook heard of one of the alerts *awaited*: a raise, and in the end its withdrawal; else nothing."""
    gone = (heard.alert.alert_id for heard in hook.heard if heard.alert.change == "withdrawn")
    life = hook.of(next((name for name in gone if name in awaited), ""))
    return life if life and life[0].alert.change == "raised" else []
