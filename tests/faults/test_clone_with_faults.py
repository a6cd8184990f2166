"""The use case against the practice service in this process, with whatever can go wrong on the way."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from tests.fakes.clone_bench import FIELDS, CloneBench, clone_bench
from tests.fakes.practice_jobs import inspect_wav, wav_bytes
from voiceclone_gui.core.errors import (
    AnswerUnreadable,
    ConnectionLost,
    RequestRefused,
    ServiceTrouble,
    SlowDown,
    TokenRefused,
    VoiceCloneError,
    VoiceIdTaken,
    WrongAddress,
)
from voiceclone_gui.core.job import JobState
from voiceclone_gui.core.request import CloneFields, RightsStatement
from voiceclone_gui.core.sample import Purpose, SampleChoice
from voiceclone_gui.core.voice import VoiceState
from voiceclone_gui.practice import fault_answers as answers
from voiceclone_gui.practice.faults import Break, Delay, Fault, Gate, Hold, Point, Step, Trickle
from voiceclone_gui.services.clone_events import CloneEvent, StepProgress, WaitingToRepeat
from voiceclone_gui.services.clone_voice import CloneOrder

CANCEL_LIMIT_S = 0.1


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[CloneBench]:
    async with clone_bench(tmp_path) as made:
        yield made


async def test_a_clone_arrives_as_it_was_ordered_and_its_preview_comes_back(bench: CloneBench) -> None:
    result = await bench.run()
    (job,) = await bench.library.jobs()
    assert job.state is JobState.PREVIEW_SAVED
    assert job.file_id is not None
    assert job.prompt_file_id is not None
    assert job.file_id > 2**53
    assert bench.server.uploaded_bytes(job.file_id) == bench.recording().read_bytes()
    assert bench.server.uploaded_bytes(job.prompt_file_id) == (bench.folder / "clip.wav").read_bytes()
    assert bench.server.counters.clones == 1
    assert bench.server.counters.preview_characters == len(FIELDS.text)
    assert result.preview is not None
    assert b"Good evening." in result.preview.read_bytes()
    demo = [r for r in bench.server.requests if r.path.startswith("/demo")]
    assert demo
    assert all(r.header("authorization") is None for r in demo)


# step, faults, error (None: it succeeds in the end), voices at the service, state on record
CASES: list[tuple[Step, tuple[Fault, ...], type[VoiceCloneError] | None, int, JobState]] = [
    (Step.UPLOAD, (answers.business_error(1004),), TokenRefused, 0, JobState.NOT_MADE),
    (Step.UPLOAD, (answers.business_error(1013),), None, 1, JobState.PREVIEW_SAVED),
    (Step.UPLOAD, (answers.business_error(1002),), None, 1, JobState.PREVIEW_SAVED),
    (Step.UPLOAD, (answers.html(200),), WrongAddress, 0, JobState.NOT_MADE),
    (Step.UPLOAD, (answers.html(413, reads_body=False),), RequestRefused, 0, JobState.NOT_MADE),
    (Step.UPLOAD, (answers.html(502),), None, 1, JobState.PREVIEW_SAVED),
    (Step.UPLOAD, (answers.too_many(retry_after=7),), None, 1, JobState.PREVIEW_SAVED),
    (Step.UPLOAD, (answers.truncated(keep_bytes=10),), None, 1, JobState.PREVIEW_SAVED),
    (Step.UPLOAD, (answers.file_id_as_digits(),), None, 1, JobState.PREVIEW_SAVED),
    (Step.UPLOAD, (answers.replaced("file.file_id", None),), None, 1, JobState.PREVIEW_SAVED),
    (Step.UPLOAD, (Break(at=Point.IN_BODY, after_bytes=1000),), None, 1, JobState.PREVIEW_SAVED),
    (Step.UPLOAD, (Break(at=Point.AFTER_WORK),), None, 1, JobState.PREVIEW_SAVED),
    (Step.PROMPT_UPLOAD, (answers.business_error(2013),), RequestRefused, 0, JobState.NOT_MADE),
    (Step.PROMPT_UPLOAD, (answers.gateway_error(401, "no"),), TokenRefused, 0, JobState.NOT_MADE),
    (Step.CLONE, (answers.business_error(2039),), VoiceIdTaken, 0, JobState.NOT_MADE),
    (Step.CLONE, (answers.business_error(2037),), RequestRefused, 0, JobState.NOT_MADE),
    (Step.CLONE, (answers.business_error(1002),), None, 1, JobState.PREVIEW_SAVED),
    (Step.CLONE, (answers.no_channel(),), None, 1, JobState.PREVIEW_SAVED),
    (Step.CLONE, (answers.too_many(retry_after=3),), None, 1, JobState.PREVIEW_SAVED),
    (Step.CLONE, (answers.business_error(1001, after_work=True),), ServiceTrouble, 1, JobState.UNKNOWN),
    (Step.CLONE, (answers.business_error(1000),), ServiceTrouble, 0, JobState.UNKNOWN),
    (Step.CLONE, (answers.html(502, after_work=True),), ServiceTrouble, 1, JobState.UNKNOWN),
    (Step.CLONE, (answers.html(504, after_work=True),), ServiceTrouble, 1, JobState.UNKNOWN),
    (Step.CLONE, (answers.html(200, after_work=True),), WrongAddress, 1, JobState.UNKNOWN),
    (Step.CLONE, (answers.truncated(keep_bytes=20),), AnswerUnreadable, 1, JobState.UNKNOWN),
    (Step.CLONE, (answers.replaced("demo_audio", 5),), AnswerUnreadable, 1, JobState.UNKNOWN),
    (Step.CLONE, (Break(at=Point.BEFORE_BODY),), ConnectionLost, 0, JobState.UNKNOWN),
    (Step.CLONE, (Break(at=Point.AFTER_WORK),), ConnectionLost, 1, JobState.UNKNOWN),
    (Step.CLONE, (Break(at=Point.IN_ANSWER, after_bytes=10),), ConnectionLost, 1, JobState.UNKNOWN),
    (Step.CLONE, (Delay(seconds=4.0),), ConnectionLost, 1, JobState.UNKNOWN),
    (Step.CLONE, (answers.sensitive(3, as_object=True),), None, 1, JobState.PREVIEW_SAVED),
    (Step.CLONE, (answers.sensitive(3),), None, 1, JobState.PREVIEW_SAVED),
    (Step.CLONE, (answers.without("extra_info"),), None, 1, JobState.PREVIEW_SAVED),
    (Step.CLONE, (answers.not_told_sensitive(),), None, 1, JobState.PREVIEW_SAVED),
    (Step.CLONE, (answers.without("base_resp"),), None, 1, JobState.PREVIEW_SAVED),
    (Step.CLONE, (answers.demo_link(""),), None, 1, JobState.CLONED),
    (Step.CLONE, (answers.demo_link("https://10.0.0.1/x.mp3"),), None, 1, JobState.CLONED),
    (Step.DEMO, (answers.expired_link(),), None, 1, JobState.CLONED),
    (Step.DEMO, (answers.html(503),), None, 1, JobState.PREVIEW_SAVED),
    (Step.DEMO, (Break(at=Point.IN_ANSWER, after_bytes=3),), None, 1, JobState.PREVIEW_SAVED),
    (Step.DEMO, (Trickle(bytes_per_second=400.0),), None, 1, JobState.PREVIEW_SAVED),
]


@pytest.mark.parametrize(
    ("step", "faults", "error", "made", "state"),
    CASES,
    ids=[f"{c[0].value}-{n}" for n, c in enumerate(CASES)],
)
async def test_the_voices_on_record_are_those_that_may_exist(
    bench: CloneBench,
    step: Step,
    faults: tuple[Fault, ...],
    error: type[VoiceCloneError] | None,
    made: int,
    state: JobState,
) -> None:
    bench.server.faults.add(step, *faults)
    if error is None:
        result = await bench.run()
        assert (result.preview is not None) == (state is JobState.PREVIEW_SAVED)
        assert (result.preview_error is None) == (state is JobState.PREVIEW_SAVED)
    else:
        with pytest.raises(error) as caught:
            await bench.run()
        assert caught.value.title
    assert bench.server.faults.left() == 0
    assert bench.server.counters.clones == made
    assert await bench.state() is state
    recorded = await bench.recorded()
    if state is JobState.NOT_MADE:
        assert recorded == []
    else:
        assert recorded == [VoiceState.UNKNOWN if state is JobState.UNKNOWN else VoiceState.NEW]


async def test_the_services_own_wait_is_kept(bench: CloneBench) -> None:
    bench.server.faults.add(Step.CLONE, answers.too_many(retry_after=7))
    await bench.run()
    assert bench.waited_s == [7.0]
    assert [e.wait_s for e in bench.events if isinstance(e, WaitingToRepeat)] == [7.0]


async def test_repeating_ends_and_the_clone_was_asked_for_four_times(bench: CloneBench) -> None:
    bench.server.faults.add(Step.CLONE, answers.too_many(), times=9)
    with pytest.raises(SlowDown):
        await bench.run()
    assert bench.server.counters.calls["voice_clone"] == 4
    assert bench.server.counters.clones == 0


@pytest.mark.parametrize(
    ("step", "point", "made", "state"),
    [
        (Step.UPLOAD, Point.BEFORE_BODY, 0, JobState.NOT_MADE),
        (Step.UPLOAD, Point.AFTER_WORK, 0, JobState.NOT_MADE),
        (Step.PROMPT_UPLOAD, Point.BEFORE_WORK, 0, JobState.NOT_MADE),
        (Step.CLONE, Point.BEFORE_WORK, 0, JobState.UNKNOWN),
        (Step.CLONE, Point.AFTER_WORK, 1, JobState.UNKNOWN),
        (Step.DEMO, Point.IN_ANSWER, 1, JobState.CLONED),
    ],
)
async def test_a_cancel_in_each_step_is_quick_and_leaves_what_is_certain(
    bench: CloneBench, step: Step, point: Point, made: int, state: JobState
) -> None:
    gate = Gate()
    bench.server.faults.add(step, Hold(gate=gate, at=point))
    running = asyncio.ensure_future(bench.run())
    assert await asyncio.to_thread(gate.wait_reached)
    started = time.perf_counter()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    took_s = time.perf_counter() - started
    print(
        f"cancelled in {step.value} at {point.value}: {took_s * 1000:.1f} ms (limit {CANCEL_LIMIT_S * 1000:.0f})"
    )
    assert bench.server.counters.clones == made
    assert await bench.state() is state
    assert len(await bench.recorded()) == (0 if state is JobState.NOT_MADE else 1)
    gate.open()


async def test_an_upload_of_19_mb_streams_byte_for_byte_and_keeps_memory_flat(bench: CloneBench) -> None:
    path = bench.folder / "recording.wav"
    path.write_bytes(wav_bytes(10.0) + os.urandom(19_000_000 - 80_044))
    await bench.client.upload(
        path, stamp=inspect_wav(path).stamp, extension="wav", purpose=Purpose.VOICE_CLONE
    )
    process = psutil.Process()
    before = process.memory_info().rss
    peak = before

    def watch(_done: int, _total: int) -> None:
        nonlocal peak
        peak = max(peak, process.memory_info().rss)

    uploaded = await bench.client.upload(
        path, stamp=inspect_wav(path).stamp, extension="wav", purpose=Purpose.VOICE_CLONE, on_progress=watch
    )
    grown_mb = (peak - before) / 1e6
    print(f"memory grew by {grown_mb:.1f} MB while 19 MB were uploaded and received in one process")
    assert bench.server.uploaded_bytes(uploaded.file_id) == path.read_bytes()
    assert grown_mb <= 5


async def test_what_is_uploaded_is_what_was_examined_whatever_becomes_of_the_file(bench: CloneBench) -> None:
    path = bench.folder / "recording.wav"
    examined = wav_bytes(12.0) + bytes(8_000_000)
    path.write_bytes(examined)

    def tamper(event: CloneEvent) -> None:
        if isinstance(event, StepProgress) and event.done_bytes > 1_000_000 and path.exists():
            path.unlink()

    order = CloneOrder(
        recording=SampleChoice(path=path),
        fields=CloneFields(voice_id="voice-abc123"),
        rights=RightsStatement(stated_at=datetime.now(UTC)),
        profile_id="practice",
        service="practice",
    )
    await bench.use_case.run(order, on_event=tamper)
    (job,) = await bench.library.jobs()
    assert job.file_id is not None
    assert bench.server.uploaded_bytes(job.file_id) == examined
    assert bench.server.counters.clones == 1


async def test_a_second_clone_under_the_same_id_leaves_the_first_on_record(bench: CloneBench) -> None:
    first = await bench.run()
    with pytest.raises(VoiceIdTaken):
        await bench.run()
    assert [v.job_id for v in await bench.library.voices()] == [first.voice.job_id]
    assert bench.server.counters.clones == 1


async def test_the_other_calls_work_on_what_was_made(bench: CloneBench) -> None:
    from voiceclone_gui.core.answers import SpeechRequest

    await bench.run()
    assert await bench.client.get_voices() == ()
    (job,) = await bench.library.jobs()
    files = await bench.client.list_files(Purpose.VOICE_CLONE)
    assert [f.file_id for f in files] == [job.file_id]
    assert job.file_id is not None
    assert (await bench.client.retrieve_file(job.file_id)).file_id == job.file_id
    speech = await bench.client.t2a(
        SpeechRequest(voice_id="voice-abc123", text="Hello.", model="speech-2.8-hd")
    )
    assert b"Hello." in speech.content
    assert [v.voice_id for v in await bench.client.get_voices()] == ["voice-abc123"]
    await bench.client.delete_voice("voice-abc123")
    assert await bench.client.get_voices() == ()
    await bench.client.delete_file(job.file_id, purpose=Purpose.VOICE_CLONE)
    assert await bench.client.list_files(Purpose.VOICE_CLONE) == ()
    with pytest.raises(VoiceIdTaken):
        await bench.run()


async def test_a_data_folder_that_is_gone_in_the_middle_is_said_and_the_voice_not_lost(
    bench: CloneBench,
) -> None:
    gate = Gate()
    bench.server.faults.add(Step.DEMO, Hold(gate=gate, at=Point.BEFORE_WORK))
    running = asyncio.ensure_future(bench.run())
    assert await asyncio.to_thread(gate.wait_reached)
    shutil.rmtree(bench.folder / "voices")
    (bench.folder / "voices").write_text("a file where the folder should be")
    gate.open()
    result = await running
    assert result.preview_error is not None
    assert result.preview_error.code == "storage-not-writable"
    assert await bench.recorded() == [VoiceState.NEW]
    shutil.rmtree(bench.folder / "voices", ignore_errors=True)
