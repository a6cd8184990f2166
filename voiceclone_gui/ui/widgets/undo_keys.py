"""Undo and redo for the whole page: by keys wherever the keyboard is, and by two buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QUndoStack
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.parts import button, set_icon

_KEYS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
# What other systems use, beside the own one.
_REDO_TOO = ("Ctrl+Y", "Ctrl+Shift+Z")


class UndoButtons(QWidget):
    """Undo and redo of a page's steps, which they name; ``stack`` knows what there is."""

    def __init__(
        self, *, stack: QUndoStack, undo: Callable[[], None], redo: Callable[[], None], theme: Theme
    ) -> None:
        super().__init__()
        self._undo = button("", name="undo", tip=tr("Undo"), role="square", on_click=undo)
        self._redo = button("", name="redo", tip=tr("Do it again"), role="square", on_click=redo)
        set_icon(self._undo, "undo", theme=theme)
        set_icon(self._redo, "redo", theme=theme)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._undo)
        layout.addWidget(self._redo)
        for made, can, words in (
            (self._undo, stack.canUndoChanged, stack.undoTextChanged),
            (self._redo, stack.canRedoChanged, stack.redoTextChanged),
        ):
            can.connect(made.setEnabled)
            words.connect(self._name_undo if made is self._undo else self._name_redo)
            made.setEnabled(False)
        self._name_undo(stack.undoText())
        self._name_redo(stack.redoText())

    # What the stack tells is taken from its signals: it also tells that it ends, and can't be asked then.

    def _name_undo(self, step: str) -> None:
        _name(self._undo, tr("Undo (Ctrl+Z): {step}", step=step) if step else tr("There is nothing to undo"))

    def _name_redo(self, step: str) -> None:
        words = tr("Do it again (Ctrl+Shift+Z): {step}", step=step) if step else tr("Nothing was undone")
        _name(self._redo, words)


def _name(made: QPushButton, words: str) -> None:
    made.setToolTip(words)
    made.setAccessibleName(words)


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
