"""What a crash leaves behind: written as it happens, found at the next start."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

from filelock import FileLock, Timeout

REPORT_MAX_CHARACTERS = 200_000
_RUNNING = ".running"
_TEXT = ".txt"


@dataclass(frozen=True, kw_only=True)
class CrashReport:
    """What a run that didn't end by itself has left: ``text`` is empty where it was killed from outside."""

    began_at: datetime
    path: Path
    text: str


class CrashFiles:
    """One file for each run, and a lock that ends with the process, however it ends.

    At a clean end both go. A file whose lock is free belongs to a run that ended unexpectedly. ``clean``
    takes secrets out of what is written. Where the folder can't be written, nothing is kept and nothing
    fails.
    """

    def __init__(self, *, folder: Path, clean: Callable[[str], str], now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._clean = clean
        self._now = now
        self._text: TextIO | None = None
        self._lock: FileLock | None = None

    def begin(self) -> None:
        """Mark that a run is under way, and let the interpreter's own crashes be written there."""
        stem = f"{self._now():%Y-%m-%d_%H-%M-%S}_{os.getpid()}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(self._folder / f"{stem}{_RUNNING}", thread_local=False)
            lock.acquire(timeout=0)
            self._text = (self._folder / f"{stem}{_TEXT}").open("w", encoding="utf-8", errors="replace")
        except (OSError, Timeout):
            return
        self._lock = lock
        faulthandler.enable(self._text, all_threads=True)

    def note(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
        *,
        where: str,
    ) -> None:
        """Write down an error that nobody caught; from any thread."""
        if self._text is None or self._text.closed:
            return
        lines = "".join(traceback.format_exception(kind, error, trace, limit=200))
        with contextlib.suppress(OSError, ValueError):
            self._text.write(
                f"--- {self._now().isoformat(timespec='seconds')}, {where}\n{self._clean(lines)}\n"
            )
            self._text.flush()
            os.fsync(self._text.fileno())

    def end(self) -> None:
        """The run ends by itself; what was noted of it is kept for the next start."""
        if self._text is None or self._lock is None:
            return
        faulthandler.disable()
        path = Path(self._text.name)
        with contextlib.suppress(OSError):
            self._text.close()
            if path.stat().st_size == 0:
                path.unlink()
                _forget(self._lock)
                return
        self._lock.release()

    def left_behind(self) -> tuple[CrashReport, ...]:
        """What earlier runs left, oldest first; those that still go on are none of them."""
        found = []
        try:
            marks = sorted(self._folder.glob(f"*{_RUNNING}"))
        except OSError:
            # A folder that may not be looked into: Python 3.11 and 3.12 raise here.
            return ()
        for mark in marks:
            lock = FileLock(mark, thread_local=False)
            try:
                lock.acquire(timeout=0)
            except (OSError, Timeout):
                continue
            lock.release()
            path = mark.with_suffix(_TEXT)
            with contextlib.suppress(OSError, ValueError):
                began_at = datetime.strptime(mark.name.rpartition("_")[0], "%Y-%m-%d_%H-%M-%S").astimezone()
                found.append(CrashReport(began_at=began_at, path=path, text=self._read(path)))
        return tuple(found)

    def throw_away(self, report: CrashReport) -> None:
        """Forget what a run has left."""
        for path in (report.path, report.path.with_suffix(_RUNNING)):
            with contextlib.suppress(OSError):
                path.unlink()

    def _read(self, path: Path) -> str:
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        return self._clean(text[-REPORT_MAX_CHARACTERS:])


def _forget(lock: FileLock) -> None:
    path = Path(lock.lock_file)
    lock.release()
    with contextlib.suppress(OSError):
        path.unlink()
