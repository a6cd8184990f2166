"""The question before everything is deleted: answered by typing a word."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from voiceclone_gui.ui.dialogs import finished
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.widgets.parts import button, label, row


class DeleteDialog(QDialog):
    """Accepts only once the word is typed."""

    def __init__(self, *, parent: QWidget, place: str) -> None:
        super().__init__(parent)
        self.setObjectName("delete-dialog")
        self.setWindowTitle(tr("Delete everything?"))
        self.setMinimumWidth(480)
        word = tr("DELETE")
        text = tr(
            "All previews, the list of voices, recordings made here, settings, log and the practice "
            "service's data are deleted for good, and the tokens are taken out of the keyring. The program "
            "closes then.\n\n"
            "Voices at an online service stay there, and so do recordings that you keep elsewhere."
        )
        where = label(place, role="hint", wraps=True)
        where.setMinimumWidth(1)
        self._typed = QLineEdit()
        self._typed.setObjectName("delete-word")
        self._typed.setToolTip(tr("Type the word to show that you mean it"))
        self._delete = button(
            tr("Delete everything"),
            name="delete-now",
            tip=tr("This can't be taken back"),
            role="primary",
            on_click=self.accept,
        )
        self._delete.setEnabled(False)
        self._typed.textChanged.connect(lambda typed: self._delete.setEnabled(typed.strip() == word))
        self._typed.returnPressed.connect(self._delete.click)
        cancel = button(tr("Cancel"), name="delete-cancel", tip=tr("Delete nothing"), on_click=self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(10)
        layout.addWidget(label(tr("Delete everything?"), role="headline"))
        layout.addWidget(label(text, wraps=True))
        layout.addWidget(where)
        words = tr("Type {word} to go on:", word=word)
        layout.addWidget(label(words, role="label", buddy=self._typed))
        layout.addWidget(self._typed)
        layout.addLayout(row(None, cancel, self._delete))
        self._typed.setFocus()


async def confirm_deletion(*, parent: QWidget, place: str) -> bool:
    """Whether everything is to be deleted."""
    return bool(await finished(DeleteDialog(parent=parent, place=place)))
