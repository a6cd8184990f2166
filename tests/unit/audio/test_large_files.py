"""Files of several gigabytes: looked into whole, in memory that doesn't grow with them."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from tests.fakes.wav_files import hours_of_wav
from tests.fakes.worker_watch import audio_processes
from voiceclone_gui.audio import jobs
from voiceclone_gui.audio.worker import AudioWorker
from voiceclone_gui.core.span import Span

LIMIT_S = 600.0
MEMORY_MOST_MB = 320


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
