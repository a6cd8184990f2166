"""Where the system keeps secrets: keyring lives only here."""

from __future__ import annotations

import keyring


def backend_name() -> str:
    """The keyring that this system offers, by the name of its module; blocking, for a thread."""
    backend = keyring.get_keyring()
    return f"{type(backend).__module__}.{type(backend).__qualname__}"
