"""The report of a crash, to be read before it is saved or thrown away."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from voiceclone_gui.ui.dialogs import finished
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.widgets.parts import button, label, row


class ReportDialog(QDialog):
    """Shows a report; ``decided`` is ``save``, ``throw-away`` or ``""``."""

    def __init__(self, text: str, *, parent: QWidget, can_throw_away: bool) -> None:
        super().__init__(parent)
        self.setObjectName("report-dialog")
        self.setWindowTitle(tr("Report"))
        self.resize(round(parent.width() * 0.8), round(parent.height() * 0.8))
        self.decided = ""
        shown = QPlainTextEdit(text)
        shown.setObjectName("report-text")
        shown.setReadOnly(True)
        shown.setAccessibleName(tr("Report"))
        shown.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        hint = tr(
            "It holds versions, settings and what the program did, without tokens and passwords. "
            "Nothing is sent anywhere: save it, read it, and give it to whom you like."
        )
        save = button(
            tr("Save…"),
            name="report-save",
            tip=tr("Save it as a text file"),
            role="primary",
            on_click=lambda: self._decide("save"),
        )
        throw_away = button(
            tr("Throw away"),
            name="report-throw-away",
            tip=tr("Delete what the earlier run has left"),
            on_click=lambda: self._decide("throw-away"),
        )
        close = button(tr("Close"), name="report-close", tip=tr("Keep it for now"), on_click=self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(10)
        layout.addWidget(label(hint, wraps=True))
        layout.addWidget(shown, 1)
        layout.addLayout(row(throw_away, None, close, save))
        # Once it has its place: without one it would be a window of its own for a moment.
        throw_away.setVisible(can_throw_away)
        save.setFocus()

    def _decide(self, decided: str) -> None:
        self.decided = decided
        self.accept()


async def show_report(text: str, *, parent: QWidget, can_throw_away: bool) -> str:
    """What was decided about the report."""
    dialog = ReportDialog(text, parent=parent, can_throw_away=can_throw_away)
    await finished(dialog)
    return dialog.decided
