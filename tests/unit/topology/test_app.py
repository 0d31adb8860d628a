"""The Faust app as it is set up."""

from typing import Any, NoReturn, cast

import pytest
from faust.types import TP

from streams.topology.app import make_app
from streams.topology.failstop import FailStop
from streams.topology.table import KeptStore
from tests.unit.topology.fakes import plan


class _Left(BaseException):
    pass


def _leave(code: int) -> NoReturn:
    raise _Left(code)


class FakeKeeper:
    def last_offset(self, partition: int) -> int | None:
        return {0: 41}.get(partition)


def _app() -> Any:  # noqa: ANN401 - Faust's own settings are not typed
    keepers = {name: FakeKeeper() for name in ("ledgers", "boards")}
    return make_app(plan(instance_id="w1"), cast("Any", keepers), FailStop(_leave))


def test_no_web_server_no_topics_no_standbys_no_leader() -> None:
    """What Faust would do by itself, and must not."""
    conf = _app().conf
    assert (conf.web_enabled, conf.topic_allow_declare, conf.topic_disable_leader) == (False, False, True)
    assert (conf.table_standby_replicas, conf.autodiscover, conf.stream_wait_empty) == (0, False, True)
    assert conf.processing_guarantee.value == "at_least_once"


def test_time_outs_and_names_come_from_the_plan() -> None:
    """The group's; and the request's above them, without which Faust does not start."""
    conf = _app().conf
    assert (conf.id, conf.consumer_group_instance_id) == ("test", "w1")
    assert (conf.broker_session_timeout, conf.broker_rebalance_timeout) == (30.0, 60.0)
    assert conf.broker_request_timeout > conf.broker_rebalance_timeout
    assert [str(url) for url in conf.broker] == ["kafka://127.0.0.1:1"]


def test_faust_is_told_that_there_is_nothing_to_recover() -> None:
    """The table's store answers with the last offset of the changelog, whatever Faust asks it for."""
    tables = _app().tables
    assert set(tables) == {"ledgers", "boards"}
    for name, table in tables.items():
        assert table.changelog_topic_name == f"test-{name}-changelog"
        assert isinstance(table.data, KeptStore)
        assert table.persisted_offset(TP(f"test-{name}-changelog", 0)) == 41


def test_nothing_can_be_written_to_the_table_by_faust() -> None:
    """Its own producer knows no transactions."""
    for table in _app().tables.values():
        with pytest.raises(TypeError, match="are written by their stage"):
            table.send_changelog(0, b"k", b"v")


def test_a_crash_of_any_part_of_faust_ends_the_process() -> None:
    """A polite stop would commit."""
    with pytest.raises(_Left):
        _app()._crash(RuntimeError())  # noqa: SLF001 - what Faust calls
