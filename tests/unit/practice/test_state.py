"""The practice service's memory: what it keeps, what it forgets, and what survives."""

from __future__ import annotations

import io
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.practice_jobs import MovableClock
from voiceclone_gui.practice.state import PracticeState, StoredFile, VoiceIdUsed


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def state(tmp_path: Path, clock: MovableClock) -> Iterator[PracticeState]:
    opened = PracticeState(state_dir=tmp_path / "practice", clock=clock)
    opened.open()
    yield opened
    opened.close()


def add_file(state: PracticeState, content: bytes = b"sound", purpose: str = "voice_clone") -> StoredFile:
    return state.add_file(io.BytesIO(content), purpose=purpose, filename="a.wav")


def add_voice(state: PracticeState, voice_id: str, preview_characters: int = 0) -> None:
    state.add_voice(voice_id, recording=add_file(state), preview_characters=preview_characters)


def reopened(state_dir: Path, clock: MovableClock) -> PracticeState:
    state = PracticeState(state_dir=state_dir, clock=clock)
    state.open()
    return state


def set_to_time_of(clock: MovableClock, path: Path) -> None:
    """The age of files is their time on disk against the service's clock."""
    clock.now = datetime.fromtimestamp(path.stat().st_mtime, UTC)


def test_file_ids_are_unlike_and_need_64_bits(state: PracticeState) -> None:
    numbers = {add_file(state).file_id for _ in range(50)}
    assert len(numbers) == 50
    assert all(2**53 < number < 2**63 for number in numbers)
    # A client that reads numbers as floats changes most of these.
    assert any(int(float(number)) != number for number in numbers)


def test_file_is_kept_byte_for_byte(state: PracticeState, clock: MovableClock) -> None:
    content = os.urandom(700_000)
    file = state.add_file(io.BytesIO(content), purpose="prompt_audio", filename="clip.m4a")
    assert file.path.read_bytes() == content
    assert file.size_bytes == len(content)
    assert file.created_at_s == clock.now.timestamp()
    assert state.file(file.file_id) == file


def test_files_are_listed_by_purpose_and_newest_first(state: PracticeState, clock: MovableClock) -> None:
    first = add_file(state)
    clock.move(seconds=5)
    second = add_file(state)
    prompt = add_file(state, purpose="prompt_audio")
    assert [f.file_id for f in state.files("voice_clone")] == [second.file_id, first.file_id]
    assert [f.file_id for f in state.files("prompt_audio")] == [prompt.file_id]


def test_deleted_file_is_gone_but_counted(state: PracticeState) -> None:
    file = add_file(state)
    state.delete_file(file.file_id)
    assert state.file(file.file_id) is None
    assert state.files("voice_clone") == ()
    assert not file.path.exists()
    assert state.totals().uploads == 1


def test_unused_voice_lives_168_hours(state: PracticeState, clock: MovableClock) -> None:
    add_voice(state, "narrator-1")
    clock.move(hours=168, microseconds=-1)
    assert state.voice("narrator-1") is not None
    clock.move(microseconds=1)
    assert state.voice("narrator-1") is None
    assert state.is_voice_id_used("narrator-1")


def test_used_voice_lives_on(state: PracticeState, clock: MovableClock) -> None:
    add_voice(state, "narrator-1")
    clock.move(hours=167)
    state.keep_voice("narrator-1", characters=10)
    kept_at = clock.now
    clock.move(days=400)
    state.keep_voice("narrator-1", characters=5)
    voice = state.voice("narrator-1")
    assert voice is not None
    assert voice.kept_at == kept_at
    assert [v.voice_id for v in state.used_voices()] == ["narrator-1"]


def test_voice_is_listed_only_after_its_first_use(state: PracticeState) -> None:
    add_voice(state, "narrator-1")
    add_voice(state, "narrator-2")
    assert state.used_voices() == ()
    state.keep_voice("narrator-2", characters=1)
    assert [v.voice_id for v in state.used_voices()] == ["narrator-2"]


@pytest.mark.parametrize("end", ["alive", "deleted", "expired"])
def test_voice_id_is_never_free_again(state: PracticeState, clock: MovableClock, end: str) -> None:
    add_voice(state, "narrator-1", preview_characters=7)
    if end == "deleted":
        state.delete_voice("narrator-1")
    if end == "expired":
        clock.move(hours=200)
    assert (state.voice("narrator-1") is not None) == (end == "alive")
    with pytest.raises(VoiceIdUsed):
        add_voice(state, "narrator-1", preview_characters=30)
    totals = state.totals()
    assert (totals.clones, totals.preview_characters) == (1, 7)


