"""What each channel must be told, typed: the `channel` table of a receiver, `type` saying which.

A mistake is a ValueError in words, which msgspec gives its place in the file.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct
from yarl import URL

from streams.notify.channels.channel import Kind
from streams.notify.channels.secrets import SecretPlace

__all__ = ["Apprise", "ChannelSettings", "Email", "File", "GovNotify", "Stdout", "Webhook", "host_of", "hosts"]

Seconds = Annotated[float, Meta(gt=0, le=300)]
Port = Annotated[int, Meta(ge=1, le=65_535)]
Mailbox = Annotated[str, Meta(pattern=r"^[^@\s<>,\x00-\x1f]+@[^@\s<>,\x00-\x1f]+$", max_length=254)]
Phone = Annotated[str, Meta(pattern=r"^\+?[0-9 ]{7,20}$")]
Uuid = Annotated[str, Meta(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]

NOTIFY = "https://api.notifications.service.gov.uk"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Webhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="webhook", tag_field="type"):
    """HTTP POST after Standard Webhooks 1.0. Every one of `secrets` signs, so that one can follow another.

    `full`: the whole alert with the pupil's pseudonym and the evidence; else only what, where and a link.
    `ca_file`: certificate authorities to trust instead of the usual ones (PEM).
    """

    url: str
    secrets: Annotated[tuple[SecretPlace, ...], Meta(min_length=1, max_length=10)]
    full: bool = False
    timeout: Seconds = 10.0
    ca_file: str | None = None

    def __post_init__(self) -> None:
        """Refuse an address that must not be called."""
        _check_address(self.url)


class Email(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="email", tag_field="type"):
    """Mail by SMTP. `tls`: `starttls` (port 587), `tls` from the beginning (port 465), or `none`, without login."""

    host: str
    sender: Mailbox
    to: Annotated[tuple[Mailbox, ...], Meta(min_length=1, max_length=50)]
    port: Port = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: SecretPlace | None = None
    timeout: Seconds = 30.0
    ca_file: str | None = None

    def __post_init__(self) -> None:
        """Refuse half a login, and one that would go in the clear."""
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password go together")
        if self.tls == "none" and self.user is not None:
            raise ValueError("a password is not sent without TLS: set tls, or leave user and password out")


class GovNotify(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="govuk-notify", tag_field="type"):
    """GOV.UK Notify: mail (`email`) or text message (`phone`) by a template of yours.

    The template may use `((subject))`, `((body))`, `((school))` and `((count))`; `templates` names others by kind.
    """

    api_key: SecretPlace
    template: Uuid
    email: Mailbox | None = None
    phone: Phone | None = None
    templates: dict[Kind, Uuid] = {}
    url: str = NOTIFY
    timeout: Seconds = 30.0
    ca_file: str | None = None

    def __post_init__(self) -> None:
        """Refuse neither and both, and an address that must not be called."""
        if (self.email is None) == (self.phone is None):
            raise ValueError("say who is to be told: email or phone, one of the two")
        _check_address(self.url)


class Apprise(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="apprise", tag_field="type"):
    """Teams, Slack and others by apprise. Its address carries keys, so the settings name where it is."""

    url: SecretPlace
    timeout: Seconds = 30.0


class File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="file", tag_field="type"):
    """JSON lines at the end of a file, one a message, on disk before it counts as delivered. `full` as of a webhook."""

    path: str
    full: bool = False


class Stdout(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="stdout", tag_field="type"):
    """JSON lines on standard output, one a message. `full` as of a webhook."""

    full: bool = False


ChannelSettings = Webhook | Email | GovNotify | Apprise | File | Stdout


def hosts(settings: ChannelSettings) -> list[str]:
    """The hosts that the channel will call, for the allow-list; of apprise they are known only when it calls."""
    match settings:
        case Webhook(url=url) | GovNotify(url=url):
            return [host_of(url)]
        case Email(host=host):
            return [host]
        case _:
            return []


def host_of(url: str) -> str:
    """The host of a checked address."""
    return URL(url).raw_host or ""


def _check_address(text: str) -> None:
    """Refuse an address of which a part would be ignored, seen, or sent in the clear."""
    try:
        url = URL(text)  # read by what will call it, so that the two cannot differ
        port = url.port
    except ValueError:
        raise ValueError("url is no address; it looks like https://hooks.example.gov.uk/firstbell") from None
    if not url.raw_host or not port:
        raise ValueError("url has no host; it looks like https://hooks.example.gov.uk/firstbell")
    if url.raw_user is not None or url.raw_password is not None:
        raise ValueError("url carries a user or password, which would be seen: leave them out")
    if url.scheme != "https" and not (url.scheme == "http" and url.raw_host in LOOPBACK):
        raise ValueError("url must begin with https:// (http:// only for this machine itself)")
    if url.raw_fragment:
        raise ValueError("url ends in #…, which is never sent: leave it out")
