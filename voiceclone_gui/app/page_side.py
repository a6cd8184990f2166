"""The Clone page, bound to what the window does for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiceclone_gui.ui.outgoing_controller import OutgoingController

if TYPE_CHECKING:
    from voiceclone_gui.app.window import WindowProgram
    from voiceclone_gui.ui.window_controller import WindowController


def bind_page(program: WindowProgram, controller: WindowController) -> OutgoingController:
    """Bind the page; whoever holds the result keeps what is sent to be heard and saved."""
    page = program.page
    page.choose_recording_wanted.connect(controller.choose_recording)
    page.choose_clip_wanted.connect(controller.choose_clip)
    page.sample_wanted.connect(controller.try_sample)
    page.connection_wanted.connect(controller.open_connection)
    page.recent_wanted.connect(lambda path: controller.open_files([path], target="recording"))
    page.show_recent(program.settings.state.recent_files)
    sent = OutgoingController(
        window=program.window,
        inputs=program.clone,
        outgoing=lambda: program.outgoing,
        player=program.player,
        messages=program.messages,
        tasks=program.tasks,
    )
    page.listen_wanted.connect(sent.listen)
    page.save_sent_wanted.connect(sent.save)
    return sent
