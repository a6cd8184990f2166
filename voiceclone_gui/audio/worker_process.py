"""One audio process as the program sees it: a process, a link, and the thread that talks over it."""

from __future__ import annotations

import contextlib
import multiprocessing
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from voiceclone_gui.audio.worker_child import Fault, Message, Outcome, Progress, Ready, serve


@dataclass(frozen=True, kw_only=True)
class Died:
    """The process ended before it answered. ``exit_code`` is negative for a signal, ``None`` if unknown."""

    exit_code: int | None


@dataclass(frozen=True, kw_only=True)
class _Order:
    payload: bytes
    on_progress: Callable[[object], None]
    answer: Future[Outcome | Died]


class WorkerProcess:
    """An audio process from its start to its end; it is never started again.

    One thread owns it: it starts the process, carries orders and answers, and reaps it. So no event loop
    ever waits for a pipe, and it works the same under every loop and system. ``ready`` says whether the
    process came up; ``ended`` is set when it is reaped and its pipes are closed.
    """

    def __init__(self, *, memory_limit_bytes: int | None) -> None:
        self._memory_limit_bytes = memory_limit_bytes
        self._context = multiprocessing.get_context("spawn")
        self._wake_reader, self._wake_writer = self._context.Pipe(duplex=False)
        self._guard = threading.Lock()
        self._process: SpawnProcess | None = None
        self._order: _Order | None = None
        self._doomed = threading.Event()
        self._over = False
        self._exit_code: int | None = None
        self.ready: Future[bool] = _started_future()
        self.ended: Future[None] = _started_future()
        # A daemon: a program that ends without closing its worker must not hang on it.
        self._thread = threading.Thread(target=self._live, name="audio-process", daemon=True)
        self._thread.start()

    @property
    def usable(self) -> bool:
        """Whether a job may be given to it: neither dead nor killed."""
        return not (self._doomed.is_set() or self._over)

    @property
    def finished(self) -> bool:
        """Whether nothing of it is left: neither process nor thread."""
        return not self._thread.is_alive()

    def submit(self, payload: bytes, on_progress: Callable[[object], None]) -> Future[Outcome | Died]:
        """Give it a pickled ``(job, args)``; only one at a time. ``on_progress`` is called in its thread."""
        order = _Order(payload=payload, on_progress=on_progress, answer=_started_future())
        with self._guard:
            if self._over:
                order.answer.set_result(Died(exit_code=self._exit_code))
                return order.answer
            if self._order is not None:
                raise RuntimeError("the audio process is at work")
            self._order = order
            self._wake_writer.send_bytes(b"order")
        return order.answer

    def kill(self) -> None:
        """End it at once, whatever it does; returns without waiting. ``ended`` tells when it is gone."""
        with self._guard:
            self._doomed.set()
            if self._process is not None:
                self._process.kill()

    def join(self) -> None:
        """Wait for the thread; call it when ``ended`` is set, then it takes no time."""
        self._thread.join()

    def _live(self) -> None:
        try:
            with self._start() as link:
                self._talk(link)
        except (EOFError, OSError):
            pass  # the process is gone, or never came; whoever waits is told below
        finally:
            self._finish()

    def _start(self) -> Connection[Any, Any]:
        if sys.platform != "win32":
            # A child inherits the mask of the thread that starts it: so Ctrl-C can't interrupt the first
            # moments before it ignores it. The tracker's start would lift the mask, so it comes first.
            resource_tracker.ensure_running()
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        link, far_end = self._context.Pipe()
        process = self._context.Process(
            target=serve,
            args=(far_end, self._memory_limit_bytes),
            name="voiceclone-audio",
            daemon=True,
        )
        try:
            with far_end:
                if self._doomed.is_set():
                    raise EOFError
                process.start()
        except BaseException:
            link.close()
            raise
        with self._guard:
            self._process = process
            if self._doomed.is_set():
                process.kill()
        return link

    def _talk(self, link: Connection[Any, Any]) -> None:
        while True:
            # Listening while idle too: a process that dies between two jobs is reaped at once.
            for source in wait([link, self._wake_reader]):
                if source is link:
                    self._deliver(link.recv_bytes())
                else:
                    self._wake_reader.recv_bytes()
                    order = self._order
                    if order is not None:
                        link.send_bytes(order.payload)

    def _deliver(self, raw: bytes) -> None:
        try:
            message: Message = pickle.loads(raw)  # noqa: S301 - from our own process
        except Exception as error:
            # Which message it was can't be told, so neither can what comes next.
            self._doomed.set()
            self._answer(Fault(reason=type(error).__name__, detail="the answer can't be unpickled"))
            raise EOFError from error
        match message:
            case Ready():
                self.ready.set_result(True)
            case Progress(value=value):
                if self._order is not None:
                    self._order.on_progress(value)
            case _:
                self._answer(message)

    def _answer(self, outcome: Outcome | Died) -> None:
        with self._guard:
            order, self._order = self._order, None
        if order is not None:
            order.answer.set_result(outcome)

    def _finish(self) -> None:
        with self._guard:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.join()
            self._exit_code = process.exitcode
            with contextlib.suppress(ValueError):  # another worker's start may be reaping it this moment
                process.close()
        with self._guard:
            self._over = True
            self._wake_reader.close()
            self._wake_writer.close()
        if not self.ready.done():
            self.ready.set_result(False)
        self._answer(Died(exit_code=self._exit_code))
        self.ended.set_result(None)


def _started_future() -> Future[Any]:
    """A future that a loop's cancellation can't cancel, since its thread sets it in any case."""
    future: Future[Any] = Future()
    future.set_running_or_notify_cancel()
    return future
