"""The services of the user: which there are, where they answer, their tokens, and whether they work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from voiceclone_gui.core.errors import Action, KeyringFailed, VoiceCloneError
from voiceclone_gui.core.keyring_facts import KeyringFacts
from voiceclone_gui.core.token import Token
from voiceclone_gui.services.accounts import Accounts
from voiceclone_gui.services.check_connection import ConnectionCheck
from voiceclone_gui.services.connection import Connection, ServiceChoice
from voiceclone_gui.services.connection_report import ConnectionReport
from voiceclone_gui.ui.dialogs import Question
from voiceclone_gui.ui.i18n import say, tr
from voiceclone_gui.ui.messages import Message, MessageBus, Tone, message_for_error
from voiceclone_gui.ui.presenters.settings_presenter import SettingsPresenter
from voiceclone_gui.ui.tasks import TaskScope


@dataclass(frozen=True, kw_only=True)
class ServicesState:
    """``selected`` is the service that is looked at, ``active`` the one in use, both by id."""

    choices: tuple[ServiceChoice, ...]
    selected: str
    active: str
    keyring: KeyringFacts | None = None
    report: ConnectionReport | None = None
    is_checking: bool = False
    is_keeping: bool = False

    @property
    def choice(self) -> ServiceChoice:
        """The service that is looked at."""
        return next(choice for choice in self.choices if choice.service_id == self.selected)


class ServicesPresenter(QObject):
    """Signals: ``state_changed(ServicesState)``, ``service_changed()``: which one is in use, or something
    about it.
    """

    state_changed = Signal(object)
    service_changed = Signal()

    def __init__(
        self,
        *,
        connection: Connection,
        accounts: Accounts,
        check: ConnectionCheck,
        settings: SettingsPresenter,
        messages: MessageBus,
        tasks: TaskScope,
        ask: Callable[[Question], Awaitable[str]],
    ) -> None:
        super().__init__()
        self._connection = connection
        self._accounts = accounts
        self._check = check
        self._settings = settings
        self._messages = messages
        self._tasks = tasks
        self._ask = ask
        active = connection.active.service_id
        self.state = ServicesState(choices=connection.choices(), selected=active, active=active)

    # -- looking

    def select(self, service_id: str) -> None:
        """Look at another service; its token is taken out of the keyring."""
        if service_id != self.state.selected:
            self._set(selected=service_id, report=None)
            self.fetch(service_id)

    def load(self) -> None:
        """Find out which keyring there is, and fetch the token of the service that is looked at."""
        self._tasks.start_unique(self._describe(), name="keyring")
        self.fetch(self.state.selected)

    def fetch(self, service_id: str) -> None:
        """Take the token of a service out of the keyring, if it isn't there yet."""
        self._tasks.replace(self.fetch_token(service_id), name="fetch token")

    async def fetch_token(self, service_id: str) -> bool:
        """As :meth:`fetch`; whether there is one. A keyring that fails is said."""
        try:
            found = await self._accounts.fetch(service_id)
        except KeyringFailed as error:
            self._messages.post(message_for_error(error))
            found = False
        self._tell()
        return found

    # -- changing

    def use(self, service_id: str) -> None:
        """Clone voices there from now on."""
        self._connection.choose(service_id)
        self._settings.change(active_service=service_id)
        self._set(
            selected=service_id, report=self.state.report if service_id == self.state.selected else None
        )
        self._tell()

    def add(self, profile_id: str) -> None:
        """Add a service of a profile and look at it."""
        choice = self._connection.add(profile_id)
        self._save_entries()
        self._set(choices=self._connection.choices(), selected=choice.service_id, report=None)

    def change(self, service_id: str, **changes: str) -> None:
        """Change ``name``, ``base_url`` or ``prefix``."""
        self._connection.change(service_id, **changes)  # type: ignore[arg-type]
        self._save_entries()
        self._set(report=None)
        self._tell()

    def remove(self, service_id: str) -> None:
        """Take a service away with its token, after asking; one of the catalog's gets its address back."""
        self._start(self._remove(service_id), "change services")

    def set_token(self, service_id: str, text: str, *, keep: bool) -> None:
        """Use the token that was typed or pasted; ``keep`` it in the keyring too."""
        self._accounts.use(service_id, Token(text))
        self._set(report=None)
        self._tell()
        if keep and not self._connection.choice(service_id).token.problem():
            self._start(self._keep(service_id), "keep token")

    async def forget_all(self) -> None:
        """Take all tokens out of the keyring. Raises ``KeyringFailed``."""
        await self._accounts.forget_all()

    def forget_token(self, service_id: str) -> None:
        """Take the token out of the keyring and out of use."""
        self._start(self._forget(service_id), "keep token")

    # -- checking

    def check(self) -> None:
        """Ask the service that is looked at whether it works; free of charge."""
        self._start(self._run_check(self._check.check), "check")

    def act(self, action: Action) -> None:
        """What the button beside the report does."""
        if action is Action.TRY_OTHER_REGION:
            self._start(self._run_check(self._check.check_other_region), "check")
        elif action is Action.TRY_AGAIN:
            self.check()

    # -- inside

    async def _describe(self) -> None:
        try:
            self._set(keyring=await self._accounts.describe_store())
        except KeyringFailed as error:
            self._messages.post(message_for_error(error))

    async def _remove(self, service_id: str) -> None:
        choice = self._connection.choice(service_id)
        question = Question(
            title=tr("Remove {name}?", name=choice.name),
            text=tr("Its address and its token are forgotten here. Voices that were made there stay there."),
            answers={"": tr("Cancel"), "remove": tr("Remove")},
        )
        if await self._ask(question) != "remove":
            return
        try:
            await self._accounts.forget(service_id)
        except KeyringFailed as error:
            self._messages.post(message_for_error(error))
            return
        self._connection.remove(service_id)
        self._save_entries()
        self._settings.change(active_service=self._connection.active.service_id)
        left = {one.service_id for one in self._connection.choices()}
        selected = service_id if service_id in left else self._connection.active.service_id
        self._set(choices=self._connection.choices(), selected=selected, report=None)
        self._tell()

    async def _keep(self, service_id: str) -> None:
        self._set(is_keeping=True)
        try:
            while await self._try_to_keep(service_id):
                pass
        finally:
            self._set(is_keeping=False)
            self._tell()

    async def _try_to_keep(self, service_id: str) -> bool:
        """Whether to try once more."""
        try:
            await self._accounts.keep(service_id)
        except KeyringFailed as error:
            sentence = say(error)
            again = (
                tr("Unlock and try again")
                if Action.UNLOCK_AND_TRY_AGAIN in error.choices
                else tr("Try again")
            )
            question = Question(
                title=sentence.title,
                text=sentence.cure,
                answers={"run": tr("Keep for this run only"), "again": again},
            )
            return await self._ask(question) == "again"
        name = self._connection.choice(service_id).name
        self._messages.post(
            Message(title=tr("The token of {name} is kept.", name=name), tone=Tone.INFORMATION)
        )
        return False

    async def _forget(self, service_id: str) -> None:
        try:
            await self._accounts.forget(service_id)
        except KeyringFailed as error:
            self._messages.post(message_for_error(error))
        self._set(report=None)
        self._tell()

    async def _run_check(self, check: Callable[[ServiceChoice], Awaitable[ConnectionReport]]) -> None:
        selected = self.state.selected
        self._set(is_checking=True, report=None)
        try:
            report: ConnectionReport | None = await check(self.state.choice)
        except VoiceCloneError as error:
            self._messages.post(message_for_error(error))
            report = None
        finally:
            self._set(is_checking=False)
        if self.state.selected == selected:
            self._set(report=report)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks.start_unique(work, name=name)

    def _save_entries(self) -> None:
        self._settings.change(services=self._connection.entries())

    def _tell(self) -> None:
        self._set(choices=self._connection.choices(), active=self._connection.active.service_id)
        self.service_changed.emit()

    def _set(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.state_changed.emit(self.state)
