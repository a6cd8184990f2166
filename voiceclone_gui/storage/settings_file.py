"""The settings on disk: one small JSON file, checked when it is read, replaced whole when it is written."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.core.settings import Settings
from voiceclone_gui.storage.files import make_folder, storage_failure, write_atomic


class SettingsFile:
    """Reads and writes the settings. One thread writes, in the order in which it was asked for."""

    def __init__(self, *, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="settings")

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
            return msgspec.json.decode(content, type=Settings), None
        except (msgspec.MsgspecError, UnicodeError) as error:
            aside = self._path.with_suffix(".damaged.json")
            try:
                self._path.replace(aside)
            except OSError:
                aside = self._path
            return Settings(), StorageFailed("settings-damaged", path=str(aside), reason=str(error))

    async def write(self, settings: Settings) -> None:
        """Put ``settings`` on disk, also if the caller is cancelled meanwhile. Raises ``StorageFailed``."""
        done = asyncio.get_running_loop().run_in_executor(self._thread, self._write, settings)
        await asyncio.shield(done)

    async def aclose(self) -> None:
        """Finish what was asked for."""
        await asyncio.to_thread(self._thread.shutdown)

    def _write(self, settings: Settings) -> None:
        make_folder(self._path.parent)
        write_atomic(self._path, msgspec.json.format(msgspec.json.encode(settings)) + b"\n")
