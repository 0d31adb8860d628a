"""What the gateway says: receipts of registers, and problems (RFC 9457). Neither ever holds anything of a pupil."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field
from starlette.responses import Response

from streams.edge.verdicts import Checked, No, RefusedMark

PROBLEM_TYPE = "application/problem+json"
_TYPE_PREFIX = "urn:firstbell:problem:"

Result = Literal["taken", "refused", "not-taken"]
Places = Annotated[list[int], Meta(description="places in `marks`, from 0")]


class Receipt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one register.

    taken: Kafka has it, without the marks under `refused`. refused: nothing of it goes on, see `reason`; send it again
    once it is mended. not-taken: Kafka did not say that it has it; send it again as it is.
    """

    result: Result
    line: Annotated[int, Meta(description="in a batch: its line, from 1")] | None = None
    register_id: Annotated[str, Meta(description="the sender's own id, where it could be one")] | None = None
    reason: Annotated[str, Meta(description="why it was refused; see docs/gateway.md for all")] | None = None
    detail: Annotated[str, Meta(description="in words, without anything that was sent")] | None = None
    marks: Annotated[int, Meta(description="how many marks were sent")] = 0
    taken: Annotated[int, Meta(description="how many of them go on")] = 0
    refused: Annotated[list[RefusedMark], Meta(description="each mark that does not, and why")] = field(
        default_factory=list
    )
    temporary_upns: Annotated[Places, Meta(description="marks taken whose UPN is a temporary one")] = field(
        default_factory=list
    )


class BatchReceipt(Struct, frozen=True, kw_only=True):
    """What became of a batch: how many registers went which way, and each of them in the order of its lines."""

    taken: int
    refused: int
    not_taken: int
    registers: list[Receipt]


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request was not done (RFC 9457): `reason` for programs, `detail` for people."""

    type: str
    title: str
    status: int
    reason: str
    detail: str
    receipt: Annotated[Receipt, Meta(description="of the one register that was sent")] | None = None
    batch: Annotated[BatchReceipt, Meta(description="of the lines that were read")] | None = None


class Refused(Exception):  # noqa: N818 - the request's state
    """A request that ends in a problem."""

    def __init__(self, status: int, reason: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status, self.reason, self.detail = status, reason, detail
        self.headers = headers or {}
        self.receipt: Receipt | None = None
        self.batch: BatchReceipt | None = None

    def problem(self) -> Problem:
        """Give its form on the wire."""
        return Problem(
            type=_TYPE_PREFIX + self.reason,
            title=self.reason.replace("-", " ").capitalize(),
            status=self.status,
            reason=self.reason,
            detail=self.detail,
            receipt=self.receipt,
            batch=self.batch,
        )


def receipt_of(checked: Checked, result: Result, no: No | None = None, line: int | None = None) -> Receipt:
    """Say what became of a checked register; *no* says why nothing of it went on."""
    return Receipt(
        result=result,
        line=line,
        register_id=checked.register_id,
        reason=no.reason if no else None,
        detail=no.detail if no else None,
        marks=checked.marks,
        taken=checked.taken if result == "taken" else 0,
        refused=list(checked.refused),
        temporary_upns=list(checked.temporary),
    )


def answer(body: Struct, status: int, media_type: str = "application/json", **headers: str) -> Response:
    """Make a response of *body* as JSON; keywords are headers, `retry_after` for `Retry-After`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(msgspec.json.encode(body), status, named, media_type)


def problem_answer(refused: Refused) -> Response:
    """Make the response of a refused request."""
    response = answer(refused.problem(), refused.status, PROBLEM_TYPE)
    response.headers.update(refused.headers)
    return response
