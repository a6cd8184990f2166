"""Files that can be made again: kept as long as there is room for them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.storage.shelf import FileShelf


def put(shelf: FileShelf, key: str, *, size_bytes: int, used_s: int) -> Path:
    place = shelf.place(key, "voice.wav")
    part = shelf.part(place)
    part.write_bytes(bytes(size_bytes))
    shelf.put(part, place)
    os.utime(place.parent, (used_s, used_s))
    return place


def test_what_is_put_is_there_and_whole(tmp_path: Path) -> None:
    shelf = FileShelf(folder=tmp_path / "shelf")
    assert not shelf.holds(shelf.place("a", "voice.wav"))
    place = put(shelf, "a", size_bytes=10, used_s=1)
    assert shelf.holds(place)
    assert place.stat().st_size == 10
    assert [path.name for path in place.parent.iterdir()] == ["voice.wav"]


def test_two_parts_never_meet(tmp_path: Path) -> None:
    shelf = FileShelf(folder=tmp_path)
    place = shelf.place("a", "voice.wav")
    assert shelf.part(place) != shelf.part(place)


def test_what_was_used_longest_ago_makes_room(tmp_path: Path) -> None:
    roomy = FileShelf(folder=tmp_path)
    old, used, new = (put(roomy, key, size_bytes=100, used_s=n) for n, key in enumerate("abc", start=1))
    assert roomy.holds(old)
    shelf = FileShelf(folder=tmp_path, room_bytes=250)
    newest = put(shelf, "d", size_bytes=100, used_s=10)
    assert [place.exists() for place in (old, used, new, newest)] == [True, False, False, True]


def test_what_was_just_put_stays_though_it_is_larger_than_the_room(tmp_path: Path) -> None:
    shelf = FileShelf(folder=tmp_path, room_bytes=50)
    assert put(shelf, "a", size_bytes=100, used_s=1).exists()


def test_a_part_that_is_dropped_is_gone_and_may_be_gone_before(tmp_path: Path) -> None:
    shelf = FileShelf(folder=tmp_path)
    part = shelf.part(shelf.place("a", "voice.wav"))
    part.write_bytes(b"half")
    shelf.drop(part)
    shelf.drop(part)
    assert not part.exists()


def test_a_folder_that_can_t_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "shelf").write_text("in the way")
    with pytest.raises(StorageFailed):
        FileShelf(folder=tmp_path / "shelf").place("a", "voice.wav")
