"""New versions: the notice in the window, and what Settings › Updates shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from voiceclone_gui.core.errors import UpdateCheckFailed, VoiceCloneError
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.updates import parse_list_address
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.messages import Message, MessageBus, Tone, message_for_error, message_for_problem
from voiceclone_gui.ui.presenters.settings_presenter import SettingsPresenter
from voiceclone_gui.ui.tasks import TaskScope

if TYPE_CHECKING:
    from voiceclone_gui.core.releases import News, Package, Release
    from voiceclone_gui.services.check_updates import UpdateCheck

TASK = "updates"
# The day since the last time is counted by the clock; this only finds out that it is over.
_LOOK_AGAIN_MS = 3_600_000


@dataclass(frozen=True, kw_only=True)
class FoundRelease:
    """A newer release, with the packages of it that run on this computer; ``own`` is the version in use."""

    release: Release
    packages: tuple[Package, ...]
    own: str


@dataclass(frozen=True, kw_only=True)
class UpdatesState:
    """``address`` is what is typed, ``packaged`` the one that is used without it; either may be empty.

    ``notice`` is what was found unasked and stands in the window; ``found`` is what was found in whichever
    way, ``outcome`` what else the user's own question came to. ``asked_at`` is when a list was last asked
    for, ``""`` for never.
    """

    is_on: bool
    address: str
    packaged: str
    problem: Message | None = None
    outcome: Message | None = None
    found: FoundRelease | None = None
    notice: FoundRelease | None = None
    asked_at: str = ""
    is_busy: bool = False


class UpdatesPresenter(QObject):
    """Signal ``state_changed(UpdatesState)``. ``open_page`` opens a browser, and tells whether it could."""

    state_changed = Signal(object)

    def __init__(
        self,
        *,
        check: UpdateCheck,
        settings: SettingsPresenter,
        messages: MessageBus,
        tasks: TaskScope,
        open_page: Callable[[str], bool],
    ) -> None:
        super().__init__()
        self._check = check
        self._settings = settings
        self._messages = messages
        self._tasks = tasks
        self._open_page = open_page
        saved = settings.state.updates
        self.state = UpdatesState(
            is_on=saved.is_on, address=saved.address, packaged=check.packaged, asked_at=_local(saved.asked_at)
        )
        self.timer = QTimer(self)
        self.timer.setInterval(_LOOK_AGAIN_MS)
        self.timer.timeout.connect(self.look)

    def begin(self) -> None:
        """Look now if a day is over, and go on doing so for as long as the window is open."""
        self.timer.start()
        self.look()

    def look(self) -> None:
        """Look by itself; nothing is said but what is worth it."""
        self._tasks.start_unique(self._look(), name=TASK)

    def check_now(self) -> None:
        """Look because the user wants to know, and tell what came of it."""
        if self.save_address():
            self._set(is_busy=True, outcome=None, found=None)
            self._tasks.replace(self._ask(), name=TASK)

    def switch(self, is_on: bool) -> None:
        """Look by itself from now on, or not."""
        self._save(is_on=is_on)
        self._set(is_on=is_on, notice=self.state.notice if is_on else None)

    def type_address(self, text: str) -> None:
        """The address as it is typed; what another one would answer is no longer waited for."""
        self._tasks.cancel(TASK)
        self._set(address=text, problem=None, outcome=None, found=None, is_busy=False)

    def save_address(self) -> bool:
        """Use what is typed, or say what is wrong with it. An empty one means the packaged one."""
        typed = self.state.address.strip()
        address = parse_list_address(typed) if typed else ""
        if isinstance(address, Problem):
            self._set(problem=message_for_problem(address))
            return False
        if address != self._settings.state.updates.address:
            # The new place was never asked.
            self._save(address=address, asked_at="")
        self._set(address=address, problem=None, asked_at=_local(self._settings.state.updates.asked_at))
        return True

    def open_page(self, found: FoundRelease) -> None:
        """Show the page of a release in the user's browser."""
        if not self._open_page(found.release.page):
            error = UpdateCheckFailed("updates-page-unopened", page=found.release.page)
            self._messages.post(message_for_error(error))

    def dismiss(self) -> None:
        """Never show the version of the notice by itself again."""
        if self.state.notice is not None:
            self._save(dismissed_version=str(self.state.notice.release.version))
        self.close_notice()

    def close_notice(self) -> None:
        """Take the notice away for now."""
        self._set(notice=None)

    async def _look(self) -> None:
        news = await self._check.look_by_itself(self._settings.state.updates, on_asked=self._note_asked)
        # It may have been switched off meanwhile.
        if news is not None and news.release is not None and self.state.is_on:
            found = self._found(news.release)
            self._set(notice=found, found=found, outcome=None)

    async def _ask(self) -> None:
        try:
            news = await self._check.look(self._settings.state.updates, on_asked=self._note_asked)
        except VoiceCloneError as error:
            self._set(is_busy=False, outcome=message_for_error(error))
            return
        found = None if news.release is None else self._found(news.release)
        # The answer itself says it now, so it needn't stand in the window twice.
        self._set(is_busy=False, found=found, outcome=self._outcome(news), notice=None)

    def _outcome(self, news: News) -> Message | None:
        if news.release is not None:
            return None
        if news.unfit is not None:
            computer = self._check.computer
            title = tr(
                "Version {version} is out, but not for this computer ({system}, {machine}).",
                version=news.unfit.version,
                system=computer.system,
                machine=computer.machine,
            )
            cure = tr("Its page may tell more: {page}", page=news.unfit.page)
            return Message(title=title, cure=cure, tone=Tone.INFORMATION)
        title = tr("There is nothing newer than your version, {version}.", version=self._check.own)
        return Message(title=title, tone=Tone.INFORMATION)

    def _found(self, release: Release) -> FoundRelease:
        packages = self._check.computer.packages_of(release)
        return FoundRelease(release=release, packages=packages, own=str(self._check.own))

    def _note_asked(self, time: datetime) -> None:
        self._save(asked_at=time.isoformat(timespec="seconds"))
        self._set(asked_at=_local(self._settings.state.updates.asked_at))

    def _save(self, **changes: object) -> None:
        self._settings.change(updates=replace(self._settings.state.updates, **changes))  # type: ignore[arg-type]

    def _set(self, **changes: object) -> None:
        state = replace(self.state, **changes)  # type: ignore[arg-type]
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)


def _local(asked_at: str) -> str:
    """The time as the user's clock shows it, ``""`` for never."""
    try:
        return datetime.fromisoformat(asked_at).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return ""
