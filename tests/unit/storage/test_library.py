"""The library: what is written down is there after a crash, in order, and never half."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from voiceclone_gui.core.answers import Preview
from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.core.job import CloneJob, JobState
from voiceclone_gui.core.synthesis import Synthesis, SynthesisState
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.storage.library import Library

NOON = datetime(2026, 1, 2, 12, 30, tzinfo=UTC)


def job(job_id: str = "j1", **changes: object) -> CloneJob:
    values = {
        "job_id": job_id,
        "state": JobState.PREPARED,
        "voice_id": "voice-abc123",
        "profile_id": "practice",
        "service": "practice",
        "created_at": NOON,
        "rights_stated_at": NOON,
        "rights_text_version": "1",
        "recording": "/a/我 b.wav",
        "request": {"text": "Grüße 😀", "accuracy": 0.7, "aigc_watermark": True},
    } | changes
    return CloneJob(**values)  # type: ignore[arg-type]


def voice(job_id: str = "j1", **changes: object) -> Voice:
    values = {
        "voice_id": "voice-abc123",
        "profile_id": "practice",
        "service": "practice",
        "asked_at": NOON,
        "rights_stated_at": NOON,
        "rights_text_version": "1",
        "job_id": job_id,
        "request": {"file_id": 2**62, "voice_id": "voice-abc123"},
    } | changes
    return Voice(**values)  # type: ignore[arg-type]


def synthesis(synthesis_id: str = "s1", **changes: object) -> Synthesis:
    values = {
        "synthesis_id": synthesis_id,
        "job_id": "j1",
        "profile_id": "practice",
        "state": SynthesisState.SENDING,
        "asked_at": NOON,
        "text": "Grüße 😀",
        "model": "speech-2.8-hd",
    } | changes
    return Synthesis(**values)  # type: ignore[arg-type]


def library_in(folder: Path) -> Library:
    return Library(path=folder / "deep" / "library.sqlite3", voices_folder=folder / "voices")


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    library = library_in(tmp_path)
    await library.open()
    yield library
    await library.aclose()


async def test_what_is_written_comes_back_the_same(library: Library, tmp_path: Path) -> None:
    await library.add_job(job())
    await library.move_job("j1", JobState.UPLOADING)
    await library.move_job("j1", JobState.UPLOADED, file_id=2**62 + 1)
    await library.move_job("j1", JobState.CLONING, voice=voice())
    made = voice(made_at=NOON, trace_id="t")
    await library.move_job("j1", JobState.CLONED, voice=made, trace_id="t", demo_audio="https://h/x")
    await library.aclose()

    again = library_in(tmp_path)
    await again.open()
    expected = job(state=JobState.CLONED, file_id=2**62 + 1, trace_id="t", demo_audio="https://h/x")
    assert await again.job("j1") == expected
    assert await again.jobs() == (expected,)
    assert await again.voices() == (made,)
    assert await again.job("j2") is None
    await again.aclose()


async def test_a_job_can_not_skip_a_state(library: Library) -> None:
    await library.add_job(job())
    with pytest.raises(ValueError, match="can't go from prepared to cloned"):
        await library.move_job("j1", JobState.CLONED)
    found = await library.job("j1")
    assert found is not None
    assert found.state is JobState.PREPARED


async def test_a_move_is_whole_or_not_at_all(library: Library) -> None:
    await library.add_job(job())
    await library.move_job("j1", JobState.UPLOADING)
    stranger = voice(job_id="no such job")
    with pytest.raises(StorageFailed):
        await library.move_job("j1", JobState.UPLOADED, voice=stranger, file_id=5)
    found = await library.job("j1")
    assert found is not None
    assert (found.state, found.file_id) == (JobState.UPLOADING, None)


async def test_dropping_a_voice_that_was_not_made_leaves_an_older_one_of_the_same_id(
    library: Library,
) -> None:
    for job_id in ("j1", "j2"):
        await library.add_job(job(job_id))
        await library.move_job(job_id, JobState.UPLOADING)
        await library.move_job(job_id, JobState.UPLOADED)
        await library.move_job(job_id, JobState.CLONING, voice=voice(job_id))
    await library.move_job("j1", JobState.CLONED, voice=voice("j1", made_at=NOON))
    await library.move_job("j2", JobState.NOT_MADE, drop_voice=True, error_code="service-2039")
    assert [v.job_id for v in await library.voices()] == ["j1"]
    assert [j.state for j in await library.jobs()] == [JobState.NOT_MADE, JobState.CLONED]


async def test_jobs_and_voices_stand_in_the_order_in_which_they_were_added(library: Library) -> None:
    # The clock was set back before the second, and on again before the third.
    for number, moment in enumerate((NOON, NOON - timedelta(days=400), NOON + timedelta(hours=1))):
        job_id = f"j{number}"
        await library.add_job(job(job_id, created_at=moment))
        await library.move_job(job_id, JobState.UPLOADING)
        await library.move_job(job_id, JobState.UPLOADED)
        await library.move_job(job_id, JobState.CLONING, voice=voice(job_id, asked_at=moment))
    assert [j.job_id for j in await library.jobs()] == ["j2", "j1", "j0"]
    assert [j.job_id for j in await library.open_jobs()] == ["j2", "j1", "j0"]
    assert [v.job_id for v in await library.voices()] == ["j2", "j1", "j0"]


async def test_every_id_that_was_asked_for_is_remembered(library: Library) -> None:
    await library.add_job(job("j1", voice_id="voice-aaaaa1"))
    await library.add_job(job("j2", voice_id="voice-bbbbb2", state=JobState.NOT_MADE))
    assert await library.used_voice_ids() == {"voice-aaaaa1", "voice-bbbbb2"}


async def test_a_write_that_was_asked_for_is_done_although_its_caller_was_cancelled(library: Library) -> None:
    writing = asyncio.ensure_future(library.add_job(job()))
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await library.job("j1") == job()


async def test_a_preview_is_kept_with_the_facts_of_its_voice(library: Library, tmp_path: Path) -> None:
    await library.add_job(job())
    await library.move_job("j1", JobState.UPLOADING)
    await library.move_job("j1", JobState.UPLOADED)
    await library.move_job("j1", JobState.CLONING, voice=voice())
    path = await library.save_preview(voice(made_at=NOON), Preview(content=b"ID3abc", kind="mp3"))
    made = voice(made_at=NOON, preview_file=str(path))
    await library.move_job("j1", JobState.CLONED, voice=made)
    assert path == tmp_path / "voices" / "j1" / "preview.mp3"
    assert path.read_bytes() == b"ID3abc"
    facts = json.loads((path.parent / "voice.json").read_text(encoding="utf-8"))
    assert facts["voice_id"] == "voice-abc123"
    assert facts["made_at"] == NOON.isoformat()
    assert facts["preview_file"] == "preview.mp3"
    assert facts["request"]["file_id"] == 2**62
    assert sorted(p.name for p in path.parent.iterdir()) == ["preview.mp3", "voice.json"]


async def test_a_library_of_a_newer_program_is_left_alone(library: Library, tmp_path: Path) -> None:
    await library.aclose()
    path = tmp_path / "deep" / "library.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("ALTER TABLE voices ADD COLUMN mood TEXT")
    connection.close()
    newer = library_in(tmp_path)
    with pytest.raises(StorageFailed) as caught:
        await newer.open()
    await newer.aclose()
    assert caught.value.code == "storage-newer"


async def test_a_folder_that_can_not_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "deep").write_text("a file where a folder should be")
    library = library_in(tmp_path)
    with pytest.raises(StorageFailed) as caught:
        await library.open()
    await library.aclose()
    assert caught.value.code == "storage-not-writable"


WRITER = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.unit.storage.test_library import job, library_in, voice
from voiceclone_gui.core.job import JobState

async def main():
    library = library_in(Path(sys.argv[1]))
    await library.open()
    await library.add_job(job())
    await library.move_job("j1", JobState.UPLOADING)
    await library.move_job("j1", JobState.UPLOADED, file_id=7)
    await library.move_job("j1", JobState.CLONING, voice=voice())
    print("written", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_what_was_written_survives_a_kill(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path), str(root)], stdout=subprocess.PIPE, cwd=root
    )
    assert writer.stdout is not None
    with writer.stdout:
        assert writer.stdout.readline() == b"written\n"
        os.kill(writer.pid, signal.SIGKILL)
    writer.wait(10)

    library = library_in(tmp_path)
    await library.open()
    found = await library.job("j1")
    assert found is not None
    assert (found.state, found.file_id) == (JobState.CLONING, 7)
    assert [v.voice_id for v in await library.voices()] == ["voice-abc123"]
    await library.aclose()
