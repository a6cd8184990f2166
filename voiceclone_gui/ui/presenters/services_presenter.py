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

# A keyring that is open answers sooner: nothing is to flicker.
_A_MOMENT_S = 0.3
# All that changes the keyring, one after the other.
_KEYRING_TASK = "keep token"


@dataclass(frozen=True, kw_only=True)
class ServicesState:
    """``selected`` is the service that is looked at, ``active`` the one in use, both by id.

    ``problem`` is why the keyring didn't give the token of the one that is looked at; ``waits_for`` the one
    whose token it is asked for, once that takes longer than a moment; ``is_keeping``: a token is being kept
    or taken out.
    """

    choices: tuple[ServiceChoice, ...]
    selected: str
    active: str
    keyring: KeyringFacts | None = None
    problem: KeyringFailed | None = None
    waits_for: str = ""
    report: ConnectionReport | None = None
    is_checking: bool = False
    is_keeping: bool = False

    @property
    def choice(self) -> ServiceChoice:
        """The service that is looked at."""
        return next(choice for choice in self.choices if choice.service_id == self.selected)


class ServicesPresenter(QObject):
    """Signals: ``state_changed(ServicesState)``, ``service_changed()``: which one is in use, or something
    about it; ``waiting_changed(str)``: the service for whose token the keyring is waited, ``""`` for none.
    """

    state_changed = Signal(object)
    service_changed = Signal()
    waiting_changed = Signal(str)

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
        self._to_keep: set[str] = set()
        active = connection.active.service_id
        self.state = ServicesState(choices=connection.choices(), selected=active, active=active)

    # -- looking

    def select(self, service_id: str) -> None:
        """Look at another service; its token is taken out of the keyring."""
        if service_id != self.state.selected:
            self._set(selected=service_id, report=None, problem=None)
            self._tasks.replace(self._look(service_id), name="fetch token")

    def load(self) -> None:
        """Find out which keyring there is, and fetch the token of the service that is looked at."""
        self._tasks.start_unique(self._describe(), name="keyring")
        self._tasks.replace(self._look(self.state.selected), name="fetch token")

    def fetch(self, service_id: str) -> None:
        """Take the token of a service out of the keyring, if it isn't there yet; a failure is said."""
        self._tasks.replace(self._fetch(service_id), name="fetch token")

    async def fetch_token(self, service_id: str) -> KeyringFailed | None:
        """As :meth:`fetch`, but the failure is only given back."""
        import asyncio

        failure = None
        sign = asyncio.get_running_loop().call_later(_A_MOMENT_S, self._wait_for, service_id)
        try:
            await self._accounts.fetch(service_id)
        except KeyringFailed as error:
            failure = error
        finally:
            sign.cancel()
            if self.state.waits_for == service_id:
                self._wait_for("")
        self._tell()
        return failure

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
        self._start(self._remove(service_id), _KEYRING_TASK)

    def set_token(self, service_id: str, text: str, *, keep: bool) -> None:
        """Use the token that was typed or pasted; ``keep`` it in the keyring too."""
        self._accounts.use(service_id, Token(text))
        self._to_keep.discard(service_id)
        self._set(report=None, problem=None)
        self._tell()
        if keep and not self._connection.choice(service_id).token.problem():
            self._to_keep.add(service_id)
            # One that is on its way to the keyring goes first; this one replaces it there.
            self._start(self._keep_typed(), _KEYRING_TASK)

    async def forget_all(self) -> None:
        """Take all tokens out of the keyring. Raises ``KeyringFailed``."""
        await self._accounts.forget_all()

    def forget_token(self, service_id: str) -> None:
        """Take the token out of the keyring and out of use."""
        self._start(self._forget(service_id), _KEYRING_TASK)

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

    async def _fetch(self, service_id: str) -> None:
        failure = await self.fetch_token(service_id)
        if failure is not None:
            self._messages.post(message_for_error(failure))

    async def _look(self, service_id: str) -> None:
        failure = await self.fetch_token(service_id)
        if service_id == self.state.selected:
            self._show_problem(failure)

    async def _describe(self) -> None:
        try:
            self._set(keyring=await self._accounts.describe_store())
        except KeyringFailed as error:
            self._show_problem(error)

    def _show_problem(self, problem: KeyringFailed | None) -> None:
        """Said beside the token, and nowhere else any more."""
        self._set(problem=problem)
        if problem is not None:
            self._messages.take_back(problem.code)

    def _wait_for(self, service_id: str) -> None:
        self._set(waits_for=service_id)
        self.waiting_changed.emit(service_id)

    async def _remove(self, service_id: str) -> None:
        choice = self._connection.choice(service_id)
        question = Question(
            title=tr("Remove {name}?", name=choice.name),
            text=tr("Its address and its token are forgotten here. Voices that were made there stay there."),
            answers={"": tr("Cancel"), "remove": tr("Remove")},
        )
        if await self._ask(question) != "remove":
            return
        if not await self._take_out(service_id):
            return
        self._connection.remove(service_id)
        self._to_keep.discard(service_id)
        self._save_entries()
        self._settings.change(active_service=self._connection.active.service_id)
        left = {one.service_id for one in self._connection.choices()}
        selected = service_id if service_id in left else self._connection.active.service_id
        self._set(choices=self._connection.choices(), selected=selected, report=None)
        await self._keep_typed()

    async def _keep_typed(self) -> None:
        """Keep what is to be kept, and what is typed meanwhile."""
        self._set(is_keeping=True)
        try:
            while self._to_keep:
                service_id = self._to_keep.pop()
                if await self._try_to_keep(service_id):
                    self._to_keep.add(service_id)
        finally:
            self._set(is_keeping=False)
            self._tell()

    async def _try_to_keep(self, service_id: str) -> bool:
        """Whether to try once more."""
        token = self._connection.choice(service_id).token
        try:
            is_in_use = await self._accounts.keep(service_id)
        except KeyringFailed as error:
            if self._connection.choice(service_id).token != token:
                # Nobody wants that one any more.
                return False
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
        if is_in_use:
            name = self._connection.choice(service_id).name
            self._messages.post(
                Message(title=tr("The token of {name} is kept.", name=name), tone=Tone.INFORMATION)
            )
        return False

    async def _forget(self, service_id: str) -> None:
        await self._take_out(service_id)
        self._set(report=None)
        # One may have been typed meanwhile.
        await self._keep_typed()

    async def _take_out(self, service_id: str) -> bool:
        """Whether the keyring gave the token up."""
        self._set(is_keeping=True)
        try:
            await self._accounts.forget(service_id)
        except KeyringFailed as error:
            self._messages.post(message_for_error(error))
            return False
        finally:
            self._set(is_keeping=False)
        return True

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
