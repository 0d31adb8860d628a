"""A `requests` session that goes through the gate, for libraries that speak by `requests`."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from typing_extensions import override

from streams.notify.channels.guard import Guard


class GuardedAdapter(HTTPAdapter):
    """Connects to the address that *guard* gives for *host*, and lets TLS prove the name.

    Raises (when it sends):
        NoWayError: the guard gives no address; no redirect can bring another host here either.
    """

    def __init__(self, guard: Guard, host: str) -> None:
        self._guard = guard
        self._host = host
        super().__init__()

    @override
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, server_hostname=self._host, assert_hostname=self._host)

    @override
    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        address = self._guard.address_now(host, port)
        request.headers["Host"] = parts.netloc
        literal = f"[{address}]" if ":" in address else address
        request.url = urlunsplit(parts._replace(netloc=f"{literal}:{port}"))
        return super().send(request, *args, **kwargs)


class GuardedSession(requests.Session):
    """Speaks to *host* alone, and takes nothing from the environment.

    Raises (when it is asked):
        requests.TooManyRedirects: at the first one.
    """

    def __init__(self, guard: Guard, host: str, ca_file: str | None) -> None:
        super().__init__()
        self.trust_env = False
        self.verify = ca_file or True
        self.adapters.clear()
        for scheme in ("https://", "http://"):
            self.mount(scheme, GuardedAdapter(guard, host))

    @override
    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        answer = super().request(*args, **kwargs | {"allow_redirects": False})
        if answer.is_redirect:
            raise requests.TooManyRedirects("it points elsewhere")
        return answer
