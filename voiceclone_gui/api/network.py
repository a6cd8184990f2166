"""The one HTTP client: the system's certificates, its proxy settings, and nothing sent unasked."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import urllib.request
from collections.abc import Mapping

import httpx
import truststore

# For those who only hand it on and may not know the library.
HttpClient = httpx.AsyncClient

CONNECT_TIMEOUT_S = 10.0
CLONE_READ_TIMEOUT_S = 300.0
READ_TIMEOUT_S = 60.0
WRITE_TIMEOUT_S = 60.0


async def open_http_client() -> HttpClient:
    """A client for all services. The TLS context takes its time: it is made once, in a thread."""
    proxies, context = await asyncio.gather(
        asyncio.to_thread(urllib.request.getproxies), asyncio.to_thread(_make_tls_context)
    )
    return httpx.AsyncClient(
        verify=context,
        # Neither a .netrc password nor an environment's proxy may come in behind our back.
        trust_env=False,
        mounts={
            pattern: None if proxy is None else httpx.AsyncHTTPTransport(verify=context, proxy=proxy)
            for pattern, proxy in proxy_patterns(proxies).items()
        },
        timeout=httpx.Timeout(
            connect=CONNECT_TIMEOUT_S, read=READ_TIMEOUT_S, write=WRITE_TIMEOUT_S, pool=CONNECT_TIMEOUT_S
        ),
        follow_redirects=False,
    )


def proxy_patterns(proxies: Mapping[str, str]) -> dict[str, str | None]:
    """httpx's mount patterns for the system's proxies (as ``urllib.request.getproxies`` tells them).

    ``socks://``, as GNOME and Clash write it, means SOCKS 5. Loopback is never proxied, nor what
    ``no_proxy`` names.
    """
    excluded = [entry.strip() for entry in proxies.get("no", "").split(",") if entry.strip()]
    patterns: dict[str, str | None] = {}
    if "*" not in excluded:
        for scheme in ("http", "https", "all"):
            if proxies.get(scheme):
                patterns[f"{scheme}://"] = _proxy_address(proxies[scheme])
    for host in ("localhost", "127.0.0.1", "[::1]"):
        patterns[f"all://{host}"] = None
    for entry in excluded:
        if entry != "*":
            patterns[_exclusion_pattern(entry)] = None
    return patterns


def _proxy_address(address: str) -> str:
    scheme, separator, rest = address.partition("://")
    if not separator:
        return f"http://{address}"
    return f"socks5://{rest}" if scheme.lower() == "socks" else f"{scheme.lower()}://{rest}"


def _exclusion_pattern(entry: str) -> str:
    if "://" in entry:
        return entry
    try:
        address = ipaddress.ip_address(entry.strip("[]"))
    except ValueError:
        return f"all://*{entry}"
    return f"all://[{address}]" if address.version == 6 else f"all://{address}"


def _make_tls_context() -> ssl.SSLContext:
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
