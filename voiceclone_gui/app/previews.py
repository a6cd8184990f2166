"""Lost previews in the window: the use cases that bring them back, put together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from voiceclone_gui.core.prices import prices_in_use
from voiceclone_gui.ui.presenters.recovery_presenter import RecoveryPresenter
from voiceclone_gui.ui.widgets.recovery_box import RecoveryBox

if TYPE_CHECKING:
    from voiceclone_gui.app.window import WindowProgram
    from voiceclone_gui.core.voice import Voice
    from voiceclone_gui.services.connection import Connection
    from voiceclone_gui.services.keep_voice import KeepOrder
    from voiceclone_gui.services.preview_events import PreviewEvent
    from voiceclone_gui.storage.library import Library


class WindowPreviews:
    """Fetches previews and makes new ones, on the record that ``library`` gives."""

    def __init__(self, *, connection: Connection, library: Callable[[], Library]) -> None:
        self._connection = connection
        self._library = library

    async def fetch(self, voice: Voice, *, on_event: Callable[[PreviewEvent], None]) -> Voice:
        """Fetch one by its link; errors are those of :meth:`FetchPreview.run` and of the connection."""
        from voiceclone_gui.services.fetch_preview import FetchPreview

        service, moved_to = await self._connection.open_for_download(voice)
        use_case = FetchPreview(service=service, records=self._library(), moved_to=moved_to)
        return await use_case.run(voice, on_event=on_event)

    async def keep(self, order: KeepOrder, *, on_event: Callable[[PreviewEvent], None]) -> Voice:
        """Make one; errors are those of :meth:`KeepVoice.run` and of the connection."""
        from voiceclone_gui.services.keep_voice import KeepVoice

        connected = await self._connection.open_where_made(order.voice)
        use_case = KeepVoice(connected=connected, records=self._library(), clock=_now)
        return await use_case.run(order, on_event=on_event)


def make_recovery(program: WindowProgram, *, library: Library) -> RecoveryPresenter:
    """The logic of lost previews, bound to the pages that show them."""
    recovery = RecoveryPresenter(
        previews=WindowPreviews(connection=program.connection, library=lambda: library),
        records=library,
        connection=program.connection,
        catalog=program.catalog,
        prices=lambda: prices_in_use(catalog=program.catalog, settings=program.settings.state),
        messages=program.messages,
        tasks=program.tasks,
        ask=program.ask,
        clock=_now,
    )
    box = RecoveryBox(presenter=recovery, names_voice=True)
    box.connection_wanted.connect(program.page.connection_wanted)
    program.page.add_recovery(box)
    program.clone.run_ended.connect(recovery.load)
    recovery.voice_changed.connect(program.voices.load)
    recovery.voice_changed.connect(program.prices.load)
    recovery.preview_came.connect(lambda _: program.voices.load())
    return recovery


def _now() -> datetime:
    return datetime.now(UTC)
