"""The library: clone jobs and voices in one SQLite file, written before and after every step."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from voiceclone_gui.core.answers import Preview
from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.core.job import BEFORE_CLONE, CloneJob, JobState, LogEntry, Upload, check_transition
from voiceclone_gui.core.ports import Clock
from voiceclone_gui.core.synthesis import Synthesis, SynthesisState
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.storage import schema
from voiceclone_gui.storage.files import make_folder, storage_failure, write_atomic

T = TypeVar("T")
_MOMENTS = {"created_at", "rights_stated_at", "asked_at", "made_at", "kept_at", "gone_at", "sent_at"}
_AMOUNTS = {"preview_cost", "activation", "cost"}
_SWITCHES = {"has_own_id", "in_doubt", "is_set_aside"}
_UNFINISHED = (*sorted(BEFORE_CLONE), JobState.CLONING, JobState.UNKNOWN)


def _now() -> datetime:
    return datetime.now(UTC)


class Library:
    """Jobs and voices on disk. One thread does all the work, in the order in which it was asked for.

    Every write is synced before its call returns: what is written down survives a power cut. A write
    that was asked for is done even if the caller is cancelled meanwhile.
    """

    def __init__(self, *, path: Path, voices_folder: Path, clock: Clock = _now) -> None:
        self._path = path
        self._clock = clock
        self._voices_folder = voices_folder
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="library")
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Open or make the file. Raises ``StorageFailed``: not writable, damaged, or of a newer program.

        A file of an older program is copied beside itself, then brought up to date.
        """
        await self._run(self._open)

    async def aclose(self) -> None:
        """Finish what was asked for and close the file."""
        if self._connection is not None:
            await self._run(self._connection.close)
            self._connection = None
        self._thread.shutdown(wait=True)

    async def add_job(self, job: CloneJob) -> None:
        """Write down what is going to be done."""
        await self._run(lambda: self._write(_upsert("jobs", "job_id", _row(job)), _row(job)))

    async def move_job(
        self,
        job_id: str,
        state: JobState,
        *,
        voice: Voice | None = None,
        drop_voice: bool = False,
        **changes: object,
    ) -> CloneJob:
        """Write the next state and what the step gave, and what it means for the voice, in one stroke.

        ``ValueError`` where the job may not go there.
        """
        return await self._run(lambda: self._move(job_id, state, changes, voice=voice, drop_voice=drop_voice))

    async def job(self, job_id: str) -> CloneJob | None:
        """The job of that id."""
        rows = await self._run(lambda: self._read("SELECT * FROM jobs WHERE job_id = ?", job_id))
        return _job(rows[0]) if rows else None

    async def jobs(self) -> tuple[CloneJob, ...]:
        """All jobs, newest first."""
        rows = await self._run(lambda: self._read("SELECT * FROM jobs ORDER BY created_at DESC, rowid DESC"))
        return tuple(_job(row) for row in rows)

    async def open_jobs(self) -> tuple[CloneJob, ...]:
        """The jobs that aren't over, newest first; also the newest of all, where it failed or lacks its
        preview. None of those that were set aside.
        """
        marks = ", ".join("?" * len(_UNFINISHED))
        newest = "rowid = (SELECT max(rowid) FROM jobs) AND state IN (?, ?)"
        rows = await self._run(
            lambda: self._read(
                f"SELECT * FROM jobs WHERE is_set_aside = 0 AND (state IN ({marks}) OR {newest}) "  # noqa: S608
                "ORDER BY rowid DESC",
                *_UNFINISHED,
                JobState.NOT_MADE,
                JobState.CLONED,
            )
        )
        return tuple(_job(row) for row in rows)

    async def set_aside(self, job_id: str) -> None:
        """Never ask about the job again."""
        values = {"job_id": job_id}
        await self._run(
            lambda: self._write("UPDATE jobs SET is_set_aside = 1 WHERE job_id = :job_id", values)
        )

    async def write_in_log(self, job_id: str, code: str, *, trace_id: str = "", **values: object) -> None:
        """Add a line to the job's log."""
        await self._run(lambda: self._log(job_id, code, trace_id=trace_id, values=values))

    async def job_log(self, job_id: str) -> tuple[LogEntry, ...]:
        """What happened in a job, oldest first."""
        sql = "SELECT * FROM job_log WHERE job_id = ? ORDER BY entry"
        return tuple(
            LogEntry(
                at=datetime.fromisoformat(row["at"]),
                code=row["code"],
                trace_id=row["trace_id"],
                values=json.loads(row["details"]),
            )
            for row in await self._run(lambda: self._read(sql, job_id))
        )

    async def note_upload(self, upload: Upload) -> None:
        """Write down what was uploaded now; an older upload of the same bytes is forgotten."""
        row = {**dataclasses.asdict(upload), "at": self._clock().isoformat()}
        await self._run(
            lambda: self._write(_upsert("uploads", "service, profile_id, sha256, purpose", row), row)
        )

    async def earlier_upload(self, sought: Upload, *, since: datetime) -> int | None:
        """The file id of the same bytes for the same purpose at the same service, uploaded since then."""
        rows = await self._run(
            lambda: self._read(
                "SELECT file_id FROM uploads WHERE service = ? AND profile_id = ? AND sha256 = ? "
                "AND purpose = ? AND at >= ? AND at <= ?",
                sought.service,
                sought.profile_id,
                sought.sha256,
                sought.purpose,
                since.isoformat(),
                # An upload of the future was noted by a clock that has been set back since.
                self._clock().isoformat(),
            )
        )
        return rows[0]["file_id"] if rows else None

    async def voices(self) -> tuple[Voice, ...]:
        """All voices, newest first."""
        rows = await self._run(lambda: self._read("SELECT * FROM voices ORDER BY asked_at DESC, rowid DESC"))
        return tuple(_voice(row) for row in rows)

    async def used_voice_ids(self) -> frozenset[str]:
        """Every id that was ever asked for, refused ones too."""
        rows = await self._run(lambda: self._read("SELECT DISTINCT voice_id FROM jobs"))
        return frozenset(row["voice_id"] for row in rows)

    async def save_preview(self, voice: Voice, preview: Preview) -> Path:
        """Keep a preview as ``voices/<job>/preview.<kind>``, the facts of its voice as JSON beside it.

        An older preview stays; the new one gets a number then.
        """
        return await self._run(lambda: self._save_preview(voice, preview))

    async def add_synthesis(self, synthesis: Synthesis) -> None:
        """Write down what is going to be asked for."""
        await self.end_synthesis(synthesis)

    async def end_synthesis(self, synthesis: Synthesis, *, voice: Voice | None = None) -> None:
        """Write what became of it, and in the same stroke what it means for the voice."""
        await self._run(lambda: self._write_voice(voice, synthesis))

    async def take_preview(
        self, voice: Voice, preview: Preview, *, synthesis: Synthesis | None = None
    ) -> Voice:
        """Keep a preview that came later, in one stroke with its voice and what it cost.

        Gives the voice with its ``preview_file``. Raises ``StorageFailed`` where the sound can't be
        written; what ``voice`` and ``synthesis`` say is on record all the same.
        """

        def take() -> Voice:
            try:
                path = self._save_preview(voice, preview)
            except (StorageFailed, OSError):
                self._write_voice(voice, synthesis)
                raise
            heard = dataclasses.replace(voice, preview_file=str(path))
            self._write_voice(heard, synthesis, has_preview=True)
            return heard

        return await self._run(take)

    async def syntheses(self) -> tuple[Synthesis, ...]:
        """All syntheses, in the order in which they were asked for."""
        rows = await self._run(lambda: self._read("SELECT * FROM syntheses ORDER BY asked_at, rowid"))
        return tuple(_synthesis(row) for row in rows)

    async def _run(self, work: Callable[[], T]) -> T:
        # Shielded: a cancelled caller must not take back a write that is waiting for its turn.
        done = asyncio.get_running_loop().run_in_executor(self._thread, self._guarded, work)
        return await asyncio.shield(done)

    def _guarded(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except OSError as error:
            raise storage_failure(self._path, error) from error
        except sqlite3.DatabaseError as error:
            code = (
                "storage-not-writable" if isinstance(error, sqlite3.OperationalError) else "storage-damaged"
            )
            raise StorageFailed(code, path=str(self._path), reason=str(error)) from error

    def _open(self) -> None:
        make_folder(self._path.parent)
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            schema.bring_up_to_date(connection, path=self._path)
        except BaseException:
            connection.close()
            raise
        self._connection = connection

    def _move(
        self,
        job_id: str,
        state: JobState,
        changes: Mapping[str, object],
        *,
        voice: Voice | None,
        drop_voice: bool,
    ) -> CloneJob:
        job = _job(self._read("SELECT * FROM jobs WHERE job_id = ?", job_id)[0])
        check_transition(job.state, state)
        moved = dataclasses.replace(job, state=state, **changes)  # type: ignore[arg-type]
        self._write("BEGIN IMMEDIATE", {})
        try:
            self._write(_upsert("jobs", "job_id", _row(moved)), _row(moved))
            said = {"error": moved.error_code} if "error_code" in changes else {}
            self._log(job_id, state.value, trace_id=str(changes.get("trace_id", "")), values=said)
            if voice is not None:
                self._write(_upsert("voices", "job_id", _row(voice)), _row(voice))
            if drop_voice:
                self._write("DELETE FROM voices WHERE job_id = :job_id", {"job_id": job_id})
        except BaseException:
            self._write("ROLLBACK", {})
            raise
        self._write("COMMIT", {})
        return moved

    def _log(self, job_id: str, code: str, *, trace_id: str, values: Mapping[str, object]) -> None:
        row = {
            "job_id": job_id,
            "at": self._clock().isoformat(),
            "code": code,
            "trace_id": trace_id,
            "details": json.dumps(dict(values), ensure_ascii=False),
        }
        self._write(
            "INSERT INTO job_log (job_id, at, code, trace_id, details) "
            "VALUES (:job_id, :at, :code, :trace_id, :details)",
            row,
        )

    def _save_preview(self, voice: Voice, preview: Preview) -> Path:
        folder = make_folder(self._voices_folder / voice.job_id)
        path = folder / f"preview.{preview.kind}"
        number = 1
        # Nor the name of one that is gone: whoever played it knows that name as that sound.
        while path.exists() or str(path) == voice.preview_file:
            number += 1
            path = folder / f"preview-{number}.{preview.kind}"
        write_atomic(path, preview.content)
        facts = {**_row(voice), "request": dict(voice.request), "preview_file": path.name}
        write_atomic(folder / "voice.json", json.dumps(facts, ensure_ascii=False, indent=2).encode())
        return path

    def _write_voice(
        self, voice: Voice | None, synthesis: Synthesis | None, *, has_preview: bool = False
    ) -> None:
        self._write("BEGIN IMMEDIATE", {})
        try:
            if synthesis is not None:
                row = _row(synthesis)
                self._write(_upsert("syntheses", "synthesis_id", row), row)
            if voice is not None:
                self._write(_upsert("voices", "job_id", _row(voice)), _row(voice))
            if voice is not None and has_preview:
                states = {"old": JobState.CLONED, "new": JobState.PREVIEW_SAVED, "job_id": voice.job_id}
                self._write("UPDATE jobs SET state = :new WHERE job_id = :job_id AND state = :old", states)
        except BaseException:
            self._write("ROLLBACK", {})
            raise
        self._write("COMMIT", {})

    def _write(self, sql: str, values: Mapping[str, object]) -> None:
        self._opened().execute(sql, values)

    def _read(self, sql: str, *values: object) -> list[sqlite3.Row]:
        return self._opened().execute(sql, values).fetchall()

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            # It couldn't be opened at the start; what was in the way may be gone.
            self._open()
        assert self._connection is not None  # noqa: S101 - else it has raised
        return self._connection


def _upsert(table: str, key: str, row: Mapping[str, object]) -> str:
    # Names come from our own dataclasses, values go through places.
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    updates = ", ".join(f"{name} = excluded.{name}" for name in row)
    return f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT ({key}) DO UPDATE SET {updates}"  # noqa: S608


def _row(record: CloneJob | Voice | Synthesis) -> dict[str, object]:
    row: dict[str, object] = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, Decimal):
            value = f"{value:f}"
        elif isinstance(value, Mapping):
            value = json.dumps(dict(value), ensure_ascii=False)
        row[field.name] = value
    return row


def _values(row: sqlite3.Row) -> dict[str, Any]:
    values = dict(row)
    if "request" in values:
        values["request"] = json.loads(values["request"])
    for name in _MOMENTS & values.keys():
        values[name] = None if values[name] is None else datetime.fromisoformat(values[name])
    for name in _AMOUNTS & values.keys():
        values[name] = None if values[name] is None else Decimal(values[name])
    for name in _SWITCHES & values.keys():
        values[name] = bool(values[name])
    return values


def _job(row: sqlite3.Row) -> CloneJob:
    values = _values(row)
    values["state"] = JobState(values["state"])
    return CloneJob(**values)


def _voice(row: sqlite3.Row) -> Voice:
    return Voice(**_values(row))


def _synthesis(row: sqlite3.Row) -> Synthesis:
    values = _values(row)
    values["state"] = SynthesisState(values["state"])
    return Synthesis(**values)
