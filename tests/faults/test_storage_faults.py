"""Disks that are full, read-only or forbidden, files in use, and kills: said, and nothing damaged.

All of it is real. What needs a disk of its own runs in a process that may mount one; where the system
doesn't let it, the test fails and says so.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.fakes.libraries import Shelf, a_job, clone, filled
from tests.fakes.small_disk import command_with_mounts, command_without_rights
from voiceclone_gui.core.errors import StorageFailed

ROOT = Path(__file__).parents[2]


def run(command: list[str]) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def scenario(name: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "tests.faults.storage_scenarios", name, str(folder)]


@pytest.mark.parametrize(
    "name",
    [
        "every_write_on_a_full_disk",
        "a_clone_with_little_room",
        "a_commit_without_room_after_the_facts_were_put_down",
        "a_new_version_without_room_for_the_copy",
        "a_rebuild_without_room",
        "settings_without_room",
        "a_recording_on_a_full_disk",
        "a_read_only_disk",
    ],
)
def test_on_a_disk_of_its_own(name: str, tmp_path: Path) -> None:
    run(command_with_mounts(*scenario(name, tmp_path)))


@pytest.mark.parametrize(
    "name", ["no_permission", "settings_without_permission", "one_folder_that_may_not_be_read"]
)
def test_as_an_ordinary_user(name: str, tmp_path: Path) -> None:
    run(command_without_rights(*scenario(name, tmp_path)))


DELETE_ALL = """
import sys
from pathlib import Path
from voiceclone_gui.app.privacy import Privacy
from voiceclone_gui.storage.paths import DataFolder
question = Privacy(program=None, folder=DataFolder(root=Path(sys.argv[1]))).delete_folder()
print(question and question.text)
"""


def test_what_cant_be_deleted_is_said_as_that(tmp_path: Path) -> None:
    """It was called somebody else's, on a terminal that nobody saw, and the window closed as if all was well."""
    (tmp_path / "data" / "log").mkdir(parents=True)
    (tmp_path / "data" / "log" / "voiceclone.log").write_text("starts")
    (tmp_path / "data" / "notes of mine.txt").write_text("mine")
    for path in (tmp_path / "data" / "log", tmp_path / "data"):
        path.chmod(0o500)
    said = run(command_without_rights(sys.executable, "-c", DELETE_ALL, str(tmp_path / "data")))
    for path in (tmp_path / "data", tmp_path / "data" / "log"):
        path.chmod(0o700)
    assert said.startswith(f"Still in {tmp_path / 'data'}: log. Give yourself the right")
    assert run([sys.executable, "-c", DELETE_ALL, str(tmp_path / "data")]) == "None\n"
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["notes of mine.txt"]


def test_a_kill_at_any_moment_of_a_rebuild_is_made_good_by_the_next_start(tmp_path: Path) -> None:
    assert "killed at each of" in run(scenario("killed_in_the_middle_of_a_rebuild", tmp_path))


# -- a file in use

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    connection.execute(statement)
print("held", flush=True)
sys.stdin.readline()
"""


class Holder:
    """Another program that holds the library's file."""

    def __init__(self, *, path: Path, statements: tuple[str, ...]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(path), *statements],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"held\n"

    def let_go(self) -> None:
        self._process.communicate(b"\n", timeout=20)


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    shelf = await filled(tmp_path / "shelf", voices=3)
    yield shelf
    assert shelf.is_whole()
    assert shelf.told == []


async def test_a_file_that_another_program_keeps_for_itself_is_said_to_be_in_use(shelf: Shelf) -> None:
    before = shelf.files()
    holder = Holder(path=shelf.path, statements=("PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE"))
    library = shelf.library(busy_limit_s=0.1)
    for _ in range(2):
        with pytest.raises(StorageFailed) as caught:
            await library.open()
        assert caught.value.code == "storage-in-use"
    holder.let_go()
    assert len(await library.voices()) == 3
    await library.aclose()
    assert shelf.files() == before


async def test_a_file_that_another_program_writes_can_be_read_and_written_afterwards(shelf: Shelf) -> None:
    library = shelf.library(busy_limit_s=0.1)
    holder = Holder(path=shelf.path, statements=("BEGIN IMMEDIATE", "UPDATE jobs SET trace_id = 'x'"))
    assert len(await library.voices()) == 3
    with pytest.raises(StorageFailed) as caught:
        await library.add_job(a_job(500))
    assert caught.value.code == "storage-in-use"
    assert caught.value.title == f"Another program works with {shelf.path}."
    holder.let_go()
    await clone(library, 500)
    assert len(await library.voices()) == 4
    await library.aclose()


async def test_two_programs_do_not_open_the_file_at_the_same_moment(shelf: Shelf) -> None:
    library = shelf.library(busy_limit_s=0.1)
    with FileLock(shelf.folder / "library.lock"):
        with pytest.raises(StorageFailed) as caught:
            await library.open()
        assert caught.value.code == "storage-in-use"
    assert len(await library.voices()) == 3
    await library.aclose()
