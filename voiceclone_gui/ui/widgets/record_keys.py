"""The keys of the recording window."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget


class RecordKeys(QObject):
    """Lets ``keys`` press buttons of ``window``.

    A key that is held presses once: it would begin, pause and end a take many times. A letter that is typed
    in one of the ``lists`` looks for an entry there.
    """

    def __init__(
        self, *, window: QWidget, keys: Mapping[str, QAbstractButton], lists: tuple[QComboBox, ...]
    ) -> None:
        super().__init__(window)
        for key, target in keys.items():
            shortcut = QShortcut(QKeySequence(key), window, target.click)
            shortcut.setAutoRepeat(False)
        for box in lists:
            box.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            held = event.modifiers() & ~(
                Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
            )
            if event.text().isalpha() and not held:
                event.accept()
                return True
        return super().eventFilter(watched, event)
