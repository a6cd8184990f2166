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
        return StorageFailed(_what_is_in_the_way(path), path=str(path), reason=str(error))
    return StorageFailed("storage-damaged", path=str(path), reason=str(error))


def _primary_code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _what_is_in_the_way(path: Path) -> str:
    # Asked without opening anything: closing a file takes away all locks that this process holds on it.
    places = [path, *(path.with_name(path.name + end) for end in COMPANIONS)]
    barred = [place for place in places if os.access(place, os.F_OK) and not os.access(place, os.W_OK)]
    if barred or not os.access(path.parent, os.W_OK | os.X_OK):
        return "storage-read-only" if is_read_only(path.parent) else "storage-no-permission"
    if shutil.disk_usage(path.parent).free < _LITTLE_ROOM_BYTES:
        return "storage-no-room"
    return "storage-not-writable"


def is_read_only(folder: Path) -> bool:
    """Whether the file system of ``folder`` can only be read, as far as this system tells."""
    if not hasattr(os, "statvfs"):
        return False
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
