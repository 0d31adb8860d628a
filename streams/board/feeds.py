"""When schools were heard, over the whole authority: what tells a feed that is down from a holiday."""


class Feeds:
    """For every school of the authority, when its registers came over the last weeks.

    Feed it every register of every partition, in any order, at the start at least those of the last `KEPT` days.
    """

    KEPT = 28  # days

    def __init__(self) -> None:
        self.last: dict[int, int] = {}
        """URN -> when its last register was received, in milliseconds since 1970."""

    def heard(self, urn: int, received_ms: int) -> None:
        """Take that a register of school *urn* was received. Twice is as once."""
        self.last[urn] = max(received_ms, self.last.get(urn, received_ms))
