"""The library: clone jobs and voices in one SQLite file, written before and after every step."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from filelock import FileLock, Timeout

from voiceclone_gui.core.answers import Preview
from voiceclone_gui.core.disk_failures import storage_failure
from voiceclone_gui.core.errors import StorageFailed, VoiceCloneError
from voiceclone_gui.core.job import CloneJob, JobState, LogEntry, Upload, check_transition, log_values
from voiceclone_gui.core.ports import Clock
from voiceclone_gui.core.recovery import Recovery
from voiceclone_gui.core.synthesis import Synthesis
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.storage import recovery, schema, spoken
from voiceclone_gui.storage.database_failures import (
    DAMAGE_ERRORS,
    check_reachable,
    database_failure,
    is_damage,
)
from voiceclone_gui.storage.files import identity_of, make_folder
from voiceclone_gui.storage.records import UnreadableRecord, job_of, log_entry_of, upsert, voice_of
from voiceclone_gui.storage.tables import (
    UNFINISHED,
    add_to_log,
    facts_on_record,
    job_on_record,
    put_job,
    put_voice,
    rows,
    write_transaction,
)
from voiceclone_gui.storage.voice_folders import VoiceFacts, VoiceFolders

T = TypeVar("T")
BUSY_LIMIT_S = 5.0


def _tell_nobody(_: Recovery) -> None:
    """For who opens a library where nobody looks."""


def _now() -> datetime:
    return datetime.now(UTC)


class Library:
    """Jobs and voices on disk. One thread does all the work, in the order in which it was asked for.

    Every write is synced before its call returns: what is written down survives a power cut. A write
    that was asked for is done even if the caller is cancelled meanwhile. Jobs and voices stand in the order
    in which they were added, whatever the clock said.

    What is known of a voice is put down in its folder too, just before it is committed: before a request
    leaves that is paid, both are on disk, or it doesn't leave. After a crash in between the folder knows
    more than the database; it knows less only where it couldn't be written after the answer had come.

    A file that turns out to be damaged, when it is opened or later, is set aside and made anew from its
    rows and the folders; ``on_recovery`` is told, by the event loop. A failure of any other kind changes
    nothing, and when what was in the way is gone, the next call works.
    """

    def __init__(
        self,
        *,
        path: Path,
        voices_folder: Path,
        clock: Clock = _now,
        on_recovery: Callable[[Recovery], None] = _tell_nobody,
        busy_limit_s: float = BUSY_LIMIT_S,
    ) -> None:
        self._path = path
        self._clock = clock
        self._folders = VoiceFolders(folder=voices_folder)
        self._on_recovery = on_recovery
        self._busy_limit_s = busy_limit_s
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="library")
        self._connection: sqlite3.Connection | None = None
        self._file = (0, 0)
        self._recoveries: list[Recovery] = []

    async def open(self) -> None:
        """Open or make the file. Raises ``StorageFailed``: not reachable, in use, or of a newer program.

        A file of an older program is copied beside itself, then brought up to date. A damaged one is set
        aside and made anew.
        """
        await self._run(self._opened)

    async def aclose(self) -> None:
        """Finish what was asked for and close the file."""
        if self._connection is not None:
            await self._run(self._close)
        self._thread.shutdown(wait=True)

    async def add_job(self, job: CloneJob) -> None:
        """Write down what is going to be done."""
        await self._run(lambda: put_job(self._opened(), job))

    async def move_job(
        self,
        job_id: str,
        state: JobState,
        *,
        voice: Voice | None = None,
        drop_voice: bool = False,
        because: VoiceCloneError | None = None,
        **changes: object,
    ) -> CloneJob:
        """Write the next state and what the step gave, and what it means for the voice, in one stroke.

        ``because`` stands in the job's log. ``ValueError`` where the job may not go there.
        """
        said = log_values(because) if because is not None else {}
        return await self._run(
            lambda: self._move(job_id, state, changes, said, voice=voice, drop_voice=drop_voice)
        )

    async def job(self, job_id: str) -> CloneJob | None:
        """The job of that id."""
        return await self._run(lambda: job_on_record(self._opened(), job_id))

    async def jobs(self) -> tuple[CloneJob, ...]:
        """All jobs, newest first."""
        return await self._jobs("SELECT * FROM jobs ORDER BY rowid DESC")

    async def open_jobs(self) -> tuple[CloneJob, ...]:
        """The jobs that aren't over, newest first; also the newest of all, where it failed or lacks its
        preview. None of those that were set aside.
        """
        marks = ", ".join("?" * len(UNFINISHED))
        newest = "rowid = (SELECT max(rowid) FROM jobs) AND state IN (?, ?)"
        return await self._jobs(
            f"SELECT * FROM jobs WHERE is_set_aside = 0 AND (state IN ({marks}) OR {newest}) "  # noqa: S608
            "ORDER BY rowid DESC",
            *UNFINISHED,
            JobState.NOT_MADE,
            JobState.CLONED,
        )

    async def set_aside(self, job_id: str) -> None:
        """Never ask about the job again."""

        def write() -> None:
            with self._writing(job_id, insists=False) as connection:
                connection.execute("UPDATE jobs SET is_set_aside = 1 WHERE job_id = ?", (job_id,))

        await self._run(write)

    async def save_voice(self, voice: Voice) -> None:
        """Write down what is known of a voice that is on record, where its job stays as it is."""

        def write() -> None:
            with self._writing(voice.job_id) as connection:
                put_voice(connection, voice)

        await self._run(write)

    async def write_in_log(self, job_id: str, code: str, *, trace_id: str = "", **values: object) -> None:
        """Add a line to the job's log."""
        await self._run(lambda: self._log(job_id, code, trace_id=trace_id, values=values))

    async def job_log(self, job_id: str) -> tuple[LogEntry, ...]:
        """What happened in a job, oldest first."""
        sql = "SELECT * FROM job_log WHERE job_id = ? ORDER BY entry"
        return await self._run(lambda: tuple(map(log_entry_of, rows(self._opened(), sql, job_id))))

    async def note_upload(self, upload: Upload) -> None:
        """Write down what was uploaded now; an older upload of the same bytes is forgotten."""
        row = {**dataclasses.asdict(upload), "at": self._clock().isoformat()}
        sql = upsert("uploads", "service, profile_id, sha256, purpose", row)
        await self._run(lambda: self._opened().execute(sql, row))

    async def earlier_upload(self, sought: Upload, *, since: datetime) -> int | None:
        """The file id of the same bytes for the same purpose at the same service, uploaded since then."""
        found = await self._run(
            lambda: rows(
                self._opened(),
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
        return int(str(found[0]["file_id"])) if found else None

    async def voices(self) -> tuple[Voice, ...]:
        """All voices, newest first."""
        sql = "SELECT voices.* FROM voices JOIN jobs USING (job_id) ORDER BY jobs.rowid DESC"
        return await self._run(lambda: tuple(map(voice_of, rows(self._opened(), sql))))

    async def used_voice_ids(self) -> frozenset[str]:
        """Every id that was ever asked for, refused ones too."""
        found = await self._run(lambda: rows(self._opened(), "SELECT DISTINCT voice_id FROM jobs"))
        return frozenset(str(row["voice_id"]) for row in found)

    async def save_preview(self, voice: Voice, preview: Preview) -> Path:
        """Keep a preview as ``voices/<job>/preview.<kind>``, beside the facts of its voice."""
        return await self._run(lambda: self._folders.save_preview(voice, preview))

    async def add_synthesis(self, synthesis: Synthesis) -> None:
        """Write down what is going to be asked for."""
        await self.end_synthesis(synthesis)

    async def end_synthesis(self, synthesis: Synthesis, *, voice: Voice | None = None) -> None:
        """Write what became of it, and in the same stroke what it means for the voice."""
        await self._run(lambda: self._write_spoken(synthesis.job_id, voice, synthesis))

    async def take_preview(
        self, voice: Voice, preview: Preview, *, synthesis: Synthesis | None = None
    ) -> Voice:
        """Keep a preview that came later, in one stroke with its voice and what it cost.

        Gives the voice with its ``preview_file``. Raises ``StorageFailed`` where the sound can't be
        written; what ``voice`` and ``synthesis`` say is on record all the same.
        """

        def take() -> Voice:
            try:
                path = self._folders.save_preview(voice, preview)
            except (StorageFailed, OSError):
                self._write_spoken(voice.job_id, voice, synthesis)
                raise
            heard = dataclasses.replace(voice, preview_file=str(path))
            self._write_spoken(voice.job_id, heard, synthesis, has_preview=True)
            return heard

        return await self._run(take)

    async def syntheses(self) -> tuple[Synthesis, ...]:
        """All syntheses, in the order in which they were asked for."""
        return await self._run(lambda: spoken.syntheses_on_record(self._opened()))

    async def _jobs(self, sql: str, *values: object) -> tuple[CloneJob, ...]:
        return await self._run(lambda: tuple(map(job_of, rows(self._opened(), sql, *values))))

    async def _run(self, work: Callable[[], T]) -> T:
        # Shielded: a cancelled caller must not take back a write that is waiting for its turn.
        done = asyncio.get_running_loop().run_in_executor(self._thread, self._guarded, work)
        done.add_done_callback(self._tell)
        return await asyncio.shield(done)

    def _tell(self, _: asyncio.Future[T]) -> None:
        while self._recoveries:
            self._on_recovery(self._recoveries.pop(0))

    def _guarded(self, work: Callable[[], T]) -> T:
        try:
            try:
                return work()
            except (*DAMAGE_ERRORS, UnreadableRecord) as error:
                if not isinstance(error, UnreadableRecord) and not is_damage(error):
                    raise
            # Damage that wasn't seen when the file was opened, or came later.
            self._close()
            self._open(reads_all=True)
            return work()
        except Timeout as error:
            raise StorageFailed("storage-in-use", path=str(self._path)) from error
        except OSError as error:
            raise storage_failure(self._path, error) from error
        except sqlite3.Error as error:
            failure = database_failure(self._path, error)
            if failure.code in {"storage-read-only", "storage-no-permission", "storage-not-writable"}:
                # SQLite opens for reading what it can't write, and would stay with that.
                self._close()
            raise failure from error
        except (UnreadableRecord, UnicodeDecodeError) as error:
            raise StorageFailed("storage-damaged", path=str(self._path), reason=str(error)) from error

    def _opened(self) -> sqlite3.Connection:
        if self._connection is not None and self._file != identity_of(self._path):
            # It was moved or deleted, and another one may lie there.
            self._close()
        if self._connection is None:
            # Also where it couldn't be opened at the start; what was in the way may be gone.
            self._open()
        assert self._connection is not None  # noqa: S101 - else it has raised
        return self._connection

    def _open(self, *, reads_all: bool = False) -> None:
        make_folder(self._path.parent)
        check_reachable(self._path)
        with FileLock(self._path.with_name(f"{self._path.stem}.lock"), timeout=self._busy_limit_s):
            aside = recovery.finish(self._path)
            if recovery.complaint_about(self._path, reads_all=reads_all, busy_limit_s=self._busy_limit_s):
                recovery.rebuild(self._path, folders=self._folders, now=self._clock())
                aside = recovery.finish(self._path)
            connection = sqlite3.connect(
                self._path, timeout=self._busy_limit_s, isolation_level=None, check_same_thread=False
            )
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
                schema.bring_up_to_date(connection, path=self._path)
                found = recovery.reconcile(connection, folders=self._folders, aside=aside)
            except BaseException:
                connection.close()
                raise
        self._connection, self._file = connection, identity_of(self._path)
        if found is not None:
            self._recoveries.append(found)

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    @contextlib.contextmanager
    def _writing(self, job_id: str, *, insists: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction that, just before its end, puts down what is then known of the job's voice.

        What has happened already is written without ``insists``: then a folder that can't be written costs
        only the folder's copy.
        """
        connection = self._opened()
        before: VoiceFacts | None = None
        try:
            with write_transaction(connection):
                before = facts_on_record(connection, job_id)
                yield connection
                after = facts_on_record(connection, job_id)
                if after != before:
                    with contextlib.suppress(*(() if insists else (StorageFailed,))):
                        self._put_down(job_id, after)
        except (*DAMAGE_ERRORS, StorageFailed) as error:
            # What was put down but not committed is taken back, unless the folder is all that is left.
            if not is_damage(error):
                with contextlib.suppress(StorageFailed):
                    self._put_down(job_id, before)
            raise

    def _put_down(self, job_id: str, facts: VoiceFacts | None) -> None:
        if facts is None:
            self._folders.remove(job_id)
        else:
            self._folders.write(facts)

    def _move(
        self,
        job_id: str,
        state: JobState,
        changes: Mapping[str, object],
        said: Mapping[str, object],
        *,
        voice: Voice | None,
        drop_voice: bool,
    ) -> CloneJob:
        job = job_on_record(self._opened(), job_id)
        if job is None:
            raise StorageFailed("storage-damaged", path=str(self._path), reason=f"no job {job_id}")
        check_transition(job.state, state)
        moved = dataclasses.replace(job, state=state, **changes)  # type: ignore[arg-type]
        with self._writing(job_id, insists=state is JobState.CLONING) as connection:
            put_job(connection, moved)
            if "error_code" in changes:
                said = {"error": moved.error_code, **said}
            self._log(job_id, state.value, trace_id=str(changes.get("trace_id", "")), values=said)
            if voice is not None:
                put_voice(connection, voice)
            if drop_voice:
                connection.execute("DELETE FROM voices WHERE job_id = ?", (job_id,))
        return moved

    def _write_spoken(
        self, job_id: str, voice: Voice | None, synthesis: Synthesis | None, *, has_preview: bool = False
    ) -> None:
        with self._writing(job_id, insists=False) as connection:
            if synthesis is not None:
                spoken.put_synthesis(connection, synthesis)
            if voice is not None:
                put_voice(connection, voice)
            if has_preview:
                spoken.note_preview(connection, job_id)

    def _log(self, job_id: str, code: str, *, trace_id: str, values: Mapping[str, object]) -> None:
        entry = LogEntry(at=self._clock(), code=code, trace_id=trace_id, values=values)
        add_to_log(self._opened(), job_id, entry)
