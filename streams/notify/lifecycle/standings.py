"""Where receivers stand with an alert, whether it is kept whole or, long closed, small."""

from msgspec import structs

from streams.notify.lifecycle.state import Case, Closed, Standing
from streams.notify.working.desk import Desk

__all__ = ["case_of", "stand", "standing_of"]


def case_of(desk: Desk, alert_id: str) -> Case | Closed | None:
    """Give what is known of an alert, however long it has been closed."""
    return desk.get(Case, alert_id) or desk.get(Closed, alert_id)


def standing_of(desk: Desk, alert_id: str, receiver: str) -> Standing | None:
    """Give where *receiver* stands with an alert; None where it never heard of it."""
    case = case_of(desk, alert_id)
    return case.standings.get(receiver) if case else None


def stand(desk: Desk, alert_id: str, receiver: str, standing: Standing) -> None:
    """Put where *receiver* stands with an alert."""
    case = case_of(desk, alert_id)
    if case is None:
        return
    standings = {**case.standings, receiver: standing}
    if isinstance(case, Case):
        desk.put(Case, alert_id, structs.replace(case, standings=standings))
    else:
        desk.put(Closed, alert_id, structs.replace(case, standings=standings))
