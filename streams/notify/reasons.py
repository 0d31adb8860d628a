"""Why something was done, or not: the one list for logs, metrics, records and `firstbell notify route`."""

from enum import StrEnum

__all__ = ["Why"]


class Why(StrEnum):
    """Each decision gives one."""

    # routing
    FITS = "fits"
    """The route fits, and its receivers are declared for the alert."""
    DOES_NOT_FIT = "does-not-fit"
    """A field of its match does not fit."""
    BROTHER_TOOK_IT = "taken-before"
    """A route before it on its level took the alert and does not continue."""
    CHILD_TOOK_IT = "taken-below"
    """A route under it took the alert."""
    NOT_DECLARED = "not-declared"
    """The receiver is not declared for the alert's audience."""
    NO_RECEIVERS = "no-receivers"
    """The route fits and names nobody."""

    # what a change means to one receiver
    FIRST_WORD = "first-word"
    """It was never told that this holds."""
    OVER = "over"
    """It was told, and the cause has passed."""
    ON_AGAIN = "on-again"
    """It was told that it was over."""
    MOVED = "moved"
    """It still holds, over other sessions, and the route asks for that."""
    WITHDRAWN = "withdrawn"
    """It was told, and should not have been."""
    REMINDER = "reminder"
    """It still holds after the time that the route gives."""
    SETTLED_AWAY = "settled-away"
    """It ended before anybody was told."""
    NEVER_TOLD = "never-told"
    """It changed, and this receiver knows nothing of it."""
    NOT_ASKED = "not-asked"
    """The route does not ask for this kind of change."""
    QUIET_REASON = "quiet-reason"
    """The route does not want changes for that reason."""
    KNOWN = "known"
    """The receiver knows."""
    STALE = "stale"
    """Its cause is too long ago."""
    BEFORE_START = "before-start"
    """It was there before the notifier was first started (`--from-now`)."""

    # when
    AT_ONCE = "at-once"
    SETTLING = "settling"
    GROUPING = "grouping"
    """It waits for others of its group."""
    NEXT_DIGEST = "next-digest"
    OUT_OF_HOURS = "out-of-hours"
    NEVER_OPEN = "never-open"
    """The route has no hours in a year to come."""
    SILENCED = "silenced"
    INHIBITED = "inhibited"
    OVER_BUDGET = "over-budget"
    """The receiver's messages of the day are used up: it goes into the next digest."""

    # what became of a delivery
    DUE = "due"
    GAVE_UP = "gave-up"
    """Tried for as long as the file says."""
    OVERTAKEN = "overtaken"
    """The receiver has been told later things since."""
    NO_SUCH_RECEIVER = "no-such-receiver"
    """The file does not name the receiver any more."""
    BY_HAND = "by-hand"
    """A person asked for it."""
    ELSEWHERE = "told-elsewhere"
    """Another delivery told the same."""
    STARTED = "started"
