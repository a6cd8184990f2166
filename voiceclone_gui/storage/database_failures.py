"""What SQLite says when something is in the way, as one of our sentences."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

from voiceclone_gui.core.errors import StorageFailed

# SQLite's companions of a database file. Where the file goes, they have to go too.
COMPANIONS = ("-wal", "-shm", "-journal")
# Below this, a write that failed for no stated reason failed for want of room: SQLite asks for 32 KiB at
# once for its index of the log, and doesn't say what became of it.
_LITTLE_ROOM_BYTES = 256 * 1024


# The file is well, as far as anybody knows; it is out of reach.
_OUT_OF_REACH = {
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_READONLY,
}
# What reading or writing a damaged file may raise. The second is Python's, for words of SQLite's own that
# quote the file.
DAMAGE_ERRORS = (sqlite3.DatabaseError, UnicodeDecodeError)


def is_damage(error: Exception) -> bool:
    """Whether an error says that the file itself is broken."""
    if isinstance(error, sqlite3.Error):
        # The text is Python's, which gives it no code.
        broken = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
        return _primary_code(error) in broken or "decode to UTF-8" in str(error)
    return isinstance(error, UnicodeDecodeError)


def is_out_of_reach(error: Exception) -> bool:
    """Whether an error says nothing of the file itself."""
    return isinstance(error, sqlite3.Error) and _primary_code(error) in _OUT_OF_REACH


def database_failure(path: Path, error: sqlite3.Error) -> StorageFailed:
    """The sentence for what SQLite couldn't do with the database at ``path``."""
    code = _primary_code(error)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StorageFailed("storage-in-use", path=str(path))
    if code == sqlite3.SQLITE_FULL:
        return StorageFailed("storage-no-room", path=str(path))
    if is_out_of_reach(error):
        return _obstacle(path) or StorageFailed("storage-not-writable", path=str(path), reason=str(error))
    return StorageFailed("storage-damaged", path=str(path), reason=str(error))


def check_reachable(path: Path) -> None:
    """Raise ``StorageFailed`` where the database at ``path`` or a companion of it may not be written.

    SQLite would open it for reading then, and leave companions behind that may not be written either.
    """
    place = _barred(path)
    if place is not None:
        raise _barred_failure(place)


def _primary_code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _obstacle(path: Path) -> StorageFailed | None:
    place = _barred(path)
    if place is not None:
        return _barred_failure(place)
    if shutil.disk_usage(path.parent).free < _LITTLE_ROOM_BYTES:
        return StorageFailed("storage-no-room", path=str(path))
    return None


def _barred(path: Path) -> Path | None:
    # Asked without opening anything: closing a file takes away all locks that this process holds on it.
    if not os.access(path.parent, os.W_OK | os.X_OK):
        return path.parent
    for end in ("", *COMPANIONS):
        place = path.with_name(path.name + end)
        if os.access(place, os.F_OK) and not os.access(place, os.R_OK | os.W_OK):
            return place
    return None


def _barred_failure(place: Path) -> StorageFailed:
    code = "storage-read-only" if _is_read_only(place) else "storage-no-permission"
    return StorageFailed(code, path=str(place))


def _is_read_only(place: Path) -> bool:
    # Windows doesn't tell.
    return hasattr(os, "statvfs") and bool(os.statvfs(place).f_flag & os.ST_RDONLY)
