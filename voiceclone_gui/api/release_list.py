"""Fetching the list of releases and its SHA-256: open to all, so nothing of the user goes along."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx

from voiceclone_gui.api.network import HttpClient, open_http_client, time_limits
from voiceclone_gui.api.preview import REDIRECTS_MAX
from voiceclone_gui.api.transport import open_stream
from voiceclone_gui.core.address import is_loopback_host, is_private_literal
from voiceclone_gui.core.errors import ConnectionLost, UpdateCheckFailed
from voiceclone_gui.core.proxy import ProxyChoice

LIST_MAX_BYTES = 1_000_000
SUM_MAX_BYTES = 1_000
LIMIT_S = 30.0
_READ_TIMEOUT_S = 15.0
_HOST = re.compile(r"[\w.:-]+")
_REDIRECTS = {301, 302, 303, 307, 308}
# Neither a version nor a system, which would tell something of the user; no token, no cookie.
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "VoiceClone"}


async def fetch_release_list(
    address: str, *, proxy: ProxyChoice, on_sent: Callable[[], None], limit_s: float = LIMIT_S
) -> tuple[bytes, bytes]:
    """The list at ``address`` and what lies at ``address`` + ``.sha256``, both within ``limit_s``.

    At most five redirects are followed, by https alone and into no private network. ``on_sent`` is called
    when the first byte is about to leave. Raises ``UpdateCheckFailed``, ``NotConnected``,
    ``ConnectionLost``.
    """
    try:
        async with asyncio.timeout(limit_s), await open_http_client(proxy=proxy) as http:
            content = await _fetch(http, address, limit_bytes=LIST_MAX_BYTES, on_sent=on_sent)
            sum_file = await _fetch(http, f"{address}.sha256", limit_bytes=SUM_MAX_BYTES, on_sent=on_sent)
    except TimeoutError as error:
        raise ConnectionLost("read-timeout", host=_host(address)) from error
    return content, sum_file


async def _fetch(http: HttpClient, address: str, *, limit_bytes: int, on_sent: Callable[[], None]) -> bytes:
    first = url = _parsed(address, host=_host(address))
    for _ in range(REDIRECTS_MAX + 1):
        async with _open(http, url, on_sent=on_sent) as response:
            location = response.headers.get("location")
            if response.status_code in _REDIRECTS and location:
                url = _next(url, location, first=first)
                continue
            if response.status_code != 200:
                raise UpdateCheckFailed("release-list-status", host=url.host, status=response.status_code)
            return await _read(response, host=url.host, limit_bytes=limit_bytes)
    raise UpdateCheckFailed("release-list-redirects", host=first.host)


@asynccontextmanager
async def _open(
    http: HttpClient, url: httpx.URL, *, on_sent: Callable[[], None]
) -> AsyncIterator[httpx.Response]:
    # Made by hand: the client would add its own headers, and the cookies of an answer before.
    extensions = {"timeout": time_limits(_READ_TIMEOUT_S).as_dict()}
    request = httpx.Request("GET", url, headers=_HEADERS, extensions=extensions)
    async with open_stream(http, request, on_sent=on_sent) as response:
        yield response


async def _read(response: httpx.Response, *, host: str, limit_bytes: int) -> bytes:
    # The sum is that of the bytes on the server; and unpacking could make much out of little.
    if response.headers.get("content-encoding", "identity") != "identity":
        raise UpdateCheckFailed("release-list-packed", host=host)
    content = bytearray()
    async for piece in response.aiter_raw():
        content += piece
        if len(content) > limit_bytes:
            raise UpdateCheckFailed("release-list-too-big", host=host, limit_kb=limit_bytes // 1000)
    return bytes(content)


def _next(url: httpx.URL, location: str, *, first: httpx.URL) -> httpx.URL:
    """Where ``url`` leads by ``location``, if that may be followed."""
    found = _parsed(location, host=first.host, base=url)
    is_plain = found.scheme == "https" and not found.userinfo and _HOST.fullmatch(found.host)
    is_inside = is_loopback_host(found.host) or is_private_literal(found.host)
    # Who chose an address in a private network meant that computer, and no other there.
    if not is_plain or (is_inside and found.host != first.host):
        raise UpdateCheckFailed("release-list-redirect", host=first.host)
    return found


def _parsed(address: str, *, host: str, base: httpx.URL | None = None) -> httpx.URL:
    try:
        return base.join(address) if base is not None else httpx.URL(address)
    except httpx.InvalidURL as error:
        raise UpdateCheckFailed("release-list-redirect", host=host) from error


def _host(address: str) -> str:
    return address.split("://", 1)[-1].split("/", 1)[0]
