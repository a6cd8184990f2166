"""The settings on disk: one small JSON file, checked when it is read, replaced whole when it is written.

It is read before the window is seen, so nothing slow to load is needed for that.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.core.settings import TEXT_PERCENTS, THEMES, Settings
from voiceclone_gui.storage.files import make_folder, storage_failure, write_atomic

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

_CHECKS: dict[str, Callable[[object], bool]] = {
    "theme": lambda value: value in THEMES,
    "text_percent": lambda value: value in TEXT_PERCENTS,
    "plays_by_itself": lambda value: isinstance(value, bool),
    "volume_percent": lambda value: type(value) is int and 0 <= value <= 100,
    "recent_files": lambda value: isinstance(value, list) and all(isinstance(v, str) for v in value),
}


class SettingsFile:
    """Reads and writes the settings. One thread writes, in the order in which it was asked for."""

    def __init__(self, *, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[Settings, StorageFailed | None]:
        """The settings, and what went wrong. Blocking, and small enough for the start of the program.

        Without a file they are the usual ones. A damaged file is set aside beside it and stays there; one
        that can't be read is left alone.
        """
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return Settings(), None
        except OSError as error:
            return Settings(), storage_failure(self._path, error, code="settings-unreadable")
        try:
            return _decoded(content), None
        except (ValueError, RecursionError) as error:
            aside = self._path.with_suffix(".damaged.json")
            try:
                self._path.replace(aside)
            except OSError:
                aside = self._path
            return Settings(), StorageFailed("settings-damaged", path=str(aside), reason=str(error))

    async def write(self, settings: Settings) -> None:
        """Put ``settings`` on disk, also if the caller is cancelled meanwhile. Raises ``StorageFailed``."""
        import asyncio

        done = asyncio.get_running_loop().run_in_executor(self._thread, self._write, settings)
        await asyncio.shield(done)

    async def aclose(self) -> None:
        """Finish what was asked for."""
        import asyncio

        await asyncio.to_thread(self._thread.shutdown)

    @cached_property
    def _thread(self) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(max_workers=1, thread_name_prefix="settings")

    def _write(self, settings: Settings) -> None:
        make_folder(self._path.parent)
        text = json.dumps(asdict(settings), ensure_ascii=False, indent=2)
        write_atomic(self._path, text.encode("utf-8", errors="surrogatepass") + b"\n")


def _decoded(content: bytes) -> Settings:
    """The settings in ``content``; what a newer program added is passed over. Raises ``ValueError``."""
    written = json.loads(content.decode("utf-8", errors="surrogatepass"))
    if not isinstance(written, dict):
        raise ValueError("no settings in it")  # noqa: TRY004 - for the reader all of these are the same
    known = {field.name for field in fields(Settings)} & written.keys()
    for name in known:
        if not _CHECKS[name](written[name]):
            raise ValueError(f"{name} can't be {written[name]!r}")
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in written.items()
        if name in known
    }
    return Settings(**values)
