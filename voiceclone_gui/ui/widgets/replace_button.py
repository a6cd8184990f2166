"""What can take the place of a sample: another file, a new recording, or a file that was used before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy

from voiceclone_gui.ui.i18n import tr


class ReplaceButton(QPushButton):
    """A button with a menu. Signals: ``choose_wanted()``, ``record_wanted()``, ``recent_wanted(Path)``."""

    choose_wanted = Signal()
    record_wanted = Signal()
    recent_wanted = Signal(object)

    def __init__(self, *, name: str, what: str) -> None:
        """``what`` is the sample in words ("the recording")."""
        super().__init__(tr("Replace ▾"))
        self.setObjectName(name)
        self.setAccessibleName(tr("Replace {what}", what=what))
        self.setToolTip(tr("Put another file or a new recording in the place of {what}", what=what))
        self.setAccessibleDescription(self.toolTip())
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.addAction(tr("Choose another file…")).triggered.connect(self.choose_wanted)
        menu.addAction(tr("Record…")).triggered.connect(self.record_wanted)
        menu.addSeparator()
        self._own = menu.actions()
        self._recent = menu
        self.setMenu(menu)

    def show_recent(self, files: Sequence[str]) -> None:
        """Offer the files that were used before."""
        for action in self._recent.actions():
            if action not in self._own:
                self._recent.removeAction(action)
        add_files(self._recent, files, wanted=self.recent_wanted.emit)


def add_files(menu: QMenu, files: Sequence[str], *, wanted: Callable[[Path], None]) -> None:
    """A line of ``menu`` for each of ``files``: by its name, and with the whole path as its tool tip."""
    for file in files:
        path = Path(file)
        # An ampersand would be taken for a mark of the key.
        action = menu.addAction(path.name.replace("&", "&&"))
        action.setToolTip(file)
        action.triggered.connect(lambda _=False, p=path: wanted(p))
