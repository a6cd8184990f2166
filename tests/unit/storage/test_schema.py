"""A library of an older program opens with all that is in it, and a copy of it stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.storage.test_library import NOON, job, library_in, synthesis, voice
from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.core.job import JobState
from voiceclone_gui.core.synthesis import SynthesisState
from voiceclone_gui.storage import schema

# Written by the program that had version 1.
VERSION_1 = Path(__file__).parents[2] / "data" / "library-version-1.sql"


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    path = tmp_path / "deep" / "library.sqlite3"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(VERSION_1.read_text(encoding="utf-8"))
    return path


def tables(path: Path) -> tuple[int, list[tuple[object, ...]]]:
    """The version, and every column of every table."""
    with closing(sqlite3.connect(path)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        columns = connection.execute(
            "SELECT m.name, c.* FROM sqlite_master AS m, pragma_table_info(m.name) AS c ORDER BY m.name, c.cid"
        )
        return version, columns.fetchall()


async def test_everything_is_still_there_and_goes_on(old_file: Path, tmp_path: Path) -> None:
    library = library_in(tmp_path)
    await library.open()
    found = await library.jobs()
    assert found == (
        job("j2", profile_id="hingnet"),
        job("j1", state=JobState.CLONED, file_id=7, trace_id="t"),
    )
    assert await library.voices() == (voice("j1", made_at=NOON),)
    priced = job("j3", currency="USD", preview_cost=Decimal("0.00710"), activation=Decimal("1.50"))
    await library.add_job(priced)
    assert await library.job("j3") == priced
    await library.aclose()


async def test_what_came_later_can_be_written_into_it(old_file: Path, tmp_path: Path) -> None:
    library = library_in(tmp_path)
    await library.open()
    asked = synthesis("s1", cost=Decimal("0.0013"), activation=None)
    await library.add_synthesis(asked)
    gone = replace((await library.voices())[0], gone_at=NOON)
    refused = replace(asked, state=SynthesisState.NOT_MADE, error_code="service-2054")
    await library.end_synthesis(refused, voice=gone)
    await library.aclose()
    again = library_in(tmp_path)
    await again.open()
    assert await again.syntheses() == (refused,)
    assert await again.voices() == (gone,)
    await again.aclose()


async def test_an_older_file_gets_the_tables_of_a_new_one(old_file: Path, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "new"):
        library = library_in(folder)
        await library.open()
        await library.aclose()
    assert tables(old_file) == tables(tmp_path / "new" / "deep" / "library.sqlite3")


async def test_a_copy_stays_as_it_was(old_file: Path, tmp_path: Path) -> None:
    before = tables(old_file)
    library = library_in(tmp_path)
    await library.open()
    await library.add_job(job("later"))
    await library.aclose()
    copy = old_file.with_name("library.version-1.sqlite3")
    assert tables(copy) == before
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT job_id FROM jobs").fetchall() == [("j1",), ("j2",)]
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert not list(old_file.parent.glob("*.part*"))


async def test_what_is_only_in_the_log_yet_is_copied_too(old_file: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(old_file, isolation_level=None)) as other:
        other.execute("PRAGMA wal_autocheckpoint = 0")
        other.execute("UPDATE jobs SET recording = 'newest' WHERE job_id = 'j2'")
        library = library_in(tmp_path)
        await library.open()
        await library.aclose()
    with closing(sqlite3.connect(old_file.with_name("library.version-1.sqlite3"))) as connection:
        assert connection.execute("SELECT recording FROM jobs WHERE job_id = 'j2'").fetchall() == [
            ("newest",)
        ]


async def test_a_new_file_needs_no_copy(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    await library.open()
    await library.aclose()
    names = sorted(path.name for path in (tmp_path / "deep").iterdir())
    assert names == ["library.lock", "library.sqlite3"]


async def test_a_change_that_fails_half_way_leaves_the_file_as_it_was(
    old_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables(old_file)
    broken = (schema.STEPS[0], (*schema.STEPS[1], "ALTER TABLE nowhere ADD COLUMN x TEXT"))
    with monkeypatch.context() as patch:
        patch.setattr(schema, "STEPS", broken)
        library = library_in(tmp_path)
        with pytest.raises(StorageFailed):
            await library.open()
        await library.aclose()
    assert tables(old_file) == before
    library = library_in(tmp_path)
    await library.open()
    assert len(await library.jobs()) == 2
    await library.aclose()


async def test_without_a_copy_nothing_is_changed(old_file: Path, tmp_path: Path) -> None:
    before = tables(old_file)
    old_file.with_name("library.version-1.sqlite3").mkdir()
    library = library_in(tmp_path)
    with pytest.raises(StorageFailed):
        await library.open()
    await library.aclose()
    assert tables(old_file) == before


def test_every_version_can_be_known_by_its_tables() -> None:
    shapes = []
    with closing(sqlite3.connect(":memory:")) as connection:
        shapes.append(schema.shape_of(connection))
        for statements in schema.STEPS:
            for statement in statements:
                connection.execute(statement)
            shapes.append(schema.shape_of(connection))
    assert len(shapes) == schema.VERSION + 1
    assert [shape for number, shape in enumerate(shapes) if shape in shapes[:number]] == []


def test_two_programs_that_start_at_once_change_it_once(old_file: Path) -> None:
    with (
        closing(sqlite3.connect(old_file, isolation_level=None)) as first,
        closing(sqlite3.connect(old_file, isolation_level=None)) as second,
    ):
        assert schema.version_of(second, path=old_file) == 1
        schema.bring_up_to_date(first, path=old_file)
        schema.bring_up_to_date(second, path=old_file)
        assert schema.version_of(second, path=old_file) == schema.VERSION
