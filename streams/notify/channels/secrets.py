"""Secrets: named in the settings, read from a file or the environment, and printed by nothing."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from streams.errors import Refuse

MASK = "**********"
_MOST = 1 << 16  # bytes of a secret's file


class BadSecret(Refuse):
    """A secret cannot be read; the message names where it should be, and nothing of it."""


class Secret:
    """A text that shows itself to `reveal` alone: not to str, repr, a log line, a traceback's values or JSON."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Give the text, to be handed to a library and kept nowhere else."""
        return self._text

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a secret is not to be pickled")


class SecretPlace(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a secret is: `{ file = "…" }` or `{ env = "…" }`; never the secret itself."""

    file: str | None = None
    env: str | None = None

    def __post_init__(self) -> None:
        """Refuse neither and both."""
        if (self.file is None) == (self.env is None):
            raise ValueError('say where the secret is: { file = "PATH" } or { env = "NAME" }')

    def read(self, environment: Mapping[str, str]) -> Secret:
        """Read it; white space around it is not part of it.

        Raises:
            BadSecret: it is not there, or empty.
        """
        if self.env is not None:
            where, text = f"the environment variable {self.env}", environment.get(self.env)
        else:
            where, text = f"the file {self.file}", _text_of(Path(self.file or ""))
        if not (text or "").strip():
            raise BadSecret(f"a secret should be in {where}, and there is none")
        return Secret((text or "").strip())


def _text_of(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_MOST).decode()
    except UnicodeDecodeError:
        raise BadSecret(f"a secret should be in the file {file}, which is not text") from None
    except OSError as error:
        raise BadSecret(f"a secret should be in the file {file}, which cannot be read: {error.strerror}") from None
