"""The way through a proxy, where each failure is the proxy's or the service's, and says so."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Mapping
from typing import Any

import httpx

from voiceclone_gui.api.faults import shorten
from voiceclone_gui.api.transport import convert_transport_error, is_request_leaving
from voiceclone_gui.core.address import is_loopback_host
from voiceclone_gui.core.errors import NotConnected
from voiceclone_gui.core.proxy import ProxyServer

_REACHED = {"connection.connect_tcp.complete", "socks.connect_tcp.complete"}
_REACHING = {"", "connection.connect_tcp", "socks.connect_tcp"}
_OWN_TLS = "connection.start_tls"
_SERVICE_TLS = {"proxy.start_tls", "socks.start_tls"}
_HANDSHAKE = "socks.setup_socks5_connection"


class ProxyTransport(httpx.AsyncBaseTransport):
    """Sends through ``proxy``, loopback aside, which goes by ``direct`` and is closed by its owner.

    Raises ``NotConnected`` for whatever goes wrong before the request has left; from then on httpx's own
    errors come through. ``limit_s`` is the proxy's time to make a connection, once it has been reached:
    httpcore waits for a SOCKS proxy without end.
    """

    def __init__(
        self,
        *,
        proxy: ProxyServer,
        context: ssl.SSLContext,
        direct: httpx.AsyncBaseTransport,
        limit_s: float,
    ) -> None:
        self._proxy = proxy
        self._direct = direct
        self._limit_s = limit_s
        # Apart from the address: inside it, both would have to be percent-encoded.
        auth = (proxy.user, proxy.password.reveal()) if proxy.user or proxy.password else None
        own_tls = context if proxy.scheme == "https" else None
        self._proxied = httpx.AsyncHTTPTransport(
            verify=context, proxy=httpx.Proxy(proxy.address, auth=auth, ssl_context=own_tls)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        if is_loopback_host(request.url.host):
            return await self._direct.handle_async_request(request)
        passage = _Passage(request=request, limit_s=self._limit_s)
        try:
            response = await self._proxied.handle_async_request(request)
        except Exception as error:
            await passage.close_handshake()
            if passage.is_sent:
                raise
            failure = self._failure(error, passage, host=request.url.host)
            if failure is None:
                raise
        except BaseException:
            await passage.close_handshake()
            raise
        else:
            if response.status_code != 407:
                return response
            await response.aclose()
            failure = self._password_failure()
        finally:
            passage.end()
        # Out of the blocks above: the library's own error may carry user and password along.
        raise failure

    async def aclose(self) -> None:
        """Close the connections to the proxy."""
        await self._proxied.aclose()

    def _failure(self, error: Exception, passage: _Passage, *, host: str) -> NotConnected | None:
        """What kept the request from leaving; ``None`` where it isn't the proxy's doing."""
        phase, shown = passage.phase, self._proxy.address
        if passage.is_late:
            return NotConnected("proxy-slow", proxy=shown, host=host, limit_s=f"{self._limit_s:g}")
        if phase in _SERVICE_TLS or isinstance(error, httpx.PoolTimeout):
            return None
        if phase in _REACHING:
            return NotConnected("proxy-unreachable", proxy=shown)
        if phase == _OWN_TLS and isinstance(error, httpx.HTTPError):
            return self._own_tls_failure(error)
        return self._tunnel_failure(error, phase=phase, host=host)

    def _tunnel_failure(self, error: Exception, *, phase: str, host: str) -> NotConnected | None:
        shown = self._proxy.address
        if isinstance(error, httpx.ProxyError):
            return self._refusal(str(error), host=host)
        if isinstance(error, httpx.TimeoutException):
            return NotConnected("proxy-slow", proxy=shown, host=host, limit_s=f"{self._limit_s:g}")
        if isinstance(error, httpx.NetworkError) or "without sending" in str(error):
            return NotConnected("proxy-refused", proxy=shown, host=host, reason="it hung up.")
        # What the SOCKS library makes of other bytes than it expects is no error of httpx's.
        if isinstance(error, httpx.ProtocolError) or phase == _HANDSHAKE:
            return NotConnected("proxy-confused", proxy=shown)
        return None

    def _own_tls_failure(self, error: httpx.HTTPError) -> NotConnected:
        failure = convert_transport_error(error, host=self._proxy.host)
        if isinstance(failure, NotConnected) and failure.code.startswith(("connect-tls", "certificates-")):
            if failure.code == "connect-tls-none":
                return NotConnected("proxy-confused", proxy=self._proxy.address)
            return failure
        return NotConnected("proxy-unreachable", proxy=self._proxy.address)

    def _refusal(self, said: str, *, host: str) -> NotConnected:
        wants_password = said.startswith("407") or "Invalid username/password" in said
        # A SOCKS proxy that takes none of our ways to say who we are.
        wants_password = wants_password or ("NO ACCEPTABLE METHODS" in said and not self._proxy.user)
        if wants_password:
            return self._password_failure()
        reason = said.removeprefix("Proxy Server could not connect: ") or "no reason given."
        return NotConnected("proxy-refused", proxy=self._proxy.address, host=host, reason=shorten(reason))

    def _password_failure(self) -> NotConnected:
        code = "proxy-password-refused" if self._proxy.user else "proxy-password-missing"
        return NotConnected(code, proxy=self._proxy.address)


class _Passage:
    """One request on its way: how far it got, and the time limit until it leaves."""

    def __init__(self, *, request: httpx.Request, limit_s: float) -> None:
        self.phase = ""
        self.is_sent = False
        self.is_late = False
        self._limit_s = limit_s
        self._stream: Any = None
        self._timer: asyncio.TimerHandle | None = None
        self._outer = request.extensions.get("trace")
        request.extensions = {**request.extensions, "trace": self._note}

    def end(self) -> None:
        """Stop the clock."""
        if self._timer is not None:
            self._timer.cancel()

    async def close_handshake(self) -> None:
        """httpcore forgets the connection to a SOCKS proxy that didn't get beyond its greeting."""
        if self._stream is not None and self.phase == _HANDSHAKE:
            with contextlib.suppress(Exception):
                await self._stream.aclose()

    async def _note(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(".started"):
            self.phase = event.removesuffix(".started")
        if event in _REACHED:
            self._stream = info["return_value"]
            self._timer = asyncio.get_running_loop().call_later(self._limit_s, self._expire)
        if is_request_leaving(event, info):
            self.is_sent = True
            self.end()
        if self._outer is not None:
            await self._outer(event, info)

    def _expire(self) -> None:
        # Hanging up makes the library see an end, after which it cleans up; cancelling it would leave
        # its place in the pool taken.
        self.is_late = True
        connection = self._stream.get_extra_info("socket")
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
