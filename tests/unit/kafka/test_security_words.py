"""One security setting in the words of both clients."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth

from streams.errors import BadSettings
from streams.kafka import security
from streams.settings import Settings


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text("p w\n")
    return file


def test_none_is_plaintext_for_all() -> None:
    """Nothing is said but that."""
    settings = Settings()
    assert security.librdkafka(settings) == {"security.protocol": "PLAINTEXT"}
    assert security.aiokafka(settings) == {"security_protocol": "PLAINTEXT"}
    assert security.faust(settings) is None


def test_ssl_alone_checks_the_broker() -> None:
    """Certificates are verified, host names too, by all."""
    settings = Settings(security="ssl")
    assert security.librdkafka(settings) == {"security.protocol": "SSL"}
    context = security.aiokafka(settings)["ssl_context"]
    assert context.check_hostname
    assert _of_faust(settings)["security_protocol"] == "SSL"


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
@pytest.mark.parametrize("protocol", ["sasl_ssl", "sasl_plaintext"])
def test_sasl_says_the_same_to_each_client(password: Path, protocol: str, mechanism: str) -> None:
    """Protocol, mechanism, user and password (less its line end) are those of the setting, whoever asks."""
    settings = Settings.model_validate(
        {"security": protocol, "sasl_mechanism": mechanism, "sasl_user": "me", "sasl_password_file": password}
    )
    of_librdkafka = security.librdkafka(settings)
    assert of_librdkafka["sasl.username"] == "me"
    assert of_librdkafka["sasl.password"] == "p w"
    assert of_librdkafka["sasl.mechanism"] == mechanism
    assert of_librdkafka["security.protocol"] == protocol.upper()
    of_aiokafka = security.aiokafka(settings)
    of_faust = _of_faust(settings)
    for name in ("security_protocol", "sasl_mechanism", "sasl_plain_username", "sasl_plain_password"):
        assert of_faust[name] == of_aiokafka[name]
    assert (of_aiokafka.get("ssl_context") is None) == (of_faust["ssl_context"] is None) == (protocol != "sasl_ssl")


def test_a_password_file_that_is_not_there_is_named() -> None:
    """The message names the setting and the file."""
    settings = Settings(security="sasl_ssl", sasl_user="me", sasl_password_file=Path("nowhere"))
    with pytest.raises(BadSettings, match="sasl_password_file nowhere cannot be read"):
        security.librdkafka(settings)


def test_an_empty_password_is_refused(tmp_path: Path) -> None:
    """An empty file is a mistake, not a password."""
    (tmp_path / "empty").write_text("\n")
    settings = Settings(security="sasl_ssl", sasl_user="me", sasl_password_file=tmp_path / "empty")
    with pytest.raises(BadSettings, match="is empty"):
        security.aiokafka(settings)


def test_a_ca_file_that_is_none_is_named(tmp_path: Path) -> None:
    """By both clients in the same words."""
    (tmp_path / "ca.pem").write_text("no certificate")
    settings = Settings(security="ssl", ssl_ca_file=tmp_path / "ca.pem")
    for say in (security.librdkafka, security.aiokafka, security.faust):
        with pytest.raises(BadSettings, match=r"ssl_ca_file .*ca\.pem cannot be used"):
            say(settings)


def _of_faust(settings: Settings) -> Mapping[str, object]:
    return credentials_to_aiokafka_auth(security.faust(settings))
