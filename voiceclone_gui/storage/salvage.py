"""What can still be read of a damaged library, row by row."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from voiceclone_gui.core.job import CloneJob, JobState
from voiceclone_gui.core.synthesis import Synthesis
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.storage.records import (
    UnreadableRecord,
    job_of,
    log_entry_of,
    moment,
    synthesis_of,
    text,
    voice_of,
    whole_number,
)
from voiceclone_gui.storage.spoken import put_synthesis
from voiceclone_gui.storage.tables import put_job, put_voice

# A damaged page may lead back to an earlier one.
_MOST_ROWS = 1_000_000
_IN_DOUBT = {JobState.CLONING, JobState.UNKNOWN}


@dataclass(kw_only=True)
class Salvage:
    """Whole records, by the key that each has in its table; jobs with their place in the order of all."""

    jobs: dict[str, tuple[int, CloneJob]] = field(default_factory=dict)
    voices: dict[str, Voice] = field(default_factory=dict)
    log: dict[int, dict[str, object]] = field(default_factory=dict)
    uploads: dict[tuple[object, ...], dict[str, object]] = field(default_factory=dict)
    syntheses: dict[str, Synthesis] = field(default_factory=dict)

    def read(self, file: Path) -> None:
        """Take what ``file`` holds; where a record was known already, the new one wins. The file is written
        to, and so has to be a copy.
        """
        for values in _rows(file, "jobs"):
            # Older programs had no such column.
            values.setdefault("in_doubt", values.get("state") in _IN_DOUBT)
            with contextlib.suppress(UnreadableRecord):
                job = job_of(values)
                self.jobs[job.job_id] = (whole_number(values["number"]), job)
        for values in _rows(file, "voices"):
            with contextlib.suppress(UnreadableRecord):
                voice = voice_of(values)
                self.voices[voice.job_id] = voice
        for values in _rows(file, "syntheses"):
            with contextlib.suppress(UnreadableRecord):
                synthesis = synthesis_of(values)
                self.syntheses[synthesis.synthesis_id] = synthesis
        for values in _rows(file, "job_log"):
            with contextlib.suppress(UnreadableRecord, KeyError):
                log_entry_of(values)
                self.log[whole_number(values.pop("number"))] = values
        for values in _rows(file, "uploads"):
            with contextlib.suppress(ValueError, KeyError):
                moment(values["at"])
                del values["number"]
                key = tuple(text(values[name]) for name in ("service", "profile_id", "sha256", "purpose"))
                self.uploads[key] = values

    def write_to(self, connection: sqlite3.Connection) -> None:
        """Add it all to empty tables; what doesn't fit there is left out."""
        for number, job in sorted(self.jobs.values(), key=lambda each: each[0]):
            with _what_fits():
                put_job(connection, job, number=number)
        for voice in self.voices.values():
            with _what_fits():
                put_voice(connection, voice)
        for synthesis in self.syntheses.values():
            with _what_fits():
                put_synthesis(connection, synthesis)
        for values in (*self.log.values(), *self.uploads.values()):
            table = "job_log" if "entry" in values else "uploads"
            names = ", ".join(values)
            marks = ", ".join("?" * len(values))
            with _what_fits():
                connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", [*values.values()])  # noqa: S608


def read_what_can_be_read(path: Path, *, workshop: Path) -> Salvage:
    """The records in the damaged file at ``path``, read from copies that are made in ``workshop``.

    Twice: without its log, which may be the log of another file, and then with it, where the newest
    records are. Raises ``OSError`` where it can't be copied.
    """
    salvage = Salvage()
    for name, ends in (("alone.sqlite3", ("",)), ("with-log.sqlite3", ("", "-wal"))):
        for end in ends:
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(path.with_name(path.name + end), workshop / (name + end))
        salvage.read(workshop / name)
    return salvage


@contextlib.contextmanager
def _what_fits() -> Iterator[None]:
    # Values of another kind than their column's, names of columns that never were, text that is none.
    with contextlib.suppress(sqlite3.IntegrityError, OverflowError, UnicodeError):
        yield


def _rows(file: Path, table: str) -> list[dict[str, object]]:
    """The rows that can be reached from either end of a table, in their order."""
    found: dict[int, dict[str, object]] = {}
    for direction in ("ASC", "DESC"):
        with (
            contextlib.suppress(sqlite3.Error, UnicodeDecodeError, MemoryError, OverflowError),
            closing(sqlite3.connect(file)) as connection,
        ):
            # Text as bytes: one that is no text spoils one row, not all that come after it.
            connection.text_factory = bytes
            # The tables may be readable although what else is said of them is not.
            connection.execute("PRAGMA writable_schema = ON")
            sql = f"SELECT rowid AS number, * FROM {table} ORDER BY rowid {direction} LIMIT {_MOST_ROWS}"  # noqa: S608
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description]
            for row in cursor:
                with contextlib.suppress(UnicodeError):
                    found[row[0]] = _decoded(dict(zip(names, row, strict=True)))
    return [found[number] for number in sorted(found)]


def _decoded(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in values.items()}
