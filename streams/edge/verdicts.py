"""What the edge says of a register: the event that may go to Kafka, and why what is missing from it is missing."""

from typing import Literal, NamedTuple

from msgspec import Struct

from streams.contract.codec import Headers
from streams.contract.messages import Refusal

Reason = Refusal | Literal["unknown-field", "bad-upn", "no-mark-taken", "urn-not-allowed", "too-large"]
"""Why something is refused: the contract's own reasons, and those of the edge.

unknown-field: a field that is not on the list, such as a name or a note. bad-upn: the UPN is none.
no-mark-taken: each mark of the register was refused, so nothing of it goes on, and the register stays missing.
urn-not-allowed: the sender may not send registers of this school. too-large: more bytes than a register may have.
"""


class No(NamedTuple):
    """A refusal: its reason, and in words what was wrong, without anything that was sent."""

    reason: Reason
    detail: str


class RefusedMark(Struct, frozen=True):
    """A mark that does not go on: its place in `marks`, from 0, and why."""

    mark: int
    reason: Reason
    detail: str


class Event(NamedTuple):
    """A record for the registers topic. Its value holds good marks alone, and pseudonyms alone."""

    key: bytes
    value: bytes
    headers: Headers


class Checked(NamedTuple):
    """What came of one register.

    `event` is None where nothing goes on, and `refusal` then says why. `register_id` and `urn` are None where they were
    not good enough to be said again. `marks` counts those sent, `taken` those in the event; `refused` has the others,
    in order; `temporary` are the places of taken marks whose UPN is a temporary one.
    """

    event: Event | None
    refusal: No | None
    register_id: str | None = None
    urn: int | None = None
    marks: int = 0
    taken: int = 0
    refused: tuple[RefusedMark, ...] = ()
    temporary: tuple[int, ...] = ()
