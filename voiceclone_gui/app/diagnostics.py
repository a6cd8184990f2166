"""The log, the crash files and the report of one run of the window, put together."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from voiceclone_gui.app.crash_path import CrashPath
from voiceclone_gui.app.report import report_text
from voiceclone_gui.core.errors import Action, StorageFailed
from voiceclone_gui.storage.crash_files import CrashFiles, CrashReport
from voiceclone_gui.storage.files import write_atomic
from voiceclone_gui.storage.program_log import HomeFilter, ProgramLog
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.messages import Message, Tone, message_for_error

if TYPE_CHECKING:
    import asyncio

    from voiceclone_gui.app.window import WindowProgram
    from voiceclone_gui.storage.paths import DataFolder

logger = logging.getLogger("voiceclone_gui.start")
_FOUND_MAX = 5
_LEFT_BEHIND = "left-behind"


class Diagnostics:
    """Hears of what goes wrong, keeps it on this computer, and shows it to the user alone."""

    def __init__(self, *, program: WindowProgram, folder: DataFolder) -> None:
        self._program = program
        home = Path.home()
        self._hide_home = HomeFilter(home).hide
        self.log = ProgramLog(folder=folder.log, redaction=program.redaction, home=home)
        self._files = CrashFiles(folder=folder.crashes, clean=self.clean, now=_now)
        self._path = CrashPath(files=self._files)
        self._path.happened.connect(self._say)
        self._found: tuple[CrashReport, ...] = ()

    def clean(self, text: str) -> str:
        """``text`` without secrets and without the home folder's name."""
        return self._hide_home(self._program.redaction.redact(text))

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to hear and to write; what earlier runs left is looked for first."""
        from voiceclone_gui import __version__

        self.log.open()
        self._found = self._files.left_behind()[-_FOUND_MAX:]
        self._files.begin()
        self._path.install()
        self._path.install_on_loop(loop)
        logger.info("VoiceClone %s starts", __version__)

    def close(self) -> None:
        """A clean end."""
        logger.info("The end")
        self._path.remove()
        self._files.end()
        self.log.close()

    def offer_left_behind(self) -> None:
        """Tell of runs that didn't end by themselves, where there were any."""
        if not self._found:
            return
        self._program.messages.post(
            Message(
                title=tr("The program ended unexpectedly the last time."),
                cure=tr("A report of it lies on this computer; nothing of it was sent anywhere."),
                tone=Tone.INFORMATION,
                action=Action.READ_REPORT,
                code=_LEFT_BEHIND,
            )
        )

    async def read(self) -> None:
        """Show the report; the user may save it or throw away what earlier runs have left."""
        from voiceclone_gui.ui.widgets.report_dialog import show_report

        text = await self.report()
        has_left = bool(self._found)
        decided = await show_report(text, parent=self._program.window, can_throw_away=has_left)
        if decided == "save":
            await self.save(text)
        elif decided == "throw-away":
            await self._throw_away()

    async def report(self) -> str:
        """Everything that support asks for, as text, without secrets."""
        return self.clean(await report_text(self._program, log=self.log, crashes=self._found))

    async def save(self, text: str = "") -> None:
        """Save the report where the user wants it."""
        import asyncio

        from voiceclone_gui.ui.dialogs import choose_file_to_save

        path = await choose_file_to_save(
            parent=self._program.window,
            title=tr("Save the report"),
            proposed=Path.home() / f"voiceclone-report-{_now():%Y-%m-%d}.txt",
            patterns=[tr("Text (*.txt)")],
        )
        if path is None:
            return
        content = (text or await self.report()).encode("utf-8", "replace")
        try:
            await asyncio.to_thread(write_atomic, path, content)
        except StorageFailed as error:
            self._program.messages.post(message_for_error(error))
            return
        self._program.messages.post(
            Message(title=tr("The report is saved as {path}.", path=str(path)), tone=Tone.INFORMATION)
        )

    async def _throw_away(self) -> None:
        import asyncio

        for found in self._found:
            await asyncio.to_thread(self._files.throw_away, found)
        self._found = ()
        self._program.messages.take_back(_LEFT_BEHIND)

    def _say(self, kind: str) -> None:
        mistake = Message(
            title=tr("The program made a mistake: {kind}", kind=kind),
            cure=tr("What you typed is still there. Try again; if it stays, start the program anew."),
        )
        self._program.messages.post(replace(mistake, action=Action.READ_REPORT))


def _now() -> datetime:
    return datetime.now(UTC).astimezone()
