"""Real syntheses in the library's tables: what was asked for, and what came of it."""

from __future__ import annotations

import sqlite3

from voiceclone_gui.core.job import JobState
from voiceclone_gui.core.synthesis import Synthesis
from voiceclone_gui.storage.records import row_of, synthesis_of, upsert
from voiceclone_gui.storage.tables import rows


def put_synthesis(connection: sqlite3.Connection, synthesis: Synthesis) -> None:
    """Add a synthesis, or replace what is known of it."""
    row = row_of(synthesis)
    connection.execute(upsert("syntheses", "synthesis_id", row), row)


def syntheses_on_record(connection: sqlite3.Connection) -> tuple[Synthesis, ...]:
    """All of them, in the order in which they were asked for."""
    return tuple(map(synthesis_of, rows(connection, "SELECT * FROM syntheses ORDER BY rowid")))


def note_preview(connection: sqlite3.Connection, job_id: str) -> None:
    """The job of a voice whose preview came later is over."""
    states = (JobState.PREVIEW_SAVED, job_id, JobState.CLONED)
    connection.execute("UPDATE jobs SET state = ? WHERE job_id = ? AND state = ?", states)
