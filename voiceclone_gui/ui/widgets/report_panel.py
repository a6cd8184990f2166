"""Settings › Help and report: what the program has done, and a report of it to save."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.widgets.parts import Card, button, label, row

_FOLLOW_MS = 1000
_HEIGHT_LINES = 18


class ReportPanel(QWidget):
    """Signals: ``log_wanted()``: the newest lines are to be shown; ``save_wanted()``."""

    log_wanted = Signal()
    save_wanted = Signal()

    def __init__(self, *, folder: Path, open_folder: Callable[[QUrl], bool] | None = None) -> None:
        super().__init__()
        self._folder = folder
        self._open_folder = open_folder or QDesktopServices.openUrl
        self._log = QPlainTextEdit()
        self._log.setObjectName("log")
        self._log.setReadOnly(True)
        self._log.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._log.setAccessibleName(tr("What the program has done"))
        self._log.setToolTip(tr("What the program has done, the newest at the end"))
        self._log.setMinimumHeight(_HEIGHT_LINES * self._log.fontMetrics().lineSpacing())
        card = Card(title=tr("Help and report"))
        hint = tr(
            "For whoever helps you: what the program did, without tokens, passwords and texts. "
            "It stays on this computer until you give it away."
        )
        card.body.addWidget(label(hint, role="hint", wraps=True))
        card.body.addWidget(self._log)
        save = button(
            tr("Save a report…"),
            name="save-report",
            tip=tr("Save versions, settings without secrets, the last calls and this log as a text file"),
            role="accent",
            on_click=self.save_wanted.emit,
        )
        copy = button(tr("Copy"), name="copy-log", tip=tr("Copy these lines"), on_click=self._copy)
        opened = button(
            tr("Open the folder"),
            name="open-log-folder",
            tip=tr("Show the files of the log: {folder}", folder=str(folder)),
            on_click=self._open,
        )
        card.body.addLayout(row(save, copy, opened, None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(card)
        layout.addStretch(1)
        self._follow = QTimer(self)
        self._follow.setInterval(_FOLLOW_MS)
        self._follow.timeout.connect(self.log_wanted)

    def show_log(self, text: str) -> None:
        """Show the newest lines; who reads further up is left there."""
        if text == self._log.toPlainText():
            return
        bar = self._log.verticalScrollBar()
        is_at_end, place = bar.value() >= bar.maximum(), bar.value()
        self._log.setPlainText(text)
        bar.setValue(bar.maximum() if is_at_end else place)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.log_wanted.emit()
        self._follow.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._follow.stop()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._log.toPlainText())

    def _open(self) -> None:
        self._open_folder(QUrl.fromLocalFile(str(self._folder)))
