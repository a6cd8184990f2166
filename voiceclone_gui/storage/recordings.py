"""What was recorded here: WAV files that can be played at any moment while they grow."""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Callable
from datetime import datetime
from io import FileIO
from pathlib import Path

from voiceclone_gui.core.disk_failures import storage_failure
from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.core.microphone import TAKE_BYTES_PER_S, TAKE_RATE_HZ, Take
from voiceclone_gui.storage.files import make_folder, sync_folder

HEADER_BYTES = 44
# Twice as often as a crash or a power cut may cost, since a slow disk takes its time.
_SYNC_BYTES = TAKE_BYTES_PER_S * 2 // 5
# In a file's name until the user has decided about it: a start finds what a crash has left.
_UNDECIDED = ".undecided"
_ENDING = ".wav"
_MOST_OF_A_SECOND = 100


class TakeFile:
    """A take that is being written. Blocking, for a thread of its own; raises ``StorageFailed``.

    The header tells the truth after each :meth:`write`, and all is synced to disk twice a second. Where a
    disk is full, what it took stays and can be played.
    """

    def __init__(self, *, path: Path) -> None:
        self._path = path
        self._size_bytes = 0
        self._unsynced_bytes = 0
        self._file: FileIO = path.open("xb", buffering=0)
        try:
            self._write_whole(_header(0))
        except OSError:
            self._file.close()
            path.unlink()
            raise
        sync_folder(path.parent)

    @property
    def duration_s(self) -> float:
        """How much is written down."""
        return self._size_bytes / TAKE_BYTES_PER_S

    def write(self, samples: bytes) -> None:
        """Add samples of 48 kHz, mono, 16 bit, little endian."""
        try:
            try:
                self._write_whole(samples)
            finally:
                # Also after a failure: what the disk took is part of the take.
                self._tell_size()
            if self._unsynced_bytes >= _SYNC_BYTES:
                self._sync()
        except OSError as error:
            raise storage_failure(self._path, error) from error

    def close(self) -> Take:
        """End the take; it can be called again."""
        if not self._file.closed:
            try:
                self._sync()
            except OSError as error:
                raise storage_failure(self._path, error) from error
            finally:
                self._file.close()
        return Take(path=self._path, duration_s=self.duration_s)

    def _write_whole(self, content: bytes) -> None:
        rest = memoryview(content)
        while rest:
            rest = rest[self._file.write(rest) or 0 :]

    def _tell_size(self) -> None:
        size_bytes = self._file.seek(0, os.SEEK_END) - HEADER_BYTES
        # Half a sample is none.
        size_bytes -= size_bytes % 2
        self._unsynced_bytes += size_bytes - self._size_bytes
        self._size_bytes = size_bytes
        self._file.seek(0)
        self._write_whole(_header(size_bytes))
        self._file.seek(HEADER_BYTES + size_bytes)

    def _sync(self) -> None:
        os.fsync(self._file.fileno())
        self._unsynced_bytes = 0


class Recordings:
    """The folder of takes, named by their time. All methods block; they raise ``StorageFailed``."""

    def __init__(self, *, folder: Path, now: Callable[[], datetime] = datetime.now) -> None:
        self.folder = folder
        self._now = now

    def begin(self) -> TakeFile:
        """Begin a take. It is undecided until it is kept or thrown away."""
        make_folder(self.folder)
        name = f"{self._now():%Y-%m-%d %H-%M-%S}"
        for number in range(1, _MOST_OF_A_SECOND):
            stem = name if number == 1 else f"{name} ({number})"
            path = self.folder / f"{stem}{_UNDECIDED}{_ENDING}"
            try:
                if not _decided(path).exists():
                    return TakeFile(path=path)
            except FileExistsError:
                continue
            except OSError as error:
                raise storage_failure(path, error) from error
        raise StorageFailed("storage-exists", path=str(self.folder / name))

    def undecided(self) -> tuple[Take, ...]:
        """The takes that nobody has decided about, the oldest first: a crash or a kill has left them.

        Not to be asked for while one is being recorded. Headers are put right where the power went before the
        last of them was on disk; a take without a single sample is cleared away.
        """
        try:
            paths = sorted(self.folder.glob(f"*{_UNDECIDED}{_ENDING}"))
        except OSError as error:
            raise storage_failure(self.folder, error, code="storage-not-readable") from error
        return tuple(take for path in paths if (take := _put_right(path)) is not None)

    def keep(self, take: Take) -> Take:
        """Decide for a take: it stays in the folder under its final name, which is given back."""
        path = _decided(take.path)
        if path == take.path:
            return take
        try:
            if path.exists():
                raise StorageFailed("storage-exists", path=str(path))
            take.path.rename(path)
        except OSError as error:
            raise storage_failure(path, error) from error
        sync_folder(self.folder)
        return Take(path=path, duration_s=take.duration_s)

    def throw_away(self, take: Take) -> None:
        """Delete a take; one that is gone is no error."""
        try:
            take.path.unlink(missing_ok=True)
        except OSError as error:
            raise storage_failure(take.path, error) from error


def _decided(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(_ENDING).removesuffix(_UNDECIDED) + _ENDING)


def _put_right(path: Path) -> Take | None:
    """The take at ``path`` with a header that is true; ``None`` where nothing of it can be used."""
    with contextlib.suppress(OSError):
        with path.open("r+b") as file:
            size_bytes = file.seek(0, os.SEEK_END) - HEADER_BYTES
            size_bytes -= size_bytes % 2
            if size_bytes > 0:
                header = _header(size_bytes)
                file.seek(0)
                if file.read(HEADER_BYTES) != header:
                    file.seek(0)
                    file.write(header)
                    file.flush()
                    os.fsync(file.fileno())
                return Take(path=path, duration_s=size_bytes / TAKE_BYTES_PER_S)
        path.unlink()
    return None


def _header(size_bytes: int) -> bytes:
    """RIFF, one ``fmt`` and one ``data`` chunk; the format is of Microsoft and IBM, 1991."""
    chunk = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, TAKE_RATE_HZ, TAKE_BYTES_PER_S, 2, 16)
    whole_bytes = HEADER_BYTES - 8 + size_bytes
    return (
        struct.pack("<4sI4s", b"RIFF", whole_bytes, b"WAVE")
        + chunk
        + struct.pack("<4sI", b"data", size_bytes)
    )