def test_refused_voice_leaves_no_recording(state: PracticeState, tmp_path: Path) -> None:
    add_voice(state, "narrator-1")
    with pytest.raises(VoiceIdUsed):
        add_voice(state, "narrator-1")
    assert len(list((tmp_path / "practice" / "recordings").iterdir())) == 1


def test_voice_keeps_its_recording_when_the_upload_is_deleted(state: PracticeState) -> None:
    file = add_file(state, b"how she speaks")
    state.add_voice("narrator-1", recording=file, preview_characters=0)
    state.delete_file(file.file_id)
    voice = state.voice("narrator-1")
    assert voice is not None
    assert voice.recording.read_bytes() == b"how she speaks"
    state.delete_voice("narrator-1")
    assert not voice.recording.exists()


def test_bills_are_added_up(state: PracticeState) -> None:
    add_voice(state, "narrator-1", preview_characters=20)
    add_voice(state, "narrator-2")
    state.keep_voice("narrator-1", characters=300)
    state.keep_voice("narrator-1", characters=1)
    totals = state.totals()
    assert (totals.uploads, totals.clones, totals.syntheses) == (2, 2, 2)
    assert (totals.preview_characters, totals.billed_characters) == (20, 321)


def test_everything_is_there_after_opening_again(
    state: PracticeState, tmp_path: Path, clock: MovableClock
) -> None:
    file = add_file(state, b"recording")
    state.add_voice("narrator-1", recording=file, preview_characters=3)
    state.keep_voice("narrator-1", characters=4)
    name = state.add_demo(b"preview", extension="mp3", expires_at_s=int(clock.now.timestamp()) + 60)
    totals, key, voice = state.totals(), state.signing_key(), state.voice("narrator-1")
    # Opened beside the first: a killed service doesn't close its database either.
    again = reopened(tmp_path / "practice", clock)
    try:
        assert again.totals() == totals
        assert again.signing_key() == key
        assert again.voice("narrator-1") == voice
        assert again.file(file.file_id) == file
        assert again.demo(name) == b"preview"
    finally:
        again.close()


def test_leftovers_of_a_killed_service_go_when_they_are_old(
    state: PracticeState, tmp_path: Path, clock: MovableClock
) -> None:
    folder = tmp_path / "practice"
    set_to_time_of(clock, folder)
    kept = add_file(state)
    state.add_voice("narrator-1", recording=kept, preview_characters=0)
    leftovers = [folder / "uploads" / "123.part", folder / "uploads" / "456", folder / "recordings" / "abc"]
    for path in leftovers:
        path.write_bytes(b"half")
    reopened(folder, clock).close()
    assert all(path.exists() for path in leftovers)
    clock.move(hours=2)
    reopened(folder, clock).close()
    assert not any(path.exists() for path in leftovers)
    assert kept.path.exists()
    assert len(list((folder / "recordings").iterdir())) == 1


def test_expired_previews_are_cleared_away(state: PracticeState, tmp_path: Path, clock: MovableClock) -> None:
    folder = tmp_path / "practice"
    set_to_time_of(clock, folder)
    name = state.add_demo(b"preview", extension="mp3", expires_at_s=0)
    clock.move(days=2)
    again = reopened(folder, clock)
    try:
        assert again.demo(name) is None
        assert list((folder / "demos").iterdir()) == []
    finally:
        again.close()


@pytest.mark.parametrize("name", ["../practice.sqlite3", "unknown.mp3", ""])
def test_only_previews_are_given_out(state: PracticeState, name: str) -> None:
    assert state.demo(name) is None


def test_strange_voice_ids_are_unknown(state: PracticeState) -> None:
    assert state.voice("\ud800") is None
    assert state.voice("") is None


def test_file_that_isnt_a_database_is_refused(tmp_path: Path, clock: MovableClock) -> None:
    (tmp_path / "practice.sqlite3").write_bytes(b"no database at all, but long enough to be read" * 50)
    with pytest.raises(sqlite3.DatabaseError):
        reopened(tmp_path, clock)


def test_state_of_a_newer_program_is_refused_and_left_alone(
    state: PracticeState, tmp_path: Path, clock: MovableClock
) -> None:
    add_file(state)
    state.close()
    path = tmp_path / "practice" / "practice.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(sqlite3.DatabaseError, match="newer"):
        reopened(tmp_path / "practice", clock)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM files").fetchone() == (1,)
    connection.close()


def test_closed_state_says_so(state: PracticeState) -> None:
    state.close()
    state.close()
    with pytest.raises(sqlite3.ProgrammingError):
        state.totals()
