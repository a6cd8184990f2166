"""A library that is damaged comes back from its rows and its folders, and nothing is thrown away."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.libraries import (
    NOON,
    VOICES,
    Shelf,
    a_job,
    a_voice,
    clone,
    edit,
    expected,
    moved,
    no_database,
    overwrite,
    version_is_damaged,
)
from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.core.job import JobState, Upload
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.storage.recovery import complaint_about


def cut_in_half(path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb+") as file:
        file.truncate(size // 2)


def cut_within_a_page(path: Path) -> None:
    with path.open("rb+") as file:
        file.truncate(path.stat().st_size - 1000)


def first_page_is_garbage(path: Path) -> None:
    overwrite(path, 0, b"\xa5" * 4096)


def all_but_the_header_is_garbage(path: Path) -> None:
    overwrite(path, 100, b"\xa5" * (path.stat().st_size - 100))


def pages_are_garbage(path: Path) -> None:
    for page in range(3, path.stat().st_size // 4096, 3):
        overwrite(path, page * 4096, b"\xa5" * 4096)


def needs_a_newer_sqlite_to_be_written(path: Path) -> None:
    overwrite(path, 18, b"\x09")


def needs_a_newer_sqlite_to_be_read(path: Path) -> None:
    overwrite(path, 19, b"\x09")


def format_is_unknown(path: Path) -> None:
    overwrite(path, 44, b"\x00\x00\x00\x09")


def a_name_of_a_column_is_no_text(path: Path) -> None:
    at = path.read_bytes().index(b"rights_text_version")
    overwrite(path, at, b"\xc5 '\xff")


def version_is_an_older_one(path: Path) -> None:
    edit(path, "PRAGMA user_version = 1")


def a_table_is_gone(path: Path) -> None:
    edit(path, "PRAGMA foreign_keys = OFF", "DROP TABLE voices")


def a_job_is_gone(path: Path) -> None:
    edit(path, "PRAGMA foreign_keys = OFF", "DELETE FROM jobs WHERE job_id = 'job003'")


DAMAGE = [
    no_database,
    cut_in_half,
    cut_within_a_page,
    first_page_is_garbage,
    all_but_the_header_is_garbage,
    pages_are_garbage,
    version_is_damaged,
    version_is_an_older_one,
    needs_a_newer_sqlite_to_be_written,
    needs_a_newer_sqlite_to_be_read,
    format_is_unknown,
    a_name_of_a_column_is_no_text,
    a_table_is_gone,
    a_job_is_gone,
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_set_aside_and_all_voices_come_back(
    original: Shelf, shelf: Shelf, damage: Callable[[Path], None]
) -> None:
    jobs, voices = expected(original)
    damage(shelf.path)
    damaged = shelf.path.read_bytes()

    jobs_now, voices_now = asyncio.run(shelf.read())

    assert voices_now == moved(voices, shelf)
    # In the folders are the jobs of all voices; the others are there if their rows could be read.
    with_voice = {v.job_id for v in voices}
    assert [j for j in jobs_now if j.job_id in with_voice] == [j for j in jobs if j.job_id in with_voice]
    assert shelf.aside() == ["library.damaged-2026-01-02.sqlite3"]
    assert (shelf.folder / shelf.aside()[0]).read_bytes() == damaged
    assert shelf.is_whole()
    (told,) = shelf.told
    assert (told.code, told.voices, told.unreadable) == ("library-rebuilt", VOICES, 0)
    assert told.aside == str(shelf.folder / shelf.aside()[0])
    assert told.open_jobs in {1, 2}

    before = shelf.files()
    assert asyncio.run(shelf.read()) == (jobs_now, voices_now)
    assert shelf.files() == before
    assert len(shelf.told) == 1


@pytest.mark.parametrize("damage", [version_is_damaged, a_table_is_gone, a_job_is_gone, cut_within_a_page])
def test_what_the_tables_still_hold_comes_back_too(
    original: Shelf, shelf: Shelf, damage: Callable[[Path], None]
) -> None:
    jobs, _ = expected(original)
    damage(shelf.path)

    async def read() -> None:
        async with shelf.opened() as library:
            assert await library.jobs() == jobs
            unfinished, unknown = await library.open_jobs()
            assert (unfinished.state, unknown.state) == (JobState.UPLOADING, JobState.UNKNOWN)
            codes = [entry.code for entry in await library.job_log("job021")]
            assert codes == ["uploading"]
            sought = Upload(
                service="https://api.example.com",
                profile_id="hingnet",
                sha256="a" * 64,
                purpose=Purpose.VOICE_CLONE,
            )
            assert await library.earlier_upload(sought, since=NOON) == 7

    asyncio.run(read())


def test_a_clone_that_was_not_over_comes_back_although_half_of_the_file_is_gone(shelf: Shelf) -> None:
    no_database(shelf.path)

    async def read() -> None:
        async with shelf.opened() as library:
            (unknown,) = await library.open_jobs()
            assert unknown == a_job(
                VOICES - 1,
                state=JobState.UNKNOWN,
                file_id=2**62,
                sent_at=a_voice(VOICES - 1).asked_at,
                error_code="connection-lost",
                in_doubt=True,
            )

    asyncio.run(read())


@pytest.mark.parametrize("how", ["deleted", "empty"])
def test_a_file_that_is_gone_is_made_anew_from_the_folders(original: Shelf, shelf: Shelf, how: str) -> None:
    _, voices = expected(original)
    shelf.path.unlink()
    if how == "empty":
        shelf.path.touch()
    assert asyncio.run(shelf.read())[1] == moved(voices, shelf)
    assert shelf.aside() == []
    (told,) = shelf.told
    assert (told.code, told.voices) == ("library-completed", VOICES)


def test_a_killed_program_has_lost_nothing(killed: Shelf, tmp_path: Path) -> None:
    shelf = killed.copy(tmp_path / "shelf")
    assert len(asyncio.run(shelf.read())[1]) == VOICES + 3
    assert (shelf.told, shelf.aside()) == ([], [])


def log_is_gone(shelf: Shelf, stranger: Shelf) -> None:
    shelf.path.with_name("library.sqlite3-wal").unlink()


def log_is_cut(shelf: Shelf, stranger: Shelf) -> None:
    cut_in_half(shelf.path.with_name("library.sqlite3-wal"))


def log_is_garbage(shelf: Shelf, stranger: Shelf) -> None:
    log = shelf.path.with_name("library.sqlite3-wal")
    log.write_bytes(b"\xa5" * log.stat().st_size)


def log_is_of_another_file(shelf: Shelf, stranger: Shelf) -> None:
    for end in ("-wal", "-shm"):
        shutil.copy(stranger.path.with_name(f"library.sqlite3{end}"), shelf.folder)


def log_is_of_another_file_and_its_index_is_not(shelf: Shelf, stranger: Shelf) -> None:
    shutil.copy(stranger.path.with_name("library.sqlite3-wal"), shelf.folder)


def index_of_the_log_is_garbage(shelf: Shelf, stranger: Shelf) -> None:
    shelf.path.with_name("library.sqlite3-shm").write_bytes(b"\xa5" * 32768)


def file_is_empty_beside_its_log(shelf: Shelf, stranger: Shelf) -> None:
    shelf.path.write_bytes(b"")


LOG_DAMAGE = [
    log_is_gone,
    log_is_cut,
    log_is_garbage,
    log_is_of_another_file,
    log_is_of_another_file_and_its_index_is_not,
    index_of_the_log_is_garbage,
    file_is_empty_beside_its_log,
]


@pytest.mark.parametrize("damage", LOG_DAMAGE)
def test_whatever_happens_to_the_log_all_voices_come_back(
    killed: Shelf, tmp_path: Path, damage: Callable[[Shelf, Shelf], None]
) -> None:
    voices = asyncio.run(killed.copy(tmp_path / "whole").read())[1]
    stranger = Shelf(folder=tmp_path / "stranger")

    async def fill_stranger() -> Shelf:
        async with stranger.opened() as library:
            for number in range(100, 140):
                await clone(library, number, until=JobState.UPLOADING)
            return stranger.copy(tmp_path / "stranger killed")

    stranger = asyncio.run(fill_stranger())
    shelf = killed.copy(tmp_path / "shelf")
    damage(shelf, stranger)
    log = shelf.path.with_name("library.sqlite3-wal")
    content = log.read_bytes() if log.exists() else b""

    found = asyncio.run(shelf.read())[1]

    assert [replace(v, preview_file=Path(v.preview_file).name) for v in found] == [
        replace(v, preview_file=Path(v.preview_file).name) for v in voices
    ]
    assert shelf.is_whole()
    for name in shelf.aside():
        if name.endswith("-wal"):
            assert (shelf.folder / name).read_bytes() == content
    before = shelf.files()
    assert asyncio.run(shelf.read())[1] == found
    assert shelf.files() == before


def test_looking_at_a_file_leaves_it_and_a_stray_log_as_they_are(killed: Shelf, tmp_path: Path) -> None:
    shelf = killed.copy(tmp_path / "shelf")
    pages_are_garbage(shelf.path)
    log = shelf.path.with_name("library.sqlite3-wal")
    before = shelf.path.read_bytes(), log.read_bytes()
    assert complaint_about(shelf.path)
    assert (shelf.path.read_bytes(), log.read_bytes()) == before


SPOILT_ROWS = [
    "UPDATE jobs SET state = 'sleeping' WHERE job_id = 'job004'",
    "UPDATE jobs SET created_at = '2026-01-0x' WHERE job_id = 'job004'",
    "UPDATE jobs SET preview_cost = 'much' WHERE job_id = 'job004'",
    "UPDATE jobs SET request = '{\"text\": ' WHERE job_id = 'job004'",
    "UPDATE jobs SET in_doubt = 7 WHERE job_id = 'job004'",
    "UPDATE voices SET request = '[]' WHERE job_id = 'job004'",
    "UPDATE voices SET asked_at = '2026-01-02T12:00:00' WHERE job_id = 'job004'",
    "UPDATE voices SET voice_id = CAST(x'ff41' AS TEXT) WHERE job_id = 'job004'",
    "UPDATE jobs SET voice_id = CAST(x'ff41' AS TEXT) WHERE job_id = 'job004'",
]


@pytest.mark.parametrize("statement", SPOILT_ROWS)
def test_a_row_that_can_not_be_read_is_found_when_it_is_read_and_comes_back(
    original: Shelf, shelf: Shelf, statement: str
) -> None:
    jobs, voices = expected(original)
    edit(shelf.path, statement)
    assert asyncio.run(shelf.read()) == (jobs, moved(voices, shelf))
    assert [told.code for told in shelf.told] == ["library-rebuilt"]
    assert shelf.aside() == ["library.damaged-2026-01-02.sqlite3"]


async def test_damage_that_comes_while_the_file_is_open_is_mended_by_the_next_call(shelf: Shelf) -> None:
    async with shelf.opened() as library:
        before = await library.voices()
        # Else SQLite goes by what it remembers of the file.
        edit(shelf.path, "UPDATE jobs SET recording = 'x'", "PRAGMA wal_checkpoint(TRUNCATE)")
        pages_are_garbage(shelf.path)
        await clone(library, 50)
        assert [told.code for told in shelf.told] == ["library-rebuilt"]
        after = await library.voices()
    assert {v.job_id for v in after} == {v.job_id for v in before} | {"job050"}
    voices = (await shelf.read())[1]
    assert {v.job_id for v in voices} == {v.job_id for v in after}
    assert shelf.is_whole()


async def test_a_file_that_is_deleted_while_it_is_open_is_made_anew(shelf: Shelf) -> None:
    async with shelf.opened() as library:
        for path in shelf.folder.glob("library.sqlite3*"):
            path.unlink()
        await clone(library, 50)
        assert len(await library.voices()) == VOICES + 1
    assert [told.code for told in shelf.told] == ["library-completed"]
    assert len((await shelf.read())[1]) == VOICES + 1


async def test_a_file_that_is_replaced_while_it_is_open_is_the_one_that_counts(
    shelf: Shelf, tmp_path: Path
) -> None:
    backup = shelf.copy(tmp_path / "backup")
    async with shelf.opened() as library:
        await clone(library, 50)
        shelf.path.rename(shelf.path.with_name("old.sqlite3"))
        shutil.copy(backup.path, shelf.path)
        await clone(library, 51)
        assert {v.job_id for v in await library.voices()} >= {"job050", "job051"}
    assert shelf.is_whole()


async def test_the_order_comes_back_although_the_clock_was_set(tmp_path: Path) -> None:
    shelf = Shelf(folder=tmp_path)
    async with shelf.opened() as library:
        for number in (5, 1, 9, 3):
            await clone(library, number, until=JobState.CLONED)
            await clone(library, number + 10, until=JobState.NOT_MADE)
        before = [v.job_id for v in await library.voices()]
    for _ in range(2):
        no_database(shelf.path)
        async with shelf.opened() as library:
            assert [v.job_id for v in await library.voices()] == before
            await clone(library, 20 + len(before), until=JobState.CLONED)
            before = [v.job_id for v in await library.voices()]
        assert before[0] == f"job{19 + len(before):03}"


# -- what is set aside


def test_nothing_that_was_set_aside_before_is_written_over(shelf: Shelf) -> None:
    names = ["library.damaged-2026-01-02.sqlite3", "library.damaged-2026-01-02-2.sqlite3-wal"]
    for name in names:
        (shelf.folder / name).write_text(name)
    for _ in range(2):
        no_database(shelf.path)
        asyncio.run(shelf.read())
    assert shelf.aside() == sorted(
        [*names, "library.damaged-2026-01-02-3.sqlite3", "library.damaged-2026-01-02-4.sqlite3"]
    )
    assert [(shelf.folder / name).read_text() for name in names] == names


# -- two at once, and whatever the damage is


async def test_two_starts_at_once_make_it_anew_once(shelf: Shelf) -> None:
    no_database(shelf.path)
    first, second = shelf.library(busy_limit_s=10), shelf.library(busy_limit_s=10)
    await asyncio.gather(first.open(), second.open())
    assert len(await first.voices()) == len(await second.voices()) == VOICES
    await asyncio.gather(first.aclose(), second.aclose())
    assert shelf.aside() == ["library.damaged-2026-01-02.sqlite3"]
    assert len(shelf.told) == 1


PATCHES = st.lists(
    st.tuples(st.integers(0, 2**20), st.binary(min_size=1, max_size=600)), min_size=1, max_size=6
)


@settings(max_examples=min(settings().max_examples, 150))  # each syncs a hundred writes to disk
@given(patches=PATCHES, in_log=st.booleans(), cut=st.none() | st.integers(0, 2**20))
def test_random_bytes_at_random_places_cost_no_voice(
    killed: Shelf,
    tmp_path_factory: pytest.TempPathFactory,
    patches: list[tuple[int, bytes]],
    in_log: bool,
    cut: int | None,
) -> None:
    shelf = killed.copy(tmp_path_factory.mktemp("damaged") / "shelf")
    ids = {path.name for path in shelf.voices.iterdir()}
    target = shelf.path.with_name("library.sqlite3-wal") if in_log else shelf.path
    for at, content in patches:
        overwrite(target, at % target.stat().st_size, content)
    if cut is not None:
        with target.open("rb+") as file:
            file.truncate(cut % target.stat().st_size)

    async def read() -> None:
        async with shelf.opened() as library:
            assert {v.job_id for v in await library.voices()} == ids
            await library.jobs()
            await clone(library, 500)

    try:
        asyncio.run(read())
    except StorageFailed as error:
        raise AssertionError(str(error)) from error
    assert shelf.is_whole()
    again = shelf.files()
    assert len(asyncio.run(shelf.read())[1]) == len(ids) + 1
    assert shelf.files() == again
    shutil.rmtree(shelf.folder)
