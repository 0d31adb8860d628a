"""Faust's event, with the types that we use of it: a record, its raw bytes in `message`."""

from typing import Any

from faust.types import EventT

Event = EventT[Any]
