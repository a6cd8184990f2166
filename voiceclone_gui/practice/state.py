"""What the practice service remembers: uploads, voices, previews and bills, on disk.

Everything survives a kill at any moment: a file is written beside its place, synced and renamed, and only
then gets its row; rows are written in transactions.
"""

from __future__ import annotations

import contextlib
import io
import os
import secrets
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from voiceclone_gui.practice import schema

UNUSED_VOICE_LIFE = timedelta(hours=168)
# Above 2**53, where a client that reads numbers as floats goes wrong, and below 2**63.
_FILE_ID_MIN, _FILE_ID_MAX = 2**53 + 1, 2**63 - 1
# Leftovers of a killed service; younger ones may be in another service's hands.
_LEFTOVER_AGE_S = 3600.0


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """An upload; ``filename`` is the name that it came with, ``path`` is where its bytes lie."""

    file_id: int
    purpose: str
    filename: str
    size_bytes: int
    created_at_s: int
    path: Path


@dataclass(frozen=True, kw_only=True)
class StoredVoice:
    """A living voice. ``kept_at`` is its first synthesis; ``recording`` is the sample it speaks like."""

    voice_id: str
    recording: Path
    made_at: datetime
    kept_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Counted over the whole life of the state, deleted files and voices included.

    ``billed_characters`` are code points of previews and syntheses together.
    """

    uploads: int
    clones: int
    syntheses: int
    preview_characters: int
    billed_characters: int


class VoiceIdUsed(Exception):
    """The voice id belongs, or belonged, to another voice."""


class PracticeState:
    """Files and one SQLite database below ``state_dir``; every method may be called from any thread.

    ``clock`` gives a time with a zone; voices live and die by it.
    """

    def __init__(self, *, state_dir: Path, clock: Callable[[], datetime]) -> None:
        self._uploads = state_dir / "uploads"
        self._recordings = state_dir / "recordings"
        self._demos = state_dir / "demos"
        self._path = state_dir / "practice.sqlite3"
        self._clock = clock
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Open or make the state and clear away what a killed service left. Raises OSError, sqlite3.Error."""
        for folder in (self._uploads, self._recordings, self._demos):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._connection = sqlite3.connect(
            self._path, timeout=10.0, isolation_level=None, check_same_thread=False
        )
        try:
            schema.prepare(self._connection)
        except BaseException:
            self.close()
            raise
        self._clear_away()

    def close(self) -> None:
        """Close the database; harmless twice."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def signing_key(self) -> bytes:
        """The secret behind the signatures of demo links; the same at every start."""
        rows = self._rows("SELECT value FROM settings WHERE name = 'signing-key'")
        return bytes(rows[0][0])

    # Files

    def add_file(self, content: IO[bytes], *, purpose: str, filename: str) -> StoredFile:
        """Take over an upload from where ``content`` stands; its bytes are copied in pieces."""
        file_id = self._fresh_file_id()
        path = self._uploads / str(file_id)
        size_bytes = _write_through(content, path)
        created_at_s = int(self._clock().timestamp())
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO files VALUES (?, ?, ?, ?, ?, 0)",
                (file_id, purpose, filename, size_bytes, created_at_s),
            )
        return StoredFile(
            file_id=file_id,
            purpose=purpose,
            filename=filename,
            size_bytes=size_bytes,
            created_at_s=created_at_s,
            path=path,
        )

    def file(self, file_id: int) -> StoredFile | None:
        """The upload of that number, unless it was deleted."""
        rows = self._rows("SELECT * FROM files WHERE file_id = ? AND NOT is_deleted", file_id)
        return self._file(rows[0]) if rows else None

    def files(self, purpose: str) -> tuple[StoredFile, ...]:
        """All uploads for ``purpose``, newest first."""
        rows = self._rows(
            "SELECT * FROM files WHERE purpose = ? AND NOT is_deleted ORDER BY created_at_s DESC",
            purpose,
        )
        return tuple(self._file(row) for row in rows)

    def delete_file(self, file_id: int) -> None:
        """Forget an upload and its bytes; its number is never given again."""
        with self._transaction() as connection:
            connection.execute("UPDATE files SET is_deleted = 1 WHERE file_id = ?", (file_id,))
        (self._uploads / str(file_id)).unlink(missing_ok=True)

    # Voices

    def is_voice_id_used(self, voice_id: str) -> bool:
        """Whether the id is taken, also by a voice that was deleted or has expired."""
        return bool(self._rows("SELECT 1 FROM voices WHERE voice_id = ?", voice_id))

    def add_voice(self, voice_id: str, *, recording: StoredFile, preview_characters: int) -> None:
        """Make a voice and bill its preview, both or neither. Raises :class:`VoiceIdUsed`, OSError.

        The voice keeps its recording, so that it lives on when the upload is deleted.
        """
        kept_recording = self._recordings / secrets.token_hex(16)
        try:
            os.link(recording.path, kept_recording)
        except OSError:  # a file system without links
            with recording.path.open("rb") as content:
                _write_through(content, kept_recording)
        _sync_folder(self._recordings)
        now_s = self._clock().timestamp()
        try:
            with self._transaction() as connection:
                connection.execute(
                    "INSERT INTO voices VALUES (?, ?, ?, NULL, 0)", (voice_id, kept_recording.name, now_s)
                )
                if preview_characters:
                    _add_bill(connection, voice_id, "preview", preview_characters, now_s)
        except sqlite3.IntegrityError as error:
            kept_recording.unlink(missing_ok=True)
            raise VoiceIdUsed from error

    def voice(self, voice_id: str) -> StoredVoice | None:
        """The voice of that id, unless it was deleted or wasn't used within its time."""
        if not voice_id.isascii():
            return None
        rows = self._rows("SELECT * FROM voices WHERE voice_id = ? AND NOT is_deleted", voice_id)
        return self._living(rows[0]) if rows else None

    def used_voices(self) -> tuple[StoredVoice, ...]:
        """The voices that have spoken at least once, in the order in which they were made."""
        rows = self._rows(
            "SELECT * FROM voices WHERE kept_at_s IS NOT NULL AND NOT is_deleted ORDER BY made_at_s, rowid"
        )
        return tuple(voice for row in rows if (voice := self._living(row)) is not None)

    def keep_voice(self, voice_id: str, *, characters: int) -> None:
        """Bill a synthesis, and keep the voice for good from its first one."""
        now_s = self._clock().timestamp()
        with self._transaction() as connection:
            connection.execute(
                "UPDATE voices SET kept_at_s = coalesce(kept_at_s, ?) WHERE voice_id = ?", (now_s, voice_id)
            )
            _add_bill(connection, voice_id, "synthesis", characters, now_s)

    def delete_voice(self, voice_id: str) -> None:
        """Delete a voice for good; its id stays taken."""
        rows = self._rows("SELECT recording FROM voices WHERE voice_id = ?", voice_id)
        with self._transaction() as connection:
            connection.execute("UPDATE voices SET is_deleted = 1 WHERE voice_id = ?", (voice_id,))
        for (recording,) in rows:
            (self._recordings / recording).unlink(missing_ok=True)

    # Previews

    def add_demo(self, audio: bytes, *, extension: str, expires_at_s: int) -> str:
        """Store spoken audio until it expires; returns the file name of its link."""
        name = f"{secrets.token_hex(16)}.{extension}"
        _write_through(io.BytesIO(audio), self._demos / name)
        with self._transaction() as connection:
            connection.execute("INSERT INTO demos VALUES (?, ?)", (name, expires_at_s))
        return name

    def demo(self, name: str) -> bytes | None:
        """The stored audio of that file name."""
        if not self._rows("SELECT 1 FROM demos WHERE name = ?", name):
            return None
        with contextlib.suppress(FileNotFoundError):
            return (self._demos / name).read_bytes()
        return None

    def totals(self) -> Totals:
        """What was done so far."""
        files, clones = self._rows("SELECT (SELECT count(*) FROM files), (SELECT count(*) FROM voices)")[0]
        bills = {
            kind: (count, characters)
            for kind, count, characters in self._rows(
                "SELECT kind, count(*), sum(characters) FROM bills GROUP BY kind"
            )
        }
        _, preview_characters = bills.get("preview", (0, 0))
        syntheses, synthesis_characters = bills.get("synthesis", (0, 0))
        return Totals(
            uploads=files,
            clones=clones,
            syntheses=syntheses,
            preview_characters=preview_characters,
            billed_characters=preview_characters + synthesis_characters,
        )

    def _living(self, row: tuple[str, str, float, float | None, int]) -> StoredVoice | None:
        voice_id, recording, made_at_s, kept_at_s, _ = row
        made_at = datetime.fromtimestamp(made_at_s, UTC)
        if kept_at_s is None and self._clock() - made_at >= UNUSED_VOICE_LIFE:
            return None
        return StoredVoice(
            voice_id=voice_id,
            recording=self._recordings / recording,
            made_at=made_at,
            kept_at=None if kept_at_s is None else datetime.fromtimestamp(kept_at_s, UTC),
        )

    def _file(self, row: tuple[int, str, str, int, int, int]) -> StoredFile:
        file_id, purpose, filename, size_bytes, created_at_s, _ = row
        return StoredFile(
            file_id=file_id,
            purpose=purpose,
            filename=filename,
            size_bytes=size_bytes,
            created_at_s=created_at_s,
            path=self._uploads / str(file_id),
        )

    def _fresh_file_id(self) -> int:
        while True:
            file_id = _FILE_ID_MIN + secrets.randbelow(_FILE_ID_MAX - _FILE_ID_MIN)
            if not self._rows("SELECT 1 FROM files WHERE file_id = ?", file_id):
                return file_id

    def _clear_away(self) -> None:
        now_s = int(self._clock().timestamp())
        with self._transaction() as connection:
            connection.execute("DELETE FROM demos WHERE expires_at_s <= ?", (now_s,))
        files = self._rows("SELECT file_id FROM files WHERE NOT is_deleted")
        wanted = {
            self._uploads: {str(row[0]) for row in files},
            self._demos: {row[0] for row in self._rows("SELECT name FROM demos")},
            self._recordings: {
                row[1]
                for row in self._rows("SELECT * FROM voices WHERE NOT is_deleted")
                if self._living(row) is not None
            },
        }
        for folder, names in wanted.items():
            for path in folder.iterdir():
                if path.name not in names and now_s - _changed_at_s(path, else_s=now_s) > _LEFTOVER_AGE_S:
                    path.unlink(missing_ok=True)

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._opened().execute(query, values).fetchall()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._opened()
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                yield connection

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.ProgrammingError("the practice state is closed")
        return self._connection


def _add_bill(
    connection: sqlite3.Connection, voice_id: str, kind: str, characters: int, billed_at_s: float
) -> None:
    connection.execute(
        "INSERT INTO bills (voice_id, kind, characters, billed_at_s) VALUES (?, ?, ?, ?)",
        (voice_id, kind, characters, billed_at_s),
    )


def _changed_at_s(path: Path, *, else_s: float) -> float:
    try:
        status = path.stat()
    except FileNotFoundError:  # somebody else cleared it away
        return else_s
    # A new link to an old file is young by its change of status only.
    return max(status.st_mtime, status.st_ctime)


def _write_through(content: IO[bytes], path: Path) -> int:
    """Copy ``content`` to ``path`` so that the file is there whole or not at all; returns its size."""
    temporary = path.with_name(f"{path.name}.part")
    try:
        with temporary.open("wb") as target:
            shutil.copyfileobj(content, target, 256 * 1024)
            target.flush()
            os.fsync(target.fileno())
            size_bytes = target.tell()
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return size_bytes


def _sync_folder(folder: Path) -> None:
    # Windows can't open a folder; its file system keeps a journal of names.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
