"""What the program knows of the system's keyring, as values: no keyring, no threads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voiceclone_gui.core.errors import KeyringFailed

# There is no keyring that may be used: nothing can be kept, and there is nothing in it to take out.
NOTHING_KEPT = frozenset({"keyring-missing", "keyring-disabled", "keyring-insecure"})


class KeyringKind(StrEnum):
    """Where secrets would lie. ``SECRET_SERVICE`` is one whose program could not be told."""

    GNOME_KEYRING = "gnome-keyring"
    KWALLET = "kwallet"
    KEEPASSXC = "keepassxc"
    SECRET_SERVICE = "secret-service"  # noqa: S105 - a name, not a secret
    MACOS_KEYCHAIN = "macos-keychain"
    WINDOWS_CREDENTIALS = "windows-credentials"
    OTHER = "other"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class KeyringFacts:
    """The keyring by the name that people know it by, which is a proper name and ``""`` for none.

    ``problem`` says why nothing can be kept there, ``None`` where it can.
    """

    kind: KeyringKind
    name: str = ""
    problem: KeyringFailed | None = None
