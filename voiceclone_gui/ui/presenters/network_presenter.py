"""Settings › Network: what is typed about the proxy, what is wrong with it, and saving it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from voiceclone_gui.core.errors import Action, KeyringFailed
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.proxy import ProxyMode, ProxyServer, parse_proxy
from voiceclone_gui.core.secret import Secret
from voiceclone_gui.core.settings import ProxySettings
from voiceclone_gui.services.proxy_in_use import PasswordPlace, ProxyInUse
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.messages import Message, message_for_error, message_for_problem
from voiceclone_gui.ui.presenters.settings_presenter import SettingsPresenter
from voiceclone_gui.ui.tasks import TaskScope

PROXY_TASK = "proxy"
USER_MISSING = "proxy-user-missing"


@dataclass(frozen=True, kw_only=True)
class NetworkState:
    """What the panel shows. ``password`` is what is typed; the one that is kept is never shown.

    ``problem`` stands beside its field. ``failure`` is the keyring's, ``choices`` the ways out of it.
    """

    mode: ProxyMode = ProxyMode.SYSTEM
    address: str = ""
    user: str = ""
    password: Secret = field(default_factory=Secret)
    password_place: PasswordPlace = PasswordPlace.NOWHERE
    problem: Message | None = None
    failure: Message | None = None
    choices: tuple[Action, ...] = ()
    certificates: Message | None = None
    is_busy: bool = False
    is_changed: bool = False
    can_clear: bool = False


class NetworkPresenter(QObject):
    """Edits the choice of the proxy. Signal ``state_changed(NetworkState)``.

    ``find_certificate_problem`` blocks and is called in a thread.
    """

    state_changed = Signal(object)

    def __init__(
        self,
        *,
        proxy: ProxyInUse,
        settings: SettingsPresenter,
        find_certificate_problem: Callable[[], Problem | None],
        tasks: TaskScope,
    ) -> None:
        super().__init__()
        self._proxy = proxy
        self._settings = settings
        self._find_certificate_problem = find_certificate_problem
        self._tasks = tasks
        self._again: Callable[[], None] = self.save
        self.state = self._judged(self._saved(NetworkState()))

    def look(self) -> None:
        """Look whether the certificates that the environment names are there."""
        self._tasks.replace(self._look(), name="certificates")

    def choose_mode(self, mode: ProxyMode) -> None:
        """Choose where the proxy comes from."""
        self._edit(mode=mode)

    def set_address(self, text: str) -> None:
        """The address as it is typed; one that is pasted gives away user and password at once."""
        is_pasted = len(text) - len(self.state.address) > 1
        self._edit(address=text)
        if is_pasted:
            self.take_apart()

    def set_user(self, text: str) -> None:
        """The user as it is typed."""
        self._edit(user=text)

    def set_password(self, password: Secret) -> None:
        """The password as it is typed; empty for the one that is kept."""
        self._edit(password=password)

    def take_apart(self) -> None:
        """Move a user and a password that stand inside the address to their own fields."""
        server = parse_proxy(self.state.address)
        if isinstance(server, ProxyServer) and "@" in self.state.address:
            user, password = server.user or self.state.user, server.password or self.state.password
            self._edit(address=server.address, user=user, password=password)

    def save(self) -> None:
        """Use what is typed and write it down, or say what is wrong with it."""
        self._save(for_this_run=False)

    def clear(self) -> None:
        """Go back to the system's proxy, and forget the own one with its password."""
        self._again = self.clear
        self._start(self._keep(ProxySettings(), password=Secret(), for_this_run=False))

    def act(self, action: Action) -> None:
        """Do what the user chose of ``choices``."""
        if action is Action.KEEP_FOR_THIS_RUN:
            self._save(for_this_run=True)
        else:
            self._again()

    def _save(self, *, for_this_run: bool) -> None:
        self._again = self.save
        self.take_apart()
        wanted = self._wanted()
        if isinstance(wanted, Problem):
            self._set(problem=message_for_problem(wanted))
            return
        password = self.state.password if wanted.mode is ProxyMode.OWN else Secret()
        self._start(self._keep(wanted, password=password, for_this_run=for_this_run))

    def _wanted(self) -> ProxySettings | Problem:
        typed = self.state
        if typed.mode is not ProxyMode.OWN:
            return replace(self._proxy.settings, mode=typed.mode)
        server = parse_proxy(typed.address, user=typed.user)
        if isinstance(server, Problem):
            return server
        if typed.password and not typed.user:
            return Problem(field=Field.PROXY, code=USER_MISSING)
        return ProxySettings(mode=typed.mode, address=server.address, user=server.user)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        if self._tasks.start_unique(work, name=PROXY_TASK) is not None:
            self._set(is_busy=True, problem=None, failure=None, choices=())

    async def _keep(self, wanted: ProxySettings, *, password: Secret, for_this_run: bool) -> None:
        try:
            saved = await self._proxy.change(wanted, password=password, for_this_run=for_this_run)
        except KeyringFailed as error:
            self._set(is_busy=False, failure=message_for_error(error), choices=error.choices)
            return
        self._settings.change(proxy=saved)
        self.state = self._saved(self.state)
        # A keyring that has just failed needn't be asked again.
        failure = None if for_this_run else await self._forget_former()
        self._set(is_busy=False, failure=failure, choices=(Action.TRY_AGAIN,) if failure else ())

    async def _forget_former(self) -> Message | None:
        try:
            await self._proxy.forget_former()
        except KeyringFailed as error:
            return replace(
                message_for_error(error),
                cure=tr("The former password of the proxy is still in there. Unlock it and try again."),
                action=Action.TRY_AGAIN,
            )
        return None

    async def _look(self) -> None:
        import asyncio

        problem = await asyncio.to_thread(self._find_certificate_problem)
        self._set(certificates=None if problem is None else message_for_problem(problem))

    def _edit(self, **changes: object) -> None:
        self._set(problem=None, failure=None, choices=(), **changes)

    def _set(self, **changes: object) -> None:
        state = self._judged(replace(self.state, **changes))  # type: ignore[arg-type]
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _saved(self, state: NetworkState) -> NetworkState:
        saved = self._proxy.settings
        return replace(
            state, mode=saved.mode, address=saved.address, user=saved.user, password=Secret(), problem=None
        )

    def _judged(self, state: NetworkState) -> NetworkState:
        """``state`` with what follows from it."""
        saved = self._proxy.settings
        typed = ProxySettings(mode=state.mode, address=state.address, user=state.user)
        is_same = self._proxy.is_same(typed)
        is_own = state.mode is ProxyMode.OWN
        return replace(
            state,
            password_place=self._proxy.password_place if is_same else PasswordPlace.NOWHERE,
            is_changed=state.mode is not saved.mode or (is_own and (not is_same or bool(state.password))),
            can_clear=saved != ProxySettings(),
        )
