"""The settings on disk: one small JSON file, checked when it is read, replaced whole when it is written.

It is read before the window is seen, so nothing slow to load is needed for that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voiceclone_gui.core.disk_failures import storage_failure
from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.core.proxy import ProxyMode
from voiceclone_gui.core.settings import (
    TEXT_PERCENTS,
    THEMES,
    PriceEntry,
    ProxySettings,
    ServiceEntry,
    Settings,
    UpdateSettings,
)
from voiceclone_gui.storage.files import make_folder, write_atomic

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor


def _one_of(*allowed: object) -> Callable[[object], object]:
    def read(value: object) -> object:
        # True is equal to 1, and isn't meant by it.
        if value not in allowed or isinstance(value, bool):
            raise ValueError(f"it can't be {value!r}")
        return value

    return read


def _a(kind: type) -> Callable[[object], object]:
    def read(value: object) -> object:
        if type(value) is not kind:
            raise ValueError(f"it can't be {value!r}")
        return value

    return read


def _percent(value: object) -> object:
    if type(value) is not int or not 0 <= value <= 100:
        raise ValueError(f"it can't be {value!r}")
    return value


def _many(read_one: Callable[[object], object]) -> Callable[[object], object]:
    def read(value: object) -> object:
        if not isinstance(value, list):
            raise ValueError("it is no list")  # noqa: TRY004 - for the reader all of these are the same
        return tuple(read_one(one) for one in value)

    return read


def _record(kind: type, readers: Mapping[str, Callable[[object], object]]) -> Callable[[object], Any]:
    """Reads an object of JSON as a frozen ``kind``; what a newer program added is passed over."""

    def read(value: object) -> Any:
        if not isinstance(value, dict):
            raise ValueError("it is no record")  # noqa: TRY004 - for the reader all of these are the same
        found = {}
        for name in readers.keys() & value.keys():
            try:
                found[name] = readers[name](value[name])
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
        try:
            return kind(**found)
        except TypeError as error:
            raise ValueError("something is missing in it") from error

    return read


_text = _a(str)
_service = _record(
    ServiceEntry, dict.fromkeys(("service_id", "profile_id", "name", "base_url", "prefix"), _text)
)
_proxy = _record(
    ProxySettings,
    {"mode": ProxyMode, "address": _text, "user": _text, "keeps_password": _a(bool)},  # type: ignore[dict-item]
)
_price = _record(
    PriceEntry,
    {
        **dict.fromkeys(
            ("service_id", "currency", "hd_per_10k", "turbo_per_10k", "activation", "as_of"), _text
        ),
        "wide_characters": _a(int),
    },
)
_updates = _record(
    UpdateSettings,
    {"is_on": _a(bool), **dict.fromkeys(("address", "asked_at", "dismissed_version"), _text)},
)
_settings = _record(
    Settings,
    {
        "theme": _one_of(*THEMES),
        "text_percent": _one_of(*TEXT_PERCENTS),
        "plays_by_itself": _a(bool),
        "volume_percent": _percent,
        "microphone_id": _text,
        "recent_files": _many(_text),
        "services": _many(_service),
        "active_service": _text,
        "proxy": _proxy,
        "prices": _many(_price),
        "updates": _updates,
    },
)


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
            return _settings(json.loads(content.decode("utf-8", errors="surrogatepass"))), None
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
