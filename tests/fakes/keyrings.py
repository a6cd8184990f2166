"""Keyrings that misbehave, each in one way. They stand for whole systems: keyring's own classes are real."""

from __future__ import annotations

import threading

from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.backends.Windows import WinVaultKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError, PasswordSetError


class MemoryKeyring(KeyringBackend):
    """Keeps secrets as it should. ``calls`` are the names of what was asked."""

    # Below all others: importing this module must not change which keyring is found.
    priority = -2.0

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.calls: list[str] = []

    def get_password(self, service: str, username: str) -> str | None:
        self.calls.append("get")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.calls.append("set")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.calls.append("delete")
        if (service, username) not in self.kept:
            raise PasswordDeleteError("No such password!")
        del self.kept[service, username]


class LockedKeyring(MemoryKeyring):
    """Is locked, with nobody there to unlock it, until ``is_locked`` is taken back."""

    is_locked = True

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise KeyringLocked("Failed to unlock the collection!")
        return super().get_password(service, username)


class RefusingKeyring(MemoryKeyring):
    """Writes nothing, and tells the secret in what it says about that."""

    def set_password(self, service: str, username: str, password: str) -> None:
        try:
            raise ValueError(f"bad value {password}")
        except ValueError as error:
            raise PasswordSetError(f"can't store {password}") from error


class ForgetfulKeyring(MemoryKeyring):
    """Writes, and cuts what it was given to four characters."""

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password[:4])


class GatedKeyring(MemoryKeyring):
    """Answers only when the test lets it, as a locked keyring with a window on the screen.

    ``at`` is the call that waits; ``reached`` is set when it has come, ``gate`` lets it through.
    """

    def __init__(self, *, at: str = "get") -> None:
        super().__init__()
        self.at = at
        self.reached = threading.Event()
        self.gate = threading.Event()
        self.threads: set[threading.Thread] = set()

    def get_password(self, service: str, username: str) -> str | None:
        self._wait("get")
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._wait("set")
        super().set_password(service, username, password)

    def _wait(self, call: str) -> None:
        self.threads.add(threading.current_thread())
        if call == self.at:
            self.reached.set()
            assert self.gate.wait(20)


class WindowsKeyring(WinVaultKeyring, MemoryKeyring):  # type: ignore[misc] # both are whole keyrings
    """Windows' own class, over a dictionary instead of Windows."""

    priority = -2.0
    get_password = MemoryKeyring.get_password
    set_password = MemoryKeyring.set_password
    delete_password = MemoryKeyring.delete_password


def file_keyring(module: str, name: str) -> MemoryKeyring:
    """A keyring that carries the name of one that writes files."""
    kind = type(name, (MemoryKeyring,), {"__module__": module, "__doc__": "Named like a file's."})
    keyring: MemoryKeyring = kind()
    return keyring


def chain_of(*members: KeyringBackend) -> KeyringBackend:
    """keyring's chain of several keyrings, with these as its members."""
    kind = type("Chain", (ChainerBackend,), {"backends": members, "priority": -2.0})
    chain: KeyringBackend = kind()
    return chain
