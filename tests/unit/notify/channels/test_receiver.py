"""The README's receiver of ten lines, run as it is."""

import asyncio

from streams.notify.channels.channel import Message, Outcome
from tests.support.alerts import PUPIL, message
from tests.support.receiver import RECEIVER, Receiver
from tests.support.webhooks import NEW, OLD, channel


def deliver(url: str, secret: str, what: Message) -> Outcome:
    async def run() -> Outcome:
        there = channel(url, secrets=[secret])
        outcome = await there.send(what)
        await there.close()
        return outcome

    return asyncio.run(run())


def test_it_takes_what_we_send_and_nobody_else() -> None:
    """A delivery is printed with its id; one that another signed is not answered, and so not taken."""
    with Receiver(NEW) as running:
        assert deliver(running.url, NEW, message()) == Outcome.delivered(status=204)
        assert deliver(running.url, OLD, message(delivery_id="dlv_of_another")).against
        said = running.printed()
    assert said[0] == message().delivery_id
    assert "'rule': 'persistent-absence'" in said[1]
    assert PUPIL not in said[1]
    assert len(said) == 2


def test_what_it_has_is_taken_again_and_dropped() -> None:
    """So that a delivery sent twice does nothing twice."""
    with Receiver(NEW) as running:
        sent = [message(), message(), message(delivery_id="dlv_another"), message()]
        assert {deliver(running.url, NEW, each) for each in sent} == {Outcome.delivered(status=204)}
        assert running.printed()[::2] == [message().delivery_id, "dlv_another"]


def test_it_has_ten_lines() -> None:
    """As the README says."""
    assert len(RECEIVER.read_text(encoding="utf-8").splitlines()) == 10
