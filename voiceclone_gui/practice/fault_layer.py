"""Plays the fault script on the wire: sits around the application and spoils what passes through."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Iterable
from typing import TypeVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from voiceclone_gui.practice.connection import reset, transport_of
from voiceclone_gui.practice.faults import (
    Answer,
    Break,
    Delay,
    Fault,
    FaultScript,
    Flood,
    Hold,
    Point,
    Redirect,
    Reply,
    Rewrite,
    Step,
    Trickle,
)
from voiceclone_gui.practice.front import ANSWERS_EARLY

F = TypeVar("F")

_STEPS = {
    ("POST", "files/upload"): Step.UPLOAD,
    ("GET", "files/list"): Step.FILES_LIST,
    ("GET", "files/retrieve"): Step.FILES_RETRIEVE,
    ("POST", "files/delete"): Step.FILES_DELETE,
    ("POST", "voice_clone"): Step.CLONE,
    ("POST", "t2a_v2"): Step.SYNTHESIS,
    ("POST", "get_voice"): Step.GET_VOICE,
    ("POST", "delete_voice"): Step.DELETE_VOICE,
}
_PURPOSE = re.compile(rb'name="?purpose"?\r\n(?:[^\r\n]+\r\n)*\r\n([a-z_]+)\r\n')
_PURPOSE_WITHIN_BYTES = 64 * 1024
_PIECE_BYTES = 64 * 1024
_TICK_S = 0.02


def step_of(scope: Scope) -> Step | None:
    """The step that a request belongs to; an upload counts as the recording's until its purpose is known."""
    path: str = scope["path"]
    if path.startswith("/demo/"):
        return Step.DEMO
    _, found, endpoint = path.partition("/v1/")
    return _STEPS.get((scope["method"], endpoint)) if found else None


