"""One exchange over httpx: every exception of the transport becomes one of our errors here."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from voiceclone_gui.api.certificates import tls_failure
from voiceclone_gui.api.faults import RawAnswer, shorten, trace_id_of
from voiceclone_gui.core.errors import AnswerUnreadable, ConnectionLost, NotConnected, ServiceError

logger = logging.getLogger("voiceclone_gui.calls")
_SENT_EVENT = ".send_request_headers.started"


async def exchange(
    http: httpx.AsyncClient,
    request: httpx.Request,
    *,
    call: str,
    optional: bool,
    answer_limit_bytes: int,
    on_sent: Callable[[], None] | None = None,
) -> RawAnswer:
    """Send ``request`` and read its whole answer, at most ``answer_limit_bytes`` of it.

    ``on_sent`` is called when the first byte of the request is about to leave. Raises ``NotConnected``
    where none left, ``ConnectionLost`` where some may have, ``AnswerUnreadable`` for an endless answer.
    """
    body = bytearray()
    began_s = time.monotonic()
    try:
        async with open_stream(http, request, on_sent=on_sent) as response:
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > answer_limit_bytes:
                    raise AnswerUnreadable(
                        "answer-unreadable", host=request.url.host, reason="it doesn't end"
                    )
            answer = RawAnswer(
                status=response.status_code,
                headers={name.lower(): value for name, value in response.headers.items()},
                body=bytes(body),
                url=str(request.url.copy_with(query=None)),
                host=request.url.host,
                call=call,
                optional=optional,
            )
    except ServiceError as error:
        _log(call, request.url.host, error.code, began_s)
        raise
    trace_id = trace_id_of(answer)
    said = f"HTTP {answer.status}, {len(body)} bytes, trace id {trace_id or 'none'}"
    _log(call, request.url.host, said, began_s)
    return answer


def _log(call: str, host: str, said: str, began_s: float) -> None:
    logger.info("%s at %s: %s, %.0f ms", call, host, said, (time.monotonic() - began_s) * 1000)


@asynccontextmanager
async def open_stream(
    http: httpx.AsyncClient, request: httpx.Request, *, on_sent: Callable[[], None] | None = None
) -> AsyncIterator[httpx.Response]:
    """The answer to ``request`` with its body still to be read; also its reading is covered."""

    async def trace(event: str, info: Mapping[str, Any]) -> None:
        if on_sent is not None and is_request_leaving(event, info):
            on_sent()

    request.extensions = {**request.extensions, "trace": trace}
    try:
        response = await http.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()
    except httpx.HTTPError as error:
        raise convert_transport_error(error, host=request.url.host) from error
    except httpx.InvalidURL as error:
        raise NotConnected("connect-failed", host=request.url.host, reason="bad address") from error
    except ssl.SSLError as error:
        raise tls_failure(error, host=request.url.host, detail=shorten(error.reason)) from error


def is_request_leaving(event: str, info: Mapping[str, Any]) -> bool:
    """Whether a trace event of httpcore's says that the request's first byte is about to leave.

    Asking a proxy for a connection is a request too, but not ours.
    """
    return event.endswith(_SENT_EVENT) and getattr(info.get("request"), "method", b"") != b"CONNECT"


def convert_transport_error(error: httpx.HTTPError, *, host: str) -> ServiceError:
    """Our error for one of httpx's."""
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return NotConnected("connect-timeout", host=host)
    if isinstance(error, httpx.ProxyError):
        return NotConnected("connect-proxy", host=host, reason=shorten(str(error)) or "no reason given")
    if isinstance(error, httpx.ConnectError | httpx.UnsupportedProtocol):
        return _not_connected(error, host)
    if isinstance(error, httpx.TimeoutException):
        return ConnectionLost("read-timeout", host=host)
    return ConnectionLost("connection-lost", host=host, detail=shorten(str(error)))


def _not_connected(error: httpx.HTTPError, host: str) -> NotConnected:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            return tls_failure(cause, host=host, detail=shorten(str(cause)))
        if isinstance(cause, OSError) and type(cause).__name__ == "gaierror":
            return NotConnected("connect-dns", host=host)
        if isinstance(cause, ConnectionRefusedError):
            return NotConnected("connect-refused", host=host)
    return NotConnected("connect-failed", host=host, reason=shorten(str(error)) or type(error).__name__)


def _causes(error: BaseException) -> list[BaseException]:
    """``error`` and all that it came from, also inside groups; bounded by identity."""
    found: list[BaseException] = []
    open_ends: list[BaseException | None] = [error]
    while open_ends:
        cause = open_ends.pop()
        if cause is None or any(cause is seen for seen in found):
            continue
        found.append(cause)
        open_ends += [cause.__cause__, cause.__context__]
        if isinstance(cause, BaseExceptionGroup):
            open_ends += cause.exceptions
    return found
