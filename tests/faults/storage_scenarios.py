"""What is tried in a process of its own by ``test_storage_faults.py``, one function each.

Run as ``python -m tests.faults.storage_scenarios NAME FOLDER``.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
import wave
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

from tests.fakes.libraries import (
    NOON,
    VOICES,
    Shelf,
    a_job,
    a_voice,
    clone,
    expected,
    filled,
    moved,
    no_database,
    version_is_damaged,
)
from tests.fakes.small_disk import SmallDisk
from voiceclone_gui.core.answers import Preview
from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.core.job import JobState, Upload
from voiceclone_gui.core.microphone import TAKE_BYTES_PER_S, SampleKind, SoundFormat
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.core.settings import Settings
from voiceclone_gui.services.record_take import TakeRecorder
from voiceclone_gui.storage.library import Library
from voiceclone_gui.storage.recordings import Recordings
from voiceclone_gui.storage.settings_file import SettingsFile

VERSION_1 = Path(__file__).parents[1] / "data" / "library-version-1.sql"
# More than is left in the last page of a file that has no room to grow.
LONG = "x" * 300_000


async def refused(work: Awaitable[object], code: str) -> None:
    """``work`` must fail with the sentence of ``code``."""
    try:
        await work
    except StorageFailed as error:
        assert error.code == code, str(error)
        assert error.title
        assert error.cure
    else:
        raise AssertionError(f"it was not refused with {code}")


# -- a full disk


def add_a_job(library: Library) -> Awaitable[object]:
    return library.add_job(a_job(900, recording=LONG))


def move_a_job(library: Library) -> Awaitable[object]:
    return library.move_job(f"job{VOICES + 1:03}", JobState.UPLOADED, demo_audio=LONG)


def move_a_job_with_a_voice(library: Library) -> Awaitable[object]:
    voice = a_voice(VOICES - 1, made_at=NOON, request={"text": LONG})
    return library.move_job(voice.job_id, JobState.CLONED, voice=voice, in_doubt=False)


def write_in_the_log(library: Library) -> Awaitable[object]:
    return library.write_in_log("job001", "asked-again", trace_id=LONG)


def note_an_upload(library: Library) -> Awaitable[object]:
    upload = Upload(service=LONG, profile_id="p", sha256="b" * 64, purpose=Purpose.VOICE_CLONE, file_id=3)
    return library.note_upload(upload)


def save_a_voice(library: Library) -> Awaitable[object]:
    return library.save_voice(a_voice(1, made_at=NOON, kept_at=NOON, request={"text": LONG}))


def save_a_preview(library: Library) -> Awaitable[object]:
    return library.save_preview(a_voice(1), Preview(content=LONG.encode(), kind="mp3"))


WRITES = [
    add_a_job,
    move_a_job,
    move_a_job_with_a_voice,
    write_in_the_log,
    note_an_upload,
    save_a_voice,
    save_a_preview,
]


async def every_write_on_a_full_disk(folder: Path) -> None:
    disk = SmallDisk(folder=folder / "disk", size_kib=8192)
    for write in WRITES:
        shelf = await filled(disk.folder / write.__name__)
        before = shelf.files()
        async with shelf.opened() as library:
            jobs, voices = await library.jobs(), await library.voices()
            disk.fill()
            await refused(write(library), "storage-no-room")
            await refused(write(library), "storage-no-room")
            assert (await library.jobs(), await library.voices()) == (jobs, voices)
            assert shelf.is_whole()
            now = shelf.files()
            assert {n: now[n] for n in now if n.startswith("voices")} == {
                n: before[n] for n in before if n.startswith("voices")
            }
            disk.make_room()
            await write(library)
            await clone(library, 500)
        assert shelf.is_whole()
        assert len((await shelf.read())[1]) == VOICES + 1
        assert shelf.told == []
        shutil.rmtree(shelf.folder)


async def a_clone_with_little_room(folder: Path) -> None:
    """Whatever write it is that finds no room, nothing is damaged, and it goes on when there is some."""
    disk = SmallDisk(folder=folder / "disk")
    original = await filled(folder / "original", voices=3)
    outcomes = set()
    for leave_kib in range(0, 260, 4):
        shelf = original.copy(disk.folder / "shelf")
        disk.fill(leave_kib=leave_kib)
        library = shelf.library()
        try:
            await library.open()
            await clone(library, 500)
            outcomes.add("done")
        except StorageFailed as error:
            outcomes.add(error.code)
        disk.make_room()
        await clone(library, 501)
        assert shelf.is_whole()
        seen = {v.job_id for v in await library.voices()}
        await library.aclose()
        assert seen >= {"job000", "job001", "job002", "job501"}
        assert {v.job_id for v in (await shelf.read())[1]} == seen
        assert shelf.told == []
        shutil.rmtree(shelf.folder)
    assert outcomes == {"done", "storage-no-room"}


async def a_commit_without_room_after_the_facts_were_put_down(folder: Path) -> None:
    disk = SmallDisk(folder=folder / "disk")
    roomy = folder / "voices"
    library = Library(path=disk.folder / "library.sqlite3", voices_folder=roomy)
    await library.open()
    await clone(library, 1, until=JobState.UNKNOWN)
    facts = (roomy / "job001" / "voice.json").read_bytes()
    await library.add_job(a_job(2, state=JobState.UPLOADED))
    disk.fill()
    made = a_voice(1, made_at=NOON, request={"text": LONG})
    await refused(library.move_job("job001", JobState.CLONED, voice=made), "storage-no-room")
    new = a_voice(2, request={"text": LONG})
    await refused(library.move_job("job002", JobState.CLONING, voice=new), "storage-no-room")
    assert (roomy / "job001" / "voice.json").read_bytes() == facts
    assert not (roomy / "job002").exists()
    disk.make_room()
    await library.move_job("job001", JobState.CLONED, voice=made)
    assert b"xxx" in (roomy / "job001" / "voice.json").read_bytes()
    await library.aclose()


async def a_new_version_without_room_for_the_copy(folder: Path) -> None:
    disk = SmallDisk(folder=folder / "disk")
    shelf = Shelf(folder=disk.folder)
    with closing(sqlite3.connect(shelf.path)) as connection:
        connection.executescript(VERSION_1.read_text(encoding="utf-8"))
    library = shelf.library()
    for leave_kib in (0, 4, 12, 20, 28, 36):
        disk.fill(leave_kib=leave_kib)
        await refused(library.open(), "storage-no-room")
        assert not list(disk.folder.glob("*.part*"))
        disk.make_room()
        with closing(sqlite3.connect(shelf.path)) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (1,)
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    await library.open()
    assert len(await library.jobs()) == 2
    await library.aclose()
    assert (disk.folder / "library.version-1.sqlite3").exists()


async def a_rebuild_without_room(folder: Path) -> None:
    disk = SmallDisk(folder=folder / "disk")
    shelf = (await filled(folder / "original")).copy(disk.folder / "shelf")
    no_database(shelf.path)
    before = shelf.files()
    library = shelf.library()
    for leave_kib in range(0, 64, 4):
        disk.fill(leave_kib=leave_kib)
        await refused(library.open(), "storage-no-room")
        assert {**shelf.files(), "library.lock": b""} == {**before, "library.lock": b""}
        disk.make_room()
    assert len(await library.voices()) == VOICES
    await library.aclose()
    assert [told.code for told in shelf.told] == ["library-rebuilt"]


async def settings_without_room(folder: Path) -> None:
    disk = SmallDisk(folder=folder / "disk")
    file = SettingsFile(path=disk.folder / "settings.json")
    await file.write(Settings(theme="dark"))
    before = file.read()
    disk.fill()
    await refused(file.write(Settings(recent_files=(LONG,))), "storage-no-room")
    assert file.read() == before
    assert sorted(path.name for path in disk.folder.iterdir()) == ["ballast", "settings.json"]
    disk.make_room()
    await file.write(Settings(recent_files=(LONG,)))
    assert file.read() == (Settings(recent_files=(LONG,)), None)
    await file.aclose()


# -- a disk that can only be read


def a_recording_on_a_full_disk(folder: Path) -> None:
    """What the disk took stays and can be played, to the last sample; with room it goes on."""
    disk = SmallDisk(folder=folder / "disk")
    recordings = Recordings(folder=disk.folder / "recordings")
    file = recordings.begin()
    disk.fill(leave_kib=100)
    piece = bytes(range(96)) * 50
    try:
        while True:
            file.write(piece)
    except StorageFailed as error:
        assert error.code == "storage-no-room", str(error)
    take = file.close()
    assert take.duration_s > 1.0
    with wave.open(str(take.path)) as written:
        samples = written.readframes(written.getnframes())
    assert len(samples) == round(take.duration_s * TAKE_BYTES_PER_S)
    assert samples == (piece * 100)[: len(samples)]
    assert recordings.undecided() == (take,)
    try:
        recordings.begin()
    except StorageFailed as error:
        assert error.code == "storage-no-room", str(error)
    assert recordings.undecided() == (take,)
    recorder = TakeRecorder(recordings=recordings)
    recorder.listen(SoundFormat(rate_hz=48_000, channels=1, kind=SampleKind.INT16))
    recorder.begin(limit_s=60)
    recorder.hear(piece)
    disk.make_room()
    recorder.begin(limit_s=60)
    recorder.hear(piece)
    recorder.close()
    assert recordings.keep(take).duration_s == take.duration_s
    assert recorder.progress.takes[-1].duration_s == len(piece) / TAKE_BYTES_PER_S


async def a_read_only_disk(folder: Path) -> None:
    disk = SmallDisk(folder=folder / "disk")
    shelf = await filled(disk.folder / "whole")
    damaged = await filled(disk.folder / "damaged")
    no_database(damaged.path)
    file = SettingsFile(path=disk.folder / "settings.json")
    await file.write(Settings(theme="dark"))
    before = shelf.files(), damaged.files()
    disk.make_read_only()
    libraries = shelf.library(), damaged.library(), Shelf(folder=disk.folder / "new").library()
    for library in libraries:
        await refused(library.open(), "storage-read-only")
    await refused(libraries[0].add_job(a_job(500)), "storage-read-only")
    await refused(
        libraries[0].save_preview(a_voice(1), Preview(content=b"a", kind="mp3")), "storage-read-only"
    )
    await refused(file.write(Settings()), "storage-read-only")
    assert file.read() == (Settings(theme="dark"), None)
    assert (shelf.files(), damaged.files()) == before
    disk.make_writable()
    for library in libraries:
        await clone(library, 500)
        await library.aclose()
    await file.write(Settings())
    await file.aclose()
    assert shelf.is_whole()
    assert len((await shelf.read())[1]) == len((await damaged.read())[1]) == VOICES + 1


# -- permissions


async def no_permission(folder: Path) -> None:
    original = await filled(folder / "original")
    async with original.opened() as library:
        await clone(library, 400)
        # As a kill leaves it, with a log beside the file.
        shelf = original.copy(folder / "shelf")
    kept, unkept = a_voice(1, made_at=NOON, kept_at=NOON), a_voice(1, made_at=NOON)
    for place, mode, writes in (
        (shelf.path.with_name("library.sqlite3-wal"), 0o400, ("row",)),
        (shelf.folder, 0o500, ("row",)),
        (shelf.folder, 0o000, ("row", "preview")),
        (shelf.path, 0o400, ("row",)),
        (shelf.path, 0o000, ("row",)),
        (shelf.folder / "library.lock", 0o400, ("row",)),
        (shelf.voices, 0o500, ("preview",)),
        (shelf.voices, 0o000, ("row", "preview")),
        (shelf.voices / "job001", 0o500, ("row",)),
    ):
        before = shelf.files()
        usual = place.stat().st_mode
        place.chmod(mode)
        assert not os.access(place, os.W_OK), "this process may write everywhere: permissions don't count"
        library = shelf.library()
        if "row" in writes:
            await refused(library.save_voice(kept), "storage-no-permission")
        if "preview" in writes:
            new = Preview(content=b"a", kind="mp3")
            await refused(library.save_preview(a_voice(800), new), "storage-no-permission")
        place.chmod(usual)
        assert shelf.files() == before, place
        await library.save_voice(kept)
        await library.save_voice(unkept)
        await library.aclose()
        assert shelf.is_whole()
        assert shelf.told == []


async def settings_without_permission(folder: Path) -> None:
    place = folder / "data"
    file = SettingsFile(path=place / "settings.json")
    await file.write(Settings(theme="dark"))
    place.chmod(0o500)
    await refused(file.write(Settings()), "storage-no-permission")
    assert file.read() == (Settings(theme="dark"), None)
    place.chmod(0o700)
    await file.write(Settings())
    await file.aclose()


async def one_folder_that_may_not_be_read(folder: Path) -> None:
    shelf = await filled(folder / "shelf")
    no_database(shelf.path)
    (shelf.voices / "job001" / "voice.json").chmod(0o000)
    assert len((await shelf.read())[1]) == VOICES - 1
    assert [told.unreadable for told in shelf.told] == [1]
    (shelf.voices / "job001" / "voice.json").chmod(0o600)
    assert len((await shelf.read())[1]) == VOICES


# -- killed in the middle of a rebuild

_CHANGING = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate", "sqlite3.connect"}


def _kill_before_change(number: int, folder: Path) -> None:
    """End this process as ``kill -9`` does, just before it changes something in ``folder`` for the
    ``number``-th time.
    """
    left = number

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        writes = (
            event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        )
        if not writes and event not in _CHANGING:
            return
        if str(folder) in str(arguments[0]):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def killed_in_the_middle_of_a_rebuild(folder: Path) -> None:
    original = asyncio.run(filled(folder / "original"))
    voices = expected(original)[1]
    version_is_damaged(original.path)
    damaged = original.path.read_bytes()
    undisturbed = original.copy(folder / "undisturbed")
    jobs = asyncio.run(undisturbed.read())[0]
    for number in range(1, 500):
        shelf = original.copy(folder / "shelf")
        child = os.fork()
        if child == 0:
            _kill_before_change(number, shelf.folder)
            asyncio.run(shelf.read())
            os._exit(0)
        _, status = os.waitpid(child, 0)
        places = [path for path in shelf.folder.glob("library*.sqlite3") if path.read_bytes() == damaged]
        assert len(places) == 1, (number, places)
        assert asyncio.run(shelf.read()) == (jobs, moved(voices, shelf)), number
        assert shelf.aside() == ["library.damaged-2026-01-02.sqlite3"]
        assert (shelf.folder / shelf.aside()[0]).read_bytes() == damaged
        before = shelf.files()
        assert asyncio.run(shelf.read()) == (jobs, moved(voices, shelf)), number
        assert shelf.files() == before
        assert shelf.is_whole()
        names = {path.name.partition(".")[2] for path in shelf.folder.iterdir() if path.is_file()}
        assert not any("rebuil" in name for name in names)
        shutil.rmtree(shelf.folder)
        if os.waitstatus_to_exitcode(status) == 0:
            print(f"killed at each of {number - 1} changes")
            assert number > 10
            return
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    raise AssertionError("it never came to an end")


if __name__ == "__main__":
    scenario: Callable[[Path], object] = globals()[sys.argv[1]]
    came = scenario(Path(sys.argv[2]))
    if asyncio.iscoroutine(came):
        asyncio.run(came)
