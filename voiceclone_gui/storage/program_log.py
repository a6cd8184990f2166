"""The program's log: a few files that follow each other, written by a thread of their own."""

from __future__ import annotations

import contextlib
import logging
import queue
from collections import deque
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path

from voiceclone_gui.core.redaction import RedactingFilter

FILE_MAX_BYTES = 1_000_000
OLDER_FILES = 3
CALLS_KEPT = 50
PROGRAM = "voiceclone_gui"
CALLS = "voiceclone_gui.calls"
_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class ProgramLog:
    """Everything that the program logs from INFO on, and what libraries log from WARNING on.

    Secrets are taken out, and the home folder is written as ``~``. A disk that is full, or a folder that
    can't be written, costs the log its lines and the program nothing.
    """

    def __init__(self, *, folder: Path, redaction: RedactingFilter, home: Path) -> None:
        self.path = folder / "voiceclone.log"
        self._redaction = redaction
        self._home = home
        self._calls = RecentCalls()
        self._listener: QueueListener | None = None
        self._handler: QueueHandler | None = None

    def open(self) -> None:
        """Begin to write; harmless where that isn't possible."""
        filters = (self._redaction, HomeFilter(self._home))
        outlets: list[logging.Handler] = [self._calls]
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            outlets.append(
                _QuietFile(
                    self.path,
                    maxBytes=FILE_MAX_BYTES,
                    backupCount=OLDER_FILES,
                    encoding="utf-8",
                    errors="backslashreplace",
                )
            )
        for outlet in outlets:
            outlet.setFormatter(logging.Formatter(_FORMAT))
        lines: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
        self._handler = QueueHandler(lines)
        self._handler.addFilter(_concerns_us)
        for one in filters:
            # Before the record leaves its thread: what it refers to may change.
            self._handler.addFilter(one)
        self._listener = QueueListener(lines, *outlets)
        self._listener.start()
        logging.getLogger().addHandler(self._handler)
        logging.getLogger(PROGRAM).setLevel(logging.INFO)

    def close(self) -> None:
        """Write what is still on its way, and end."""
        if self._handler is not None:
            logging.getLogger().removeHandler(self._handler)
            self._handler = None
        if self._listener is not None:
            self._listener.stop()
            for outlet in self._listener.handlers:
                with contextlib.suppress(OSError):
                    outlet.close()
            self._listener = None

    def tail(self, *, max_bytes: int = 200_000) -> str:
        """The newest lines, ``""`` where there are none. Blocking: for a thread."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, 2)
                file.seek(max(0, size - max_bytes))
                text = file.read().decode("utf-8", "replace")
        except OSError:
            return ""
        # The first of them is cut, unless it is the beginning.
        return text if size <= max_bytes else text.partition("\n")[2]

    def recent_calls(self) -> tuple[str, ...]:
        """The last calls of services, oldest first."""
        return tuple(self._calls.lines)


class RecentCalls(logging.Handler):
    """Keeps the last calls of services for a report, also where no file can be written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=CALLS_KEPT)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line of a call."""
        if record.name == CALLS:
            self.lines.append(self.format(record))


class HomeFilter(logging.Filter):
    """Writes the home folder as ``~``: its name is often the user's."""

    def __init__(self, home: Path) -> None:
        super().__init__()
        self._home = str(home)

    def hide(self, text: str) -> str:
        """``text`` without the home folder's name."""
        return text.replace(self._home, "~") if len(self._home) > 1 else text

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean ``record``; none is dropped."""
        record.msg, record.args = self.hide(record.getMessage()), ()
        if record.exc_text:
            record.exc_text = self.hide(record.exc_text)
        return True


class _QuietFile(RotatingFileHandler):
    """A full disk is no reason to write tracebacks to the terminal for each line."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Lose the line."""


def _concerns_us(record: logging.LogRecord) -> bool:
    ours = record.name == PROGRAM or record.name.startswith(f"{PROGRAM}.")
    return ours or record.levelno >= logging.WARNING
