"""What several parts of the storage do with the library's tables."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

from voiceclone_gui.core.job import BEFORE_CLONE, CloneJob, JobState, LogEntry
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.storage.records import (
    UnreadableRecord,
    job_of,
    log_entry_of,
    row_of,
    upsert,
    voice_of,
)
from voiceclone_gui.storage.voice_folders import VoiceFacts

UNFINISHED = (*sorted(BEFORE_CLONE), JobState.CLONING, JobState.UNKNOWN)
_LARGEST_NUMBER = 2**53
_OVER = {JobState.CLONED, JobState.PREVIEW_SAVED}


@contextlib.contextmanager
def write_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of what is written inside, or nothing. ``connection`` commits by itself outside of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # On a full disk SQLite takes it back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def rows(connection: sqlite3.Connection, sql: str, *values: object) -> list[dict[str, object]]:
    """All rows, by the names of their columns."""
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def job_on_record(connection: sqlite3.Connection, job_id: str) -> CloneJob | None:
    """The job of that id."""
    found = rows(connection, "SELECT * FROM jobs WHERE job_id = ?", job_id)
    return job_of(found[0]) if found else None


def voice_on_record(connection: sqlite3.Connection, job_id: str) -> Voice | None:
    """The voice of that job."""
    found = rows(connection, "SELECT * FROM voices WHERE job_id = ?", job_id)
    return voice_of(found[0]) if found else None


def facts_on_record(connection: sqlite3.Connection, job_id: str) -> VoiceFacts | None:
    """All that is known of a voice, ``None`` for a job without one."""
    voice = voice_on_record(connection, job_id)
    found = rows(connection, "SELECT rowid AS number, * FROM jobs WHERE job_id = ?", job_id)
    if voice is None or not found:
        return None
    return VoiceFacts(voice=voice, job=job_of(found[0]), number=int(str(found[0]["number"])))


def put_job(connection: sqlite3.Connection, job: CloneJob, *, number: int = 0) -> None:
    """Add a job, or replace what is known of it. A new one gets its old place in the order of all, by its
    ``number``, where that is free.
    """
    row = row_of(job)
    taken = "SELECT 1 FROM jobs WHERE rowid = ? OR job_id = ?"
    if 0 < number < _LARGEST_NUMBER and not rows(connection, taken, number, job.job_id):
        row = {"rowid": number, **row}
    connection.execute(upsert("jobs", "job_id", row), row)


def put_voice(connection: sqlite3.Connection, voice: Voice) -> None:
    """Add a voice, or replace what is known of it."""
    row = row_of(voice)
    connection.execute(upsert("voices", "job_id", row), row)


def add_to_log(connection: sqlite3.Connection, job_id: str, entry: LogEntry) -> None:
    """Add a line to a job's log."""
    row = {
        "job_id": job_id,
        "at": entry.at.isoformat(),
        "code": entry.code,
        "trace_id": entry.trace_id,
        "details": json.dumps(dict(entry.values), ensure_ascii=False),
    }
    connection.execute(
        "INSERT INTO job_log (job_id, at, code, trace_id, details) "
        "VALUES (:job_id, :at, :code, :trace_id, :details)",
        row,
    )


def is_behind(connection: sqlite3.Connection, facts: VoiceFacts) -> bool:
    """Whether a folder knows more of a voice or its job than the tables."""
    job_id = facts.voice.job_id
    job, voice = job_on_record(connection, job_id), voice_on_record(connection, job_id)
    return _best(facts, job, voice) not in (None, (job, voice))


def bring_back(connection: sqlite3.Connection, facts: VoiceFacts) -> bool:
    """Take what a folder knows into the tables; whether the voice was missing there."""
    job_id = facts.voice.job_id
    job, voice = job_on_record(connection, job_id), voice_on_record(connection, job_id)
    best = _best(facts, job, voice)
    if best is None:
        return False
    put_job(connection, best[0], number=facts.number)
    put_voice(connection, best[1])
    return voice is None


def _best(facts: VoiceFacts, job: CloneJob | None, voice: Voice | None) -> tuple[CloneJob, Voice] | None:
    """What folder and tables know together, ``None`` where the voice certainly was not made.

    Facts reach the folder before they are committed, so that it knows at least as much as the tables. What
    only the tables know was put down by a program that wrote fewer facts to the folder.
    """
    if job is not None and job.state is JobState.NOT_MADE:
        return None
    knows_less = job is not None and job.state in _OVER and facts.job.state not in _OVER
    best_job = facts.job if job is None or (facts.number and not knows_less) else job
    return best_job, facts.voice if voice is None else _together(facts.voice, voice)


def _together(voice: Voice, known: Voice) -> Voice:
    # What is known of a voice only ever grows.
    return replace(
        voice,
        made_at=voice.made_at or known.made_at,
        kept_at=voice.kept_at or known.kept_at,
        gone_at=voice.gone_at or known.gone_at,
        preview_file=voice.preview_file or known.preview_file,
        trace_id=voice.trace_id or known.trace_id,
    )


def first_unreadable_row(connection: sqlite3.Connection) -> str:
    """What is wrong with the first job, voice or line of a log that can't be read, ``""`` for nothing."""
    try:
        for row in rows(connection, "SELECT * FROM jobs"):
            job_of(row)
        for row in rows(connection, "SELECT * FROM voices"):
            voice_of(row)
        for row in rows(connection, "SELECT * FROM job_log"):
            log_entry_of(row)
    except UnreadableRecord as error:
        return str(error)
    return ""
