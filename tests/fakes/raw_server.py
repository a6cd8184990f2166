"""A server of plain sockets: it keeps every byte it was sent and answers with the bytes it is given."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import ssl
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class CapturedRequest:
    """One request as it came over the wire."""

    head: bytes
    body: bytes = b""

    @property
    def first_line(self) -> str:
        return self.head.split(b"\r\n", 1)[0].decode("latin-1")

    @property
    def headers(self) -> dict[str, str]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name
        }


@dataclass
class RawAnswer:
    """What to send back; ``close_before`` breaks the connection instead, ``hold`` waits for the test."""

    content: bytes = b""
    close_before: bool = False
    read_head: bool = True
    read_body_bytes: int | None = None
    reset: bool = False
    hold: threading.Event | None = None
    reached: threading.Event = field(default_factory=threading.Event)


def http_answer(
    body: bytes | str | dict[str, object],
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    type_: str = "",
) -> RawAnswer:
    """A whole HTTP answer; a dict becomes JSON."""
    if isinstance(body, dict):
        content, type_ = json.dumps(body).encode(), type_ or "application/json"
    else:
        content = body.encode() if isinstance(body, str) else body
    all_headers = {
        "Content-Type": type_ or "text/html",
        "Content-Length": str(len(content)),
        "Connection": "close",
    }
    all_headers |= headers or {}
    lines = "".join(f"{name}: {value}\r\n" for name, value in all_headers.items())
    return RawAnswer(content=f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + content)


class RawServer:
    """Serves the given answers in turn, one connection each, on 127.0.0.1; use it with ``with``.

    With ``tls`` it speaks https; a connection whose handshake fails has had its answer. It ends when nobody
    comes for ``patience_s``.
    """

    def __init__(
        self,
        answers: Sequence[RawAnswer],
        *,
        tls: ssl.SSLContext | None = None,
        patience_s: float = 20.0,
    ) -> None:
        self._tls = tls
        self.requests: list[CapturedRequest] = []
        self._answers = list(answers)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(patience_s)
        self._thread = threading.Thread(target=self._serve, name="raw-server")

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> RawServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for answer in self._answers:
            if answer.hold is not None:
                answer.hold.set()
        # A last connection of our own wakes a server that still waits for one.
        self._closing = True
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        self._thread.join(10)
        self._socket.close()

    _closing = False

    def _serve(self) -> None:
        for answer in self._answers:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            if self._closing:
                connection.close()
                return
            with connection:
                try:
                    self._answer_by_tls(connection, answer)
                except OSError:
                    continue

    def _answer_by_tls(self, connection: socket.socket, answer: RawAnswer) -> None:
        if self._tls is None:
            self._answer(connection, answer)
            return
        connection.settimeout(10)
        with self._tls.wrap_socket(connection, server_side=True) as encrypted:
            self._answer(encrypted, answer)

    def _answer(self, connection: socket.socket, answer: RawAnswer) -> None:
        connection.settimeout(10)
        if answer.close_before:
            answer.reached.set()
            return
        if answer.read_head:
            self.requests.append(self._read(connection, answer.read_body_bytes))
        else:
            connection.recv(65536)
        answer.reached.set()
        if answer.hold is not None:
            answer.hold.wait(20)
        if answer.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            return
        connection.sendall(answer.content)

    @staticmethod
    def _read(connection: socket.socket, limit: int | None) -> CapturedRequest:
        received = b""
        while b"\r\n\r\n" not in received:
            piece = connection.recv(65536)
            if not piece:
                return CapturedRequest(head=received)
            received += piece
        head, _, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        wanted = int(length[1]) if length else 0
        if limit is not None:
            wanted = min(wanted, limit)
        pieces = [body]
        size = len(body)
        while size < wanted:
            piece = connection.recv(65536)
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
        return CapturedRequest(head=head, body=b"".join(pieces))
