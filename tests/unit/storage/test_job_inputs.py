"""What jobs send: kept byte by byte, taken by one process at a time, gone when nobody needs it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from voiceclone_gui.core.errors import SampleChanged, SampleUnreadable, StorageFailed
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.sample import FileStamp, Purpose
from voiceclone_gui.storage.job_inputs import JobFolders

CONTENT = os.urandom(3 * 2**20 + 17)
OTHER_PROCESS = """
import asyncio, sys
from pathlib import Path
from voiceclone_gui.storage.job_inputs import JobFolders
folders = JobFolders(folder=Path(sys.argv[1]))
print(asyncio.run(folders.claim("job")), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "grandma's voice.wav"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def folders(tmp_path: Path) -> JobFolders:
    return JobFolders(folder=tmp_path / "jobs")


def stamp(path: Path) -> FileStamp:
    status = path.stat()
    return FileStamp(size_bytes=status.st_size, modified_ns=status.st_mtime_ns)


async def test_every_byte_is_kept_under_the_users_own_name(folders: JobFolders, source: Path) -> None:
    kept = await folders.keep("job", source, stamp=stamp(source), purpose=Purpose.VOICE_CLONE)
    assert kept.path.read_bytes() == CONTENT
    assert kept.path.name == source.name
    assert kept.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert kept.stamp == stamp(kept.path)
    assert await folders.kept("job", purpose=Purpose.VOICE_CLONE) == kept
    assert await folders.kept("job", purpose=Purpose.PROMPT_AUDIO) is None
    assert [entry.name for entry in kept.path.parent.parent.iterdir() if entry.suffix == ".part"] == []


async def test_recording_and_clip_of_one_name_stay_apart(folders: JobFolders, source: Path) -> None:
    clip = source.parent / "clips" / source.name
    clip.parent.mkdir()
    clip.write_bytes(b"clip")
    await folders.keep("job", source, stamp=stamp(source), purpose=Purpose.VOICE_CLONE)
    await folders.keep("job", clip, stamp=stamp(clip), purpose=Purpose.PROMPT_AUDIO)
    found = await folders.kept("job", purpose=Purpose.PROMPT_AUDIO)
    assert found is not None
    assert found.path.read_bytes() == b"clip"
    assert await folders.job_ids() == ("job",)


async def test_a_file_that_was_changed_since_it_was_examined_is_not_kept(
    folders: JobFolders, source: Path
) -> None:
    examined = stamp(source)
    source.write_bytes(CONTENT + b"more")
    with pytest.raises(SampleChanged) as refused:
        await folders.keep("job", source, stamp=examined, purpose=Purpose.VOICE_CLONE)
    assert (refused.value.code, refused.value.field) == ("sample-changed", Field.RECORDING)
    assert await folders.kept("job", purpose=Purpose.VOICE_CLONE) is None


async def test_a_file_that_is_gone_is_said(folders: JobFolders, source: Path) -> None:
    examined = stamp(source)
    source.unlink()
    with pytest.raises(SampleChanged) as refused:
        await folders.keep("job", source, stamp=examined, purpose=Purpose.PROMPT_AUDIO)
    assert (refused.value.code, refused.value.field) == ("sample-vanished", Field.PROMPT_AUDIO)


async def test_a_folder_in_the_place_of_a_file_is_said(folders: JobFolders, tmp_path: Path) -> None:
    with pytest.raises(SampleUnreadable):
        await folders.keep("job", tmp_path, stamp=stamp(tmp_path), purpose=Purpose.VOICE_CLONE)


async def test_where_nothing_can_be_written_it_is_said(folders: JobFolders, source: Path) -> None:
    (source.parent / "jobs").write_text("a file where the folder should be")
    with pytest.raises(StorageFailed):
        await folders.keep("job", source, stamp=stamp(source), purpose=Purpose.VOICE_CLONE)


async def test_a_job_belongs_to_one_process_until_that_ends(folders: JobFolders, tmp_path: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, str(tmp_path / "jobs")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "True\n"
    assert not await folders.claim("job")
    other.kill()
    other.communicate()
    assert await folders.claim("job")
    assert await folders.claim("job")
    await folders.release("job")


async def test_what_is_removed_is_gone_and_free(folders: JobFolders, source: Path) -> None:
    await folders.keep("job", source, stamp=stamp(source), purpose=Purpose.VOICE_CLONE)
    await folders.remove("job")
    assert await folders.job_ids() == ()
    assert await folders.claim("job")
    await folders.remove("job")
    await folders.remove("never was")
