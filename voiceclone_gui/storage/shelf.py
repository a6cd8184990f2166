"""Files that can be made again at any time: kept as long as there is room for them."""

from __future__ import annotations

import contextlib
import shutil
import uuid
from pathlib import Path

from voiceclone_gui.core.disk_failures import storage_failure
from voiceclone_gui.storage.files import make_folder, sync_folder

ROOM_BYTES = 500 * 10**6


class FileShelf:
    """A folder for each key, with one file in it; those that weren't used for long make room for others."""

    def __init__(self, *, folder: Path, room_bytes: int = ROOM_BYTES) -> None:
        self._folder = folder
        self._room_bytes = room_bytes

    def place(self, key: str, name: str) -> Path:
        """Where the file of that key lies; its folder is made. Raises ``StorageFailed``."""
        make_folder(self._folder)
        return make_folder(self._folder / key) / name

    def holds(self, place: Path) -> bool:
        """Whether the file is there, which is always whole; it counts as used now."""
        if not place.is_file():
            return False
        with contextlib.suppress(OSError):
            # The folder's time, not the file's: that one belongs to what was examined.
            place.parent.touch()
        return True

    def part(self, place: Path) -> Path:
        """Where a file is written until it is whole: never the same twice."""
        return place.with_name(f".{uuid.uuid4().hex}.part")

    def drop(self, part: Path) -> None:
        """Forget a file that won't be finished."""
        with contextlib.suppress(OSError):
            part.unlink()

    def put(self, made: Path, place: Path) -> None:
        """Move a file that is whole into its place, and make room. Raises ``StorageFailed``."""
        try:
            made.replace(place)
            sync_folder(place.parent)
        except OSError as error:
            raise storage_failure(place, error) from error
        self.make_room(kept=place.parent)

    def make_room(self, *, kept: Path | None = None) -> None:
        """Throw away what was used longest ago, and what was never finished; ``kept`` stays."""
        found = []
        with contextlib.suppress(OSError):
            for entry in self._folder.iterdir():
                with contextlib.suppress(OSError):
                    sizes = [file.stat().st_size for file in entry.iterdir()]
                    found.append((entry.stat().st_mtime_ns, sum(sizes), entry))
        used_bytes = 0
        for _, size_bytes, entry in sorted(found, reverse=True):
            used_bytes += size_bytes
            if entry != kept and used_bytes > self._room_bytes:
                shutil.rmtree(entry, ignore_errors=True)
