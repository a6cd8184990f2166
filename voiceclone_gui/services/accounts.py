"""The tokens of the services: fetched from the system's keyring, kept there, forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from voiceclone_gui.core.errors import KeyringFailed
from voiceclone_gui.core.keyring_facts import NOTHING_KEPT, KeyringFacts
from voiceclone_gui.core.secret import Secret
from voiceclone_gui.core.token import Token
from voiceclone_gui.services.connection import Connection, TokenSource


class SecretStore(Protocol):
    """Keeps secrets; every call raises ``KeyringFailed`` where that isn't possible."""

    async def save(self, key: str, secret: Secret) -> None:
        """Keep one, and see that it can be read again."""
        ...

    async def load(self, key: str) -> Secret | None:
        """Give one, ``None`` where there is none."""
        ...

    async def forget(self, key: str) -> None:
        """Take one out."""
        ...

    async def describe(self) -> KeyringFacts:
        """Which keyring it is."""
        ...


class Accounts:
    """The tokens of ``connection``'s services, each in the keyring under the id of its service.

    ``hide`` hears of every token before it is used, so that no log will show it.
    """

    def __init__(self, *, connection: Connection, store: SecretStore, hide: Callable[[Secret], None]) -> None:
        self._connection = connection
        self._store = store
        self._hide = hide

    async def fetch(self, service_id: str) -> bool:
        """Take the token out of the keyring, unless one is there; whether there is one then.

        Raises ``KeyringFailed``.
        """
        choice = self._connection.choice(service_id)
        if choice.token or not choice.profile.needs_token:
            return True
        secret = await self._store.load(service_id)
        if secret is None:
            return False
        token = Token(secret.reveal())
        self._hide(token)
        self._connection.change(service_id, token=token, token_source=TokenSource.KEYRING)
        return True

    def use(self, service_id: str, token: Token, *, source: TokenSource = TokenSource.RUN) -> None:
        """Use ``token`` for this run."""
        self._hide(token)
        self._connection.change(service_id, token=token, token_source=source)

    async def keep(self, service_id: str) -> bool:
        """Keep the token in use in the keyring; ``False`` where another one took its place meanwhile.

        Raises ``KeyringFailed``: it is in use for this run then.
        """
        token = self._connection.choice(service_id).token
        await self._store.save(service_id, token)
        is_in_use = self._connection.choice(service_id).token == token
        if is_in_use:
            self._connection.change(service_id, token_source=TokenSource.KEYRING)
        return is_in_use

    async def forget(self, service_id: str) -> None:
        """Take the token out of the keyring and out of use. Raises ``KeyringFailed``; it stays then.

        One that was typed meanwhile stays in use.
        """
        token = self._connection.choice(service_id).token
        try:
            await self._store.forget(service_id)
        except KeyringFailed as error:
            if error.code not in NOTHING_KEPT:
                raise
        if self._connection.choice(service_id).token == token:
            self._connection.change(service_id, token=Token(""), token_source=TokenSource.RUN)

    async def forget_all(self) -> None:
        """Take every service's token out. Raises ``KeyringFailed`` at the first that stays."""
        for choice in self._connection.choices():
            if choice.profile.needs_token:
                await self.forget(choice.service_id)

    async def describe_store(self) -> KeyringFacts:
        """Which keyring the tokens are kept in. Raises ``KeyringFailed`` where it hangs."""
        return await self._store.describe()
