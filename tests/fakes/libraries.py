"""Libraries with voices in them, and what can be done to their files."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from voiceclone_gui.core.answers import Preview
from voiceclone_gui.core.job import CloneJob, JobState, Upload
from voiceclone_gui.core.recovery import Recovery
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.storage.library import Library

NOON = datetime(2026, 1, 2, 12, 30, tzinfo=UTC)


def a_job(number: int, **changes: object) -> CloneJob:
    values = {
        "job_id": f"job{number:03}",
        "state": JobState.PREPARED,
        "voice_id": f"voice-abc{number:03}",
        "profile_id": "hingnet",
        "service": "https://api.example.com",
        "created_at": NOON + timedelta(minutes=number),
        "rights_stated_at": NOON,
        "rights_text_version": "1",
        "recording": "我 b.wav",
        "request": {"voice_id": f"voice-abc{number:03}", "text": "Grüße 😀", "accuracy": 0.7},
        "currency": "USD",
        "preview_cost": Decimal("0.00710"),
        "has_own_id": True,
        "recording_sha256": "a" * 64,
    } | changes
    return CloneJob(**values)  # type: ignore[arg-type]


def a_voice(number: int, **changes: object) -> Voice:
    values = {
        "voice_id": f"voice-abc{number:03}",
        "profile_id": "hingnet",
        "service": "https://api.example.com",
        "asked_at": NOON + timedelta(minutes=number),
        "rights_stated_at": NOON,
        "rights_text_version": "1",
        "job_id": f"job{number:03}",
        "request": {"file_id": 2**62, "voice_id": f"voice-abc{number:03}", "text": "Grüße 😀"},
    } | changes
    return Voice(**values)  # type: ignore[arg-type]


@dataclass
class Shelf:
    """A folder with a library in it; ``told`` is what was said about recoveries."""

    folder: Path
    told: list[Recovery] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.folder / "library.sqlite3"

    @property
    def voices(self) -> Path:
        return self.folder / "voices"

    def library(self, *, now: Callable[[], datetime] = lambda: NOON, busy_limit_s: float = 0.2) -> Library:
        return Library(
            path=self.path,
            voices_folder=self.voices,
            clock=now,
            on_recovery=self.told.append,
            busy_limit_s=busy_limit_s,
        )

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Library]:
        library = self.library()
        try:
            await library.open()
            yield library
        finally:
            await library.aclose()

    async def read(self) -> tuple[tuple[CloneJob, ...], tuple[Voice, ...]]:
        """Everything, as a new start of the program finds it."""
        async with self.opened() as library:
            return await library.jobs(), await library.voices()

    def aside(self) -> list[str]:
        """The names of what was set aside, without what SQLite makes for whoever looks at a file."""
        found = [path for path in self.folder.glob("library.damaged-*") if path.stat().st_size]
        return sorted(path.name for path in found if not path.name.endswith("-shm"))

    def files(self) -> dict[str, bytes]:
        """Everything that lies there, but for what SQLite makes and takes away while a file is open."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.name.endswith(("-shm", "-wal"))
        }

    def copy(self, target: Path) -> Shelf:
        """Everything, byte by byte, as a kill would leave it."""
        shutil.copytree(self.folder, target)
        return Shelf(folder=target)

    def is_whole(self) -> bool:
        with closing(sqlite3.connect(self.path)) as connection:
            return (
                connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                and connection.execute("PRAGMA foreign_key_check").fetchall() == []
            )


async def clone(library: Library, number: int, *, until: JobState = JobState.PREVIEW_SAVED) -> None:
    """The writes of a clone, up to a state."""
    job, voice = a_job(number), a_voice(number)
    await library.add_job(job)
    if until is JobState.PREPARED:
        return
    await library.move_job(job.job_id, JobState.UPLOADING)
    if until is JobState.UPLOADING:
        return
    await library.move_job(job.job_id, JobState.UPLOADED, file_id=2**62)
    await library.move_job(job.job_id, JobState.CLONING, voice=voice, sent_at=voice.asked_at)
    if until is JobState.UNKNOWN:
        await library.move_job(job.job_id, JobState.UNKNOWN, error_code="connection-lost", in_doubt=True)
        return
    if until is JobState.NOT_MADE:
        await library.move_job(job.job_id, JobState.NOT_MADE, error_code="service-2013", drop_voice=True)
        return
    made = a_voice(number, made_at=voice.asked_at, trace_id="t")
    await library.move_job(job.job_id, JobState.CLONED, voice=made, trace_id="t")
    if until is JobState.CLONED:
        return
    path = await library.save_preview(made, Preview(content=b"ID3" + bytes([number % 256]) * 50, kind="mp3"))
    with_preview = a_voice(number, made_at=voice.asked_at, trace_id="t", preview_file=str(path))
    await library.move_job(job.job_id, JobState.PREVIEW_SAVED, voice=with_preview)


VOICES = 20


async def filled(folder: Path, *, voices: int = VOICES) -> Shelf:
    """A library as days of use leave it: voices with previews, two without, clones of every fate."""
    shelf = Shelf(folder=folder)
    async with shelf.opened() as library:
        for number in range(voices - 2):
            await clone(library, number)
        await clone(library, voices - 2, until=JobState.CLONED)
        await clone(library, voices - 1, until=JobState.UNKNOWN)
        await clone(library, voices, until=JobState.NOT_MADE)
        await clone(library, voices + 1, until=JobState.UPLOADING)
        await library.note_upload(
            Upload(
                service="https://api.example.com",
                profile_id="hingnet",
                sha256="a" * 64,
                purpose=Purpose.VOICE_CLONE,
                file_id=7,
            )
        )
    return shelf


def expected(shelf: Shelf) -> tuple[tuple[CloneJob, ...], tuple[Voice, ...]]:
    """What was in the library, its previews where they lie now."""
    jobs, voices = asyncio.run(shelf.read())
    return jobs, voices


def moved(voices: tuple[Voice, ...], shelf: Shelf) -> tuple[Voice, ...]:
    return tuple(
        replace(v, preview_file=str(shelf.voices / v.job_id / "preview.mp3")) if v.preview_file else v
        for v in voices
    )


def overwrite(path: Path, at: int, with_: bytes) -> None:
    with path.open("rb+") as file:
        file.seek(at)
        file.write(with_)


def edit(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def no_database(path: Path) -> None:
    path.write_bytes(b"this is not a database" * 1000)


def version_is_damaged(path: Path) -> None:
    edit(path, "PRAGMA user_version = 1234567")


def change(path: Path, **values: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **values}), encoding="utf-8")
