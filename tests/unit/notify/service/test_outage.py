"""What is said while Redis is away."""

from redis import Redis
from redis.exceptions import AuthenticationError, ConnectionError  # noqa: A004 - its name there
from structlog.testing import capture_logs

from streams.notify.service.outage import Outage, place_of


def test_it_is_said_when_it_begins_and_once_a_minute_with_where_to_look() -> None:
    """However often three loops find it away; what ails it may change."""
    now = [0.0]
    outage = Outage("redis.example:6379", lambda: now[0])
    with capture_logs() as lines:
        for second in range(121):
            now[0] = float(second)
            for _ in range(6):
                assert (
                    outage.goes_on(ConnectionError("x"))
                    == "Redis at redis.example:6379 does not answer (ConnectionError)"
                )
        outage.goes_on(AuthenticationError("x"))
    assert len(lines) == 4
    assert {(each["at"], each["see"]) for each in lines} == {("redis.example:6379", "the setting redis")}


def test_that_it_is_over_is_said_once() -> None:
    """And the next outage is news again."""
    outage = Outage("redis.example:6379", lambda: 0.0)
    with capture_logs() as lines:
        outage.is_over()
        outage.goes_on(ConnectionError("x"))
        outage.is_over()
        outage.is_over()
        outage.goes_on(ConnectionError("x"))
    assert [each["log_level"] for each in lines] == ["warning", "info", "warning"]


def test_where_it_is_holds_no_password() -> None:
    """The place alone."""
    assert place_of(Redis.from_url("redis://me:hunter2@redis.example:6380/3")) == "redis.example:6380"
    assert place_of(Redis.from_url("unix://:hunter2@/run/redis.sock?db=1")) == "/run/redis.sock"
