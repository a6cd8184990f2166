"""What a clone job sends, kept byte by byte until the job is over."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from pathlib import Path

from filelock import FileLock, Timeout

from voiceclone_gui.core.disk_failures import storage_failure
from voiceclone_gui.core.errors import SampleChanged, SampleUnreadable, StorageFailed
from voiceclone_gui.core.sample import FileStamp, KeptSample, Purpose
from voiceclone_gui.storage.files import make_folder, sync_folder

_PLACES = {Purpose.VOICE_CLONE: "recording", Purpose.PROMPT_AUDIO: "clip"}
_LOCK = "in-use"
_PIECE_BYTES = 2**20


class JobFolders:
    """A folder for each job, with the samples under the names that the user knows.

    While a process works on a job it holds a lock that ends with the process, however that ends: a job
    whose lock is free was interrupted.
    """

    def __init__(self, *, folder: Path) -> None:
        self._folder = folder
        self._locks: dict[str, FileLock] = {}
        self._held: set[str] = set()

    async def keep(self, job_id: str, path: Path, *, stamp: FileStamp, purpose: Purpose) -> KeptSample:
        """Copy the file that was examined as ``stamp``, synced to disk, and take the job for this process.

        Raises ``SampleChanged`` and ``SampleUnreadable`` for the file, ``StorageFailed`` for the copy.
        """
        if not await self.claim(job_id):
            raise StorageFailed("storage-in-use", path=str(self._folder / job_id))
        place = self._folder / job_id / _PLACES[purpose]
        return await asyncio.to_thread(_copy, path, place, stamp=stamp, purpose=purpose)

    async def kept(self, job_id: str, *, purpose: Purpose) -> KeptSample | None:
        """What is kept for the job, ``None`` where it is gone. Raises ``StorageFailed``."""
        return await asyncio.to_thread(_find, self._folder / job_id / _PLACES[purpose])

    async def claim(self, job_id: str) -> bool:
        """Take the job for this process; ``False`` where another one works on it."""
        if job_id in self._locks:
            return True
        lock = FileLock(self._folder / job_id / _LOCK, thread_local=False)

        def take() -> bool:
            make_folder(self._folder / job_id)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                return False
            except OSError as error:
                raise storage_failure(self._folder / job_id, error) from error
            return True

        if not await asyncio.to_thread(take):
            return False
        self._locks[job_id] = lock
        return True

    async def release(self, job_id: str) -> None:
        """Let the job go; what is kept stays."""
        lock = self._locks.pop(job_id, None)
        if lock is not None:
            lock.release()

    def hold(self, job_id: str) -> None:
        """What is kept for the job stays where it is while the program runs: the page shows it."""
        self._held.add(job_id)

    async def remove(self, job_id: str, *, even_held: bool = False) -> None:
        """Let the job go, and throw away what is kept for it.

        What is held, or can't be removed, stays until somebody asks for it again, as the next start does.
        """
        await self.release(job_id)
        if job_id in self._held and not even_held:
            return
        await asyncio.to_thread(shutil.rmtree, self._folder / job_id, ignore_errors=True)

    async def job_ids(self) -> tuple[str, ...]:
        """The jobs that something is kept for."""
        return await asyncio.to_thread(_names, self._folder)


def _names(folder: Path) -> tuple[str, ...]:
    try:
        return tuple(sorted(entry.name for entry in folder.iterdir() if entry.is_dir()))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise storage_failure(folder, error, code="storage-not-readable") from error


def _copy(path: Path, place: Path, *, stamp: FileStamp, purpose: Purpose) -> KeptSample:
    target = make_folder(place) / path.name
    part = place.with_name(f"{place.name}.part")
    try:
        source = path.open("rb")
    except FileNotFoundError:
        raise SampleChanged("sample-vanished", field=purpose.field, name=path.name) from None
    except OSError as error:
        raise _unreadable(path, purpose, error) from error
    digest = hashlib.sha256()
    size_bytes = 0
    with source:
        try:
            copy = part.open("wb")
        except OSError as error:
            raise storage_failure(part, error) from error
        with copy:
            while piece := _read(source.fileno(), path, purpose):
                digest.update(piece)
                size_bytes += len(piece)
                _write(copy.fileno(), piece, part)
            _sync(copy.fileno(), part)
        status = os.fstat(source.fileno())
    if FileStamp(size_bytes=size_bytes, modified_ns=status.st_mtime_ns) != stamp:
        part.unlink()
        raise SampleChanged("sample-changed", field=purpose.field, name=path.name)
    try:
        part.replace(target)
        sync_folder(place)
    except OSError as error:
        raise storage_failure(target, error) from error
    return KeptSample(path=target, stamp=_stamp(target), sha256=digest.hexdigest())


def _read(descriptor: int, path: Path, purpose: Purpose) -> bytes:
    try:
        return os.read(descriptor, _PIECE_BYTES)
    except OSError as error:
        raise _unreadable(path, purpose, error) from error


def _write(descriptor: int, piece: bytes, part: Path) -> None:
    rest = memoryview(piece)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError as error:
        raise storage_failure(part, error) from error


def _sync(descriptor: int, part: Path) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise storage_failure(part, error) from error


def _unreadable(path: Path, purpose: Purpose, error: OSError) -> SampleUnreadable:
    reason = os.strerror(error.errno) if error.errno else type(error).__name__
    return SampleUnreadable("sample-io", field=purpose.field, name=path.name, reason=reason)


def _find(place: Path) -> KeptSample | None:
    try:
        files = [entry for entry in place.iterdir() if entry.is_file()]
        if not files:
            return None
        with files[0].open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return KeptSample(path=files[0], stamp=_stamp(files[0]), sha256=sha256)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise storage_failure(place, error, code="storage-not-readable") from error


def _stamp(path: Path) -> FileStamp:
    status = path.stat()
    return FileStamp(size_bytes=status.st_size, modified_ns=status.st_mtime_ns)
