"""`firstbell notify run` that kills itself outright (`kill -9`) at a named point of its first send, once.

    python -m tests.support.faulty_notifier POINT FILE

before-send: the intent is written. before-record: it is sent. after-record: the outcome is on the topic, not in Redis.
"""

import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from streams.cli import main
from streams.contract.deliveries import DeliveryRecord
from streams.notify.channels.webhook import WebhookChannel
from streams.notify.service.log import DeliveryLog
from streams.notify.service.planner import Planner

_send, _done, _append = WebhookChannel.send, Planner.done, DeliveryLog.append


def _die(*_: object) -> Any:  # noqa: ANN401
    os.kill(os.getpid(), signal.SIGKILL)


async def _die_before_send(*_: object) -> Any:  # noqa: ANN401
    _die()


def _append_and_die(log: DeliveryLog, records: Sequence[DeliveryRecord]) -> None:
    _append(log, records)
    if any(record.state == "delivered" for record in records):
        _die()


POINTS = {
    "before-send": lambda: setattr(WebhookChannel, "send", _die_before_send),
    "before-record": lambda: setattr(Planner, "done", _die),
    "after-record": lambda: setattr(DeliveryLog, "append", _append_and_die),
}

if __name__ == "__main__":
    POINTS[sys.argv[1]]()
    sys.argv = ["firstbell", "notify", "run", sys.argv[2]]
    main()
