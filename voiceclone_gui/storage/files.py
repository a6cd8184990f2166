"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from voiceclone_gui.core.disk_failures import storage_failure
from voiceclone_gui.core.errors import StorageFailed


def write_atomic(path: Path, content: bytes, *, overwrite: bool = True) -> None:
    """Write ``content`` to ``path``: a temporary file beside it, synced to disk, then put in its place.

    With ``overwrite=False`` an existing file stays. Raises ``StorageFailed``.
    """
    try:
        _write_atomic(path, content, overwrite=overwrite)
    except FileExistsError as error:
        raise StorageFailed("storage-exists", path=str(path)) from error
    except OSError as error:
        raise storage_failure(path, error) from error


def check_writable(path: Path) -> None:
    """Raise ``StorageFailed`` where a file at ``path`` couldn't be written; leaves nothing behind."""
    if path.is_dir():
        raise StorageFailed("storage-not-writable", path=str(path), reason=os.strerror(errno.EISDIR))
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise storage_failure(path, error) from error


def make_folder(path: Path) -> Path:
    """Make a folder that only its owner may enter, if it isn't there. Raises ``StorageFailed``."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise storage_failure(path, error) from error
    return path


def _write_atomic(path: Path, content: bytes, *, overwrite: bool) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if overwrite:
            temporary.replace(path)
        else:
            # Linking fails where the name is taken, which replacing would not.
            os.link(temporary, path)
            temporary.unlink()
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Sync the names in ``folder`` to disk, where the system can."""
    # Windows can't open a folder; the file system there keeps its own journal.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def identity_of(path: Path) -> tuple[int, int]:
    """Which file lies at ``path``, ``(0, 0)`` for none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_dev, status.st_ino
