"""`firstbell notify check` and `route`, as a user runs them, without Kafka."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from streams.cli import firstbell
from streams.contract.codec import encode_alert
from streams.errors import Refuse
from streams.settings import Settings
from tests.support.alerts import alert
from tests.support.command import called
from tests.support.notifying import FILE

AT = ("--at", "2024-10-08T09:30:00+01:00")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "notify.toml"
    path.write_text(FILE)
    return path


def run(*arguments: str | Path, **more: Any) -> Result:  # noqa: ANN401
    return CliRunner().invoke(firstbell, [str(each) for each in ("notify", *arguments)], catch_exceptions=False, **more)


def route(file: Path, folder: Path, *options: str, **fields: object) -> Result:
    path = folder / "alert.json"
    path.write_bytes(encode_alert(alert(**fields)))
    return run("route", path, "--file", file, *options)


def test_a_file_without_mistakes_is_counted(file: Path) -> None:
    """And the exit code is 0."""
    done = run("check", file)
    assert (done.exit_code, done.output) == (0, f"{file}: 3 receivers, 4 routes, no mistakes.\n")


def test_a_file_with_mistakes_names_each_with_its_line(file: Path, tmp_path: Path) -> None:
    """By `check` and by `route` alike, and the exit code is 2: nothing can begin with it."""
    file.write_text(FILE.replace("budget = 3", 'budget = "three"').replace('"16:00"', '"4 pm"'))
    (tmp_path / "alert.json").write_bytes(encode_alert(alert()))
    for asked in (("check", str(file)), ("route", str(tmp_path / "alert.json"), "--file", str(file))):
        done = called("notify", *asked, settings=Settings())
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"{file}: there are 2 mistakes:\n  line 4: digest: '4 pm' is no time of day")
        assert "receiver office: budget: wants a whole number" in done.stderr


def test_words_of_ones_own_are_tried_with_the_file(file: Path, tmp_path: Path) -> None:
    """A mistake in a template is found here, and not by an alert."""
    own = tmp_path / "words"
    file.write_text(f'words = "{own}"\n{FILE}')
    with pytest.raises(Refuse, match=f"line 1: words: there is no folder {own}"):
        run("check", file)
    (own / "stages").mkdir(parents=True)
    assert run("check", file).exit_code == 0
    (own / "stages" / "raised.jinja").write_text("{{ whom }}")
    with pytest.raises(Refuse, match=r"raised\.jinja, line 1: 'whom' is undefined"):
        run("check", file)


def test_the_way_of_an_alert_is_said_with_every_reason(file: Path, tmp_path: Path) -> None:
    """Who, when, and why not the others."""
    lines = route(file, tmp_path, *AT).output.splitlines()
    assert lines[0].startswith("service → service: fits; told “raised” (first-word) at 2024-10-08T08:35:00.000Z")
    assert "office-urgent: does-not-fit (severity)" in lines
    assert any(line.startswith("north → authority: fits") for line in lines)


def test_the_way_of_an_alert_is_data_for_programs(file: Path, tmp_path: Path) -> None:
    """Its waits in their order: it settles, then waits for others."""
    found = json.loads(route(file, tmp_path, *AT, "--json").output)
    office = next(each for each in found if each["receiver"] == "office")
    assert [each["why"] for each in office["waits"]] == ["settling", "grouping"]
    assert office["at"] == "2024-10-08T08:40:30.000Z"


def test_one_that_nobody_hears_of_is_said_so(file: Path, tmp_path: Path) -> None:
    """Each route says which field does not fit."""
    done = route(file, tmp_path, *AT, audience=["la-inclusion"], restricted=True)
    assert done.output.splitlines()[-1] == "Nobody would be told."
    assert "service: does-not-fit (audience)" in done.output


def test_an_old_one_is_stale(file: Path, tmp_path: Path) -> None:
    """Four school days later."""
    assert "not told: stale" in route(file, tmp_path, "--at", "2024-10-14T09:30:00+01:00").output


@pytest.mark.parametrize(
    ("options", "said"),
    [(("--at", "noon"), "wants a time such as"), (("--at", "2024-10-08T09:30"), "with its offset")],
)
def test_a_time_that_is_none_is_refused(file: Path, tmp_path: Path, options: tuple[str, str], said: str) -> None:
    """With one to copy."""
    with pytest.raises(Refuse, match=said):
        route(file, tmp_path, *options)


def test_what_is_no_alert_is_refused(file: Path) -> None:
    """With all that is wrong with it, but for what it says: it could name a pupil."""
    wrong = json.loads(encode_alert(alert())) | {
        "severity": "hihg",
        "evidence": {"absent": "Ann"},
        "pupil": "Ann",
        "urn": None,
    }
    del wrong["rule"]
    with pytest.raises(Refuse) as refused:
        run("route", "-", "--file", file, input=json.dumps(wrong))
    assert sorted(str(refused.value).splitlines()[1:]) == [
        "  evidence.absent: wants a whole number, not text",
        "  pupil: wants text of the form ^[a-z2-7]{26}$",
        "  rule: is missing; it wants text",
        "  severity: there is no 'hihg'; the nearest is high, and all are: low, medium, high, urgent",
        "  urn: wants a whole number, not nothing",
    ]
    with pytest.raises(Refuse, match="it is not JSON"):
        run("route", "-", "--file", file, input="{")
