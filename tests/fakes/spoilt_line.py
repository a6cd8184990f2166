"""The line between the program and a service: counts what leaves, and leads some of it astray.

It works on the real HTTP client, by its own hooks: a request that is led astray really meets a closed port,
a name that isn't, or a certificate that nobody trusts.
"""

from __future__ import annotations

import socket
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import trustme

from tests.fakes.raw_server import RawAnswer, RawServer

# No answer at all comes within it: the service holds it back.
IMPATIENT_READ_S = 0.1
# Longer than all that is tried beside it, also on a busy computer.
STRANGER_STAYS_S = 1000.0


@contextmanager
def strange_places() -> Iterator[dict[str, str]]:
    """Addresses where no service is: ``refused``, ``dns`` and ``tls``."""
    closed = socket.create_server(("127.0.0.1", 0))
    # Bound, so that nobody else gets the port, and no longer listening.
    port = closed.getsockname()[1]
    closed.close()
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", port))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with held, RawServer([RawAnswer()] * 64, tls=context, patience_s=STRANGER_STAYS_S) as stranger:
        yield {
            "refused": f"http://127.0.0.1:{port}",
            "dns": "http://nowhere.invalid",
            "tls": f"https://127.0.0.1:{stranger.port}",
        }


class SpoiltLine:
    """Watches ``http``; ``calls`` counts requests by endpoint, whether they arrive or not."""

    def __init__(self, *, http: httpx.AsyncClient, places: dict[str, str]) -> None:
        self.calls: Counter[str] = Counter()
        self._places = places
        self._endpoint = ""
        self._passes = 0
        self._astray = 0
        self._where = ""
        self._impatient = False
        http.event_hooks = {"request": [self._look]}

    def clear(self) -> None:
        """Count anew, and let everything through."""
        self.calls.clear()
        self.spoil("", times=0)

    def spoil(
        self, endpoint: str, *, times: int, passes: int = 0, where: str = "", impatient: bool = False
    ) -> None:
        """Spoil the next ``times`` requests to ``endpoint``, after letting ``passes`` of them through.

        ``where`` names a place of :func:`strange_places`; ``impatient`` waits hardly at all for an answer.
        """
        self._endpoint, self._passes, self._astray = endpoint, passes, times
        self._where, self._impatient = where, impatient

    async def _look(self, request: httpx.Request) -> None:
        endpoint = endpoint_of(request.url.path)
        self.calls[endpoint] += 1
        if endpoint != self._endpoint or not self._astray:
            return
        if self._passes:
            self._passes -= 1
            return
        self._astray -= 1
        if self._where:
            request.url = httpx.URL(self._places[self._where] + request.url.path)
            request.extensions.pop("target", None)
        if self._impatient:
            request.extensions["timeout"] = {**request.extensions["timeout"], "read": IMPATIENT_READ_S}


def endpoint_of(path: str) -> str:
    """``files/upload``, ``voice_clone``, ``demo`` and the like."""
    _, found, endpoint = path.partition("/v1/")
    return endpoint if found else "demo"
