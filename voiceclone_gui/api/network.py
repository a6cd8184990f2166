"""The one HTTP client: the system's certificates, the chosen proxy, and nothing sent unasked."""

from __future__ import annotations

import asyncio
import ipaddress
import urllib.request
from collections.abc import Mapping

import httpx

from voiceclone_gui.api.certificates import make_tls_context
from voiceclone_gui.api.proxy_transport import ProxyTransport
from voiceclone_gui.core.errors import NotConnected
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.proxy import ProxyChoice, ProxyMode, ProxyServer, parse_proxy

# For those who only hand it on and may not know the library.
HttpClient = httpx.AsyncClient

CONNECT_TIMEOUT_S = 10.0
PROXY_TIMEOUT_S = 20.0
READ_TIMEOUT_S = 60.0
CHECK_READ_TIMEOUT_S = 20.0
DOWNLOAD_READ_TIMEOUT_S = 60.0
WRITE_TIMEOUT_S = 60.0
# A proxy or a virus scanner may take a whole upload at once and pass it on at the line's own pace.
_UPLOAD_BASE_S = 120.0
_SLOW_LINE_BYTES_PER_S = 50_000


def load_http() -> None:
    """Load what the first call needs; for a thread, since half of it is loaded only when it is first used."""
    asyncio.run(_open_and_close())


async def open_http_client(
    *, proxy: ProxyChoice | None = None, proxy_timeout_s: float = PROXY_TIMEOUT_S
) -> HttpClient:
    """A client for all services; without ``proxy`` by the system's. Another proxy needs another client.

    The TLS context takes its time: it is made once, in a thread.
    """
    system, context = await asyncio.gather(
        asyncio.to_thread(urllib.request.getproxies), asyncio.to_thread(make_tls_context)
    )
    direct = httpx.AsyncHTTPTransport(verify=context)
    made: dict[str, httpx.AsyncBaseTransport] = {}

    def transport_for(server: ProxyServer | Problem) -> httpx.AsyncBaseTransport:
        if isinstance(server, Problem):
            return _NoWay(problem=server)
        name = f"{server.user}@{server.address}"
        if name not in made:
            made[name] = ProxyTransport(proxy=server, context=context, direct=direct, limit_s=proxy_timeout_s)
        return made[name]

    routes = proxy_routes(proxy or ProxyChoice(), system=system)
    return httpx.AsyncClient(
        transport=direct,
        # Neither a .netrc password nor an environment's proxy may come in behind our back.
        trust_env=False,
        mounts={
            pattern: None if server is None else transport_for(server) for pattern, server in routes.items()
        },
        timeout=time_limits(READ_TIMEOUT_S),
        follow_redirects=False,
    )


def time_limits(read_s: float) -> httpx.Timeout:
    """The limits of one call that waits ``read_s`` for its answer to begin or to go on."""
    return httpx.Timeout(
        connect=CONNECT_TIMEOUT_S, read=read_s, write=WRITE_TIMEOUT_S, pool=CONNECT_TIMEOUT_S
    )


def upload_read_s(size_bytes: int) -> float:
    """How long the answer to an upload may take: the longer, the more may still be on its way."""
    return _UPLOAD_BASE_S + size_bytes / _SLOW_LINE_BYTES_PER_S


def proxy_routes(
    choice: ProxyChoice, *, system: Mapping[str, str]
) -> dict[str, ProxyServer | Problem | None]:
    """httpx's mount patterns, each with its proxy, with ``None`` for none, or with what is wrong with it.

    ``system`` is what ``urllib.request.getproxies`` tells. Loopback is never proxied, nor what
    ``no_proxy`` names, whichever proxy it is.
    """
    excluded = [entry.strip() for entry in system.get("no", "").split(",") if entry.strip()]
    routes: dict[str, ProxyServer | Problem | None] = {}
    if choice.mode is ProxyMode.OWN and "*" not in excluded:
        routes["all://"] = choice.server
    if choice.mode is ProxyMode.SYSTEM and "*" not in excluded:
        for scheme in ("http", "https", "all"):
            if system.get(scheme):
                routes[f"{scheme}://"] = parse_proxy(system[scheme])
    for host in ("localhost", "127.0.0.1", "[::1]"):
        routes[f"all://{host}"] = None
    for entry in excluded:
        if entry != "*":
            routes[_exclusion_pattern(entry)] = None
    return routes


async def _open_and_close() -> None:
    async with httpx.AsyncClient(verify=make_tls_context(), trust_env=False):
        pass


class _NoWay(httpx.AsyncBaseTransport):
    """Stands for a proxy whose address can't be used: whatever doesn't need it still works."""

    def __init__(self, *, problem: Problem) -> None:
        self._problem = problem

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002
        raise NotConnected(self._problem.code, field=self._problem.field, **self._problem.values)  # type: ignore[arg-type]


def _exclusion_pattern(entry: str) -> str:
    if "://" in entry:
        return entry
    try:
        address = ipaddress.ip_address(entry.strip("[]"))
    except ValueError:
        return f"all://*{entry.removeprefix('*')}"
    return f"all://[{address}]" if address.version == 6 else f"all://{address}"
