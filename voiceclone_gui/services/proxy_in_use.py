"""The proxy that calls go through: the user's choice, with its password only where one is needed."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from voiceclone_gui.core.errors import KeyringFailed, NotConnected
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.proxy import ProxyChoice, ProxyMode, parse_proxy
from voiceclone_gui.core.secret import Secret
from voiceclone_gui.core.settings import ProxySettings


class PasswordPlace(StrEnum):
    """Where the proxy's password is."""

    NOWHERE = "nowhere"
    KEYRING = "keyring"
    THIS_RUN = "this-run"


class SecretStore(Protocol):
    """The system's keyring; every call raises ``KeyringFailed``."""

    async def save(self, key: str, secret: Secret) -> None:
        """Keep ``secret`` in place of an older one."""
        ...

    async def load(self, key: str) -> Secret | None:
        """The secret, ``None`` where there is none."""
        ...

    async def forget(self, key: str) -> None:
        """Take it out, if it is there."""
        ...


def _ignore(_secret: Secret) -> None:
    """For who keeps no log."""


class ProxyInUse:
    """Holds the choice of this run. The settings are written down by the caller, the password by the keyring.

    A password belongs to one user at one address: it lies under both and is never given to another proxy.
    """

    def __init__(
        self, *, settings: ProxySettings, secrets: SecretStore, hide: Callable[[Secret], None] = _ignore
    ) -> None:
        """``hide`` hears of every password before it is used, so that no log will show it."""
        self.settings = settings
        self._hide = hide
        self._secrets = secrets
        # None where the keyring has not been asked yet.
        self._password: Secret | None = None
        self._former_keys: set[str] = set()

    @property
    def password_place(self) -> PasswordPlace:
        """Where the password of the chosen proxy is."""
        if self.settings.keeps_password:
            return PasswordPlace.KEYRING
        return PasswordPlace.THIS_RUN if self._password else PasswordPlace.NOWHERE

    @property
    def needs_keyring(self) -> bool:
        """Whether the next call would ask the keyring, which may open a window of its own."""
        is_own = self.settings.mode is ProxyMode.OWN
        return is_own and self.settings.keeps_password and self._password is None

    def is_same(self, settings: ProxySettings) -> bool:
        """Whether ``settings`` mean the same user at the same proxy, so that the password goes with them."""
        return _key(settings) == _key(self.settings)

    async def choice(self) -> ProxyChoice:
        """What the next call goes through.

        Raises ``KeyringFailed`` where the password can't be had, ``NotConnected`` for a damaged address.
        """
        while True:
            settings = self.settings
            if settings.mode is not ProxyMode.OWN:
                return ProxyChoice(mode=settings.mode)
            if self._password is not None or not settings.keeps_password:
                break
            found = await self._secrets.load(_key(settings))
            self._hide(found or Secret())
            # Meanwhile the user may have chosen another one.
            if settings == self.settings and self._password is None:
                self._password = found or Secret()
        server = parse_proxy(settings.address, user=settings.user, password=self._password)
        if isinstance(server, Problem):
            raise NotConnected(server.code, field=server.field, **server.values)  # type: ignore[arg-type]
        return ProxyChoice(mode=ProxyMode.OWN, server=server)

    async def change(
        self, settings: ProxySettings, *, password: Secret, for_this_run: bool = False
    ) -> ProxySettings:
        """Use other settings from the next call on; returns them as they are to be written down.

        An empty ``password`` leaves the one that is there, if user and proxy stay the same. Any other goes to
        the keyring, unless it is ``for_this_run``. Raises ``KeyringFailed``; nothing is changed then.
        """
        self._hide(password)
        key, former = _key(settings), self.settings
        if password and not for_this_run:
            await self._secrets.save(key, password)
        is_same = self.is_same(settings)
        keeps = not for_this_run if password else is_same and former.keeps_password
        if former.keeps_password and not (is_same and keeps):
            self._former_keys.add(_key(former))
        if keeps:
            self._former_keys.discard(key)
        if password or not is_same:
            self._password = password or None
        self.settings = ProxySettings(
            mode=settings.mode, address=settings.address, user=settings.user, keeps_password=keeps
        )
        return self.settings

    async def forget_former(self) -> None:
        """Take the passwords out of the keyring that no setting needs any more. Raises ``KeyringFailed``."""
        failure: KeyringFailed | None = None
        for key in sorted(self._former_keys):
            try:
                await self._secrets.forget(key)
            except KeyringFailed as error:
                failure = error
            else:
                self._former_keys.discard(key)
        if failure is not None:
            raise failure


def _key(settings: ProxySettings) -> str:
    return f"proxy {settings.user}@{settings.address}"
