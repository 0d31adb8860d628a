"""`firstbell demo` around a run that is made up: its exit codes, and what it writes."""

import json
import signal
from collections.abc import Iterator, Sequence

import msgspec
import pytest

import streams.cli.demo as command
from streams.attendance.walk import Engine
from streams.books import load_book
from streams.cli import main
from streams.contract.hooks import HookAlert
from streams.contract.messages import Change
from streams.demo.hook import Heard
from streams.demo.tally import Tally
from streams.pipeline.replay import Replay
from streams.simulate import half_term
from tests.unit.demo.examples import an_alert


def _heard(at: float, change: Change) -> Heard:
    alert = msgspec.to_builtins(an_alert(change, 1)) | {"school": None, "link": None}
    return Heard(at, msgspec.convert(alert, HookAlert))


TOLD = (_heard(7.0, "raised"), _heard(9.5, "withdrawn"))


@pytest.fixture(autouse=True)
def _few_registers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Half a term is too long here; and whoever runs the tests keeps their signals."""
    monkeypatch.setattr(command, "half_term", lambda seed: half_term(seed)[:500])
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def live() -> Tally:
    """What a run of these registers would see."""
    replay, tally = Replay(Engine(load_book(None))), Tally()
    for number, line in enumerate(each.line for each in half_term(1)[:500]):
        fed = replay.feed(line, number)
        for alert in fed.alerts:
            tally.alert(alert, now=2.0)
            tally.stamps[alert.cause.register_id if alert.cause else ""] = 1.5
        for letter in fed.refused:
            tally.dead_letter(letter)
    return tally


def _run(monkeypatch: pytest.MonkeyPatch, live: Tally, *arguments: str, heard: Sequence[Heard] = TOLD) -> int:
    monkeypatch.setattr(command, "taken_back", lambda *_: frozenset())
    monkeypatch.setattr(command, "_live", lambda *_: (live, heard, 1.0))
    monkeypatch.setattr("sys.argv", ["firstbell", "demo", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_agreement_is_exit_0_and_json_is_the_summary_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], live: Tally
) -> None:
    """With --json there is nothing but the summary, and no difference in it."""
    assert _run(monkeypatch, live, "--json") == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["registers"], summary["differences"]) == (500, [])
    assert summary["latency_seconds"] == {"p50": 0.5, "p99": 0.5, "worst": 0.5}
    assert summary["dead_letters"] == dict.fromkeys(sorted(live.dead_letters), 1)
    assert summary["alerts"]["early-term"]["raised"] > 0


def test_a_difference_is_exit_1_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], live: Tally
) -> None:
    """A live run that lost its alerts is found out."""
    live.alerts.clear()
    assert _run(monkeypatch, live) == 1
    assert "DIFFER from those of an offline replay" in capsys.readouterr().out.splitlines()[-1]


def test_a_webhook_that_was_not_told_is_exit_1_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], live: Tally
) -> None:
    """Where it was told, its times are shown, and the code is 0."""
    assert _run(monkeypatch, live) == 0
    assert "  00:00:09.500 withdrawn: lateness, school 990001" in capsys.readouterr().out.splitlines()
    assert _run(monkeypatch, live, heard=()) == 1
    assert "NOT told" in capsys.readouterr().out


def test_another_seed_is_another_half_term(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], live: Tally
) -> None:
    """Alerts of one seed's children are not those of another's."""
    assert _run(monkeypatch, live, "--seed", "2", "--json") == 1
    assert json.loads(capsys.readouterr().out)["differences"]


def test_without_an_embedded_broker_it_says_what_to_do_instead(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A platform without the wheel: exit 2, and the way by Docker compose."""
    monkeypatch.setattr("streams.embedded.broker.importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr("sys.argv", ["firstbell", "demo"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "docker compose up" in capsys.readouterr().err
