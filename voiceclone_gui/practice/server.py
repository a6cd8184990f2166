"""The practice service as the program and the tests see it: start, address, token, stop."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import http.client
import os
import secrets
import socket
import sqlite3
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.errors import PracticeServiceFailed
from voiceclone_gui.practice.call_log import CallLog, RequestRecord
from voiceclone_gui.practice.connection import Connection
from voiceclone_gui.practice.demo_links import DemoLinks
from voiceclone_gui.practice.fault_layer import FaultLayer
from voiceclone_gui.practice.faults import FaultScript
from voiceclone_gui.practice.front import Front
from voiceclone_gui.practice.jobs import AudioDesk, AudioJobs
from voiceclone_gui.practice.parts import ServiceParts
from voiceclone_gui.practice.routes import build_app
from voiceclone_gui.practice.state import PracticeState, Totals
from voiceclone_gui.practice.store_thread import StoreThread

_HOST = "127.0.0.1"
_ANSWER_LIMIT_S = 15.0
# Longer than any client keeps an idle connection, so that the client is the one to close it.
_KEEP_ALIVE_S = 75
_TURNS_TO_CONNECT = 4


@dataclass(frozen=True, kw_only=True)
class Counters(Totals):
    """``calls`` by endpoint since the start (``files/upload``, ``demo``, ``other``); the rest since ever."""

    calls: Mapping[str, int]


class PracticeServer:
    """A stand-in for the online service, on this computer and in this process.

    It runs in a thread with its own event loop, on 127.0.0.1 and a free port. ``clock`` gives the time by
    which voices and links expire; ``jobs`` may put something else in place of the audio process.
    """

    def __init__(
        self,
        *,
        state_dir: Path,
        faults: FaultScript | None = None,
        clock: Callable[[], datetime] | None = None,
        jobs: AudioJobs | None = None,
    ) -> None:
        self._state_dir = state_dir
        self._faults = faults or FaultScript()
        self._clock = clock or _now
        self._jobs = jobs or AudioJobs()
        self._run: _Run | None = None

    @property
    def faults(self) -> FaultScript:
        """What is to go wrong."""
        return self._faults

    @property
    def base_url(self) -> str:
        """The address without a prefix, such as ``http://127.0.0.1:40123``."""
        return self._started().root

    @property
    def token(self) -> str:
        """The token of this run; made anew at each start."""
        return self._started().token

    @property
    def counters(self) -> Counters:
        """What was called, made and billed; also after the end."""
        run = self._started()
        return Counters(calls=run.log.calls(), **dataclasses.asdict(run.totals()))

    @property
    def requests(self) -> tuple[RequestRecord, ...]:
        """The newest requests, in the order in which they came; also after the end."""
        return self._started().log.requests()

    def uploaded_bytes(self, file_id: int) -> bytes:
        """An upload exactly as it came. ``KeyError`` for a number that was never given, or is deleted."""
        path = self._state_dir / "uploads" / str(file_id)
        if not path.is_file():
            raise KeyError(file_id)
        return path.read_bytes()

    def start(self) -> None:
        """Start, and return when it answers.

        Raises ``PracticeServiceFailed``; nothing is left behind then.
        """
        if self._run is not None and self._run.is_alive:
            raise RuntimeError("the practice service runs already")
        run = _Run(
            listener=_listen(),
            state=PracticeState(state_dir=self._state_dir, clock=self._clock),
            script=self._faults,
            clock=self._clock,
            jobs=self._jobs,
        )
        try:
            run.start()
            _check_answers(run.root)
            run.log.clear()
        except BaseException:
            run.stop()
            raise
        self._run = run

    def stop(self) -> None:
        """End it: connections are broken off, waits end. Returns when thread, process and socket are gone."""
        if self._run is not None:
            self._run.stop()

    def _started(self) -> _Run:
        if self._run is None:
            raise RuntimeError("the practice service was not started")
        return self._run


