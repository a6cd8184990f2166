"""The library's tables, and the way from one version of them to the next."""

from __future__ import annotations

import contextlib
import sqlite3
from contextlib import closing
from pathlib import Path

from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.storage.files import sync_folder

# What leads to each version from the one before; steps that were released never change. Each changes the
# shape of a table, so that a file can be known by its tables when the number of its version is damaged.
STEPS = (
    (
        """
CREATE TABLE jobs (
    job_id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    voice_id TEXT NOT NULL,
    profile_id TEXT NOT NULL,
    service TEXT NOT NULL,
    created_at TEXT NOT NULL,
    rights_stated_at TEXT NOT NULL,
    rights_text_version TEXT NOT NULL,
    recording TEXT NOT NULL,
    prompt_clip TEXT NOT NULL,
    request TEXT NOT NULL,
    file_id INTEGER,
    prompt_file_id INTEGER,
    demo_audio TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    error_code TEXT NOT NULL
) STRICT
""",
        """
CREATE TABLE voices (
    service TEXT NOT NULL,
    voice_id TEXT NOT NULL,
    profile_id TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    made_at TEXT,
    kept_at TEXT,
    rights_stated_at TEXT NOT NULL,
    rights_text_version TEXT NOT NULL,
    job_id TEXT NOT NULL REFERENCES jobs (job_id),
    preview_file TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    request TEXT NOT NULL,
    PRIMARY KEY (job_id)
) STRICT
""",
    ),
    (
        "ALTER TABLE jobs ADD COLUMN currency TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE jobs ADD COLUMN preview_cost TEXT",
        "ALTER TABLE jobs ADD COLUMN activation TEXT",
    ),
    (
        "ALTER TABLE jobs ADD COLUMN has_own_id INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE jobs ADD COLUMN recording_sha256 TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE jobs ADD COLUMN clip_sha256 TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE jobs ADD COLUMN sent_at TEXT",
        "ALTER TABLE jobs ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE jobs ADD COLUMN is_set_aside INTEGER NOT NULL DEFAULT 0",
        # Nobody was ever asked about those; what became of them can be seen in the list.
        "UPDATE jobs SET in_doubt = 1, is_set_aside = 1 WHERE state IN ('unknown', 'cloning')",
        """
CREATE TABLE job_log (
    entry INTEGER PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES jobs (job_id),
    at TEXT NOT NULL,
    code TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    details TEXT NOT NULL
) STRICT
""",
        "CREATE INDEX job_log_by_job ON job_log (job_id)",
        # The time when a file was uploaded: its number may be used again for a while.
        """
CREATE TABLE uploads (
    service TEXT NOT NULL,
    profile_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    purpose TEXT NOT NULL,
    file_id INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (service, profile_id, sha256, purpose)
) STRICT
""",
    ),
    # Real syntheses and what they cost; voices that the service has no more.
    (
        """
CREATE TABLE syntheses (
    synthesis_id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES jobs (job_id),
    profile_id TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    text TEXT NOT NULL,
    model TEXT NOT NULL,
    currency TEXT NOT NULL,
    cost TEXT,
    activation TEXT,
    trace_id TEXT NOT NULL,
    error_code TEXT NOT NULL
) STRICT
""",
        "ALTER TABLE voices ADD COLUMN gone_at TEXT",
    ),
)
VERSION = len(STEPS)


def bring_up_to_date(connection: sqlite3.Connection, *, path: Path) -> None:
    """Make the tables in the file at ``path``, or change those of an older program; all of it or nothing.

    An older file is copied first, to a name that says its version. ``connection`` commits by itself.
    Raises ``StorageFailed`` where the file is of a newer program, else what sqlite3 and the disk raise.
    """
    if version_of(connection, path=path) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again: another process may have done it meanwhile.
        version = version_of(connection, path=path)
        if 0 < version < VERSION:
            _copy(path, path.with_name(f"{path.stem}.version-{version}{path.suffix}"))
        for statements in STEPS[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def version_of(connection: sqlite3.Connection, *, path: Path) -> int:
    """The version of the tables, 0 where there are none. Raises ``StorageFailed`` for a newer program's."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise StorageFailed("storage-newer", path=str(path))
    return version


def complaint_about(connection: sqlite3.Connection, *, path: Path) -> str:
    """What is wrong with the tables, ``""`` for nothing: they must be those of the version that is named.

    Every version has other tables than the one before it. So one of ours under a newer program's number is
    a number that was damaged. Raises ``StorageFailed`` where the file is of a newer program.
    """
    shape = shape_of(connection)
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION and shape not in [_shape_of_version(older) for older in range(VERSION + 1)]:
        raise StorageFailed("storage-newer", path=str(path))
    if version not in range(VERSION + 1) or shape != _shape_of_version(version):
        return f"its tables are not those of version {version}"
    return ""


def shape_of(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    """All columns of all tables, and whatever else there is by name."""
    return connection.execute(
        'SELECT m.type, m.name, c.name, c.type, c."notnull", c.pk '
        "FROM sqlite_master AS m LEFT JOIN pragma_table_info(m.name) AS c "
        "WHERE m.name NOT LIKE 'sqlite#_%' ESCAPE '#' ORDER BY m.type, m.name, c.cid"
    ).fetchall()


def _shape_of_version(version: int) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statements in STEPS[:version]:
            for statement in statements:
                connection.execute(statement)
        return shape_of(connection)


def _copy(path: Path, target: Path) -> None:
    # Not the file itself: the newest writes lie beside it, in the log. Through another connection: SQLite
    # lets none be copied that is about to write, and Python would wait for that without end.
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
        part.replace(target)
    except BaseException:
        # On a full disk a piece of a copy only takes room.
        with contextlib.suppress(OSError):
            part.unlink()
        raise
    sync_folder(target.parent)
