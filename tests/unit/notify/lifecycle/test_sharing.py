"""How many sends at once each of several notifiers may have under way at one endpoint."""

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.notify.config.tables import Receiver
from streams.notify.lifecycle.shares import Granted, Hand, Shares, give_back
from streams.notify.lifecycle.sharing import lapses, most_of, shared
from streams.notify.lifecycle.state import NEVER, Endpoint, Share
from streams.notify.working.desk import MemoryDesk
from tests.support.notifying import FILE, config

LEASE, CONCURRENCY, WHO = 60.0, 4, "service"
RECEIVERS = config().receivers
PACED = config(FILE.replace('name = "service"\naudience', 'name = "service"\nrate = 8\naudience')).receivers


def take(
    desk: MemoryDesk,
    owner: str,
    due: int,
    now: float = 0.0,
    hand: Hand | None = None,
    *,
    receivers: dict[str, Receiver] = RECEIVERS,
) -> tuple[int, Granted]:
    """Let *owner* take what it may of so many that are due: how many that were, and its share."""
    shares = Shares(desk, owner, receivers, {} if hand is None else {WHO: hand}, now=now, lease=LEASE)
    taken = min(due, shares.room(WHO))
    held = shares.hold({WHO: taken} if taken else {}, {WHO} if due > taken else set())
    return taken, held.get(WHO, Granted(0, 0.0))


def slots(desk: MemoryDesk, now: float) -> int:
    return sum(each.slots for each in (desk.get(Endpoint, WHO) or Endpoint()).shares.values() if each.until > now)


def test_one_alone_has_as_many_slots_as_it_has_parcels_up_to_all() -> None:
    """And none that it has no parcel for."""
    assert take(MemoryDesk(), "a", 3) == (3, Granted(3, LEASE))
    assert take(MemoryDesk(), "a", 9) == (4, Granted(4, LEASE))


def test_what_one_holds_another_does_not_get() -> None:
    """It is told when that may end."""
    desk = MemoryDesk()
    take(desk, "a", 3)
    assert take(desk, "b", 9)[0] == 1
    assert lapses(desk.get(Endpoint, WHO) or Endpoint(), "b", 0) == LEASE


def test_one_that_holds_all_makes_room_as_its_sends_end_for_another_that_wants_some() -> None:
    """Down to an even part: first it begins no more than that, then it gives back what is not under way."""
    desk = MemoryDesk()
    take(desk, "a", 9)
    assert take(desk, "b", 9) == (0, Granted(0, LEASE))
    assert take(desk, "a", 9, hand=Hand(4, 4))[1].slots == 2
    assert slots(desk, 0) == 4
    assert take(desk, "a", 9, hand=Hand(2, 2))[1].slots == 2
    assert take(desk, "b", 9, hand=Hand()) == (2, Granted(2, LEASE))


def test_one_whose_others_want_little_has_the_rest() -> None:
    """An even part is kept free only for who has parcels for it."""
    desk = MemoryDesk()
    take(desk, "b", 1)
    assert take(desk, "a", 9)[0] == 3


def test_one_that_has_nothing_more_to_send_gives_all_back() -> None:
    """In the step in which it finds that out, or when it goes."""
    desk = MemoryDesk()
    take(desk, "a", 4)
    take(desk, "a", 0, hand=Hand())
    assert take(desk, "b", 9)[0] == 4
    give_back(desk, "b", [WHO], 0)
    assert desk.get(Endpoint, WHO) == Endpoint()


def test_slots_of_one_that_died_are_free_when_its_lease_is_over() -> None:
    """Not before."""
    desk = MemoryDesk()
    take(desk, "a", 4)
    assert take(desk, "b", 9, LEASE - 1)[0] == 0
    assert take(desk, "b", 9, LEASE)[0] == 4


def test_a_share_is_renewed_now_and_then_and_not_at_every_step() -> None:
    """A write makes all notifiers read anew."""
    desk = MemoryDesk()
    take(desk, "a", 4)
    assert take(desk, "a", 0, 10, Hand(4, 4))[1].until == LEASE
    assert take(desk, "a", 0, 30, Hand(4, 4))[1].until == 30 + LEASE


def test_more_are_taken_of_one_whose_sends_end_soon() -> None:
    """So that the next is there; of one with a rate none that would have to wait."""
    assert take(MemoryDesk(), "a", 99, hand=Hand(4, 4, 10))[0] == 20
    assert take(MemoryDesk(), "a", 99, hand=Hand(4, 4, 10), receivers=PACED)[0] == 0


def test_an_endpoint_without_shares_is_all_free() -> None:
    """As one is after a wipe."""
    assert most_of(Endpoint(), "a", CONCURRENCY, 0) == CONCURRENCY
    assert lapses(Endpoint(), "a", 0) == NEVER
    assert shared(Endpoint(), "a", None, 0) == Endpoint()
    assert shared(Endpoint(shares={"b": Share(1, 1, 5.0)}), "a", None, 5) == Endpoint()


class _Notifier:
    """Keeps to the rules as the sender does: it begins no more than it was granted, and says what may be under way."""

    def __init__(self, name: str) -> None:
        self.name, self.parcels, self.under_way, self.granted = name, 0, 0, Granted(0, 0.0)

    def step(self, desk: MemoryDesk, due: int, ending: int, now: float) -> None:
        limit = self.granted.slots if now < self.granted.until else 0
        hand = Hand(self.parcels, max(self.under_way, min(self.parcels, limit)), ending)
        taken, self.granted = take(desk, self.name, due, now, hand)
        self.parcels += taken

    def begin(self, now: float) -> None:
        limit = self.granted.slots if now < self.granted.until else 0
        self.under_way = max(self.under_way, min(self.parcels, limit))

    def end(self, number: int) -> None:
        ended = min(number, self.under_way)
        self.under_way -= ended
        self.parcels -= ended


@settings(max_examples=300, deadline=None)
@given(
    deeds=st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["step", "begin", "end"]), st.integers(0, 9)), max_size=80
    )
)
def test_all_together_never_have_more_under_way_than_may_be(deeds: list[tuple[str, str, int]]) -> None:
    """In any order of steps, sends that begin and sends that end; and once all have ended, anyone may have all."""
    desk, notifiers = MemoryDesk(), {name: _Notifier(name) for name in "abc"}
    for now, (name, deed, number) in enumerate(deeds):
        one, at = notifiers[name], now / 10
        if deed == "step":
            one.step(desk, number, number, at)
        elif deed == "begin":
            one.begin(at)
        else:
            one.end(number)
        assert sum(each.under_way for each in notifiers.values()) <= CONCURRENCY
        assert slots(desk, at) <= CONCURRENCY
    for each in notifiers.values():
        each.under_way = each.parcels = 0
        each.step(desk, 0, 0, 10)
    assert take(desk, "d", 9, 10)[0] == CONCURRENCY