class _Run:
    """One life of the service, from its socket to its end."""

    def __init__(
        self,
        *,
        listener: socket.socket,
        state: PracticeState,
        script: FaultScript,
        clock: Callable[[], datetime],
        jobs: AudioJobs,
    ) -> None:
        self.root = f"http://{_HOST}:{listener.getsockname()[1]}"
        self.token = "sk-practice-" + secrets.token_urlsafe(24)
        self.log = CallLog()
        self._listener = listener
        self._state = state
        self._script = script
        self._clock = clock
        self._jobs = jobs
        self._store = StoreThread()
        self._thread = threading.Thread(target=self._live, name="practice-service", daemon=True)
        self._ready: Future[Callable[[], None]] = Future()
        self._last_totals: Totals | None = None

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def totals(self) -> Totals:
        return self._last_totals or self._state.totals()

    def start(self) -> None:
        try:
            self._state.open()
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else type(error).__name__
            raise PracticeServiceFailed("practice-no-start", reason=reason) from error
        except sqlite3.Error as error:
            raise PracticeServiceFailed("practice-no-start", reason=str(error)) from error
        self._thread.start()
        try:
            self._ready.result()
        except Exception as error:
            raise PracticeServiceFailed("practice-no-start", reason=type(error).__name__) from error

    def stop(self) -> None:
        if self._thread.is_alive() and self._ready.exception() is None:
            self._ready.result()()
        if self._thread.ident is not None:
            self._thread.join()
        self._listener.close()
        self._store.close()
        if self._last_totals is None and self._thread.ident is not None:
            self._last_totals = self._state.totals()
        self._state.close()

    def _live(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        desk = AudioDesk(jobs=self._jobs)
        try:
            desk.start()
            front = self._build(desk)
            server = _Server(_config(front))

            def stop(turns_left: int = _TURNS_TO_CONNECT) -> None:
                if turns_left:
                    server.stop_accepting()
                    loop.call_soon(stop, turns_left - 1)
                    return
                server.break_off()
                front.stop()

            def stop_from_any_thread() -> None:
                with contextlib.suppress(RuntimeError):  # it has ended by itself
                    loop.call_soon_threadsafe(stop)

            server.on_started = lambda: self._ready.set_result(stop_from_any_thread)
            await server.serve(sockets=[self._listener])
        finally:
            await desk.aclose()

    def _build(self, desk: AudioDesk) -> Front:
        parts = ServiceParts(
            state=self._state,
            store=self._store,
            desk=desk,
            links=DemoLinks(key=self._state.signing_key(), clock=self._clock),
            script=self._script,
            catalog=load_catalog(),
            token=self.token,
            root=self.root,
        )
        layer = FaultLayer(app=build_app(parts), script=self._script)
        return Front(app=layer, log=self.log, token=self.token)


class _Server(uvicorn.Server):
    """uvicorn's server, which tells when it is ready and can break everything off."""

    on_started: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.on_started()

    def stop_accepting(self) -> None:
        """Leave new connections in the queue of the system.

        What was accepted already still needs some turns of the loop: asyncio loses the socket of a connection
        whose server is closed in between (``Server._attach`` fails, and nobody closes it).
        """
        loop = asyncio.get_running_loop()
        for listening in self.servers:
            for accepting in listening.sockets:
                with contextlib.suppress(NotImplementedError):  # Windows' loop accepts in another way
                    loop.remove_reader(accepting)

    def break_off(self) -> None:
        """End every connection; nothing may be on its way in, see :meth:`stop_accepting`."""
        self.should_exit = True
        for listening in self.servers:
            listening.close()
        for connection in tuple(self.server_state.connections):
            if isinstance(connection, Connection):
                connection.transport.abort()


def _config(app: Front) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
    )


def _listen() -> socket.socket:
    try:
        # The protocol by name: without it asyncio doesn't take these for TCP connections, and leaves on them
        # the system's habit of holding the second part of an answer back for 40 ms.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listener.bind((_HOST, 0))
            listener.listen()
        except BaseException:
            listener.close()
            raise
    except OSError as error:
        raise _no_loopback(error) from error
    return listener


def _check_answers(root: str) -> None:
    connection = http.client.HTTPConnection(root.removeprefix("http://"), timeout=_ANSWER_LIMIT_S)
    try:
        connection.request("HEAD", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException) as error:
        raise _no_loopback(error) from error
    finally:
        connection.close()


def _no_loopback(error: Exception) -> PracticeServiceFailed:
    number = error.errno if isinstance(error, OSError) else None
    reason = os.strerror(number) if number else type(error).__name__
    return PracticeServiceFailed("practice-no-loopback", reason=reason)


def _now() -> datetime:
    return datetime.now(UTC)
