"""A clone of parts of a recording that had to be converted: interrupted, it goes on with the same bytes."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.clone_bench import CloneBench, clone_bench
from tests.fakes.recordings import record, tone
from voiceclone_gui.audio.worker import AudioWorker
from voiceclone_gui.core.errors import InputRefused, OutOfCredit
from voiceclone_gui.core.sample import ChannelChoice, SampleChoice
from voiceclone_gui.core.span import Span
from voiceclone_gui.practice import fault_answers as answers
from voiceclone_gui.practice.faults import Step


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[CloneBench]:
    async with clone_bench(tmp_path) as made:
        made.worker = AudioWorker()
        yield made
        await made.worker.aclose()


def talk(folder: Path) -> Path:
    """30 s of two channels that differ."""
    sound = np.concatenate([tone(30.0), tone(30.0, pitch_hz=330.0)])
    return record(folder / "talk.flac", sound, tags={"artist": "somebody"})


def parts_of(path: Path) -> dict[str, object]:
    clip = Span(start_s=1.0, end_s=7.0)
    return {
        "recording": SampleChoice(
            path=path, span=Span(start_s=6.08, end_s=16.08), channels=ChannelChoice.LEFT
        ),
        "prompt_clip": SampleChoice(path=path, span=clip, channels=ChannelChoice.RIGHT),
    }


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def test_recording_and_clip_are_parts_of_one_file(bench: CloneBench) -> None:
    path = talk(bench.folder)
    await bench.run(**parts_of(path))
    job = await bench.job()
    made = {sha256(file) for file in (bench.folder / "outgoing").rglob("*.wav")}
    assert {job.recording_sha256, job.clip_sha256} == made
    assert len(made) == 2
    assert job.recording == str(path)


async def test_what_is_kept_goes_as_it_is_after_a_new_start(bench: CloneBench) -> None:
    bench.server.faults.add(Step.CLONE, answers.business_error(1008))
    with pytest.raises(OutOfCredit):
        await bench.run(**parts_of(talk(bench.folder)))
    first = await bench.job()
    await bench.start_again()
    # Neither the recording nor what was made of it is needed any more.
    (bench.folder / "talk.flac").unlink()
    shutil.rmtree(bench.folder / "outgoing")
    found = await bench.open_jobs.recover()
    assert found is not None
    assert found.recording is not None
    assert found.clip is not None
    assert sha256(found.recording.path) == first.recording_sha256
    uploads = bench.server.counters.calls["files/upload"]
    await bench.run(
        recording=SampleChoice(path=found.recording.path), prompt_clip=SampleChoice(path=found.clip.path)
    )
    second = await bench.job()
    assert second.job_id != first.job_id
    assert (second.recording_sha256, second.clip_sha256) == (first.recording_sha256, first.clip_sha256)
    assert bench.server.counters.calls["files/upload"] == uploads
    assert not (bench.folder / "outgoing").exists()


async def test_a_clone_that_is_cancelled_while_its_sample_is_made_leaves_nothing(bench: CloneBench) -> None:
    path = record(bench.folder / "long.flac", tone(290.0))
    order = SampleChoice(path=path, span=Span(start_s=1.0, end_s=289.0))
    running = asyncio.ensure_future(bench.run(recording=order))
    parts: list[Path] = []
    while not parts and not running.done():
        await asyncio.sleep(0.01)
        parts = list((bench.folder / "outgoing").rglob(".*.part"))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [file for file in (bench.folder / "outgoing").rglob("*") if file.is_file()] == []
    assert await bench.library.jobs() == ()
    assert not list((bench.folder / "jobs").glob("*"))


async def test_a_part_that_is_too_long_is_refused_before_anything_is_made(bench: CloneBench) -> None:
    path = record(bench.folder / "long.flac", tone(310.0, rate_hz=8_000), rate_hz=8_000)
    with pytest.raises(InputRefused) as caught:
        await bench.run(recording=SampleChoice(path=path))
    assert [problem.code for problem in caught.value.problems] == ["sample-long"]
    assert not (bench.folder / "outgoing").exists()
    part = SampleChoice(path=path, span=Span(start_s=5.0, end_s=305.0))
    await bench.run(recording=part)
    assert bench.server.counters.clones == 1
