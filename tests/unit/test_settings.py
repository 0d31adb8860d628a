"""Settings: their order, their mistakes, and how they are shown."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from streams.cli.settings import settings as settings_command
from streams.errors import BadSettings
from streams.settings import Settings, load


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    file = tmp_path / "firstbell.toml"
    file.write_text('partitions = 3\nprefix = "la."\nlog_level = "debug"\n')
    return file


def test_command_line_wins_over_environment_over_file_over_default(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each layer overrides the next, and each value says where it came from."""
    monkeypatch.setenv("FIRSTBELL_PARTITIONS", "5")
    monkeypatch.setenv("FIRSTBELL_PREFIX", "env.")
    loaded = load(toml, {"partitions": "7"})
    found = loaded.settings
    assert (found.partitions, found.prefix, found.log_level, found.replication) == (7, "env.", "debug", 1)
    names = ("partitions", "prefix", "log_level", "replication")
    assert [loaded.origins[name] for name in names] == ["command line", "FIRSTBELL_PREFIX", str(toml), "default"]


def test_the_file_may_be_named_in_the_environment(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FIRSTBELL_CONFIG names the file where no option does."""
    monkeypatch.setenv("FIRSTBELL_CONFIG", str(toml))
    assert load().settings.partitions == 3


def test_making_settings_by_keyword_reads_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only `load` looks at the environment, so that code and tests say what they mean."""
    monkeypatch.setenv("FIRSTBELL_PARTITIONS", "5")
    assert Settings().partitions == 2


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files pass variables on that nobody set: those leave the default."""
    monkeypatch.setenv("FIRSTBELL_RULEBOOK", "")
    assert load().settings.rulebook is None


def test_an_unknown_variable_is_refused_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip in a variable's name does not silently leave a default."""
    monkeypatch.setenv("FIRSTBELL_PARTITION", "5")
    with pytest.raises(BadSettings, match=r"no setting FIRSTBELL_PARTITION; the nearest is FIRSTBELL_PARTITIONS$"):
        load()


def test_an_unknown_key_of_the_file_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    """So is one in the file."""
    file = tmp_path / "f.toml"
    file.write_text("sesion_timeout = 5\n")
    with pytest.raises(
        BadSettings, match=r"f\.toml: there is no setting sesion_timeout; the nearest is session_timeout"
    ):
        load(file)


@pytest.mark.parametrize("text", ["partitions = \n", "partitions = 1\npartitions = 2\n", "\xff"])
def test_a_file_that_is_not_toml_is_refused(tmp_path: Path, text: str) -> None:
    """The message says that it is no TOML."""
    file = tmp_path / "f.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadSettings, match="is not TOML"):
        load(file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A wrong --config is no default."""
    with pytest.raises(BadSettings, match="no such settings file"):
        load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"partitions": "0"}, r"partitions \(command line\): .*greater than or equal to 1"),
        ({"partitions": "many"}, r"partitions \(command line\): .*integer"),
        ({"bootstrap": "kafka"}, r"bootstrap \(command line\)"),
        ({"session_timeout": "nan"}, r"session_timeout"),
        ({"security": "tls"}, r"security \(command line\): .*'sasl_ssl'"),
        ({"min_in_sync_replicas": "2"}, "min_in_sync_replicas is above replication"),
        ({"heartbeat_interval": "20"}, "heartbeat_interval is above half of session_timeout"),
        ({"message_timeout": "31"}, "message_timeout is above transaction_timeout"),
        ({"security": "sasl_ssl"}, "needs sasl_user; security sasl_ssl needs sasl_password_file"),
        ({"gather_max_bytes": "4194305"}, "gather_max_bytes"),
    ],
)
def test_an_impossible_value_is_refused_by_name(wrong: dict[str, str], said: str) -> None:
    """The message names the setting, where it came from and what is possible."""
    with pytest.raises(BadSettings, match=said):
        load(overrides=wrong)


def test_a_secret_in_the_wrong_place_is_not_repeated() -> None:
    """An error never shows the value: it may be a password."""
    with pytest.raises(BadSettings) as caught:
        load(overrides={"sasl_mechanism": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_every_setting_says_what_it_means() -> None:
    """Each field has a description; each time has the unit s."""
    fields = Settings.model_fields
    assert [name for name, field in fields.items() if not field.description] == []
    times = {name for name in fields if name.endswith(("_timeout", "_interval"))}
    assert {name for name, field in fields.items() if field.json_schema_extra == {"unit": "s"}} == times


def test_the_command_shows_value_unit_default_and_origin() -> None:
    """As lines for people and as JSON for programs."""
    done = _run("--set", "session_timeout=12.5", "--json")
    rows = {row["name"]: row for row in json.loads(done.output)}
    row = rows["session_timeout"]
    assert (row["value"], row["unit"], row["default"], row["from"]) == (12.5, "s", 30.0, "command line")
    assert list(rows) == list(Settings.model_fields)
    assert "session_timeout = 12.5 s  (command line; default 30)\n" in _run("--set", "session_timeout=12.5").output


def test_the_command_shows_no_secret(tmp_path: Path) -> None:
    """Neither the password nor where it lies is shown."""
    file = tmp_path / "password"
    file.write_text("hunter2")
    secure = ["security=sasl_ssl", "sasl_user=me", f"sasl_password_file={file}"]
    said = _run(*(word for pair in secure for word in ("--set", pair))).output
    assert "sasl_password_file = (in a file; not shown)" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("redis://:hunter2@redis.example:6379/0", "redis://**********@redis.example:6379/0"),
        ("rediss://me:hun/ter2@redis.example:6379/0", "rediss://**********@redis.example:6379/0"),
        ("redis://redis.example:6379/0?password=hunter2", "redis://redis.example:6379/0?**********"),
        ("redis://:hun?ter2@redis.example", "redis://**********"),
        ("redis://redis.example?password=hun@ter2", "redis://**********"),
        ("unix://me:hunter2@/run/redis.sock", "unix://**********@/run/redis.sock"),
    ],
)
def test_the_command_shows_an_address_without_its_password(address: str, shown: str) -> None:
    """Of both settings that may hold one; for people and for programs."""
    given = ["--set", f"redis={address}", "--set", f"gateway_tokens={address}"]
    rows = {row["name"]: row for row in json.loads(_run(*given, "--json").output)}
    assert (rows["redis"]["value"], rows["gateway_tokens"]["value"]) == (shown, shown)
    assert "ter2" not in _run(*given).output


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(settings_command, arguments, catch_exceptions=False)


def test_what_a_trial_is_told_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that begin with FIRSTBELL_TRIAL_ are read elsewhere."""
    monkeypatch.setenv("FIRSTBELL_TRIAL_CRASH", "before-ack")
    assert load().settings == Settings()
