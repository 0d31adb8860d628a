"""Signals as an event."""

import os
import signal

import pytest

from streams.kafka.stopping import stop_on_signals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_once_and_then_means_what_it_always_meant(number: signal.Signals) -> None:
    """The first sets the event; after it, and afterwards, the handler is the one from before."""
    before = signal.getsignal(number)
    with stop_on_signals() as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), number)
        assert stop.wait(5)
        assert signal.getsignal(number) is before
    assert signal.getsignal(signal.SIGTERM) is not None
