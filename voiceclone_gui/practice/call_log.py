"""What the practice service was sent, for tests to compare; never a token's value."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import Scope

_KEPT_REQUESTS = 500
_KEPT_BODY_BYTES = 64 * 1024
_MASK = "•••"


@dataclass(frozen=True, kw_only=True)
class RequestRecord:
    """One request as it came. ``headers`` are in their order, names lower-case, tokens masked.

    ``size_bytes`` counts the body as far as it was read; ``body`` holds it where it is JSON of at most
    64 KiB, else nothing. ``trace_id`` is the one that was answered.
    """

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    size_bytes: int
    body: bytes
    trace_id: str

    def header(self, name: str) -> str | None:
        """The value of a header by its lower-case name."""
        return dict(self.headers).get(name)


class OpenRequest:
    """A request while it is being read."""

    def __init__(self, *, scope: Scope, trace_id: str, token: str) -> None:
        self.trace_id = trace_id
        self._scope = scope
        self._token = token
        self._size_bytes = 0
        self._body = bytearray()

    def feed(self, piece: bytes) -> None:
        """Count a piece of the body."""
        self._size_bytes += len(piece)
        if len(self._body) <= _KEPT_BODY_BYTES:
            self._body.extend(piece[: _KEPT_BODY_BYTES + 1])

    def record(self) -> RequestRecord:
        """The request as far as it has come."""
        headers = tuple(
            self._masked(n.decode("latin-1"), v.decode("latin-1")) for n, v in self._scope["headers"]
        )
        is_json = "json" in dict(headers).get("content-type", "")
        whole = is_json and self._size_bytes <= _KEPT_BODY_BYTES
        return RequestRecord(
            method=self._scope["method"],
            path=self._without_token(self._scope["path"]),
            query=self._without_token(self._scope["query_string"].decode("latin-1")),
            headers=headers,
            size_bytes=self._size_bytes,
            body=bytes(self._body).replace(self._token.encode(), _MASK.encode()) if whole else b"",
            trace_id=self.trace_id,
        )

    def _masked(self, name: str, value: str) -> tuple[str, str]:
        if name == "authorization":
            scheme, _, _ = value.partition(" ")
            return name, f"{scheme} {_MASK}"
        return name, self._without_token(value)

    def _without_token(self, text: str) -> str:
        return text.replace(self._token, _MASK)


class CallLog:
    """The newest requests, and how often each endpoint was called; readable from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: deque[OpenRequest] = deque(maxlen=_KEPT_REQUESTS)
        self._calls: Counter[str] = Counter()

    def open(self, request: OpenRequest, *, endpoint: str) -> None:
        """Note that a request has come."""
        with self._lock:
            self._requests.append(request)
            self._calls[endpoint] += 1

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._requests.clear()
            self._calls.clear()

    def requests(self) -> tuple[RequestRecord, ...]:
        """The newest requests in the order in which they came."""
        with self._lock:
            requests = tuple(self._requests)
        return tuple(request.record() for request in requests)

    def calls(self) -> Mapping[str, int]:
        """Calls by endpoint such as ``files/upload``; also ``demo`` and ``other``."""
        with self._lock:
            return dict(self._calls)


def endpoint_of(scope: Scope) -> str:
    """The name under which a call is counted."""
    path: str = scope["path"]
    if path.startswith("/demo/"):
        return "demo"
    _, found, endpoint = path.partition("/v1/")
    return endpoint if found else "other"
