"""HTTP by hand on a socket: sees resets, half answers and the moment at which bytes come."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class RawHttp:
    """One connection to ``base_url``."""

    def __init__(self, *, base_url: str, timeout_s: float = 30.0) -> None:
        parts = urlsplit(base_url)
        self._host = parts.netloc
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send_head(self, method: str, target: str, *headers: str, length: int | None = None) -> None:
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self._host}", *headers]
        if length is not None:
            lines.append(f"Content-Length: {length}")
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    def send(self, content: bytes) -> None:
        self._socket.sendall(content)

    def read_to_end(self) -> bytes:
        """All that comes until the other side ends politely. Raises ``ConnectionError`` for a reset."""
        received = bytearray()
        while piece := self._socket.recv(64 * 1024):
            received += piece
        return bytes(received)

    def read_until(self, mark: bytes, *, more_bytes: int = 0) -> bytes:
        """What comes up to ``mark`` and ``more_bytes`` behind it."""
        received = bytearray()
        while mark not in received or len(received.partition(mark)[2]) < more_bytes:
            piece = self._socket.recv(64 * 1024)
            if not piece:
                raise EOFError(bytes(received))
            received += piece
        return bytes(received)

    def exchange(self, content: bytes) -> bytes:
        """Send in small pieces and read to the end. Raises ``ConnectionError`` wherever it breaks."""
        for position in range(0, len(content), 10_000):
            self.send(content[position : position + 10_000])
        return self.read_to_end()

    def close(self) -> None:
        self._socket.close()
