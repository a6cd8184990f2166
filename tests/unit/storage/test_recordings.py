"""Takes on disk: playable at every moment, never replaced, and found again after a crash."""

from __future__ import annotations

import itertools
import os
import stat
import struct
import wave
from datetime import datetime
from pathlib import Path

import pytest

from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.core.microphone import TAKE_BYTES_PER_S, Take
from voiceclone_gui.storage.recordings import HEADER_BYTES, Recordings, TakeFile

TENTH = bytes(range(96)) * 100
NOON = datetime(2026, 11, 23, 12, 0, 5)  # noqa: DTZ001 - the name of a take is the time on the wall


@pytest.fixture
def recordings(tmp_path: Path) -> Recordings:
    return Recordings(folder=tmp_path / "data" / "recordings", now=lambda: NOON)


def frames_of(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 2)
        return file.readframes(file.getnframes())


def begun(recordings: Recordings, *, tenths: int) -> TakeFile:
    file = recordings.begin()
    for _ in range(tenths):
        file.write(TENTH)
    return file


def test_the_header_is_true_after_every_piece(recordings: Recordings) -> None:
    file = recordings.begin()
    path = next(recordings.folder.iterdir())
    for count in range(13):
        assert frames_of(path) == TENTH * count
        assert struct.unpack("<I", path.read_bytes()[4:8])[0] == path.stat().st_size - 8
        assert file.duration_s == pytest.approx(count / 10)
        file.write(TENTH)
    assert file.close() == file.close() == Take(path=path, duration_s=pytest.approx(1.3))


def test_it_is_synced_often_enough_to_lose_no_second(
    recordings: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced_bytes = [0]

    def note(descriptor: int) -> None:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            synced_bytes.append(os.fstat(descriptor).st_size)

    monkeypatch.setattr(os, "fsync", note)
    begun(recordings, tenths=50).close()
    steps = [after - before for before, after in itertools.pairwise(synced_bytes)]
    assert max(steps) <= TAKE_BYTES_PER_S / 2
    assert synced_bytes[-1] == HEADER_BYTES + 50 * len(TENTH)


def test_a_take_is_named_by_its_time_and_never_replaces_another(recordings: Recordings) -> None:
    takes = [begun(recordings, tenths=1).close() for _ in range(3)]
    assert len({take.path for take in takes}) == 3
    kept = [recordings.keep(take) for take in takes]
    names = ["2026-11-23 12-00-05.wav", "2026-11-23 12-00-05 (2).wav", "2026-11-23 12-00-05 (3).wav"]
    assert [take.path.name for take in kept] == names
    again = recordings.keep(begun(recordings, tenths=2).close())
    assert again.path.name == "2026-11-23 12-00-05 (4).wav"
    assert recordings.keep(again) == again
    assert frames_of(kept[0].path) == TENTH


def test_what_nobody_has_decided_about_is_found_again(recordings: Recordings) -> None:
    assert recordings.undecided() == ()
    recordings.keep(begun(recordings, tenths=1).close())
    cut_short = begun(recordings, tenths=7)
    thrown_away = begun(recordings, tenths=1).close()
    recordings.throw_away(thrown_away)
    recordings.throw_away(thrown_away)
    (found,) = Recordings(folder=recordings.folder).undecided()
    assert found.duration_s == pytest.approx(0.7)
    cut_short.close()
    recordings.keep(found)
    assert recordings.undecided() == ()


@pytest.mark.parametrize("told", [0, 3 * len(TENTH), 9 * len(TENTH)])
def test_a_header_that_fell_behind_or_ran_ahead_is_put_right(recordings: Recordings, told: int) -> None:
    path = begun(recordings, tenths=5).close().path
    with path.open("r+b") as file:
        file.seek(4)
        file.write(struct.pack("<I", told + 36))
        file.seek(40)
        file.write(struct.pack("<I", told))
        file.seek(0, os.SEEK_END)
        file.write(b"\1")
    (found,) = recordings.undecided()
    assert found.duration_s == pytest.approx(0.5)
    assert frames_of(path) == TENTH * 5


@pytest.mark.parametrize("size_bytes", [0, 20, HEADER_BYTES, HEADER_BYTES + 1])
def test_a_take_without_a_sample_is_cleared_away(recordings: Recordings, size_bytes: int) -> None:
    path = recordings.begin().close().path
    path.write_bytes(path.read_bytes()[:size_bytes].ljust(size_bytes, b"\0"))
    assert recordings.undecided() == ()
    assert not path.exists()


def test_a_folder_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageFailed):
        Recordings(folder=tmp_path / "file" / "recordings").begin()
