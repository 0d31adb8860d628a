"""Many ops as few commands."""

from streams.notify.working.commands import Op, commands


def test_what_begins_alike_goes_together() -> None:
    """Each with its own words behind it."""
    ops: list[Op] = [
        (("MSET",), ("a", b"1")),
        (("ZADD", "t"), (1.5, "k")),
        (("MSET",), ("b", b"2")),
        (("ZADD", "u"), (1.5, "k")),
        (("SETEX", "c", 60), (b"3",)),
    ]
    assert list(commands(ops)) == [
        ("MSET", "a", b"1", "b", b"2"),
        ("ZADD", "t", 1.5, "k"),
        ("ZADD", "u", 1.5, "k"),
        ("SETEX", "c", 60, b"3"),
    ]


def test_no_command_is_longer_than_a_script_can_hand_over() -> None:
    """Words that belong together stay together."""
    found = list(commands((("MSET",), (f"k{number}", b"v")) for number in range(1_201)))
    assert [len(each) for each in found] == [1_001, 1_001, 403]
    assert [word for command in found for word in command[1::2]] == [f"k{number}" for number in range(1_201)]


def test_nothing_is_no_command() -> None:
    """None."""
    assert list(commands([])) == []
