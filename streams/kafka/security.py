"""The one security setting, in the words of each of the two Kafka clients: librdkafka, and Faust's aiokafka."""

import ssl
from typing import TYPE_CHECKING, Any

from streams.errors import BadSettings
from streams.settings import Settings

if TYPE_CHECKING:
    from faust.auth import Credentials

_PROTOCOLS = {"none": "PLAINTEXT", "ssl": "SSL", "sasl_ssl": "SASL_SSL", "sasl_plaintext": "SASL_PLAINTEXT"}


def librdkafka(settings: Settings) -> dict[str, str]:
    """Say it to confluent-kafka.

    Raises:
        BadSettings: the password file or the CA file cannot be read.
    """
    config = {"security.protocol": _PROTOCOLS[settings.security]}
    if _is_encrypted(settings) and settings.ssl_ca_file:
        _context(settings)  # librdkafka's own message for a bad file names no setting
        config["ssl.ca.location"] = str(settings.ssl_ca_file)
    if _logs_in(settings):
        config |= {
            "sasl.mechanism": settings.sasl_mechanism,
            "sasl.username": settings.sasl_user or "",
            "sasl.password": _password(settings),
        }
    return config


def aiokafka(settings: Settings) -> dict[str, Any]:
    """Say it to aiokafka, as keywords of its clients.

    Raises:
        BadSettings: as `librdkafka`.
    """
    words: dict[str, Any] = {"security_protocol": _PROTOCOLS[settings.security]}
    if _is_encrypted(settings):
        words["ssl_context"] = _context(settings)
    if _logs_in(settings):
        words |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.sasl_user,
            "sasl_plain_password": _password(settings),
        }
    return words


def faust(settings: Settings) -> "Credentials | None":
    """Say it to Faust (`broker_credentials`); None where there is nothing to say.

    Raises:
        BadSettings: as `librdkafka`.
    """
    from faust.auth import SASLCredentials, SSLCredentials  # noqa: PLC0415 - a second's import, and most commands need none

    context = _context(settings) if _is_encrypted(settings) else None
    if _logs_in(settings):
        return SASLCredentials(
            username=settings.sasl_user,
            password=_password(settings),
            ssl_context=context,
            mechanism=settings.sasl_mechanism,
        )
    return SSLCredentials(context) if context else None


def _is_encrypted(settings: Settings) -> bool:
    return settings.security.endswith("ssl")


def _logs_in(settings: Settings) -> bool:
    return settings.security.startswith("sasl")


def _context(settings: Settings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ssl_ca_file)
    except OSError as error:
        raise BadSettings(f"ssl_ca_file {settings.ssl_ca_file} cannot be used: {error}") from None


def _password(settings: Settings) -> str:
    """Read the file's text less a line end; the file is asked for here, not kept."""
    file = settings.sasl_password_file
    try:
        password = file.read_text().rstrip("\r\n") if file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"sasl_password_file {file} cannot be read: {type(error).__name__}") from None
    if not password:
        raise BadSettings(f"sasl_password_file {file} is empty")
    return password
