"""Sentences about the system's keyring: a part of :mod:`voiceclone_gui.core.sentence_table`."""

from __future__ import annotations

from collections.abc import Mapping

KEYRING: Mapping[str, tuple[str, str]] = {
    "keyring-missing": (
        "This system has no keyring to keep secrets in.",
        (
            "Set one up, such as GNOME Keyring, KWallet or KeePassXC, and start the program again; "
            "or keep it for this run only."
        ),
    ),
    "keyring-locked": ("{keyring} is locked.", "Unlock it and try again, or keep it for this run only."),
    "keyring-refused": (
        "{keyring} refused the request ({reason}).",
        "Try again, or keep it for this run only.",
    ),
    "keyring-unfaithful": (
        "{keyring} gave back something else than it was given.",
        "Try again, or keep it for this run only.",
    ),
    "keyring-slow": (
        "{keyring} hasn't answered within {limit_s} s.",
        (
            "Look for a window that asks for its password, unlock it and try again; "
            "or keep it for this run only."
        ),
    ),
    "keyring-waiting": (
        "{keyring} still hasn't answered the last request.",
        (
            "Look for a window that asks for its password, unlock it and try again; "
            "or keep it for this run only."
        ),
    ),
    "keyring-too-long": (
        "The secret has {length} characters, {keyring} takes {maximum} at most.",
        "Keep it for this run only.",
    ),
    "keyring-insecure": (
        "The only keyring here, {keyring}, keeps secrets in a file that other programs can read.",
        "Set up a real one, such as GNOME Keyring, KWallet or KeePassXC; or keep it for this run only.",
    ),
    "keyring-disabled": (
        "The keyring of this system is switched off: {keyring} keeps nothing.",
        "Take out PYTHON_KEYRING_BACKEND or the setting in keyringrc.cfg; or keep it for this run only.",
    ),
}
