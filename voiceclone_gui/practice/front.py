"""The outermost layer: every answer's own headers, the record of calls, and a quick end when stopping."""

from __future__ import annotations

import asyncio
import secrets

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from voiceclone_gui.practice.call_log import CallLog, OpenRequest, endpoint_of
from voiceclone_gui.practice.connection import reset, transport_of

NOTICE = "stand-in voice, not a clone"
TRACE_ID = "trace_id"
ANSWERS_EARLY = "answers_early"
# A client that is still sending may never see an answer: closing then resets the connection.
_READ_OUT_BYTES = 32 * 2**20


class Front:
    """An ASGI application around the whole service."""

    def __init__(self, *, app: ASGIApp, log: CallLog, token: str) -> None:
        self._app = app
        self._log = log
        self._token = token
        self._running: set[asyncio.Task[object]] = set()
        self._is_stopping = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        task = asyncio.current_task()
        if task is None or self._is_stopping:
            reset(transport_of(scope))
            await _until_disconnected(receive)
            return
        trace_id = secrets.token_hex(16)
        scope["state"][TRACE_ID] = trace_id
        request = OpenRequest(scope=scope, trace_id=trace_id, token=self._token)
        self._log.open(request, endpoint=endpoint_of(scope))
        body = _Body(receive=receive, request=request)
        own_headers = [
            (b"trace-id", trace_id.encode("ascii")),
            (b"x-practice-service", NOTICE.encode("ascii")),
        ]

        async def marked_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                if ANSWERS_EARLY not in scope["state"]:
                    await body.read_out()
                message = {**message, "headers": [*message["headers"], *own_headers]}
            await send(message)

        self._running.add(task)
        try:
            await self._app(scope, body.receive, marked_send)
        except ClientDisconnect:
            return  # nobody is left to answer
        except asyncio.CancelledError:
            if not self._was_stopped():
                raise
            # To return before the broken connection is known to be gone would be an error of ours.
            await _until_disconnected(receive)
        finally:
            self._running.discard(task)

    def _was_stopped(self) -> bool:
        return self._is_stopping

    def stop(self) -> None:
        """End every request where it stands; the connections have been broken off before."""
        self._is_stopping = True
        for task in self._running:
            task.cancel()


async def _until_disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class _Body:
    """A request's body on its way to whoever reads it."""

    def __init__(self, *, receive: Receive, request: OpenRequest) -> None:
        self._receive = receive
        self._request = request
        self._is_at_end = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._request.feed(message.get("body", b""))
        self._is_at_end = not message.get("more_body", False)
        return message

    async def read_out(self) -> None:
        """Take what is left, for nobody."""
        taken_bytes = 0
        while not self._is_at_end and taken_bytes <= _READ_OUT_BYTES:
            taken_bytes += len((await self.receive()).get("body", b""))
