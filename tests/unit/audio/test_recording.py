"""Taking a recording apart when the container itself fails between two packets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import pytest

from tests.fakes.recordings import record, tone
from voiceclone_gui.audio.recording import Recording
from voiceclone_gui.audio.source import SourceFile

PACKET_S = 576 / 16_000


class FailingContainer:
    """An opened file that fails where it is told to; ``packets`` counts what it was asked for."""

    def __init__(self, opened: Any, *, fails: Callable[[int], bool], error: Exception) -> None:
        self._opened = opened
        self._fails = fails
        self._error = error
        self.format = opened.format
        self.streams = opened.streams
        self.packets = 0

    def demux(self, stream: Any) -> Iterator[Any]:
        for packet in self._opened.demux(stream):
            if packet.size:
                self.packets += 1
                if self._fails(self.packets):
                    raise self._error
            yield packet


def decode(
    path: Path, *, fails: Callable[[int], bool], error: Exception | None = None
) -> tuple[float, Recording, FailingContainer]:
    damage = error or av.error.InvalidDataError(1094995529, "damaged")
    with SourceFile(path=path) as source, av.open(str(path)) as opened:
        container: Any = FailingContainer(opened, fails=fails, error=damage)
        recording = Recording(source=source, opened=container, stream=opened.streams.audio[0])
        seconds = sum(length / frame.sample_rate for frame, length in recording.runs())
        return seconds, recording, container


@pytest.fixture
def mp3(tmp_path: Path) -> Path:
    return record(tmp_path / "voice.mp3", tone(20.0))


def test_nothing_fails_in_a_whole_file(mp3: Path) -> None:
    seconds, recording, _ = decode(mp3, fails=lambda number: False)
    assert (round(seconds, 9), recording.damaged_parts) == (20.0, 0)


def test_what_lies_behind_many_damaged_parts_is_decoded(mp3: Path) -> None:
    seconds, recording, container = decode(mp3, fails=lambda number: number % 4 == 0)
    lost = container.packets // 4
    assert lost > 100
    assert recording.damaged_parts >= lost
    assert seconds == pytest.approx(20.0 - lost * PACKET_S, abs=0.3)


def test_several_damaged_parts_in_a_row_are_passed_over(mp3: Path) -> None:
    seconds, recording, _ = decode(mp3, fails=lambda number: 100 <= number < 110)
    assert recording.damaged_parts >= 1
    assert seconds == pytest.approx(20.0 - 10 * PACKET_S, abs=0.3)


def test_a_container_that_fails_for_ever_ends_and_counts_once(mp3: Path) -> None:
    seconds, recording, container = decode(mp3, fails=lambda number: number > 100)
    assert recording.damaged_parts == 1
    assert container.packets < 200
    assert seconds == pytest.approx(100 * PACKET_S, abs=0.1)


def test_absurd_sizes_are_damage_too(mp3: Path) -> None:
    error = av.error.MemoryError(12, "Cannot allocate memory")
    seconds, recording, _ = decode(mp3, fails=lambda number: number == 100, error=error)
    assert recording.damaged_parts >= 1
    assert seconds == pytest.approx(20.0 - PACKET_S, abs=0.1)


def test_a_real_want_of_memory_is_not_damage(mp3: Path) -> None:
    with pytest.raises(MemoryError):
        decode(mp3, fails=lambda number: number == 100, error=MemoryError())
