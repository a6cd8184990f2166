"""Audio work outside the program's own process: it can't freeze, crash or fill the program."""

from __future__ import annotations

import asyncio
import contextlib
import pickle
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from voiceclone_gui.audio.worker_child import Done, Fault, Outcome, OutOfMemory, Refused
from voiceclone_gui.audio.worker_process import Died, WorkerProcess
from voiceclone_gui.core.errors import WorkerFailed

T = TypeVar("T")

START_LIMIT_S = 60.0
_REAP_PATIENCE_S = 0.05


class AudioWorker:
    """A warm process for audio jobs, one at a time; it belongs to one event loop.

    A job that is cancelled or takes too long is killed with its process, and the next one finds a fresh
    process that is already starting.
    """

    def __init__(self, *, memory_limit_bytes: int | None = 2 * 2**30) -> None:
        self._memory_limit_bytes = memory_limit_bytes
        self._turn = asyncio.Lock()
        self._process: WorkerProcess | None = None
        self._ending: list[WorkerProcess] = []
        self._closed = False

    def start(self) -> None:
        """Begin to start the process, unless there is one, and return at once; needs no running loop.

        Where the system refuses, the next job tries again and says so.
        """
        if not self._closed:
            with contextlib.suppress(WorkerFailed):
                self._usable_process()

    async def run(
        self,
        job: Callable[..., T],
        /,
        *args: object,
        timeout_s: float,
        on_progress: Callable[[object], None] | None = None,
    ) -> T:
        """What ``job(*args)`` returns; ``job`` is a function at the top of a module.

        ``timeout_s`` counts from when the process takes the job, not the time in the queue.
        ``on_progress`` gets the values that the job reports, in their order, on this loop, and none after
        the return. Raises the job's own :class:`VoiceCloneError`, else :class:`WorkerFailed`:
        ``worker-died``, ``worker-timeout``, ``worker-memory`` or ``worker-fault``.
        """
        order = pickle.dumps((job, args), protocol=pickle.HIGHEST_PROTOCOL)
        async with self._turn:
            process = await self._warm_process()
            feed = _ProgressFeed(loop=asyncio.get_running_loop(), on_progress=on_progress)
            try:
                outcome = await _within(process.submit(order, feed.put), limit_s=timeout_s)
            except (asyncio.CancelledError, WorkerFailed):
                feed.close()
                await self._replace(process)
                raise
            feed.drain()
            if isinstance(outcome, Died | OutOfMemory):
                await self._replace(process)
            result: T = _result(outcome)
            return result

    async def aclose(self) -> None:
        """Kill what runs, and return when its process and its thread are gone. A second call is harmless."""
        self._closed = True
        if self._process is not None:
            self._retire(self._process)
        for process in tuple(self._ending):
            await asyncio.wrap_future(process.ended)
            process.join()

    async def _warm_process(self) -> WorkerProcess:
        # Twice, since the first may have failed to start long ago, for a reason that has passed.
        for _ in range(2):
            if self._closed:
                raise WorkerFailed("worker-died", detail="the worker is closed")
            process = self._usable_process()
            try:
                # Who is cancelled here leaves it alone: it has no work yet and is good for the next job.
                if await _within(process.ready, limit_s=START_LIMIT_S):
                    return process
            except WorkerFailed:
                self._retire(process)
                raise
            self._retire(process)
        raise WorkerFailed("worker-died", detail="it didn't start")

    def _usable_process(self) -> WorkerProcess:
        if self._process is not None and not self._process.usable:
            self._retire(self._process)
        if self._process is None:
            try:
                self._process = WorkerProcess(memory_limit_bytes=self._memory_limit_bytes)
            except (OSError, RuntimeError) as error:  # no pipe, or no thread
                raise WorkerFailed("worker-died", detail=str(error)) from error
        return self._process

    def _retire(self, process: WorkerProcess) -> None:
        process.kill()
        self._ending = [*(p for p in self._ending if not p.finished), process]
        self._process = None

    async def _replace(self, process: WorkerProcess) -> None:
        if self._process is process:
            self._retire(process)
        self.start()
        # A killed process is gone within milliseconds, unless a dead network drive holds it: its own
        # thread reaps it then, and nobody waits.
        with contextlib.suppress(WorkerFailed):
            await _within(process.ended, limit_s=_REAP_PATIENCE_S)


class _ProgressFeed:
    """Carries progress from the process's thread to the loop, in order and only while the job runs."""

    def __init__(
        self, *, loop: asyncio.AbstractEventLoop, on_progress: Callable[[object], None] | None
    ) -> None:
        self._loop = loop
        self._on_progress = on_progress
        self._values: deque[object] = deque()

    def put(self, value: object) -> None:
        """Called in the process's thread."""
        if self._on_progress is None:
            return
        self._values.append(value)
        try:
            self._loop.call_soon_threadsafe(self.drain)
        except RuntimeError:  # the loop was closed: nobody waits any more
            self.close()

    def drain(self) -> None:
        while self._values and self._on_progress is not None:
            value = self._values.popleft()
            try:
                self._on_progress(value)
            except Exception as error:  # noqa: BLE001 - a listener's fault is not the job's
                self._loop.call_exception_handler(
                    {"message": "A listener to audio progress failed", "exception": error}
                )

    def close(self) -> None:
        self._on_progress = None


async def _within(source: Future[T], *, limit_s: float) -> T:
    waiter = asyncio.wrap_future(source)
    # No "finally": a task that a program forgot is closed when its loop is gone, and must not touch it.
    try:
        done, _ = await asyncio.wait({waiter}, timeout=limit_s)
    except asyncio.CancelledError:
        waiter.cancel()
        raise
    if not done:
        waiter.cancel()
        raise WorkerFailed("worker-timeout", limit_s=f"{limit_s:g}")
    return waiter.result()


def _result(outcome: Outcome | Died) -> Any:
    match outcome:
        case Done(result=result):
            return result
        case Refused(error=error):
            raise error
        case OutOfMemory():
            raise WorkerFailed("worker-memory")
        case Fault(reason=reason, detail=detail):
            raise WorkerFailed("worker-fault", detail=detail, reason=reason)
        case Died(exit_code=exit_code):
            raise WorkerFailed("worker-died", detail=f"exit code {exit_code}")
