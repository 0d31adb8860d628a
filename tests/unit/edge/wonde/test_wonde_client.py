"""What the client makes of answers."""

import httpx
import pytest

from streams.edge.wonde.client import Client
from streams.edge.wonde.problems import AnswerChanged, Unavailable

NOW = 1_727_784_000.0  # 1 October 2024, 12:00 UTC


def _client(waits: list[float], *answers: httpx.Response | Exception) -> Client:
    left = list(answers)

    def answer(_: httpx.Request) -> httpx.Response:
        one = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(one, Exception):
            raise one
        return one

    transport = httpx.MockTransport(answer)
    return Client("https://wonde.invalid", "a-token-here", sleep=waits.append, now=lambda: NOW, transport=transport)


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"data": {}}', b"null", b'{"data": null, "meta": 1}'])
def test_an_answer_without_a_list_is_told(body: bytes) -> None:
    """It is no answer that asking again would better."""
    with _client([], httpx.Response(200, content=body)) as client, pytest.raises(AnswerChanged, match="no list"):
        client.page("schools/A1/students", {})


@pytest.mark.parametrize("status", [204, 301, 302, 400, 418, 422])
def test_other_answers_are_told_and_redirects_are_not_followed(status: int) -> None:
    """The token goes nowhere else."""
    answer = httpx.Response(status, headers={"location": "https://elsewhere.invalid"})
    with _client([], answer) as client, pytest.raises(AnswerChanged, match=str(status)):
        client.page("schools/A1/students", {})


def test_the_next_page_is_the_query_of_its_address_or_one_more() -> None:
    """Or none."""
    pages = [
        b'{"data": [], "meta": {"pagination": {"next": "https://elsewhere.invalid/x?cursor=abc&per_page=5"}}}',
        b'{"data": [], "meta": {"pagination": {"next": null, "more": true}}}',
        b'{"data": [], "meta": {"pagination": {"more": false}}}',
        b'{"data": []}',
    ]
    with _client([], *[httpx.Response(200, content=page) for page in pages]) as client:
        found = [client.page("x", {"per_page": "5", "page": "7"}).next for _ in pages]
    assert found == [{"per_page": "5", "page": "7", "cursor": "abc"}, {"per_page": "5", "page": "8"}, None, None]


def test_a_page_that_follows_itself_is_told() -> None:
    """A poll ends."""
    body = b'{"data": [], "meta": {"pagination": {"next": "https://elsewhere.invalid/x?page=7"}}}'
    with _client([], httpx.Response(200, content=body)) as client, pytest.raises(AnswerChanged, match="same page"):
        client.page("x", {"page": "7"})


def test_no_network_is_tried_again_and_then_told() -> None:
    """Waiting longer and longer, and never the same."""
    waits: list[float] = []
    with _client(waits, httpx.ConnectError("no")) as client, pytest.raises(Unavailable, match="ConnectError"):
        client.page("x", {})
    assert len(waits) == 5
    assert all(0 <= wait <= 60 for wait in waits)


def test_a_wait_given_as_a_date_is_understood() -> None:
    """Retry-After has two forms; nonsense is no wait."""
    waits: list[float] = []
    until = httpx.Response(429, headers={"retry-after": "Tue, 01 Oct 2024 12:02:00 GMT"})
    nonsense = httpx.Response(429, headers={"retry-after": "soon"})
    with _client(waits, until, nonsense, httpx.Response(200, content=b'{"data": []}')) as client:
        client.page("x", {})
    assert waits[0] == 120
    assert waits[1] < 60
