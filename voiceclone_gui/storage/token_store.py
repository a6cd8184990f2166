"""Secrets in the system's keyring, and nowhere else: keyring lives only here and beside it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from voiceclone_gui.core.errors import KeyringFailed
from voiceclone_gui.core.keyring_facts import KeyringFacts, KeyringKind
from voiceclone_gui.core.secret import Secret
from voiceclone_gui.storage.keyring_backends import (
    UNKNOWN_NAME,
    check_length,
    describe_backend,
    failure_of,
    open_system_backend,
    usable_backend,
)

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

# Time to find the keyring's window and to type a password; after it the program goes on without.
LIMIT_S = 30.0
_USER = "token"
T = TypeVar("T")


def backend_name() -> str:
    """The keyring that this system offers, by the name of its class; blocking, for a thread."""
    backend = open_system_backend()
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


class TokenStore:
    """Keeps, gives and forgets secrets, each under a key of the caller's; never in a file.

    Every call runs in a thread, one at a time, and raises ``KeyringFailed`` when ``limit_s`` is over: a
    locked keyring blocks until somebody answers its window. While such a thread still waits, further
    calls fail at once; what it had begun to save is taken back. No text of a back end's gets out.
    """

    def __init__(
        self,
        *,
        open_backend: Callable[[], KeyringBackend] = open_system_backend,
        application: str = "VoiceClone",
        limit_s: float = LIMIT_S,
    ) -> None:
        self._open_backend = open_backend
        self._application = application
        self._limit_s = limit_s
        self._turn = asyncio.Lock()
        self._under_way: Future[Any] | None = None
        self._name = UNKNOWN_NAME

    async def save(self, key: str, secret: Secret) -> None:
        """Keep ``secret`` under ``key`` in place of an older one, and see that it can be read again.

        Raises ``KeyringFailed``; the older one is still there then. ``ValueError`` for an empty secret.
        """
        if not secret:
            raise ValueError("there is no secret to keep")
        entry = self._entry(key)

        def write(backend: KeyringBackend, claim: _Claim) -> None:
            _write(backend, entry=entry, value=secret.reveal(), claim=claim, name=self._name)

        await self._call(write)

    async def load(self, key: str) -> Secret | None:
        """The secret under ``key``, ``None`` where there is none. Raises ``KeyringFailed``."""
        entry = self._entry(key)

        def read(backend: KeyringBackend, _: _Claim) -> Secret | None:
            value = backend.get_password(entry, _USER)
            return Secret(value) if value else None

        return await self._call(read)

    async def forget(self, key: str) -> None:
        """Take the secret under ``key`` out, if there is one. Raises ``KeyringFailed``."""
        entry = self._entry(key)

        def remove(backend: KeyringBackend, claim: _Claim) -> None:
            if backend.get_password(entry, _USER) is not None and claim.is_wanted:
                backend.delete_password(entry, _USER)

        await self._call(remove)

    async def describe(self) -> KeyringFacts:
        """Which keyring it is, in words for people. Raises ``KeyringFailed`` only where it hangs."""

        def describe(backend: KeyringBackend, _: _Claim) -> KeyringFacts:
            return describe_backend(backend)

        try:
            return await self._call(describe)
        except KeyringFailed as error:
            if error.code in {"keyring-slow", "keyring-waiting"}:
                raise
            return KeyringFacts(kind=KeyringKind.NONE, problem=error)

    def _entry(self, key: str) -> str:
        # An entry of its own for each key: Windows keeps one user an entry and would have to move others.
        return f"{self._application} {key}"

    async def _call(self, work: Callable[[KeyringBackend, _Claim], T]) -> T:
        async with self._turn:
            if self._under_way is not None and not self._under_way.done():
                raise KeyringFailed("keyring-waiting", keyring=self._name)
            claim = _Claim()
            future: Future[T] = Future()
            self._under_way = future
            future.set_running_or_notify_cancel()
            # A daemon: a keyring that waits for its user must not keep the program from ending.
            threading.Thread(
                target=self._run, args=(work, claim, future), name="keyring", daemon=True
            ).start()
            answer = asyncio.wrap_future(future)
            try:
                await asyncio.wait({answer}, timeout=self._limit_s)
            except asyncio.CancelledError:
                # Nothing is to be saved that nobody waits for.
                claim.give_up()
                answer.cancel()
                raise
            if claim.give_up():
                answer.cancel()
                raise KeyringFailed("keyring-slow", keyring=self._name, limit_s=f"{self._limit_s:g}")
            return await answer

    def _run(self, work: Callable[[KeyringBackend, _Claim], T], claim: _Claim, future: Future[T]) -> None:
        try:
            backend = usable_backend(self._open_backend())
            if self._name == UNKNOWN_NAME:
                self._name = describe_backend(backend).name
            result = work(backend, claim)
        except Exception as error:  # noqa: BLE001 - back ends raise what they like
            failure = failure_of(error, name=self._name)
        else:
            claim.finish()
            future.set_result(result)
            return
        # Out of the block above: the failure must not drag the back end's own error along.
        claim.finish()
        future.set_exception(failure.with_traceback(None))


class _Claim:
    """Who is first: the thread with its work, or the caller with giving up. Only one of them is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_finished = False
        self._is_given_up = False

    @property
    def is_wanted(self) -> bool:
        """Whether somebody still waits for the work."""
        return not self._is_given_up

    def finish(self) -> bool:
        """The work is done; ``False`` where the caller was first."""
        with self._lock:
            self._is_finished = not self._is_given_up
            return self._is_finished

    def give_up(self) -> bool:
        """The caller goes on without; ``False`` where the work was first."""
        with self._lock:
            self._is_given_up = not self._is_finished
            return self._is_given_up


def _write(backend: KeyringBackend, *, entry: str, value: str, claim: _Claim, name: str) -> None:
    check_length(backend, value)
    # Reading first makes a locked keyring ask now, while nothing is written yet.
    before = backend.get_password(entry, _USER)
    if not claim.is_wanted:
        return
    backend.set_password(entry, _USER, value)
    is_faithful = backend.get_password(entry, _USER) == value
    if is_faithful and claim.finish():
        return
    with contextlib.suppress(Exception):
        if before is None:
            backend.delete_password(entry, _USER)
        else:
            backend.set_password(entry, _USER, before)
    if not is_faithful:
        raise KeyringFailed("keyring-unfaithful", keyring=name)
