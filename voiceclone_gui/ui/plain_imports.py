"""Python's own way to import, after PySide6 has put another in its place."""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401 - loading it puts the hook in place


def use_plain_imports() -> None:
    """Take out the hook by which PySide6 reads and searches the source of every module that is imported.

    It looks for ``from __feature__ import ...``, which is used nowhere here, and makes httpx take twice as
    long to load. Another PySide6 may have no such hook: then nothing happens.
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
