"""Records handed on as they lie, without two things that Faust does to each for programs of another kind.

It looks up codecs for key and value, and asks whether its own producer's buffer is full: a quarter of what it takes to
hand a record on. Ours decode what they need, and send nothing by that producer.
"""

from typing import Any

import faust
from faust.events import Event
from faust.transport.drivers.aiokafka import Producer
from faust.types import AppT, Message
from typing_extensions import override


class RawSchema(faust.Schema[bytes, bytes]):
    """Makes an event of a record; key and value stay the bytes that they are."""

    @override
    def compile(self, app: AppT, **_: Any) -> Any:
        """Give what makes events: nothing is decoded, so nothing can fail."""

        async def decode(message: Message, *, propagate: bool = False) -> Event:  # noqa: ARG001 - Faust's way
            return Event(app, message.key, message.value, message.headers, message)

        return decode


class SilentProducer(Producer):
    """Faust's producer, of a stream that sends nothing by it: nobody has to wait for it."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - handed on as they come
        super().__init__(*args, **options)
        self.buffer.wait_until_ebb = _at_once  # type: ignore[method-assign]


async def _at_once() -> None:
    """Wait for nothing."""
