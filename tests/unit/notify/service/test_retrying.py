"""When to try again."""

from streams.notify.service.retrying import again

DAYS = 3 * 86_400.0


def test_pauses_grow_up_to_two_hours_and_end_after_three_days() -> None:
    """About fifty tries in all."""
    now, tries = 0.0, 0
    pauses = []
    while (at := again(tries + 1, 0.0, now, give_up=DAYS, chance=0.5).at) is not None:
        pauses.append(at - now)
        now, tries = at, tries + 1
    assert pauses[:4] == [5, 10, 20, 40]
    assert max(pauses) == 7200
    assert 40 < tries < 60
    assert now >= DAYS


def test_chance_spreads_a_pause_over_half_of_it() -> None:
    """So that all that failed together does not come back together."""
    assert again(1, 0, 100, give_up=DAYS, chance=0).at == 103.75
    assert again(1, 0, 100, give_up=DAYS, chance=1).at == 106.25


def test_what_the_receiver_asks_for_is_not_undercut() -> None:
    """Nor is it taken as less than our own pause."""
    assert again(1, 0, 0, give_up=DAYS, chance=0.5, asked=600).at == 600
    assert again(9, 0, 0, give_up=DAYS, chance=0.5, asked=1).at == 1280
