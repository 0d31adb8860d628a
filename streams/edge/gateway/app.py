"""The ASGI app: routes, and what each does, in order: who, how often, read, check, publish, answer."""

import asyncio
import math
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from streams.contract.topics import REGISTER_MAX_BYTES
from streams.edge.gateway import bodies
from streams.edge.gateway.answers import BatchReceipt, Receipt, Refused, answer, problem_answer
from streams.edge.gateway.cloud_events import media_type_of, register_of
from streams.edge.gateway.guard import Facts, facts_of
from streams.edge.gateway.limits import Rates
from streams.edge.gateway.openapi import document
from streams.edge.gateway.publisher import Publisher
from streams.edge.gateway.taking import Batch, Taker
from streams.edge.token_stores import StoreAway
from streams.edge.tokens import Grant, TokenStore, grant_of

log = structlog.get_logger("firstbell.gateway")

LINES = ("application/jsonl", "application/x-ndjson", "application/x-jsonlines")
COME_AGAIN = "5"  # s, to a sender whose register was not taken
_REGISTER_SECONDS, _BATCH_SECONDS = 30.0, 300.0  # to send a body
_BATCH_MARKS = 200_000  # so that an answer, which may name each, stays small

_STATUS = {"not-json": 400, "urn-not-allowed": 403, "too-large": 413}  # of a refused register; else 422


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """What the app works with."""

    taker: Taker
    publisher: Publisher
    tokens: TokenStore
    rates: Rates
    batch_bytes: int
    batch_registers: int

    def app(self) -> Starlette:
        """Make the ASGI app; `guard` goes around it."""
        routes = [
            Route("/v1/registers", self._register, methods=["POST"]),
            Route("/v1/registers:batch", self._batch, methods=["POST"]),
            Route("/schema", _schema, methods=["GET"]),
        ]
        handlers: dict[Any, Any] = {Refused: _say_problem, HTTPException: _say_http_problem, Exception: _say_failed}
        app = Starlette(routes=routes, exception_handlers=handlers)
        app.router.redirect_slashes = False
        return app

    async def _register(self, request: Request) -> Response:
        grant = await self._admitted(request)
        async with bodies.in_time(_REGISTER_SECONDS):
            body = await bodies.whole(request, REGISTER_MAX_BYTES)
        self.rates.spend(grant.id, 1)
        receipt = await self.taker.take(register_of(request.headers, body), grant)
        _note(request, receipt)
        if receipt.result == "taken":
            return answer(receipt, 202)
        raise _refused(receipt)

    async def _batch(self, request: Request) -> Response:
        grant = await self._admitted(request)
        if media_type_of(request.headers) not in ("", *LINES):
            raise Refused(415, "unsupported", f"the content type is none of {', '.join(LINES)}")
        batch = self.taker.batch(grant)
        wrong = await self._read(request, batch)
        self.rates.spend(grant.id, len(batch))
        receipt = await batch.end()
        _note_batch(request, receipt)
        wrong = wrong or _batch_refused(receipt)
        if wrong is None:
            return answer(receipt, 202)
        wrong.batch = receipt
        raise wrong

    async def _read(self, request: Request, batch: Batch) -> Refused | None:
        """Take line by line; where the batch itself is at fault, what came before stays taken."""
        try:
            async with bodies.in_time(_BATCH_SECONDS):
                async for line, value in bodies.lines(request, self.batch_bytes, REGISTER_MAX_BYTES):
                    if len(batch) >= self.batch_registers or batch.marks >= _BATCH_MARKS:
                        return Refused(
                            413,
                            "too-large",
                            f"a batch has at most {self.batch_registers:,} registers "
                            f"and about {_BATCH_MARKS:,} marks; send on from line {line}",
                        )
                    batch.add(value, line)
                    await asyncio.sleep(0)  # so that a long batch does not keep others waiting
        except Refused as refused:
            return refused
        return None

    async def _admitted(self, request: Request) -> Grant:
        """Say who sends, and that they may now."""
        grant = await self._grant(request.headers.get("authorization", ""))
        facts_of(request.scope)["source"] = grant.source
        if wait := self.rates.wait(grant.id):
            seconds = str(math.ceil(wait))
            raise Refused(429, "too-many", "the token has sent too many registers", {"Retry-After": seconds})
        if self.publisher.trouble():
            raise _away()
        return grant

    async def _grant(self, authorization: str) -> Grant:
        scheme, _, token = authorization.partition(" ")
        try:
            grant = await asyncio.to_thread(grant_of, token.strip(), self.tokens.get)
        except StoreAway as error:
            log.warning("tokens cannot be read", why=str(error))  # for us: it names a file
            detail = "tokens cannot be looked up at present"
            raise Refused(503, "not-available", detail, {"Retry-After": COME_AGAIN}) from None
        if scheme.lower() != "bearer" or grant is None:
            header = {"WWW-Authenticate": 'Bearer realm="firstbell"'}
            raise Refused(401, "no-valid-token", "there is no bearer token, or it is none that holds", header)
        return grant


def _refused(receipt: Receipt) -> Refused:
    """Make the problem of a register that was not taken."""
    if receipt.result == "not-taken":
        refused = _away()
    else:
        reason, detail = receipt.reason or "", receipt.detail or ""
        refused = Refused(_STATUS.get(reason, 422), reason, detail)
    refused.receipt = receipt
    return refused


def _batch_refused(receipt: BatchReceipt) -> Refused | None:
    """Make the problem of a batch of which Kafka has not all it should, or nothing is good."""
    if receipt.not_taken:
        return _away()
    if receipt.taken:
        return None
    if receipt.refused:
        return Refused(422, "no-register-taken", "each register of the batch was refused")
    return Refused(400, "empty", "there is no line in the batch")


def _away() -> Refused:
    detail = "Kafka has not said that it has all of it; send the same again, which does no harm"
    return Refused(503, "not-taken", detail, {"Retry-After": COME_AGAIN})


def _note(request: Request, receipt: Receipt) -> None:
    noted: Facts = {"result": receipt.result, "taken": receipt.taken, "refused": len(receipt.refused)}
    facts_of(request.scope).update(noted)


def _note_batch(request: Request, receipt: BatchReceipt) -> None:
    noted: Facts = {"registers": receipt.taken, "refused": receipt.refused, "not_taken": receipt.not_taken}
    facts_of(request.scope).update(noted)


async def _schema(_: Request) -> Response:
    return Response(document(), media_type="application/json")


async def _say_problem(request: Request, refused: Refused) -> Response:
    facts_of(request.scope)["reason"] = refused.reason
    return problem_answer(refused)


async def _say_http_problem(_: Request, error: HTTPException) -> Response:
    reason = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "bad-request")
    detail = "there are POST /v1/registers, POST /v1/registers:batch and GET /schema"
    return problem_answer(Refused(error.status_code, reason, detail, dict(error.headers or {})))


async def _say_failed(_: Request, __: Exception) -> Response:
    return problem_answer(Refused(500, "failed", "a mistake of the gateway, which its log names"))
