"""Settings › Privacy: what lies on this computer, where, how much of it, and the way to be rid of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from voiceclone_gui.storage.kept_files import FileKind, KeptFiles
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.widgets.parts import Card, button, label, row


def kind_words() -> dict[FileKind, tuple[str, str]]:
    """Name and purpose of each kind."""
    return {
        FileKind.VOICES: (tr("Previews"), tr("The previews of your voices, with the facts of each voice")),
        FileKind.LIBRARY: (tr("Voices and jobs"), tr("What was asked for, made and paid; older copies too")),
        FileKind.RECORDINGS: (
            tr("Recordings made here"),
            tr("What you recorded from a microphone, until you delete it"),
        ),
        FileKind.JOBS: (tr("Recordings on their way"), tr("What a clone sends, kept until it is settled")),
        FileKind.OUTGOING: (
            tr("Samples as they are sent"),
            tr("Made of your recordings; anew when gone"),
        ),
        FileKind.SETTINGS: (tr("Settings"), tr("What you chose; names of recordings that you used")),
        FileKind.PRACTICE: (tr("Practice service"), tr("Its voices and uploads, all on this computer")),
        FileKind.LOG: (tr("Log"), tr("What the program did, without secrets and texts")),
        FileKind.CRASHES: (tr("Crash reports"), tr("What is left of runs that ended unexpectedly")),
        FileKind.OTHER: (tr("Other files"), tr("Not made by this program; never deleted by it")),
    }


class PrivacyPanel(QWidget):
    """Signals: ``shown()``: it is looked at, and wants its figures; ``delete_wanted()``."""

    shown = Signal()
    delete_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._place = ""
        self._rows: dict[FileKind, tuple[QLabel, QLabel, QLabel]] = {}
        card = Card(title=tr("What is kept on this computer"))
        hint = tr(
            "Nothing leaves this computer except what you send to the service that you chose, and the "
            "question for a new version where Settings › Updates has an address and is switched on. "
            "Tokens and passwords lie in the system's keyring, and in no file."
        )
        card.body.addWidget(label(hint, role="hint", wraps=True))
        card.body.addLayout(self._make_grid())
        self._where = label(role="hint", wraps=True)
        self._where.setObjectName("data-folder")
        self._where.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._where.setMinimumWidth(1)
        self._keyring = label(role="hint", wraps=True)
        self._keyring.setObjectName("kept-secrets")
        card.body.addWidget(self._where)
        card.body.addWidget(self._keyring)
        opened = button(
            tr("Open the folder"),
            name="open-data-folder",
            tip=tr("Show where all of it lies"),
            on_click=self._open,
        )
        self._delete = button(
            tr("Delete everything…"),
            name="delete-everything",
            tip=tr("Delete all of it, and the tokens in the keyring, after one more question"),
            on_click=self.delete_wanted.emit,
        )
        card.body.addLayout(row(opened, None, self._delete))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(card)
        layout.addStretch(1)

    def show_stock(self, stock: Sequence[KeptFiles], *, place: str, secrets: int) -> None:
        """Show the figures; ``secrets`` is how many services have a token in use from the keyring."""
        self._place = place
        self._where.setText(tr("Folder: {place}", place=place))
        self._keyring.setText(tr("Services with a token in the keyring: {count}", count=secrets))
        for data in stock:
            count, size, words = self._rows[data.kind]
            name, purpose = kind_words()[data.kind]
            words.setText(
                f"{name} · {data.place.name}\n{purpose}" if str(data.place) != place else f"{name}\n{purpose}"
            )
            words.setToolTip(str(data.place))
            count.setText(tr("1 file") if data.files == 1 else tr("{count} files", count=data.files))
            size.setText(QLocale().formattedDataSize(data.size_bytes))
            for part in self._rows[data.kind]:
                part.setVisible(data.kind is not FileKind.OTHER or data.files > 0)

    def show_deleting(self, deleting: bool) -> None:
        """Say that the deletion is under way: a keyring may keep it waiting."""
        self._delete.setEnabled(not deleting)
        self._delete.setText(
            tr("Taking the tokens out of the keyring …") if deleting else tr("Delete everything…")
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._place))

    def _make_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        for position, (kind, (name, purpose)) in enumerate(kind_words().items()):
            words = label(f"{name}\n{purpose}", wraps=True)
            count, size = label("…", role="hint"), label("…")
            count.setObjectName(f"count-{kind.value}")
            size.setObjectName(f"size-{kind.value}")
            size.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column, part in enumerate((words, count, size)):
                grid.addWidget(part, position, column)
            self._rows[kind] = (count, size, words)
        return grid
