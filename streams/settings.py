"""Every setting, typed, with its unit, default and meaning; and how they are read.

In order, the first that names a setting wins: the command line, the environment (`FIRSTBELL_PARTITIONS`), a TOML file
(`partitions = 8`; `--config` or `FIRSTBELL_CONFIG`), the default.
"""

import difflib
import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from streams.errors import BadSettings

ENVIRONMENT = "FIRSTBELL_"
CONFIG = "FIRSTBELL_CONFIG"
TRIAL = "FIRSTBELL_TRIAL_"  # no settings: see topology/crash_points.py

GATHER_MAX_BYTES = 4 << 20  # so that a gathered batch and one register more fit a record of the marks topic

Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False, json_schema_extra={"unit": "s"})]
Name = Annotated[str, Field(pattern=r"^[a-zA-Z0-9._-]{1,100}$")]
Port = Annotated[int, Field(ge=0, le=65_535)]


def _of(unit: str) -> Any:  # noqa: ANN401 - pydantic's own type for it is not public
    return Field(json_schema_extra={"unit": unit})


class Settings(BaseSettings):
    """What Firstbell can be told. Frozen; made by `load`, or by keyword, which reads neither environment nor file."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT, env_ignore_empty=True, frozen=True, extra="forbid", use_attribute_docstrings=True
    )

    bootstrap: Annotated[str, Field(pattern=r"^[^\s,]+:\d+(,[^\s,]+:\d+)*$")] = "127.0.0.1:9092"
    """Kafka brokers to ask first: host:port, with commas between them."""
    prefix: Annotated[str, Field(pattern=r"^[a-zA-Z0-9._-]{0,100}$")] = "firstbell."
    """Beginning of every topic's name."""
    app_id: Name = "firstbell"
    """Name of the worker's consumer group, and beginning of its changelogs' and transactions' names."""
    instance_id: Name | None = None
    """Name of this worker in its group, the same after a restart: it then comes back without a rebalance."""
    partitions: Annotated[int, Field(ge=1, le=1000), _of("partitions")] = 2
    """Partitions of every topic, and so how many workers there may be. Cannot be changed once there is state."""
    replication: Annotated[int, Field(ge=1, le=32), _of("copies")] = 1
    """Copies of every record; 3 in production."""
    min_in_sync_replicas: Annotated[int, Field(ge=1, le=32), _of("copies")] = 1
    """Copies that must be written before a record is taken; 2 in production."""

    security: Literal["none", "ssl", "sasl_ssl", "sasl_plaintext"] = "none"
    """How to connect to Kafka; meant for both Kafka clients."""
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    """How to log in, where security is sasl_ssl or sasl_plaintext."""
    sasl_user: str | None = None
    """Who logs in."""
    sasl_password_file: Path | None = None
    """File with the password, alone; its content is never shown."""
    ssl_ca_file: Path | None = None
    """Certificate authorities to trust (PEM); none: those of the system."""

    session_timeout: Seconds = 30.0
    """After so long without a sign of life a worker's partitions go to others."""
    heartbeat_interval: Seconds = 3.0
    """How often a worker gives a sign of life."""
    rebalance_timeout: Seconds = 60.0
    """How long workers may take to give partitions back."""
    transaction_timeout: Seconds = 30.0
    """How long an open transaction may hold back those who read committed alerts."""
    message_timeout: Seconds = 30.0
    """How long a record may take to be delivered before that is an error."""
    request_timeout: Seconds = 30.0
    """How long Kafka may take to answer before that is an error."""
    commit_interval: Seconds = 1.0
    """How often the worker tells its group where it is."""
    overdue_check_interval: Seconds = 30.0
    """How often the worker looks at the clock for registers that are overdue and feeds that are silent."""
    gather_max_registers: Annotated[int, Field(ge=1, le=10_000), _of("records")] = 500
    """Most records that a stage takes into one batch; it never waits for more than have arrived."""
    gather_max_bytes: Annotated[int, Field(ge=1024, le=GATHER_MAX_BYTES), _of("bytes")] = 1 << 20
    """Most bytes of records that a stage takes into one batch; one record is always taken."""
    audit_share: Annotated[float, Field(ge=0, le=0.5, allow_inf_nan=False), _of("of a CPU")] = 0.02
    """How much of a CPU a worker may use to look over its pupils in turn, all the time; 0: it does not."""
    breaker_registers: Annotated[int, Field(ge=2, le=10_000), _of("registers")] = 100
    """How many of a source's last registers are looked at to tell whether it has gone bad."""
    breaker_percent: Annotated[int, Field(ge=1, le=100), _of("%")] = 50
    """A source of whose last registers more than this share is bad has gone bad: metric and alarm, or a stop."""
    breaker_stops: bool = False
    """Whether a worker stops when a source has gone bad; else its bad registers go to dead letters like all others."""
    erasure_key_file: Path | None = None
    """File with the key of the list of the erased (`firstbell keys create`); its content is never shown."""
    embedded: bool = False
    """Kafka is the embedded broker: every record in a batch of its own, as it needs (design: Tansu)."""

    pupil_key_file: Path | None = None
    """File with the key that turns UPNs into pseudonyms (`firstbell keys create`); its content is never shown."""
    gateway_host: str = "127.0.0.1"
    """Address on which the gateway takes registers. It speaks plain HTTP: beyond this machine, put TLS before it."""
    gateway_port: Port = 8080
    """Port on which the gateway takes registers; 0: any that is free."""
    gateway_tokens: str = ".firstbell/tokens.json"
    """Where the gateway's tokens are kept, as hashes: a file, or redis://HOST:PORT/DB."""
    gateway_rate: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False), _of("registers/s")] = 100.0
    """Registers a second that one token may send for long."""
    gateway_burst: Annotated[int, Field(ge=1, le=1_000_000), _of("registers")] = 5_000
    """Registers that one token may send at once after a pause."""
    gateway_batch_bytes: Annotated[int, Field(ge=1024, le=1 << 30), _of("bytes")] = 32 << 20
    """Most bytes of one batch."""
    gateway_batch_registers: Annotated[int, Field(ge=1, le=100_000), _of("registers")] = 5_000
    """Most registers of one batch."""
    gateway_timeout: Seconds = 10.0
    """How long Kafka may take to have a register before the sender is told to come again."""

    notify_file: Path | None = None
    """The notifier's file of receivers and routes (TOML); see: firstbell notify check."""
    redis: Annotated[str, Field(pattern=r"^(rediss?|unix)://\S+$")] | None = None
    """Redis of the notifier's working state, redis://HOST:PORT/DB; none: an embedded Valkey of its own."""
    redis_password_file: Path | None = None
    """File with the password of that Redis, alone; its content is never shown."""

    metrics_host: str = "127.0.0.1"
    """Address on which metrics and health are served."""
    metrics_port: Port = 9464
    """Port on which metrics and health are served; 0: any that is free."""
    data_dir: Path = Path(".firstbell")
    """Folder for the worker's files; nothing in it is needed to restart."""
    log_format: Literal["auto", "json", "console"] = "auto"
    """Form of log lines; auto: console on a terminal, else JSON."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severe log lines that are written."""
    rulebook: Path | None = None
    """Rule book of your own (TOML); none: england-2024."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read nothing by itself: `load` does, and keeps where each value came from."""
        return (init_settings,)

    @model_validator(mode="after")
    def _must_fit_together(self) -> Self:
        if wrong := [text for holds, text in self._bounds() if not holds]:
            raise ValueError("; ".join(wrong))
        return self

    def _bounds(self) -> list[tuple[bool, str]]:
        sasl = self.security.startswith("sasl")
        return [
            (self.min_in_sync_replicas <= self.replication, "min_in_sync_replicas is above replication"),
            (
                self.heartbeat_interval * 2 <= self.session_timeout,
                "heartbeat_interval is above half of session_timeout",
            ),
            (self.message_timeout <= self.transaction_timeout, "message_timeout is above transaction_timeout"),
            (not sasl or bool(self.sasl_user), f"security {self.security} needs sasl_user"),
            (not sasl or bool(self.sasl_password_file), f"security {self.security} needs sasl_password_file"),
        ]


