"""The one place that knows how asyncio runs on Qt: qasync, and nothing else of it anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

T = TypeVar("T")
BLOCKING_THREADS = 8


class QtLoop(QEventLoop):  # type: ignore[misc] # qasync has no types
    """qasync's loop, mended in one place.

    When a future is done, qasync 0.28 lets Qt work off its events once more without a running loop: a
    task that is stepped there fails with "no running event loop".
    """

    def run_until_complete(self, future: Awaitable[T]) -> T:
        """Run until ``future`` is done; what else is pending waits for the next run."""
        task = asyncio.ensure_future(future, loop=self)
        task.add_done_callback(self._stop_running)
        try:
            self.run_forever()
        finally:
            task.remove_done_callback(self._stop_running)
        if not task.done():
            raise RuntimeError("the event loop was stopped before its work was done")
        return task.result()

    def _stop_running(self, _task: asyncio.Future[Any]) -> None:
        self.stop()


def make_event_loop(app: QApplication) -> asyncio.AbstractEventLoop:
    """An asyncio loop on ``app``'s event loop, with a thread pool of our own for blocking calls.

    qasync's own pool ends its threads in a way that loses exceptions; the standard one is waited for when
    the loop closes, so every blocking job needs a limit of its own.
    """
    # Closing the last window would stop the loop under the tasks that still clean up.
    app.setQuitOnLastWindowClosed(False)
    loop: asyncio.AbstractEventLoop = QtLoop(app)
    loop.set_default_executor(ThreadPoolExecutor(max_workers=BLOCKING_THREADS, thread_name_prefix="blocking"))
    return loop


def run_event_loop(app: QApplication, main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run ``main`` on ``app`` until it returns; whatever it left running is cancelled and awaited."""
    with asyncio.Runner(loop_factory=lambda: make_event_loop(app)) as runner:
        return runner.run(main())
