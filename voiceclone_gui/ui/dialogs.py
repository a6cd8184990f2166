"""Asking without a nested event loop: a dialog is opened, and its answer awaited."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton, QDialog, QFileDialog, QMessageBox, QWidget

from voiceclone_gui.ui.i18n import tr


@dataclass(frozen=True, kw_only=True)
class Question:
    """A decision: what it is about, and its answers by name; the first is the safe one.

    ``answers`` maps a name to the words on its button.
    """

    title: str
    text: str
    answers: dict[str, str]


async def ask(question: Question, *, parent: QWidget | None) -> str:
    """The name of the answer that was chosen; closing the dialog means the first, safe one."""
    box = QMessageBox(parent) if parent is not None else QMessageBox()
    box.setObjectName("question")
    box.setWindowTitle(question.title)
    box.setText(question.title)
    box.setInformativeText(question.text)
    buttons: dict[QAbstractButton, str] = {}
    for position, (name, words) in enumerate(question.answers.items()):
        role = QMessageBox.ButtonRole.RejectRole if position == 0 else QMessageBox.ButtonRole.AcceptRole
        button = box.addButton(words, role)
        button.setObjectName(f"answer-{name}")
        buttons[button] = name
        if position == 0:
            box.setDefaultButton(button)
            box.setEscapeButton(button)
    await finished(box)
    return buttons.get(box.clickedButton(), next(iter(question.answers)))


async def choose_file_to_open(
    *, parent: QWidget, title: str, folder: Path | None, patterns: str
) -> Path | None:
    """The file that was picked, ``None`` for none."""
    dialog = QFileDialog(parent, title, str(folder or ""))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([patterns, tr("All files (*)")])
    return await _picked(dialog)


async def choose_file_to_save(
    *, parent: QWidget, title: str, proposed: Path, patterns: list[str]
) -> Path | None:
    """Where to save, ``None`` for nowhere; the system asks before an existing file is replaced."""
    dialog = QFileDialog(parent, title, str(proposed.parent))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(patterns)
    dialog.selectFile(proposed.name)
    dialog.setDefaultSuffix(proposed.suffix.lstrip("."))
    return await _picked(dialog)


async def finished(dialog: QDialog) -> int:
    """Open ``dialog`` and wait until it is finished; a cancelled wait closes it."""
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def note(result: int) -> None:
        if not done.done():
            done.set_result(result)

    dialog.finished.connect(note)
    dialog.open()
    try:
        return await done
    finally:
        dialog.finished.disconnect(note)
        dialog.close()
        dialog.deleteLater()


async def _picked(dialog: QFileDialog) -> Path | None:
    dialog.setObjectName("file-dialog")
    accepted = await finished(dialog)
    files = dialog.selectedFiles()
    return Path(files[0]) if accepted and files else None
