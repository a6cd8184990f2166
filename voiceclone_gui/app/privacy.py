"""Settings › Privacy, put together: figures, and the end of everything."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from voiceclone_gui.core.errors import KeyringFailed
from voiceclone_gui.core.secret import Secret
from voiceclone_gui.core.settings import ProxySettings
from voiceclone_gui.services.connection import TokenSource
from voiceclone_gui.storage.kept_files import FileKind, delete_all, kind_of, take_stock
from voiceclone_gui.ui.dialogs import Question
from voiceclone_gui.ui.i18n import say, tr
from voiceclone_gui.ui.messages import Message, Tone
from voiceclone_gui.ui.widgets.delete_dialog import confirm_deletion
from voiceclone_gui.ui.widgets.privacy_panel import PrivacyPanel

if TYPE_CHECKING:
    from pathlib import Path

    from voiceclone_gui.app.window import WindowProgram
    from voiceclone_gui.storage.paths import DataFolder


_NAMES_SHOWN = 10


def _names(paths: Sequence[Path]) -> str:
    return ", ".join(path.name for path in paths[:_NAMES_SHOWN])


class Privacy:
    """Counts what is kept, and prepares its deletion: the folder goes when the program has closed it."""

    def __init__(self, *, program: WindowProgram, folder: DataFolder) -> None:
        self._program = program
        self._folder = folder
        self.deletes_at_end = False

    def make_panel(self) -> PrivacyPanel:
        """The panel, bound."""
        panel = PrivacyPanel()

        async def show() -> None:
            stock = await asyncio.to_thread(take_stock, self._folder)
            choices = self._program.connection.choices()
            secrets = sum(choice.token_source is TokenSource.KEYRING for choice in choices)
            panel.show_stock(stock, place=str(self._folder.root), secrets=secrets)

        tasks = self._program.tasks
        panel.shown.connect(lambda: tasks.replace(show(), name="stock"))
        panel.delete_wanted.connect(lambda: tasks.start_unique(self.delete(panel), name="delete everything"))
        return panel

    async def delete(self, panel: PrivacyPanel) -> None:
        """Ask, take the secrets out of the keyring, and end the program, which deletes the rest."""
        program = self._program
        if program.clone.state.is_running:
            program.messages.post(
                Message(
                    title=tr("A voice is being cloned: nothing is deleted now."),
                    cure=tr("Wait until it is done, or cancel it."),
                    tone=Tone.INFORMATION,
                )
            )
            return
        if not await confirm_deletion(parent=program.window, place=str(self._folder.root)):
            return
        panel.show_deleting(True)
        try:
            failure = await self._forget_secrets()
        finally:
            panel.show_deleting(False)
        if failure is not None:
            sentence = say(failure)
            program.messages.post(
                Message(
                    title=tr("Nothing is deleted yet: {reason}", reason=sentence.title),
                    cure=tr("{cure} Then delete everything again.", cure=sentence.cure),
                )
            )
            return
        self.deletes_at_end = True
        program.controller.finished.emit()

    def delete_folder(self) -> Question | None:
        """Delete what the program has made, once it uses nothing of it any more; blocking.

        Gives what has to be said where some of it couldn't be deleted.
        """
        left = delete_all(self._folder)
        own: list[Path] = []
        others: list[Path] = []
        for path in left:
            if path == self._folder.root:
                # Nothing is in it any more.
                continue
            (others if kind_of(path, folder=self._folder) is FileKind.OTHER else own).append(path)
        if others:
            sys.stderr.write(
                f"Left in {self._folder.root}, since VoiceClone didn't make it: {_names(others)}\n"
            )
        if not own:
            return None
        question = Question(
            title=tr("Not everything could be deleted."),
            text=tr(
                "Still in {folder}: {names}. Give yourself the right to change that folder, end what uses "
                "it, and delete it by hand.",
                folder=self._folder.root,
                names=_names(own),
            ),
            answers={"close": tr("Close")},
        )
        sys.stderr.write(f"{question.title} {question.text}\n")
        return question

    async def _forget_secrets(self) -> KeyringFailed | None:
        """Take every secret out; the first keyring's complaint, where it doesn't give one up."""
        try:
            await self._program.services.forget_all()
            await self._program.proxy.change(ProxySettings(), password=Secret())
            await self._program.proxy.forget_former()
        except KeyringFailed as error:
            return error
        return None