@dataclass(frozen=True)
class Loaded:
    """The settings, and for each by name where its value came from."""

    settings: Settings
    origins: Mapping[str, str]


def load(config: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Loaded:
    """Read the settings: *overrides*, then the environment, then the file *config*, then the defaults.

    Raises:
        BadSettings: an unknown name (with the nearest that exists), an impossible value, or a file that cannot be read.
    """
    _refuse_unknown("environment", _environment_names(), _variable)
    environment = EnvSettingsSource(Settings)()
    file = config or (Path(os.environ[CONFIG]) if os.environ.get(CONFIG) else None)
    given = overrides or {}
    _refuse_unknown("command line", given)
    read = _read_toml(file)
    values = {**read, **environment, **given}
    origins = {
        **dict.fromkeys(Settings.model_fields, "default"),
        **dict.fromkeys(read, str(file)),
        **{name: _variable(name) for name in environment},
        **dict.fromkeys(given, "command line"),
    }
    return Loaded(_validated(values, origins), origins)


def _validated(values: dict[str, Any], origins: Mapping[str, str]) -> Settings:
    try:
        return Settings(**values)
    except ValidationError as error:
        wrong = [_in_words(str(part["loc"][0]) if part["loc"] else "", part["msg"], origins) for part in error.errors()]
        raise BadSettings("; ".join(wrong)) from None  # the value may be a secret put in the wrong place


def _in_words(name: str, message: str, origins: Mapping[str, str]) -> str:
    message = message.removeprefix("Value error, ")
    return f"{name} ({origins[name]}): {message}" if name else message


def _variable(name: str) -> str:
    return f"{ENVIRONMENT}{name.upper()}"


def _environment_names() -> list[str]:
    ours = [name for name in os.environ if name.startswith(ENVIRONMENT) and name != CONFIG]
    ours = [name for name in ours if not name.startswith(TRIAL)]
    return [name.removeprefix(ENVIRONMENT).lower() for name in ours]


def _read_toml(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    if not file.is_file():
        raise BadSettings(f"no such settings file: {file}")
    try:
        values = TomlConfigSettingsSource(Settings, file).toml_data
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{file} is not TOML: {error}") from None
    _refuse_unknown(str(file), values)
    return values


def _refuse_unknown(origin: str, names: Iterable[str], spell: Callable[[str], str] = str) -> None:
    for name in names:
        if name not in Settings.model_fields:
            near = difflib.get_close_matches(name, Settings.model_fields, n=1, cutoff=0)
            raise BadSettings(f"{origin}: there is no setting {spell(name)}; the nearest is {spell(near[0])}")
