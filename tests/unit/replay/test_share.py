"""What a line gave in several places, put together."""

from streams.replay.share import Part, Placed, joined


def _placed(*places: int) -> list[Placed]:
    return [Placed(place, ("rule", "raised"), b"%d\n" % place) for place in places]


def test_parts_are_joined_in_the_order_of_places() -> None:
    """What is about schools stands first; marks are counted together."""
    parts = [Part(_placed(-7, -1), [], 0), Part(_placed(2, 5), _placed(4), 3), Part(_placed(3), _placed(0, 6), 4)]
    assert joined(parts) == Part(_placed(-7, -1, 2, 3, 5), _placed(0, 4, 6), 7)
