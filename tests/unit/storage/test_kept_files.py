"""What is kept: every file counted once, and deleted without touching anybody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from voiceclone_gui.storage.kept_files import FileKind, delete_all, take_stock
from voiceclone_gui.storage.paths import DataFolder

OURS = {
    "voices/a/preview.mp3": FileKind.VOICES,
    "voices/a/voice.json": FileKind.VOICES,
    "library.sqlite3": FileKind.LIBRARY,
    "library.sqlite3-wal": FileKind.LIBRARY,
    "library.version-2.sqlite3": FileKind.LIBRARY,
    "jobs/x/recording/grandma.wav": FileKind.JOBS,
    "recordings/2026-11-23 08-40-00.wav": FileKind.RECORDINGS,
    "settings.json": FileKind.SETTINGS,
    "settings.damaged.json": FileKind.SETTINGS,
    "practice-service/uploads/1": FileKind.PRACTICE,
    "log/voiceclone.log": FileKind.LOG,
    "window.lock": FileKind.LOG,
    "crash/2026.txt": FileKind.CRASHES,
}


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(root=tmp_path / "data")
    for name in OURS:
        path = made.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 10)
    return made


def test_every_file_is_counted_once_and_as_what_it_is(folder: DataFolder) -> None:
    (folder.root / "my notes.txt").write_bytes(b"y" * 7)
    stock = {data.kind: (data.files, data.size_bytes) for data in take_stock(folder)}
    for kind in FileKind:
        count = sum(of is kind for of in OURS.values())
        assert stock[kind] == ((1, 7) if kind is FileKind.OTHER else (count, 10 * count))
    assert {data.kind: data.place for data in take_stock(folder)}[FileKind.VOICES] == folder.voices


def test_where_nothing_is_kept_there_is_nothing(tmp_path: Path) -> None:
    assert sum(data.files for data in take_stock(DataFolder(root=tmp_path / "none"))) == 0
    assert delete_all(DataFolder(root=tmp_path / "none")) == ()


def test_all_of_it_goes_and_the_folder_with_it(folder: DataFolder) -> None:
    assert delete_all(folder) == ()
    assert not folder.root.exists()


def test_what_others_put_there_stays_and_is_named(folder: DataFolder) -> None:
    (folder.root / "my notes.txt").write_text("mine")
    (folder.root / "my recordings").mkdir()
    assert [path.name for path in delete_all(folder)] == ["my notes.txt", "my recordings"]
    assert [path.name for path in delete_all(folder)] == ["my notes.txt", "my recordings"]


def test_links_are_taken_away_and_never_followed(folder: DataFolder, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "recording.wav").write_text("mine")
    (folder.voices / "link").symlink_to(precious)
    folder.log.rename(tmp_path / "moved log")
    folder.log.symlink_to(precious)
    counted = {data.kind: data.files for data in take_stock(folder)}
    assert counted[FileKind.LOG] == 2
    assert delete_all(folder) == ()
    assert (precious / "recording.wav").read_text() == "mine"


def test_read_only_files_go_too(folder: DataFolder) -> None:
    (folder.voices / "a" / "preview.mp3").chmod(0o400)
    assert delete_all(folder) == ()


def test_an_empty_file_such_as_a_lock_holds_nothing(folder: DataFolder) -> None:
    before = {data.kind: data.files for data in take_stock(folder)}
    (folder.crashes / "crash.txt").touch()
    assert {data.kind: data.files for data in take_stock(folder)} == before
