"""What a school's board is read against: the reference data, and when the other schools were heard."""

from typing import NamedTuple

from streams.board.feeds import Feeds
from streams.board.nameless import Refuses
from streams.board.school import Schools


class County(NamedTuple):
    """The authority as it is known now."""

    schools: Schools
    feeds: Feeds
    refuses: Refuses | None = None
    """Tells marks of pupils who were erased; None: nobody was."""
