"""Takes as they are recorded: begun, paused and ended exactly where it was wanted."""

from __future__ import annotations

import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ExpectedLog
from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.core.microphone import SampleKind, SoundFormat, Take
from voiceclone_gui.services.record_take import TakePhase, TakeRecorder
from voiceclone_gui.storage.recordings import Recordings, TakeFile

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


class SpoiltDisk(Recordings):
    """A folder in which single things fail as long as they are named."""

    def __init__(self, *, folder: Path) -> None:
        super().__init__(folder=folder)
        self.failing: dict[str, Exception] = {}

    def begin(self) -> TakeFile:
        self._maybe_fail("begin")
        return super().begin()

    def throw_away(self, take: Take) -> None:
        self._maybe_fail("throw away")
        super().throw_away(take)

    def _maybe_fail(self, what: str) -> None:
        if what in self.failing:
            raise self.failing[what]


@pytest.fixture
def disk(tmp_path: Path) -> SpoiltDisk:
    return SpoiltDisk(folder=tmp_path / "recordings")


@pytest.fixture
def on_spoilt_disk(disk: SpoiltDisk) -> Iterator[TakeRecorder]:
    made = TakeRecorder(recordings=disk)
    made.listen(FORMAT)
    yield made
    made.close()


def record(recorder: TakeRecorder, *values: int) -> None:
    """A take of each value."""
    for value in values:
        before = len(recorder.progress.takes)
        recorder.begin(limit_s=60)
        recorder.hear(piece(value))
        recorder.finish()
        until(lambda n=before: len(recorder.progress.takes) > n)  # type: ignore[misc]


def test_an_earlier_take_that_is_gone_keeps_nobody_from_the_last_one(recorder: TakeRecorder) -> None:
    record(recorder, 1, 2, 3)
    recorder.progress.takes[1].path.unlink()
    recorder.settle(keeps=True)
    until(lambda: recorder.progress.settled is not None)
    assert recorder.progress.settled is not None
    assert [values(take.path)[0][0] for take in recorder.progress.settled] == [1, 3]
    assert all(".undecided" not in take.path.name for take in recorder.progress.settled)


def test_a_take_that_could_not_be_kept_can_be_once_the_cause_is_gone(recorder: TakeRecorder) -> None:
    record(recorder, 1, 2)
    last = recorder.progress.takes[-1].path
    in_the_way = last.with_name(last.name.replace(".undecided", ""))
    in_the_way.mkdir()
    recorder.settle(keeps=True)
    until(lambda: recorder.progress.failure is not None)
    assert recorder.progress.settled is None
    in_the_way.rmdir()
    recorder.settle(keeps=True)
    until(lambda: recorder.progress.settled is not None)
    assert recorder.progress.settled is not None
    assert [values(take.path)[0][0] for take in recorder.progress.settled] == [1, 2]


@pytest.mark.parametrize("fault", [PermissionError(13, "Permission denied"), OSError("odd"), KeyError("x")])
def test_a_fault_that_nobody_thought_of_is_said_and_the_next_take_works(
    on_spoilt_disk: TakeRecorder, disk: SpoiltDisk, expected_log: ExpectedLog, fault: Exception
) -> None:
    expected_log("voiceclone_gui.services.record_take", "a fault of ours")
    disk.failing["begin"] = fault
    on_spoilt_disk.begin(limit_s=60)
    until(lambda: on_spoilt_disk.progress.failure is not None)
    assert on_spoilt_disk.progress.phase is TakePhase.IDLE
    assert on_spoilt_disk.progress.failure is not None
    assert str(disk.folder) in on_spoilt_disk.progress.failure.title
    assert on_spoilt_disk.progress.failure.cure
    disk.failing.clear()
    record(on_spoilt_disk, 7)
    assert values(on_spoilt_disk.progress.takes[0].path) == [(7, 4800)]


def test_an_empty_take_that_can_not_be_deleted_ends_all_the_same(
    on_spoilt_disk: TakeRecorder, disk: SpoiltDisk
) -> None:
    disk.failing["throw away"] = StorageFailed("storage-read-only", path="there")
    on_spoilt_disk.begin(limit_s=60)
    until(lambda: on_spoilt_disk.progress.phase is TakePhase.RECORDING)
    on_spoilt_disk.finish()
    until(lambda: on_spoilt_disk.progress.phase is TakePhase.IDLE)
    assert on_spoilt_disk.progress.takes == ()
    record(on_spoilt_disk, 7)


def test_a_take_whose_end_can_not_be_synced_is_a_take(
    recorder: TakeRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.begin(limit_s=60)
    recorder.hear(piece(7))
    until(lambda: recorder.progress.recorded_s > 0)

    def fails(_: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("voiceclone_gui.storage.recordings.os.fsync", fails)
        recorder.finish()
        until(lambda: recorder.progress.failure is not None)
    (take,) = recorder.progress.takes
    assert values(take.path) == [(7, 4800)]
