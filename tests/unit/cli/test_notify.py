"""`firstbell notify` being run, up to where it asks for Kafka."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from streams.cli import firstbell
from streams.errors import Refuse, Unreachable
from streams.kafka.admin import Admin
from tests.support.notifying import FILE
from tests.support.webhooks import NEW


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "notify.toml"
    path.write_text(FILE)
    return path


def run(*arguments: str | Path, **more: Any) -> Result:  # noqa: ANN401
    return CliRunner().invoke(firstbell, [str(each) for each in ("notify", *arguments)], catch_exceptions=False, **more)


@pytest.mark.parametrize("arguments", [(), ("--from-now",), ("--set", "log_level=error")])
def test_without_a_file_it_says_where_one_is(arguments: tuple[str, ...]) -> None:
    """Before Kafka is asked for anything; without a subcommand it is `run`, with all its options."""
    with pytest.raises(Refuse, match=r"docs/notifier\.md has one"):
        run(*arguments)


def test_a_file_alone_is_run_by(file: Path) -> None:
    """As if `run` stood before it; a name that is neither a file nor a subcommand is still a mistake."""
    nobody = ("--bootstrap", "127.0.0.1:1", "--set", "request_timeout=1")
    with pytest.raises(Unreachable, match="--bootstrap HOST:PORT"):
        run(file, *nobody)
    assert "File 'god.toml' does not exist" in run("god.toml").output
    assert "No such command 'chekc'" in run("chekc", file).output
    assert "Usage: firstbell notify [OPTIONS] COMMAND" in run("--help").output


def test_a_channel_that_cannot_be_opened_is_named_with_its_receiver(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line, and not in a traceback."""
    monkeypatch.setenv("HOOK", NEW)
    monkeypatch.setattr(Admin, "require", lambda *_: None)
    hook = 'type = "webhook", url = "https://hooks.example/", secrets = [{ env = "HOOK" }]'
    allow = '[[allow]]\nhost = "hooks.example"\n'
    for lacks, said in ((f'ca_file = "{tmp_path}/none.pem"', "ca_file"), ('secrets = [{ env = "NONE" }]', "NONE")):
        channel = f"{hook}, {lacks}" if said == "ca_file" else hook.partition("secrets")[0] + lacks
        file.write_text(FILE.replace('type = "stdout"', channel, 1) + allow)
        with pytest.raises(Refuse, match=f"receiver office: .*{said}"):
            run("run", file)
