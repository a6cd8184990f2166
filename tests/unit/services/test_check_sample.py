"""Checking a sample: what takes long is nobody else's wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import audio_jobs
from tests.fakes.practice_jobs import inspect_wav, wav_bytes
from tests.fakes.recordings import record, tone
from tests.fakes.worker_watch import LONG_S, audio_processes
from voiceclone_gui.app.services import LateWorker
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.core.span import Span
from voiceclone_gui.services.check_sample import SampleCheck


@pytest.fixture
async def worker() -> AsyncIterator[LateWorker]:
    worker = LateWorker()
    yield worker
    await worker.aclose()
    assert audio_processes() == []


async def test_a_part_is_drawn_while_a_long_recording_is_still_listened_to(
    worker: LateWorker, tmp_path: Path
) -> None:
    path = record(tmp_path / "long.wav", tone(1800.0, rate_hz=8000), rate_hz=8000)
    checks = SampleCheck(worker=worker, analyst=worker.second)
    await worker.run(audio_jobs.add, 1, 1, timeout_s=LONG_S)
    await worker.second.run(audio_jobs.add, 1, 1, timeout_s=LONG_S)
    listening = asyncio.create_task(checks.analyse(path))
    await asyncio.sleep(0)
    drawn = await checks.detail(path, Span(start_s=1.0, end_s=2.0))
    assert drawn is not None
    assert not listening.done()
    features = await listening
    assert features is not None
    assert features.duration_s == pytest.approx(1800.0)


async def test_one_process_is_enough_until_something_is_analysed(worker: LateWorker, tmp_path: Path) -> None:
    path = record(tmp_path / "short.wav", tone(12.0))
    checks = SampleCheck(worker=worker, analyst=worker.second)
    assert await checks.detail(path, Span(start_s=1.0, end_s=2.0)) is not None
    assert len(audio_processes()) == 1
    assert await checks.analyse(path) is not None
    assert len(audio_processes()) == 2


async def test_one_channel_is_listened_to_alone(worker: LateWorker, tmp_path: Path) -> None:
    sides = np.concatenate([tone(12.0), tone(12.0, level=0.05)])
    path = record(tmp_path / "stereo.wav", sides)
    checks = SampleCheck(worker=worker, analyst=worker.second)
    both, right = await checks.analyse(path), await checks.analyse(path, mix=(1,))
    assert both is not None
    assert right is not None
    assert right.peak.max() == pytest.approx(both.peak.max() * 0.1, rel=0.01)


async def test_what_is_no_recording_gets_no_verdict(worker: LateWorker, tmp_path: Path) -> None:
    path = tmp_path / "diary.wav"
    path.write_text("Dear diary")
    checks = SampleCheck(worker=worker, analyst=worker.second)
    assert await checks.analyse(path) is None
    assert await checks.detail(path, Span(start_s=1.0, end_s=2.0)) is None


async def test_a_file_that_is_gone_or_changed_is_told_until_it_is_back(
    worker: LateWorker, tmp_path: Path
) -> None:
    path = tmp_path / "voice.wav"
    path.write_bytes(wav_bytes(12.0))
    facts = inspect_wav(path)
    checks = SampleCheck(worker=worker, analyst=worker.second)
    assert await checks.on_disk(facts, Purpose.VOICE_CLONE) is None
    path.rename(tmp_path / "away.wav")
    gone = await checks.on_disk(facts, Purpose.PROMPT_AUDIO)
    assert gone is not None
    assert (gone.code, gone.field, gone.title) == (
        "sample-vanished",
        Field.PROMPT_AUDIO,
        "voice.wav is gone.",
    )
    path.write_bytes(wav_bytes(13.0))
    changed = await checks.on_disk(facts, Purpose.VOICE_CLONE)
    assert changed is not None
    assert (changed.code, changed.field) == ("sample-changed", Field.RECORDING)
    (tmp_path / "away.wav").replace(path)
    assert await checks.on_disk(facts, Purpose.VOICE_CLONE) is None
