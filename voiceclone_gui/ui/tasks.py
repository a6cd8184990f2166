"""Tasks with an owner: it holds them, hears of their failures, and ends them before it goes."""

from __future__ import annotations

from collections.abc import Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")


class TaskScope(QObject):
    """Tasks that live no longer than their owner.

    Signals: ``failed(Exception)``: a task ended with an error, told exactly once; ``busy_changed(bool)``:
    the first task began or the last one ended.
    """

    failed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._named: dict[str, asyncio.Task[Any]] = {}
        self._all: set[asyncio.Task[Any]] = set()
        self._closed = False

    def replace(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T] | None:
        """Start ``work``; an older task of the same name is cancelled. For what only reads.

        ``None`` once the scope is closed.
        """
        older = self._named.get(name)
        if older is not None:
            older.cancel()
        return self._start(work, name=name)

    def start_unique(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T] | None:
        """Start ``work`` unless a task of that name runs: then ``None``, and nothing happens.

        For whatever makes, pays, keeps or deletes.
        """
        if self.is_running(name):
            work.close()
            return None
        return self._start(work, name=name)

    def is_running(self, name: str) -> bool:
        """Whether the task of that name has still to end."""
        task = self._named.get(name)
        return task is not None and not task.done()

    def cancel(self, name: str) -> None:
        """Cancel the task of that name, if it runs."""
        task = self._named.get(name)
        if task is not None:
            task.cancel()

    async def aclose(self) -> None:
        """Cancel all tasks and wait for their clean-up; nothing can be started any more."""
        self._closed = True
        for task in self._all:
            task.cancel()
        if self._all:
            import asyncio

            await asyncio.wait(self._all)

    def _start(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T] | None:
        if self._closed:
            work.close()
            return None
        import asyncio  # not above: the window is seen before it is loaded

        task = asyncio.get_running_loop().create_task(work, name=name)
        was_idle = not self._all
        self._named[name] = task
        self._all.add(task)
        task.add_done_callback(partial(self._end, name))
        if was_idle:
            self.busy_changed.emit(True)
        return task

    def _end(self, name: str, task: asyncio.Task[Any]) -> None:
        self._all.discard(task)
        if self._named.get(name) is task:
            del self._named[name]
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failed.emit(error)
        if not self._all:
            self.busy_changed.emit(False)
