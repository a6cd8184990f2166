"""Where errors end that nobody caught: in the log, in the crash file, and in front of the user."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    import asyncio

    from voiceclone_gui.storage.crash_files import CrashFiles

logger = logging.getLogger("voiceclone_gui.crash")


class CrashPath(QObject):
    """Takes over the hooks of the interpreter for the life of the window.

    Signal ``happened(str)``: an error that nobody caught, by its kind; it comes from any thread.
    """

    happened = Signal(str)

    def __init__(self, *, files: CrashFiles) -> None:
        super().__init__()
        self._files = files
        self._before: tuple[Any, Any, Any] | None = None

    def install(self) -> None:
        """Hear of errors from now on."""
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._note_error
        threading.excepthook = self._note_thread
        sys.unraisablehook = self._note_unraisable

    def install_on_loop(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hear of errors in callbacks of ``loop``, and in tasks that nobody asked for their result."""
        loop.set_exception_handler(self._note_loop)

    def remove(self) -> None:
        """Give the hooks back."""
        if self._before is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
            self._before = None

    def note(self, error: BaseException, *, where: str) -> None:
        """An error that somebody caught who could do nothing about it."""
        self._tell(type(error), error, error.__traceback__, where=where)

    def _note_error(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self._tell(kind, error, trace, where="the window")

    def _note_thread(self, told: threading.ExceptHookArgs) -> None:
        name = told.thread.name if told.thread is not None else "a thread"
        self._tell(told.exc_type, told.exc_value, told.exc_traceback, where=f"thread {name}")

    def _note_unraisable(self, told: sys.UnraisableHookArgs) -> None:
        self._tell(told.exc_type, told.exc_value, told.exc_traceback, where="a clean-up", shown=False)

    def _note_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is None:
            logger.error("The event loop: %s", context.get("message"))
            return
        self._tell(type(error), error, error.__traceback__, where="the event loop")

    def _tell(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
        *,
        where: str,
        shown: bool = True,
    ) -> None:
        logger.error("%s in %s", kind.__name__, where, exc_info=(kind, error or kind(), trace))
        self._files.note(kind, error, trace, where=where)
        if shown:
            self.happened.emit(kind.__name__)
