"""The tables of the practice service's state."""

from __future__ import annotations

import secrets
import sqlite3

VERSION = 1

_TABLES = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE files (
    file_id INTEGER PRIMARY KEY,
    purpose TEXT NOT NULL,
    filename TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    created_at_s INTEGER NOT NULL,
    is_deleted INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE voices (
    voice_id TEXT PRIMARY KEY,
    recording TEXT NOT NULL,
    made_at_s REAL NOT NULL,
    kept_at_s REAL,
    is_deleted INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE bills (
    bill_id INTEGER PRIMARY KEY,
    voice_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('preview', 'synthesis')),
    characters INTEGER NOT NULL,
    billed_at_s REAL NOT NULL
) STRICT;
CREATE TABLE demos (name TEXT PRIMARY KEY, expires_at_s INTEGER NOT NULL) STRICT;
"""


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables where there are none, and set how the file is written.

    Raises ``sqlite3.Error``, also for a file that a newer program has written.
    """
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise sqlite3.DatabaseError(f"written by a newer program (version {version})")
        if version == 0:
            for statement in _TABLES.split(";"):
                connection.execute(statement)
            connection.execute(
                "INSERT INTO settings VALUES ('signing-key', ?)",
                (secrets.token_bytes(32),),
            )
            connection.execute(f"PRAGMA user_version={VERSION}")
