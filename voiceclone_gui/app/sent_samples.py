"""What is sent, to be heard and kept before it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiceclone_gui.ui.outgoing_controller import OutgoingController

if TYPE_CHECKING:
    from voiceclone_gui.app.window import WindowProgram


def bind_outgoing(program: WindowProgram) -> OutgoingController:
    """Bind the page's links to what is sent."""
    made = OutgoingController(
        window=program.window,
        inputs=program.clone,
        outgoing=lambda: program.outgoing,
        player=program.player,
        messages=program.messages,
        tasks=program.tasks,
    )
    program.page.listen_wanted.connect(made.listen)
    program.page.save_sent_wanted.connect(made.save)
    return made
