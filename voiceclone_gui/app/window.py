"""The window: shown first, everything that it doesn't need to be seen is made afterwards."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from voiceclone_gui.app.services import (
    LateServices,
    LateWorker,
    WindowCloner,
    load_late_parts,
)
from voiceclone_gui.core.errors import VoiceCloneError
from voiceclone_gui.core.prices import prices_in_use
from voiceclone_gui.services.check_sample import SampleCheck
from voiceclone_gui.services.connection import Connection, TokenSource
from voiceclone_gui.services.prepare_sample import SamplePreparation
from voiceclone_gui.storage.settings_file import SettingsFile
from voiceclone_gui.ui.main_window import MainWindow
from voiceclone_gui.ui.messages import MessageBus, message_for_recovery, standing_message
from voiceclone_gui.ui.pages.clone_page import ClonePage
from voiceclone_gui.ui.player import Player
from voiceclone_gui.ui.presenters.clone_presenter import ClonePresenter
from voiceclone_gui.ui.presenters.player_presenter import PlayerPresenter
from voiceclone_gui.ui.presenters.settings_presenter import SettingsPresenter
from voiceclone_gui.ui.tasks import TaskScope
from voiceclone_gui.ui.theme import Theme

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

    from voiceclone_gui.app.diagnostics import Diagnostics
    from voiceclone_gui.app.one_window import Handover
    from voiceclone_gui.app.privacy import Privacy
    from voiceclone_gui.arguments import WindowOptions
    from voiceclone_gui.core.catalog import Catalog
    from voiceclone_gui.core.redaction import RedactingFilter
    from voiceclone_gui.core.settings import Settings
    from voiceclone_gui.core.token import Token
    from voiceclone_gui.services.outgoing import OutgoingSamples
    from voiceclone_gui.services.proxy_in_use import ProxyInUse
    from voiceclone_gui.storage.token_store import TokenStore
    from voiceclone_gui.ui.dialogs import Question
    from voiceclone_gui.ui.pages.settings_page import SettingsPage
    from voiceclone_gui.ui.presenters.open_job_presenter import OpenJobPresenter
    from voiceclone_gui.ui.presenters.prices_presenter import PricesPresenter
    from voiceclone_gui.ui.presenters.recovery_presenter import RecoveryPresenter
    from voiceclone_gui.ui.presenters.services_presenter import ServicesPresenter
    from voiceclone_gui.ui.presenters.updates_presenter import UpdatesPresenter
    from voiceclone_gui.ui.presenters.voices_presenter import VoicesPresenter
    from voiceclone_gui.ui.window_controller import WindowController

CLOSING_LIMIT_S = 5.0


class WindowProgram:
    """The program with a window, from the first paint to the last process.

    Making it makes what the first paint shows; the rest is made by :meth:`bind`, or when it is asked for.
    """

    def __init__(self, *, options: WindowOptions, token: Token, catalog: Catalog, app: QApplication) -> None:
        self._options = options
        self.catalog = catalog
        self._late = LateServices(
            data_dir=options.data_dir,
            proxy=lambda: self.proxy,
            on_recovery=lambda found: self.messages.post(message_for_recovery(found)),
        )
        self._worker = LateWorker()
        self.tasks = TaskScope()
        self._sound = Player()
        self.messages = MessageBus()
        self._settings_file = SettingsFile(path=self._late.folder.settings)
        settings, self._settings_problem = self._settings_file.read()
        self.settings = SettingsPresenter(
            settings=settings, store=self._settings_file, messages=self.messages, tasks=self.tasks
        )
        self._look = (settings.theme, settings.text_percent)
        self.theme = theme = Theme(
            app=app,
            choice=options.theme or settings.theme,
            text_scale=options.text_scale or settings.text_percent / 100,
            with_sheet=False,
        )
        self.connection = Connection(
            catalog=catalog,
            start_practice=self._late.start_practice,
            make_client=self._late.make_client,
            entries=settings.services,
        )
        if settings.active_service in {choice.service_id for choice in self.connection.choices()}:
            self.connection.choose(settings.active_service)
        if token:
            self._take_token(token)
        self.window = MainWindow(theme=theme, messages=self.messages, choices=self.connection.choices())
        self._samples = SamplePreparation(worker=self._worker)
        self.clone = self._make_clone_presenter()
        self.player = PlayerPresenter(player=self._sound)
        self.page = ClonePage(presenter=self.clone, player=self.player, catalog=catalog, theme=theme)
        self.window.add_page("clone", self.page)
        self.window.compact_changed.connect(self.page.show_compact)
        self.window.show_service(self.connection.active)
        theme.apply_sheet()

    def _make_clone_presenter(self) -> ClonePresenter:
        return ClonePresenter(
            catalog=self.catalog,
            samples=self._samples,
            checks=SampleCheck(worker=self._worker, analyst=self._worker.second),
            cloner=WindowCloner(
                samples=lambda: self.outgoing, late=self._late, catalog=self.catalog, clock=_now
            ),
            connection=self.connection,
            messages=self.messages,
            tasks=self.tasks,
            ask=self.ask,
            clock=_now,
            prices=lambda: prices_in_use(catalog=self.catalog, settings=self.settings.state),
        )

    @cached_property
    def token_store(self) -> TokenStore:
        """The system's keyring, for all secrets."""
        from voiceclone_gui.storage.token_store import TokenStore

        return TokenStore()

    @cached_property
    def proxy(self) -> ProxyInUse:
        """What calls go through."""
        from voiceclone_gui.services.proxy_in_use import ProxyInUse

        return ProxyInUse(
            settings=self.settings.state.proxy, secrets=self.token_store, hide=self.redaction.register
        )

    @cached_property
    def outgoing(self) -> OutgoingSamples:
        """What is sent, made of what was chosen."""
        from voiceclone_gui.services.outgoing import OutgoingSamples

        return OutgoingSamples(preparation=self._samples, worker=self._worker, shelf=self._late.shelf)

    @cached_property
    def voices(self) -> VoicesPresenter:
        """The logic of the Voices page."""
        from voiceclone_gui.ui.presenters.voices_presenter import VoicesPresenter

        return VoicesPresenter(
            records=self._late.library, clock=_now, messages=self.messages, tasks=self.tasks
        )

    @cached_property
    def open_jobs(self) -> OpenJobPresenter:
        """The logic of jobs that aren't over, bound to the page."""
        from voiceclone_gui.app.open_jobs import bind_open_jobs

        return bind_open_jobs(self, library=self._late.library, inputs=self._late.job_folders)

    @cached_property
    def redaction(self) -> RedactingFilter:
        """What keeps secrets out of the log."""
        from voiceclone_gui.core.redaction import RedactingFilter

        return RedactingFilter()

    @cached_property
    def services(self) -> ServicesPresenter:
        """The logic of the services and their tokens."""
        from voiceclone_gui.services.accounts import Accounts
        from voiceclone_gui.services.check_connection import ConnectionCheck
        from voiceclone_gui.ui.presenters.services_presenter import ServicesPresenter

        return ServicesPresenter(
            connection=self.connection,
            accounts=Accounts(
                connection=self.connection, store=self.token_store, hide=self.redaction.register
            ),
            check=ConnectionCheck(
                catalog=self.catalog,
                start_practice=self._late.start_practice,
                make_client=self._late.make_client,
            ),
            settings=self.settings,
            messages=self.messages,
            tasks=self.tasks,
            ask=self.ask,
        )

    @cached_property
    def settings_page(self) -> SettingsPage:
        """The settings, made when they are first looked at or soon after the start."""
        from voiceclone_gui.app.settings_panels import make_settings_page

        page = make_settings_page(self)
        self.window.add_page("settings", page)
        return page

    @cached_property
    def prices(self) -> PricesPresenter:
        """The logic of the prices and of what was spent."""
        from voiceclone_gui.ui.presenters.prices_presenter import PricesPresenter

        return PricesPresenter(
            catalog=self.catalog,
            settings=self.settings,
            records=self._late.library,
            clock=_now,
            messages=self.messages,
            tasks=self.tasks,
        )

    @cached_property
    def diagnostics(self) -> Diagnostics:
        """Log, crash files and report of this run; nothing is written before it is opened."""
        from voiceclone_gui.app.diagnostics import Diagnostics

        return Diagnostics(program=self, folder=self._late.folder)

    @cached_property
    def privacy(self) -> Privacy:
        """What is kept on this computer, and its end."""
        from voiceclone_gui.app.privacy import Privacy

        return Privacy(program=self, folder=self._late.folder)

    @cached_property
    def updates(self) -> UpdatesPresenter:
        """The logic of new versions."""
        from voiceclone_gui.app.updates import make_updates

        return make_updates(self)

    @cached_property
    def recovery(self) -> RecoveryPresenter:
        """The logic of lost previews."""
        from voiceclone_gui.app.previews import make_recovery

        return make_recovery(self, library=self._late.library)

    @cached_property
    def controller(self) -> WindowController:
        """What binds the window; until it is made, nothing that the window receives has an effect."""
        from voiceclone_gui.app.page_side import PageSide
        from voiceclone_gui.app.sample_files import load_sample_files
        from voiceclone_gui.ui.window_controller import WindowController, WindowParts

        parts = WindowParts(
            window=self.window,
            clone=self.clone,
            player=self.player,
            voices=self.voices,
            recovery=self.recovery,
            connection=self.connection,
            settings=self.settings,
            services=self.services,
            settings_page=lambda: self.settings_page,
            samples=self._samples,
            worker=self._worker,
            messages=self.messages,
            tasks=self.tasks,
            catalog=self.catalog,
            sample_files=load_sample_files(),
        )
        controller = WindowController(parts=parts)
        self._page_side = PageSide(program=self, controller=controller, folder=self._late.folder.recordings)
        controller.report_wanted.connect(
            lambda: self.tasks.start_unique(self.diagnostics.read(), name="read report")
        )
        self.settings.state_changed.connect(self._apply_settings)
        return controller

    def show(self) -> None:
        """Show the window, with no control marked."""
        self.window.show()
        self.page.setFocus()

    def make_data_folder(self) -> Path:
        """The data folder, made if it can be; what is in the way is said once the window is there."""
        with suppress(VoiceCloneError):
            self._late.folder.make()
        return self._late.folder.root

    def take_over(self, handover: Handover) -> None:
        """Come to the front with the files of a second start."""
        self.window.come_to_front(handover.activation)
        if handover.files:
            self.controller.open_files(list(handover.files))

    def bind(self) -> WindowController:
        """Make what the first paint didn't need, so that clicks and keys have their effect."""
        return self.controller

    async def run(self, finished: asyncio.Event, *, ready: Callable[[], None]) -> int:
        """Call ``ready`` once files can be taken, and wait until the window closes or ``finished`` is set."""
        self.controller.finished.connect(finished.set)
        try:
            await self.start()
            ready()
            await finished.wait()
        finally:
            await self.aclose()
        return 0

    async def start(self) -> None:
        """Make what the first paint doesn't need, and open the files that were named."""
        import asyncio

        await asyncio.sleep(0)
        from voiceclone_gui.app.voices_side import add_voices_page

        controller = self.bind()
        self._worker.start()
        add_voices_page(self)
        self._hide_secrets()
        _ = self.settings_page
        if self._settings_problem is not None:
            self.messages.post(standing_message(self._settings_problem))
        try:
            await asyncio.to_thread(self._late.folder.make)
            await self._late.library.open()
            await self.open_jobs.recover()
            await self._page_side.offer_undecided()
        except VoiceCloneError as error:
            self.messages.post(standing_message(error))
            self.voices.state_changed.connect(lambda _, code=error.code: self._forget_trouble(code))
        else:
            self.voices.load()
            self.prices.load()
            self.recovery.load()
        if self.connection.active.problems():
            self.services.fetch(self.connection.active.service_id)
        if self._options.files:
            controller.open_files([file.absolute() for file in self._options.files])
        self.diagnostics.offer_left_behind()
        await asyncio.to_thread(load_late_parts)
        await self.page.make_editors()
        self.updates.begin()

    async def aclose(self) -> None:
        """Stop everything, each part with a limit, and only then close the window."""
        await _within_limit(self.tasks.aclose())
        self._sound.close()
        if "controller" in self.__dict__:
            await _within_limit(self._page_side.aclose())
        for part in (self._late, self._worker, self._late.library, self._settings_file):
            await _within_limit(part.aclose())
        self.window.close_for_good()

    def _apply_settings(self, settings: Settings) -> None:
        self.page.show_recent(settings.recent_files)
        self.clone.refresh_prices()
        look, before = (settings.theme, settings.text_percent), self._look
        if look != before:
            # Not each time: what was asked for on the command line holds until another look is chosen.
            self._look = look
            self.theme.choose(choice=settings.theme, text_scale=settings.text_percent / 100)

    def _forget_trouble(self, code: str) -> None:
        """The library can be read after all: what was said of it at the start is over."""
        self.messages.take_back(code)
        self.prices.load()
        self.recovery.load()

    def _hide_secrets(self) -> None:
        import logging

        for choice in self.connection.choices():
            self.redaction.register(choice.token)
        self.redaction.install(logging.getLogger())

    def _take_token(self, token: Token) -> None:
        for choice in self.connection.choices():
            if choice.profile.needs_token:
                self.connection.change(choice.service_id, token=token, token_source=TokenSource.ENVIRONMENT)

    async def ask(self, question: Question) -> str:
        """Ask over the window; gives the name of the answer."""
        from voiceclone_gui.ui.dialogs import ask

        return await ask(question, parent=self.window)


async def _within_limit(closing: Coroutine[Any, Any, None]) -> None:
    import asyncio

    with suppress(TimeoutError):
        await asyncio.wait_for(closing, CLOSING_LIMIT_S)


def _now() -> datetime:
    return datetime.now(UTC)
