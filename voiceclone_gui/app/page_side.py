"""The Clone page, bound to what the window does for it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.messages import Message, Tone
from voiceclone_gui.ui.outgoing_controller import OutgoingController
from voiceclone_gui.ui.presenters.sample_judge import PURPOSES
from voiceclone_gui.ui.recording_window import RecordingWindow

if TYPE_CHECKING:
    from voiceclone_gui.app.window import WindowProgram
    from voiceclone_gui.ui.window_controller import WindowController


class PageSide:
    """Binds the page: its files, what is sent of them, and the recording window. ``folder`` is where
    recordings are kept.
    """

    def __init__(self, *, program: WindowProgram, controller: WindowController, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._sent = OutgoingController(
            window=program.window,
            inputs=program.clone,
            outgoing=lambda: program.outgoing,
            player=program.player,
            messages=program.messages,
            tasks=program.tasks,
        )
        self._recording = RecordingWindow(
            folder=folder, settings=program.settings, theme=program.theme, catalog=program.catalog
        )
        self._recording.opened.connect(program.player.pause)
        self._recording.taken.connect(self._take)
        page = program.page
        page.choose_recording_wanted.connect(controller.choose_recording)
        page.choose_clip_wanted.connect(controller.choose_clip)
        page.sample_wanted.connect(controller.try_sample)
        page.connection_wanted.connect(controller.open_connection)
        page.recent_wanted.connect(lambda path: controller.open_files([path], target="recording"))
        page.listen_wanted.connect(self._sent.listen)
        page.save_sent_wanted.connect(self._sent.save)
        page.record_wanted.connect(self.record)
        # Who comes back from another program may have moved or changed a file there.
        program.window.came_back.connect(program.clone.look_on_disk)
        page.show_recent(program.settings.state.recent_files)

    def record(self, place: str) -> None:
        """Open the recording window for ``recording`` or ``clip``."""
        state = self._program.clone.state
        if not state.is_running:
            self._recording.open(
                PURPOSES[place], parent=self._program.window, language=state.fields.language_boost
            )

    async def offer_undecided(self) -> None:
        """Keep what a crash has left of a recording, and say where it is. Raises ``StorageFailed``."""
        from voiceclone_gui.storage.recordings import Recordings

        recordings = Recordings(folder=self._folder)
        takes = await asyncio.to_thread(recordings.undecided)
        for take in takes:
            kept = await asyncio.to_thread(recordings.keep, take)
            self._program.settings.add_recent(kept.path)
            self._program.messages.post(
                Message(
                    title=tr(
                        "A recording of {seconds} s was cut short: {name}",
                        seconds=f"{kept.duration_s:.1f}",
                        name=kept.path.name,
                    ),
                    cure=tr("It is kept, and among the recent recordings."),
                    tone=Tone.INFORMATION,
                    is_standing=True,
                )
            )

    async def aclose(self) -> None:
        """Close the recording window; what isn't decided about stays for the next start."""
        await self._recording.aclose()

    def _take(self, purpose: Purpose, path: Path, words: str) -> None:
        if purpose is Purpose.PROMPT_AUDIO:
            self._program.clone.choose_clip(path, words=words)
        else:
            self._program.clone.choose_recording(path)
