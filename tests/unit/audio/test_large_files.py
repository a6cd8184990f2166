"""Files of several gigabytes: looked into whole, in memory that doesn't grow with them."""

from __future__ import annotations

import struct
from pathlib import Path

import psutil
import pytest

from tests.fakes.spoken import SAMPLE_RECORDING
from tests.fakes.worker_watch import audio_processes
from voiceclone_gui.audio import jobs
from voiceclone_gui.audio.worker import AudioWorker
from voiceclone_gui.core.span import Span

RATE_HZ, FRAME_BYTES = 48_000, 4
LIMIT_S = 600.0
MEMORY_MOST_MB = 320


def hours_of_wav(path: Path, *, hours: float) -> Path:
    """Stereo of 16 bit and 48 kHz, mostly silence, which takes no room on the disk."""
    size = round(hours * 3600 * RATE_HZ) * FRAME_BYTES
    form = struct.pack("<IHHIIHH", 16, 1, 2, RATE_HZ, RATE_HZ * FRAME_BYTES, FRAME_BYTES, 16)
    talk = SAMPLE_RECORDING.read_bytes()[44:]
    with path.open("wb") as file:
        file.write(struct.pack("<4sI4s4s", b"RIFF", 36 + size, b"WAVE", b"fmt ") + form)
        file.write(struct.pack("<4sI", b"data", size))
        for place in range(20):
            file.seek(44 + size // 20 // FRAME_BYTES * FRAME_BYTES * place)
            file.write(talk)
        file.truncate(44 + size)
    return path


@pytest.mark.parametrize("hours", [0.5, pytest.param(4.2, marks=pytest.mark.long)])
async def test_hours_of_wav_are_examined_and_cut(tmp_path: Path, worker: AudioWorker, hours: float) -> None:
    path = hours_of_wav(tmp_path / "a long day.wav", hours=hours)
    facts, waveform = await worker.run(jobs.examine_sample, path, timeout_s=LIMIT_S)
    assert facts.duration_s == hours * 3600
    assert facts.damaged_parts == 0
    assert waveform.duration_s == facts.duration_s
    (process,) = audio_processes()
    assert psutil.Process(process.pid).memory_info().rss < MEMORY_MOST_MB * 2**20
    last_s = facts.duration_s * 19 / 20
    part = await worker.run(jobs.detail_of, path, Span(start_s=last_s, end_s=last_s + 1.0), timeout_s=LIMIT_S)
    assert int(part.largest.max()) > 1_000
    path.unlink()