class FaultLayer:
    """An ASGI application around another one."""

    def __init__(self, *, app: ASGIApp, script: FaultScript) -> None:
        self._app = app
        self._script = script

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, spoilt where the script says so."""
        step = step_of(scope)
        if step is Step.UPLOAD and self._script.left(Step.UPLOAD, Step.PROMPT_UPLOAD):
            receive, purpose = await _peek_purpose(receive)
            step = Step.PROMPT_UPLOAD if purpose == "prompt_audio" else Step.UPLOAD
        faults = self._script.take(step) if step is not None else ()
        if not faults:
            await self._app(scope, receive, send)
            return
        await _SpoiltRequest(app=self._app, faults=faults, scope=scope, receive=receive, send=send).run()


class _BrokenOff(Exception):
    """The connection was broken by a fault; nothing more is to be done for this request."""


class _SpoiltRequest:
    """One request on its way through its faults."""

    def __init__(
        self, *, app: ASGIApp, faults: tuple[Fault, ...], scope: Scope, receive: Receive, send: Send
    ) -> None:
        self._app = app
        self._faults = faults
        self._scope = scope
        self._receive = receive
        self._send = send
        self._transport = transport_of(scope)
        self._body_bytes = 0
        self._is_read = False
        self._passed: set[int] = set()

    async def run(self) -> None:
        try:
            await self._play()
        except _BrokenOff:
            await self._wait_until_gone()

    async def _play(self) -> None:
        reply = self._first(Reply)
        await self._pass(Point.BEFORE_BODY)
        if reply is not None and not reply.reads_body:
            self._scope["state"][ANSWERS_EARLY] = True
            await self._answer(reply.answer)
            return
        if reply is not None and not reply.after_work:
            await self._read_rest()
            answer = reply.answer
        else:
            answer = await self._do_work()
            await self._pass(Point.AFTER_WORK)
            if reply is not None:
                answer = reply.answer
        for rewrite in self._all(Rewrite):
            answer = rewrite.change(answer)
        redirect = self._first(Redirect)
        if redirect is not None:
            answer = self._redirection(redirect)
        await self._answer(answer)

    async def _do_work(self) -> Answer:
        """Let the application do its work and catch its answer."""
        start: Message = {}
        body = bytearray()

        async def catch(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.extend(message.get("body", b""))

        if self._scope["method"] in {"GET", "HEAD"}:
            await self._read_rest()
        await self._app(self._scope, self._watched_receive, catch)
        # A call may be refused by its head alone; its body has its points all the same.
        await self._read_rest()
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
        kept = tuple((n, v) for n, v in headers if n not in {"content-length", "content-type"})
        content_type = dict(headers).get("content-type", "")
        return Answer(status=start["status"], content_type=content_type, body=bytes(body), headers=kept)

    async def _watched_receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._body_bytes += len(message.get("body", b""))
            await self._pass(Point.IN_BODY, reached_bytes=self._body_bytes)
            if not message.get("more_body", False):
                self._is_read = True
                await self._pass(Point.BEFORE_WORK)
        return message

    async def _read_rest(self) -> None:
        while not self._is_read and (await self._watched_receive())["type"] == "http.request":
            pass

    async def _pass(self, point: Point, *, reached_bytes: int = 0) -> None:
        """Wait or break where the faults say so, in their order; each of them once."""
        for index, fault in enumerate(self._faults):
            if not isinstance(fault, Hold | Delay | Break) or fault.at is not point or index in self._passed:
                continue
            if not isinstance(fault, Delay) and reached_bytes < fault.after_bytes:
                continue
            self._passed.add(index)
            if isinstance(fault, Hold):
                await fault.gate.pass_through()
            elif isinstance(fault, Delay):
                await asyncio.sleep(fault.seconds)
            else:
                await self._break(fault)

    async def _break(self, fault: Break) -> None:
        # What was sent so far has to arrive first: a reset drops what is still waiting here.
        # A transport tells nobody that it is empty.
        while self._transport.get_write_buffer_size() and not self._transport.is_closing():  # noqa: ASYNC110
            await asyncio.sleep(_TICK_S)
        if fault.is_reset:
            reset(self._transport)
        else:
            self._transport.close()
        raise _BrokenOff

    async def _answer(self, answer: Answer) -> None:
        flood = self._first(Flood)
        length = flood.size_bytes if flood is not None else len(answer.body)
        headers = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in answer.headers]
        content_type = flood.content_type if flood is not None else answer.content_type
        headers.append((b"content-type", content_type.encode("latin-1")))
        if flood is None or flood.is_declared:
            headers.append((b"content-length", str(length).encode("ascii")))
        await self._send(
            {"type": "http.response.start", "status": 200 if flood else answer.status, "headers": headers}
        )
        if flood is not None:
            await self._send_flood(flood)
        else:
            await self._send_body(answer.body)
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_body(self, body: bytes) -> None:
        """The body in pieces that end where a fault wants to break or hold."""
        trickle = self._first(Trickle)
        stops = sorted(
            {f.after_bytes for f in self._faults if isinstance(f, Hold | Break) and f.at is Point.IN_ANSWER}
        )
        sent_bytes = 0
        for stop in (*(min(s, len(body)) for s in stops), len(body)):
            await self._send_piece(body[sent_bytes:stop], trickle)
            sent_bytes = stop
            await self._pass(Point.IN_ANSWER, reached_bytes=sent_bytes)

    async def _send_piece(self, piece: bytes, trickle: Trickle | None) -> None:
        if trickle is None:
            # Also an empty piece: it sends the head on its way.
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})
            return
        size_bytes = max(1, round(trickle.bytes_per_second * _TICK_S))
        for position in range(0, len(piece), size_bytes):
            if self._transport.is_closing():
                raise _BrokenOff
            part = piece[position : position + size_bytes]
            await self._send({"type": "http.response.body", "body": part, "more_body": True})
            await asyncio.sleep(len(part) / trickle.bytes_per_second)

    async def _send_flood(self, flood: Flood) -> None:
        left_bytes = flood.size_bytes
        piece = b"ID3\x04\x00\x00".ljust(_PIECE_BYTES, b"\x00")
        while left_bytes:
            if self._transport.is_closing():
                raise _BrokenOff
            part = piece[: min(left_bytes, _PIECE_BYTES)]
            await self._send({"type": "http.response.body", "body": part, "more_body": True})
            left_bytes -= len(part)
            await asyncio.sleep(0)

    async def _wait_until_gone(self) -> None:
        # Ending earlier would make uvicorn report an application that didn't answer.
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def _redirection(self, redirect: Redirect) -> Answer:
        name = self._scope["path"].rsplit("/", 1)[-1]
        query = self._scope["query_string"].decode("latin-1")
        location = redirect.location or f"/demo/{secrets.token_hex(4)}/{name}?{query}"
        return Answer(status=302, content_type="text/html", body=b"", headers=(("location", location),))

    def _all(self, kind: type[F]) -> Iterable[F]:
        return (fault for fault in self._faults if isinstance(fault, kind))

    def _first(self, kind: type[F]) -> F | None:
        return next(iter(self._all(kind)), None)


async def _peek_purpose(receive: Receive) -> tuple[Receive, str]:
    """The purpose of an upload, read from the beginning of its body, and a way to read that again."""
    seen: list[Message] = []
    beginning = bytearray()
    purpose = ""
    while len(beginning) < _PURPOSE_WITHIN_BYTES:
        message = await receive()
        seen.append(message)
        beginning.extend(message.get("body", b""))
        found = _PURPOSE.search(beginning)
        if found:
            purpose = found[1].decode("ascii")
        if found or message["type"] != "http.request" or not message.get("more_body", False):
            break

    async def receive_again() -> Message:
        return seen.pop(0) if seen else await receive()

    return receive_again, purpose
