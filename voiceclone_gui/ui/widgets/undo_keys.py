"""Undo and redo for the whole page: by keys wherever the keyboard is, and by two buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.parts import button, set_icon

_KEYS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
# What other systems use, beside the own one.
_REDO_TOO = ("Ctrl+Y", "Ctrl+Shift+Z")


class UndoButtons(QWidget):
    """Undo and redo, which name the step. Signals: ``undo_wanted()``, ``redo_wanted()``."""

    undo_wanted = Signal()
    redo_wanted = Signal()

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self._undo = button("", name="undo", tip=tr("Undo"), role="tool")
        self._redo = button("", name="redo", tip=tr("Do it again"), role="tool")
        self._undo.clicked.connect(self.undo_wanted)
        self._redo.clicked.connect(self.redo_wanted)
        set_icon(self._undo, "undo", theme=theme)
        set_icon(self._redo, "redo", theme=theme)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._undo)
        layout.addWidget(self._redo)
        self.show_steps(undo="", redo="")

    def show_steps(self, *, undo: str, redo: str) -> None:
        """Name what can be undone and done again, ``""`` for nothing."""
        for made, step, words, otherwise in (
            (self._undo, undo, tr("Undo (Ctrl+Z): {step}", step=undo), tr("There is nothing to undo")),
            (self._redo, redo, tr("Do it again (Ctrl+Shift+Z): {step}", step=redo), tr("Nothing was undone")),
        ):
            made.setEnabled(bool(step))
            made.setToolTip(words if step else otherwise)
            made.setAccessibleName(made.toolTip())


class UndoKeys(QObject):
    """The keys for ``undo`` and ``redo`` of ``page``.

    A field has a history of its own, which would take the keys: it is switched off where it can be, and
    passed over where it can't.
    """

    def __init__(self, *, page: QWidget, undo: Callable[[], None], redo: Callable[[], None]) -> None:
        super().__init__(page)
        sequences = [(QKeySequence(keys), undo) for keys in QKeySequence.keyBindings(_KEYS[0])]
        known = QKeySequence.keyBindings(_KEYS[1])
        extra = [QKeySequence(keys) for keys in _REDO_TOO if QKeySequence(keys) not in known]
        sequences += [(QKeySequence(keys), redo) for keys in (*known, *extra)]
        for keys, act in sequences:
            shortcut = QShortcut(keys, page)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self._sequences = [keys for keys, _ in sequences]
        self.adopt(page)

    def adopt(self, part: QWidget) -> None:
        """Also of fields that were made later."""
        for text in part.findChildren(QPlainTextEdit):
            text.setUndoRedoEnabled(False)
            text.installEventFilter(self)
        for line in part.findChildren(QLineEdit):
            line.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            pressed = QKeySequence(event.keyCombination())
            if pressed in self._sequences:
                # Not for the field: so it goes to the page.
                event.ignore()
                return True
        return super().eventFilter(watched, event)
