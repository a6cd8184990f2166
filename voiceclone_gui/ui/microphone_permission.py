"""May we use the microphone? macOS asks the user once; other systems answer at once."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QMicrophonePermission, QObject, Qt, Signal


class Permission(StrEnum):
    """What the system says."""

    GRANTED = "granted"
    DENIED = "denied"
    OPEN = "open"


class MicrophonePermission(QObject):
    """Asks the system. Signal ``decided()``: the user has answered its question."""

    decided = Signal()

    def state(self) -> Permission:
        """What holds now."""
        said = _app().checkPermission(QMicrophonePermission())
        return {
            Qt.PermissionStatus.Granted: Permission.GRANTED,
            Qt.PermissionStatus.Denied: Permission.DENIED,
        }.get(said, Permission.OPEN)

    def ask(self) -> None:
        """Let the system ask the user; ``decided`` tells when that is over."""
        _app().requestPermission(QMicrophonePermission(), self, lambda _permission: self.decided.emit())


def _app() -> QCoreApplication:
    app = QCoreApplication.instance()
    assert app is not None  # noqa: S101 - there is no window without it
    return app
