"""What `firstbell notify route` reads and says: every decision about an alert, each with its reason."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import structs

from streams.contract.codec import decode_alert
from streams.contract.messages import Alert
from streams.errors import Refuse
from streams.notify.config.config import Config
from streams.notify.config.mistakes import mistakes
from streams.notify.lifecycle.meaning import meaning
from streams.notify.lifecycle.records import instant
from streams.notify.lifecycle.routing import walk
from streams.notify.lifecycle.state import NEVER
from streams.notify.lifecycle.timing import group_due, is_stale, opening, timing
from streams.notify.reasons import Why

__all__ = ["alert_in", "decisions", "said"]

Decision = dict[str, Any]


def alert_in(text: bytes) -> Alert:
    """Read an alert in JSON.

    Raises:
        Refuse: it is none; the message says all that is wrong with it.
    """
    try:
        return decode_alert(text)
    except msgspec.ValidationError:
        found = [f"  {'.'.join(map(str, place))}: {what}" for place, what in mistakes(msgspec.json.decode(text), Alert)]
        raise Refuse("\n".join(["that is no alert, as docs/messages.md has it:", *found])) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refuse("that is no alert: it is not JSON") from None


def decisions(alert: Alert, config: Config, now: float) -> list[Decision]:
    """Give each as plain values: route, receiver, why; and for who would be told, when and what for."""
    found, seen = [], set[str]()
    for step in walk(alert, config):
        decision: Decision = {"route": step.route, "receiver": step.receiver, "why": str(step.why)}
        if step.field:
            decision["field"] = step.field
        if step.why is Why.FITS and step.receiver is not None and step.receiver not in seen:
            seen.add(step.receiver)
            decision |= _when(alert, config, step.route, now)
        found.append(decision)
    return found


def _when(alert: Alert, config: Config, route: str, now: float) -> Decision:
    way = config.policies[route]
    meant = meaning("nothing", alert, way, waiting=False, routed=True)
    if meant.tell is None:
        return {"tell": None, "because": str(meant.why)}
    if is_stale(alert, config, now):
        return {"tell": None, "because": str(Why.STALE)}
    waits = timing(structs.replace(alert, change=meant.tell), way, config, now)
    grouped = group_due(waits.lane, waits.ready, None, way)
    opens = opening(waits.lane, way, config, grouped.ready)
    steps = [
        {"why": str(each.why), "until": instant(each.ready)} for each in (waits, grouped, opens) if each.ready < NEVER
    ]
    at = instant(opens.ready) if opens.ready < NEVER else None
    return {"tell": meant.tell, "because": str(meant.why), "lane": waits.lane, "at": at, "waits": _shortened(steps)}


def _shortened(steps: list[dict[str, str]]) -> list[dict[str, str]]:
    """Leave out what does not wait any longer."""
    return [
        step
        for before, step in zip([None, *steps], steps, strict=False)
        if step["until"] != (before or {}).get("until")
    ]


def said(found: list[Decision]) -> Iterator[str]:
    """Say each in a line."""
    for each in found:
        who = f"{each['route']} → {each['receiver']}" if each["receiver"] else each["route"]
        yield f"{who}: {each['why']}{_rest(each)}"
    if not any(each.get("tell") for each in found):
        yield "Nobody would be told."


def _rest(each: Decision) -> str:
    if "field" in each:
        return f" ({each['field']})"
    if "tell" not in each:
        return ""
    if each["tell"] is None:
        return f"; not told: {each['because']}"
    waits = ", ".join(f"{step['why']} until {step['until']}" for step in each["waits"])
    return (
        f"; told “{each['tell']}” ({each['because']}) at {each['at'] or 'no time in a year'} [{each['lane']}: {waits}]"
    )
