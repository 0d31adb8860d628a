"""Asks Wonde's REST API for pages, and asks again where that may help."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import httpx
import msgspec
import structlog
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from streams.edge.wonde.problems import AnswerChanged, NotAllowed, TokenRefused, Unavailable

log = structlog.get_logger("firstbell.wonde")

API = "https://api.wonde.com/v1.0"
PER_PAGE = 200  # records; the most that public clients ask for

_TRIES = 6
_LONGEST_WAIT = 300.0  # s
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)  # s
_LARGEST = 64 << 20  # bytes of one page
_TOO_MANY = 429

Record = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """Records as they came, and the query that gives the next page, or None."""

    records: list[Any]
    next: Mapping[str, str] | None


class _AgainError(Exception):
    """An answer that may be better the next time; *after* is how long Wonde asks to wait, in seconds."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Client:
    """Asks below *base* with a bearer *token*; to be closed. *sleep* waits so many seconds, *now* is Unix time.

    Nothing in an address, a log or an error names a child.
    """

    def __init__(
        self,
        base: str,
        token: str,
        *,
        sleep: Callable[[float], None],
        now: Callable[[], float],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", "User-Agent": "firstbell"}
        self._http = httpx.Client(
            base_url=base, headers=headers, timeout=_TIMEOUT, transport=transport, follow_redirects=False
        )
        self._now = now
        self._again = Retrying(
            sleep=sleep,
            stop=stop_after_attempt(_TRIES),
            wait=_wait,
            retry=retry_if_exception_type(_AgainError),
            before_sleep=_say_so,
            retry_error_callback=_give_up,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def page(self, path: str, query: Mapping[str, str]) -> Page:
        """Give one page of *path*, such as `schools/A1/students`.

        Raises:
            TokenRefused: the token is wrong or has expired.
            NotAllowed: the school is not shared, or there is no such one.
            Unavailable: no usable answer after 6 tries. AnswerChanged: an answer without a list of records.
        """
        answer = self._again(self._once, path, query)
        return _page(answer, path, query)

    def _once(self, path: str, query: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON
        try:
            with self._http.stream("GET", path, params=dict(query)) as answer:
                self._judge(answer)
                return msgspec.json.decode(_body(answer))
        except httpx.TransportError as error:
            raise _AgainError(type(error).__name__) from None
        except (msgspec.DecodeError, UnicodeDecodeError, httpx.DecodingError):
            raise _AgainError("the answer was cut, or is not JSON") from None

    def _judge(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if status == httpx.codes.UNAUTHORIZED:
            raise TokenRefused("Wonde refused the token (401): it is wrong or has expired; put a new one in its file")
        if status in (httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND):
            raise NotAllowed(f"Wonde does not share this school with the token ({status})")
        if status == _TOO_MANY or status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise _AgainError(f"status {status}", self._asked_wait(answer))
        if status != httpx.codes.OK:
            raise AnswerChanged(f"Wonde answered with status {status}")

    def _asked_wait(self, answer: httpx.Response) -> float | None:
        text = answer.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return float(text[:9])
        try:
            return max(0.0, parsedate_to_datetime(text).timestamp() - self._now())
        except (ValueError, TypeError):
            return None


def _body(answer: httpx.Response) -> bytes:
    body = bytearray()
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > _LARGEST:
            raise AnswerChanged("an answer of Wonde is larger than 64 MiB")
    return bytes(body)


_backoff = wait_random_exponential(multiplier=1, max=60)


def _wait(state: RetryCallState) -> float:
    """As long as Wonde asks, and no less than the back-off, which grows and is never the same for two."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.after if isinstance(error, _AgainError) else None
    return min(_LONGEST_WAIT, max(_backoff(state), asked or 0.0))


def _say_so(state: RetryCallState) -> None:
    reason = str(state.outcome.exception()) if state.outcome else ""
    wait = round(state.next_action.sleep, 1) if state.next_action else 0
    log.warning("wonde: asking again", reason=reason, attempt=state.attempt_number, wait_seconds=wait)


def _give_up(state: RetryCallState) -> None:
    reason = state.outcome.exception() if state.outcome else ""
    raise Unavailable(f"no usable answer of Wonde after {state.attempt_number} tries; the last: {reason}")


def _page(answer: Any, path: str, query: Mapping[str, str]) -> Page:  # noqa: ANN401 - any JSON
    records = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(records, list):
        raise AnswerChanged(f"Wonde's answer for {path} has no list called data")
    meta = answer.get("meta")
    pages = meta.get("pagination") if isinstance(meta, dict) else None
    return Page(records, _next(pages if isinstance(pages, dict) else {}, query))


def _next(pages: Record, query: Mapping[str, str]) -> dict[str, str] | None:
    """Give the query of the next page.

    Of the address that Wonde gives, the query alone is used, so that the token goes nowhere else.
    """
    address = pages.get("next")
    if isinstance(address, str) and address:
        found = {**query, **dict(parse_qsl(urlsplit(address).query))}
    elif pages.get("more") is True:
        page = query.get("page", "1")
        found = {**query, "page": str(int(page) + 1 if page.isdecimal() else 2)}
    else:
        return None
    if found == dict(query):
        raise AnswerChanged("Wonde's next page is the same page again")
    return found
