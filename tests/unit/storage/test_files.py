"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.storage.files import check_writable, make_folder, write_atomic
from voiceclone_gui.storage.paths import DataFolder


def test_a_file_is_written_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a", b"one")
    write_atomic(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["a"]


def test_an_existing_file_stays_where_it_may_not_be_replaced(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a", b"one", overwrite=False)
    with pytest.raises(StorageFailed) as caught:
        write_atomic(tmp_path / "a", b"two", overwrite=False)
    assert caught.value.code == "storage-exists"
    assert (tmp_path / "a").read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["a"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(StorageFailed):
        write_atomic(tmp_path / "a", b"two")
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("place", ["missing/a", "file/a", "."])
def test_a_place_that_can_not_be_written_is_refused_beforehand(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageFailed) as caught:
        check_writable(tmp_path / place)
    assert caught.value.code == "storage-not-writable"


def test_looking_whether_a_place_can_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    check_writable(tmp_path / "a")
    assert os.listdir(tmp_path) == []


def test_a_data_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = DataFolder(root=tmp_path / "x" / "y")
    folder.make()
    assert (tmp_path / "x" / "y").stat().st_mode & 0o077 == 0
    make_folder(tmp_path / "x" / "y")
    inside = (folder.library, folder.voices, folder.practice)
    assert all(path.is_relative_to(folder.root) for path in inside)


def test_the_data_folder_is_the_systems_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert DataFolder.default().root == tmp_path / "VoiceClone"
