"""The one place that knows how asyncio runs on Qt: qasync, and nothing else of it anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

T = TypeVar("T")
BLOCKING_THREADS = 8


def make_event_loop(app: QApplication) -> asyncio.AbstractEventLoop:
    """An asyncio loop on ``app``'s event loop, with a thread pool of our own for blocking calls.

    qasync's own pool ends its threads in a way that loses exceptions; the standard one is waited for when
    the loop closes, so every blocking job needs a limit of its own.
    """
    # Closing the last window would stop the loop under the tasks that still clean up.
    app.setQuitOnLastWindowClosed(False)
    loop: asyncio.AbstractEventLoop = QEventLoop(app)
    loop.set_default_executor(ThreadPoolExecutor(max_workers=BLOCKING_THREADS, thread_name_prefix="blocking"))
    return loop


def run_event_loop(app: QApplication, main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run ``main`` on ``app`` until it returns; whatever it left running is cancelled and awaited."""
    with asyncio.Runner(loop_factory=lambda: make_event_loop(app)) as runner:
        return runner.run(main())
