"""One window for each data folder: a second start hands its files to the first one and ends.

Two programs on one library would make two jobs of one click. The lock is QtCore's, which is loaded anyway:
the first start pays for no network module before its window is seen.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

ANSWER_LIMIT_S = 5.0
MESSAGE_MAX_BYTES = 256 * 1024
FILES_MAX = 1000
_TALK_LIMIT_MS = 5000
_POLL_MS = 100
_DONE = b"ok\n"


@dataclass(frozen=True, kw_only=True)
class Handover:
    """What a second start hands over. ``activation`` is the desktop's leave to come to the front."""

    files: tuple[Path, ...] = ()
    activation: str = ""

    def to_bytes(self) -> bytes:
        """One line of JSON; names that are no text survive as escapes."""
        said = {"files": [str(file) for file in self.files], "activation": self.activation}
        return json.dumps(said).encode("ascii") + b"\n"

    @classmethod
    def from_bytes(cls, line: bytes) -> Handover:
        """Raises ``ValueError`` for anything that no second start says."""
        said = json.loads(line)
        files, activation = (said.get("files"), said.get("activation")) if isinstance(said, dict) else (0, 0)
        if not (isinstance(files, list) and len(files) <= FILES_MAX and isinstance(activation, str)):
            raise ValueError("not a handover")
        paths = [Path(name) for name in files if isinstance(name, str) and "\0" not in name]
        if len(paths) != len(files) or not all(path.is_absolute() for path in paths):
            raise ValueError("not absolute paths")
        return cls(files=tuple(paths), activation=activation)


def name_for(folder: Path) -> str:
    """The socket of a data folder; short, since its whole path may have 100 characters only."""
    return "voiceclone-" + hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]


class OneWindow(QObject):
    """Signal ``handed_over(Handover)``: a second start has come and gone."""

    handed_over = Signal(object)

    def __init__(self, *, folder: Path) -> None:
        super().__init__()
        self._lock = QLockFile(str(folder / "window.lock"))
        # A lock is stale when its process is gone, however old it is.
        self._lock.setStaleLockTime(0)
        self._name = name_for(folder)
        self._server: QLocalServer | None = None

    def is_first(self) -> bool:
        """Take the folder; ``False`` where another window has it. One that can't be locked counts as free."""
        if self._lock.tryLock(0):
            return True
        return self._lock.error() is not QLockFile.LockError.LockFailedError

    def listen(self) -> None:
        """Hear of second starts from now on."""
        from PySide6.QtNetwork import QLocalServer

        # The lock is ours: what lies there was left by a process that is gone.
        QLocalServer.removeServer(self._name)
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._greet)
        if server.listen(self._name):
            self._server = server

    def close(self) -> None:
        """Give the folder back."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()

    def hand_over(self, files: Sequence[Path], *, limit_s: float = ANSWER_LIMIT_S) -> bool:
        """Give ``files`` to the first window, and wait until it has taken them; blocking.

        ``False`` where it doesn't answer in time: it may be starting, or stand still.
        """
        activation = os.environ.get("XDG_ACTIVATION_TOKEN") or os.environ.get("DESKTOP_STARTUP_ID", "")
        message = Handover(files=tuple(file.absolute() for file in files[:FILES_MAX]), activation=activation)
        give_up_s = time.monotonic() + limit_s
        while (left_s := give_up_s - time.monotonic()) > 0:
            if self._talk(message.to_bytes(), round(left_s * 1000)):
                return True
            time.sleep(_POLL_MS / 1000)
        return False

    def _talk(self, message: bytes, limit_ms: int) -> bool:
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(limit_ms):
            return False
        socket.write(message)
        answer = b""
        while len(answer) < len(_DONE) and socket.waitForReadyRead(limit_ms):
            answer += socket.readAll().data()
        socket.abort()
        return answer == _DONE

    def _greet(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            _Visitor(socket, home=self)


class _Visitor(QObject):
    """One second start, until it has said what it came for or its time is over."""

    def __init__(self, socket: QLocalSocket, *, home: OneWindow) -> None:
        super().__init__(home)
        self._socket = socket
        self._home = home
        self._said = b""
        socket.readyRead.connect(self._hear)
        socket.disconnected.connect(self._leave)
        limit = QTimer(self)
        limit.setSingleShot(True)
        limit.timeout.connect(self._give_up)
        limit.start(_TALK_LIMIT_MS)
        self._hear()

    def _hear(self) -> None:
        self._said += self._socket.read(MESSAGE_MAX_BYTES + 1 - len(self._said)).data()
        line, newline, _ = self._said.partition(b"\n")
        if not newline and len(self._said) <= MESSAGE_MAX_BYTES:
            return
        try:
            handover = Handover.from_bytes(line)
        except ValueError:
            self._socket.abort()
            return
        self._socket.readyRead.disconnect(self._hear)
        self._socket.write(_DONE)
        self._socket.flush()
        self._home.handed_over.emit(handover)

    def _give_up(self) -> None:
        # Bound to the socket's own method PySide would complain on the terminal: it hasn't made that socket.
        self._socket.abort()

    def _leave(self) -> None:
        self._socket.deleteLater()
        self.deleteLater()
