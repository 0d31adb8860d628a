"""Folding a stream of changes into the live alerts at its end."""

from collections.abc import Iterable

Session = tuple[str, str]  # (YYYY-MM-DD, AM or PM)


def session(value: dict[str, str] | None) -> Session | None:
    return None if value is None else (value["date"], value["session"])


def is_live(to: Session | None, year: int) -> bool:
    """Whether it is open, or its `to` is on or after 1 August of that academic year."""
    return to is None or to[0] >= f"{year}-08-01"


def fold(alerts: Iterable[dict], years: dict[str, int]) -> dict[tuple[str, str], list[tuple[Session, Session | None]]]:
    """The (from, to) of the live alerts of each pupil and rule, sorted; pairs with none have no entry.

    Args:
        alerts: changes in the JSON form of rules.md, in order. Those without a pupil are left out.
        years: each pupil's final Y.
    """
    last: dict[tuple[str, str], dict] = {}
    for alert in alerts:
        if alert["pupil"] is not None:
            last[alert["pupil"], alert["alert_id"]] = alert
    folded: dict[tuple[str, str], list[tuple[Session, Session | None]]] = {}
    for (pupil, _), alert in last.items():
        from_, to = session(alert["from"]), session(alert["to"])
        if alert["change"] != "withdrawn" and is_live(to, years[pupil]):
            folded.setdefault((pupil, alert["rule"]), []).append((from_, to))
    return {key: sorted(found, key=repr) for key, found in folded.items()}
