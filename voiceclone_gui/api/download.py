"""Fetching the preview: another host, no token, byte for byte, bounded (contract, section 5)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx

from voiceclone_gui.api.faults import parse_retry_after
from voiceclone_gui.api.network import DOWNLOAD_READ_TIMEOUT_S, time_limits
from voiceclone_gui.api.preview import (
    PREVIEW_MAX_BYTES,
    REDIRECTS_MAX,
    check_link,
    follow_redirect,
    sniff_audio,
)
from voiceclone_gui.api.transport import open_stream
from voiceclone_gui.core.address import ServiceAddress
from voiceclone_gui.core.answers import Preview
from voiceclone_gui.core.errors import PreviewUnavailable, ServiceTrouble, SlowDown

_REDIRECTS = {301, 302, 303, 307, 308}


async def fetch_preview(
    http: httpx.AsyncClient,
    url: str,
    *,
    service: ServiceAddress,
    on_progress: Callable[[int, int], None] | None = None,
    limit_bytes: int = PREVIEW_MAX_BYTES,
) -> Preview:
    """The preview behind ``url``, following at most five redirects, each judged like the first link.

    Raises ``PreviewUnavailable`` for what won't get better, ``NotConnected``, ``ConnectionLost``,
    ``SlowDown`` and ``ServiceTrouble`` for what may.
    """
    if not url:
        raise PreviewUnavailable("preview-empty")
    for _ in range(REDIRECTS_MAX + 1):
        async with _open(http, url, service=service) as response:
            location = response.headers.get("location")
            if response.status_code in _REDIRECTS and location:
                url = follow_redirect(url, location)
                continue
            _check_status(response)
            content = await _read(response, on_progress=on_progress, limit_bytes=limit_bytes)
        kind = sniff_audio(content)
        if kind is None:
            raise PreviewUnavailable("preview-not-audio" if content else "preview-truncated")
        return Preview(content=content, kind=kind)
    raise PreviewUnavailable("preview-redirects")


@asynccontextmanager
async def _open(
    http: httpx.AsyncClient, url: str, *, service: ServiceAddress
) -> AsyncIterator[httpx.Response]:
    link = check_link(url, service=service)
    request = http.build_request(
        "GET",
        link.origin,
        headers={"Accept": "*/*", "Accept-Encoding": "identity"},
        extensions={"target": link.target},
        timeout=time_limits(DOWNLOAD_READ_TIMEOUT_S),
    )
    async with open_stream(http, request) as response:
        yield response


def _check_status(response: httpx.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    if status in {429, 500, 502, 503, 504}:
        trouble: SlowDown | ServiceTrouble = (
            SlowDown("slow-down") if status == 429 else ServiceTrouble("service-trouble", status=status)
        )
        trouble.http_status = status
        trouble.retry_after_s = parse_retry_after(response.headers.get("retry-after"))
        raise trouble
    raise PreviewUnavailable("preview-expired", detail=f"HTTP {status}")


async def _read(
    response: httpx.Response, *, on_progress: Callable[[int, int], None] | None, limit_bytes: int
) -> bytes:
    length = response.headers.get("content-length", "")
    total_bytes = int(length) if length.isdecimal() else 0
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) > limit_bytes:
            raise PreviewUnavailable("preview-too-big", limit_mb=limit_bytes // 10**6)
        if on_progress is not None:
            on_progress(len(content), total_bytes)
    return bytes(content)
