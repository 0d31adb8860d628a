"""What TLS trusts, and whether it is TLS that failed."""

import ssl
from functools import cache

import httpx


def context(ca_file: str | None) -> ssl.SSLContext:
    """Trust the authorities in *ca_file*, or the usual ones."""
    return ssl.create_default_context(cafile=ca_file) if ca_file else _usual()


@cache
def _usual() -> ssl.SSLContext:
    """One for all channels: reading a hundred and more certificates takes a fifth of a second."""
    return httpx.create_ssl_context(trust_env=False)


def is_cause(error: BaseException) -> bool:
    """Whether TLS is at the root of *error*: libraries wrap it, some twice."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
