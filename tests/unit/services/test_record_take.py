"""Takes as they are recorded: begun, paused and ended exactly where it was wanted."""

from __future__ import annotations

import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from voiceclone_gui.core.microphone import SampleKind, SoundFormat
from voiceclone_gui.services.record_take import TakePhase, TakeRecorder
from voiceclone_gui.storage.recordings import Recordings

FORMAT = SoundFormat(rate_hz=48_000, channels=1, kind=SampleKind.INT16)


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[TakeRecorder]:
    made = TakeRecorder(recordings=Recordings(folder=tmp_path / "recordings"))
    made.listen(FORMAT)
    yield made
    made.close()


def until(holds: Callable[[], bool]) -> None:
    give_up_s = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < give_up_s, "it never came to that"
        time.sleep(0.005)


def piece(value: int, *, seconds: float = 0.1) -> bytes:
    return np.full(round(48_000 * seconds), value, dtype="<i2").tobytes()


def values(path: Path) -> list[tuple[int, int]]:
    """The values that were recorded, each with how many frames of it."""
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    steps = np.flatnonzero(np.diff(samples)) + 1
    return [(int(part[0]), len(part)) for part in np.split(samples, steps)]


def test_only_what_is_heard_between_begin_and_end_is_written(recorder: TakeRecorder) -> None:
    recorder.hear(piece(1))
    recorder.begin(limit_s=60)
    recorder.hear(piece(2))
    recorder.pause()
    recorder.hear(piece(3))
    recorder.resume()
    recorder.hear(piece(4))
    recorder.finish()
    recorder.hear(piece(5))
    until(lambda: len(recorder.progress.takes) == 1)
    (take,) = recorder.progress.takes
    assert values(take.path) == [(2, 4800), (4, 4800)]
    assert take.duration_s == recorder.progress.recorded_s == pytest.approx(0.2)
    assert recorder.progress.phase is TakePhase.IDLE


def test_it_ends_by_itself_at_the_limit_to_the_sample(recorder: TakeRecorder) -> None:
    recorder.begin(limit_s=7.8)
    for _ in range(10):
        recorder.hear(piece(1, seconds=0.93))
    until(lambda: len(recorder.progress.takes) == 1)
    (take,) = recorder.progress.takes
    assert values(take.path) == [(1, 374_400)]
    assert recorder.progress.is_full
    recorder.begin(limit_s=7.8)
    until(lambda: recorder.progress.phase is TakePhase.RECORDING)
    assert not recorder.progress.is_full


def test_a_take_with_nothing_in_it_is_none(recorder: TakeRecorder) -> None:
    recorder.begin(limit_s=60)
    until(lambda: recorder.progress.phase is TakePhase.RECORDING)
    recorder.finish()
    until(lambda: recorder.progress.phase is TakePhase.IDLE)
    assert recorder.progress.takes == ()


def test_a_second_take_leaves_the_first_one_alone(recorder: TakeRecorder) -> None:
    for value in (1, 2):
        recorder.begin(limit_s=60)
        recorder.hear(piece(value))
    recorder.finish()
    until(lambda: len(recorder.progress.takes) == 2)
    assert [values(take.path) for take in recorder.progress.takes] == [[(1, 4800)], [(2, 4800)]]


def test_another_microphone_goes_on_with_the_take(recorder: TakeRecorder) -> None:
    recorder.begin(limit_s=60)
    recorder.hear(piece(100))
    recorder.listen(SoundFormat(rate_hz=48_000, channels=2, kind=SampleKind.INT16))
    recorder.hear(np.full(9600, 50, dtype="<i2").tobytes())
    recorder.finish()
    until(lambda: len(recorder.progress.takes) == 1)
    assert values(recorder.progress.takes[0].path) == [(100, 4800), (50, 4800)]


def test_levels_are_given_once_also_without_a_take(recorder: TakeRecorder) -> None:
    recorder.hear(piece(16384))
    recorder.hear(piece(32767))
    recorder.begin(limit_s=1)
    until(lambda: recorder.progress.phase is TakePhase.RECORDING)
    level = recorder.taken_level()
    assert (level.frames, level.is_clipped) == (9600, True)
    assert recorder.taken_level().frames == 0


def test_closing_ends_the_take(tmp_path: Path) -> None:
    recorder = TakeRecorder(recordings=Recordings(folder=tmp_path / "recordings"))
    recorder.listen(FORMAT)
    recorder.begin(limit_s=60)
    recorder.hear(piece(1))
    recorder.close()
    assert [take.duration_s for take in recorder.progress.takes] == [pytest.approx(0.1)]


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("in the way")
    recorder = TakeRecorder(recordings=Recordings(folder=tmp_path / "recordings"))
    recorder.listen(FORMAT)
    recorder.begin(limit_s=60)
    recorder.hear(piece(1))
    recorder.close()
    assert recorder.progress.phase is TakePhase.IDLE
    assert recorder.progress.failure is not None
    assert str(tmp_path / "recordings") in recorder.progress.failure.title
