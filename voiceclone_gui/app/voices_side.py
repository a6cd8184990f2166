"""The page of all voices, bound to the rest of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiceclone_gui.ui.pages.voices_page import VoicesPage
from voiceclone_gui.ui.widgets.recovery_box import RecoveryBox

if TYPE_CHECKING:
    from voiceclone_gui.app.window import WindowProgram
    from voiceclone_gui.core.voice import Voice


def add_voices_page(program: WindowProgram) -> None:
    """Make the page and put it into the window."""
    recovery = RecoveryBox(presenter=program.recovery, names_voice=False)
    recovery.connection_wanted.connect(program.controller.open_connection)
    page = VoicesPage(presenter=program.voices, recovery=recovery, theme=program.theme)

    def settle(voice: Voice) -> None:
        program.window.show_page("clone")
        program.open_jobs.open(voice.job_id)

    page.clone_wanted.connect(lambda: program.window.show_page("clone"))
    page.play_wanted.connect(program.controller.play_voice)
    page.settle_wanted.connect(settle)
    program.window.add_page("voices", page)
