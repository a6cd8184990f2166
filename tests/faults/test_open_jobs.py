"""Jobs that aren't over: kept, found again, settled; and never a second voice."""

from __future__ import annotations

import asyncio
import dataclasses
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes.clone_bench import FIELDS, CloneBench, clone_bench
from voiceclone_gui.core.errors import (
    ConnectionLost,
    NotOffered,
    OutOfCredit,
    StorageFailed,
    VoiceCloneError,
    VoiceIdTaken,
)
from voiceclone_gui.core.job import JobState
from voiceclone_gui.core.sample import Purpose, SampleChoice
from voiceclone_gui.core.voice import VoiceState
from voiceclone_gui.practice import fault_answers as answers
from voiceclone_gui.practice.faults import Break, Fault, Gate, Hold, Point, Step
from voiceclone_gui.services.clone_events import CloneEvent, CloneStep, StepStarted, UploadsAnew
from voiceclone_gui.services.open_jobs import OpenKind


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[CloneBench]:
    async with clone_bench(tmp_path) as made:
        yield made


async def stopped_at(bench: CloneBench, step: Step, point: Point, **changes: object) -> None:
    """Clone up to a point of a step, then end the program as a kill would: nothing more is written."""
    gate = Gate()
    bench.server.faults.add(step, Hold(gate=gate, at=point))
    running = asyncio.ensure_future(bench.run(**changes))
    assert await asyncio.to_thread(gate.wait_reached)
    # What the process would still write, had it been allowed to go on, doesn't reach the disk.
    shutil.copytree(
        bench.folder, bench.folder.parent / "as it was", ignore=shutil.ignore_patterns("practice")
    )
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    gate.open()
    await bench.library.aclose()
    for name in ("jobs", "voices"):
        shutil.rmtree(bench.folder / name, ignore_errors=True)
    for path in bench.folder.glob("library.sqlite3*"):
        path.unlink()
    shutil.copytree(bench.folder.parent / "as it was", bench.folder, dirs_exist_ok=True)
    shutil.rmtree(bench.folder.parent / "as it was")
    await bench.start_again()


async def unknown(bench: CloneBench, *, made: bool, **changes: object) -> None:
    """A clone whose answer was lost, after or before the voice was made."""
    bench.server.faults.add(Step.CLONE, Break(at=Point.AFTER_WORK if made else Point.BEFORE_WORK))
    with pytest.raises(ConnectionLost):
        await bench.run(**changes)
    assert await bench.state() is JobState.UNKNOWN


# -- interrupted before the request left


@pytest.mark.parametrize(("step", "uploads"), [(Step.UPLOAD, 2), (Step.PROMPT_UPLOAD, 1)])
async def test_an_interrupted_job_is_found_again_and_what_was_uploaded_is_not_uploaded_again(
    bench: CloneBench, step: Step, uploads: int
) -> None:
    await stopped_at(bench, step, Point.BEFORE_WORK)
    bench.recording().unlink()
    found = await bench.open_jobs.recover()
    assert found is not None
    assert found.kind is OpenKind.INTERRUPTED
    assert found.job.state is JobState.NOT_MADE
    assert found.job.request == dataclasses.asdict(FIELDS)
    assert found.recording is not None
    assert found.clip is not None
    assert found.recording.path.name == "recording.wav"
    assert found.clip.path.read_bytes() == bench.clip().read_bytes()
    assert await bench.recorded() == []
    before = bench.server.counters.calls.get("files/upload", 0)
    await bench.run(
        recording=SampleChoice(path=found.recording.path), prompt_clip=SampleChoice(path=found.clip.path)
    )
    assert bench.server.counters.calls["files/upload"] - before == uploads
    assert bench.server.counters.clones == 1


async def test_a_job_of_another_process_is_left_alone(bench: CloneBench) -> None:
    gate = Gate()
    bench.server.faults.add(Step.UPLOAD, Hold(gate=gate, at=Point.BEFORE_WORK))
    running = asyncio.ensure_future(bench.run())
    assert await asyncio.to_thread(gate.wait_reached)
    other = dataclasses.replace(bench, inputs=type(bench.inputs)(folder=bench.folder / "jobs"))
    assert await other.open_jobs.recover() is None
    assert await bench.state() is JobState.UPLOADING
    gate.open()
    await running
    assert await bench.state() is JobState.PREVIEW_SAVED


async def test_nothing_is_kept_once_a_job_is_over(bench: CloneBench) -> None:
    await bench.run()
    assert list((bench.folder / "jobs").iterdir()) == []
    assert await bench.open_jobs.recover() is None


async def test_what_nobody_can_need_any_more_is_thrown_away_at_the_next_start(bench: CloneBench) -> None:
    stray = bench.folder / "jobs" / "stray" / "recording"
    stray.mkdir(parents=True)
    (stray / "a.wav").write_bytes(b"a")
    bench.server.faults.add(Step.CLONE, answers.business_error(1008))
    with pytest.raises(OutOfCredit):
        await bench.run()
    first = (await bench.job()).job_id
    await bench.start_again()
    found = await bench.open_jobs.recover()
    assert found is not None
    assert (found.kind, found.job.error_code) == (OpenKind.FAILED, "service-1008")
    assert await bench.inputs.job_ids() == (first,)
    await bench.run(fields=dataclasses.replace(FIELDS, voice_id="voice-abc124"))
    await bench.start_again()
    assert await bench.open_jobs.recover() is None
    assert await bench.inputs.job_ids() == ()


async def test_a_clone_that_the_user_cancelled_is_not_brought_up_again(bench: CloneBench) -> None:
    gate = Gate()
    bench.server.faults.add(Step.UPLOAD, Hold(gate=gate, at=Point.BEFORE_WORK))
    running = asyncio.ensure_future(bench.run())
    assert await asyncio.to_thread(gate.wait_reached)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    gate.open()
    await bench.start_again()
    assert await bench.open_jobs.recover() is None


async def test_a_file_name_that_is_no_text_is_cloned_all_the_same(bench: CloneBench) -> None:
    path = Path(str(bench.folder) + "/gr\udcfcn.wav")
    path.write_bytes(bench.recording().read_bytes())
    await bench.run(recording=SampleChoice(path=path))
    job = await bench.job()
    assert job.recording.endswith("gr\\xfcn.wav") or job.recording.endswith("gr\\udcfcn.wav")
    assert job.state is JobState.PREVIEW_SAVED


# -- a failed job, tried again


async def test_after_a_refusal_the_files_are_not_uploaded_again(bench: CloneBench) -> None:
    bench.server.faults.add(Step.CLONE, answers.business_error(1008))
    with pytest.raises(OutOfCredit):
        await bench.run()
    await bench.run()
    assert bench.server.counters.calls["files/upload"] == 2
    assert bench.server.counters.clones == 1
    assert "upload-stands" in await bench.log()


async def test_an_upload_of_yesterday_is_not_relied_on(bench: CloneBench) -> None:
    await bench.run()
    bench.later = timedelta(hours=25)
    await bench.run(fields=dataclasses.replace(FIELDS, voice_id="voice-abc124"))
    assert bench.server.counters.calls["files/upload"] == 4


@pytest.mark.parametrize(
    "said", [answers.business_error(20132), answers.business_error(2042), None], ids=["20132", "2042", "gone"]
)
async def test_files_that_the_service_no_longer_knows_are_uploaded_again_once(
    bench: CloneBench, said: Fault | None
) -> None:
    await bench.run()
    if said is None:
        job = await bench.job()
        assert job.file_id is not None
        await bench.client.delete_file(job.file_id, purpose=Purpose.VOICE_CLONE)
    else:
        bench.server.faults.add(Step.CLONE, said)
    bench.events.clear()
    await bench.run(fields=dataclasses.replace(FIELDS, voice_id="voice-abc124"))
    assert bench.server.counters.calls["files/upload"] == 4
    assert bench.server.counters.clones == 2
    assert sum(isinstance(event, UploadsAnew) for event in bench.events) == 1
    assert "upload-anew" in await bench.log()
    assert await bench.recorded() == [VoiceState.NEW, VoiceState.NEW]


async def test_files_are_uploaded_again_only_once(bench: CloneBench) -> None:
    bench.server.faults.add(Step.CLONE, answers.business_error(20132))
    bench.server.faults.add(Step.CLONE, answers.business_error(20132))
    with pytest.raises(VoiceCloneError, match="recording or the voice ID"):
        await bench.run()
    assert bench.server.counters.calls["files/upload"] == 4
    assert (await bench.state(), await bench.recorded()) == (JobState.NOT_MADE, [])


# -- nobody knows whether the voice was made


@pytest.mark.parametrize("point", [Point.BEFORE_WORK, Point.AFTER_WORK])
async def test_a_job_that_was_killed_after_its_request_left_is_unknown(
    bench: CloneBench, point: Point
) -> None:
    await stopped_at(bench, Step.CLONE, point)
    found = await bench.open_jobs.recover()
    assert found is not None
    assert (found.kind, found.job.state) == (OpenKind.UNKNOWN, JobState.UNKNOWN)
    assert found.recording is not None
    assert found.can_be_asked_from is not None
    assert await bench.recorded() == [VoiceState.UNKNOWN]
    # And it stays so at the next start.
    await bench.start_again()
    again = await bench.open_jobs.recover()
    assert again is not None
    assert again.job.job_id == found.job.job_id


async def test_asked_again_a_voice_that_was_not_made_is_made_now(bench: CloneBench) -> None:
    await unknown(bench, made=False)
    result = await bench.ask_again(await bench.job())
    assert result.preview is not None
    assert bench.server.counters.clones == 1
    assert bench.server.counters.calls["files/upload"] == 2
    assert (await bench.state(), await bench.recorded()) == (JobState.PREVIEW_SAVED, [VoiceState.NEW])
    assert (await bench.job()).in_doubt is False
    assert await bench.inputs.job_ids() == ()


async def test_asked_again_an_id_of_our_own_that_is_taken_was_taken_by_the_first_attempt(
    bench: CloneBench,
) -> None:
    await unknown(bench, made=True, has_own_id=True)
    result = await bench.ask_again(await bench.job())
    assert result.preview_error is not None
    assert result.preview_error.code == "preview-of-lost-answer"
    assert bench.server.counters.clones == 1
    assert (await bench.state(), await bench.recorded()) == (JobState.CLONED, [VoiceState.NEW])


async def test_asked_again_a_typed_id_that_is_taken_may_be_somebody_elses(bench: CloneBench) -> None:
    await unknown(bench, made=True)
    with pytest.raises(VoiceIdTaken):
        await bench.ask_again(await bench.job())
    assert (await bench.state(), await bench.recorded()) == (JobState.UNKNOWN, [VoiceState.UNKNOWN])
    assert bench.server.counters.clones == 1


@pytest.mark.parametrize(
    "fault",
    [
        answers.business_error(1008),
        answers.business_error(1026),
        answers.business_error(2013),
        answers.gateway_error(401, "no"),
        answers.html(413),
        answers.html(502),
        answers.truncated(keep_bytes=9),
        Break(at=Point.BEFORE_WORK),
    ],
)
async def test_asked_again_no_refusal_says_what_became_of_the_first_attempt(
    bench: CloneBench, fault: Fault
) -> None:
    await unknown(bench, made=True)
    bench.server.faults.add(Step.CLONE, fault)
    with pytest.raises(VoiceCloneError):
        await bench.ask_again(await bench.job())
    assert (await bench.state(), await bench.recorded()) == (JobState.UNKNOWN, [VoiceState.UNKNOWN])
    assert bench.server.counters.clones == 1


async def test_asked_again_files_that_are_gone_are_uploaded_from_what_was_kept(bench: CloneBench) -> None:
    await unknown(bench, made=False)
    job = await bench.job()
    assert job.file_id is not None
    assert job.prompt_file_id is not None
    await bench.client.delete_file(job.file_id, purpose=Purpose.VOICE_CLONE)
    sent = bench.recording().read_bytes()
    bench.recording().unlink()
    result = await bench.ask_again(job)
    assert result.preview is not None
    again = await bench.job()
    assert again.file_id is not None
    assert again.file_id != job.file_id
    assert bench.server.uploaded_bytes(again.file_id) == sent
    assert (bench.server.counters.clones, await bench.recorded()) == (1, [VoiceState.NEW])


async def test_asked_again_without_the_kept_files_it_stays_unknown(bench: CloneBench) -> None:
    await unknown(bench, made=False)
    job = await bench.job()
    assert job.file_id is not None
    await bench.client.delete_file(job.file_id, purpose=Purpose.VOICE_CLONE)
    shutil.rmtree(bench.folder / "jobs")
    with pytest.raises(VoiceCloneError):
        await bench.ask_again(job)
    assert await bench.state() is JobState.UNKNOWN


async def test_a_job_is_not_asked_again_from_two_places_at_once(bench: CloneBench) -> None:
    await unknown(bench, made=False)
    job = await bench.job()
    other = type(bench.inputs)(folder=bench.folder / "jobs")
    assert await other.claim(job.job_id)
    with pytest.raises(StorageFailed) as refused:
        await bench.ask_again(job)
    assert refused.value.code == "job-in-use"
    await other.release(job.job_id)


async def test_stopped_while_asking_again_it_stays_unknown(bench: CloneBench) -> None:
    await unknown(bench, made=True)
    gate = Gate()
    bench.server.faults.add(Step.CLONE, Hold(gate=gate, at=Point.BEFORE_BODY))
    running = asyncio.ensure_future(bench.ask_again(await bench.job()))
    assert await asyncio.to_thread(gate.wait_reached)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    gate.open()
    assert (await bench.state(), await bench.recorded()) == (JobState.UNKNOWN, [VoiceState.UNKNOWN])


async def test_a_voice_that_the_service_lists_is_made(bench: CloneBench) -> None:
    from voiceclone_gui.core.answers import SpeechRequest

    await unknown(bench, made=True)
    # Listed only after its first use: not being listed says nothing.
    assert not await bench.open_jobs.is_listed(await bench.job(), bench.client)
    assert await bench.recorded() == [VoiceState.UNKNOWN]
    await bench.client.t2a(SpeechRequest(voice_id=FIELDS.voice_id, text="Hello.", model="speech-2.8-hd"))
    assert await bench.open_jobs.is_listed(await bench.job(), bench.client)
    assert (await bench.state(), await bench.recorded()) == (JobState.CLONED, [VoiceState.NEW])
    assert await bench.open_jobs.recover() is None


async def test_a_service_without_a_list_says_nothing_about_the_voice(bench: CloneBench) -> None:
    await unknown(bench, made=True)
    bench.server.faults.add(Step.GET_VOICE, answers.html(404))
    with pytest.raises(NotOffered):
        await bench.open_jobs.is_listed(await bench.job(), bench.client)
    assert await bench.recorded() == [VoiceState.UNKNOWN]


@pytest.mark.parametrize(
    ("made", "state", "recorded"),
    [(True, JobState.CLONED, [VoiceState.NEW]), (False, JobState.NOT_MADE, [])],
)
async def test_the_users_word_settles_it(
    bench: CloneBench, made: bool, state: JobState, recorded: list[VoiceState]
) -> None:
    await unknown(bench, made=made)
    await bench.open_jobs.take_word(await bench.job(), made=made)
    assert (await bench.state(), await bench.recorded()) == (state, recorded)
    assert (await bench.log())[-2:] == ["user-says-made" if made else "user-says-not-made", state.value]
    assert await bench.open_jobs.find((await bench.job()).job_id) is None


async def test_what_is_set_aside_stays_on_record_and_is_not_asked_about_again(bench: CloneBench) -> None:
    await unknown(bench, made=True)
    await bench.open_jobs.set_aside(await bench.job())
    await bench.start_again()
    assert await bench.open_jobs.recover() is None
    assert await bench.recorded() == [VoiceState.UNKNOWN]
    assert await bench.inputs.job_ids() == ()


# -- made, but something was in the way


async def test_a_voice_that_can_not_be_written_down_is_made_and_has_its_preview(
    bench: CloneBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = bench.library.move_job

    async def locked(job_id: str, state: JobState, **changes: object) -> object:
        if state is JobState.CLONED:
            raise StorageFailed("storage-not-writable", path="library", reason="database is locked")
        return await move(job_id, state, **changes)  # type: ignore[arg-type]

    monkeypatch.setattr(bench.library, "move_job", locked)
    result = await bench.run()
    assert result.preview is not None
    assert result.record_error is not None
    assert await bench.state() is JobState.CLONING
    monkeypatch.undo()
    await bench.start_again()
    found = await bench.open_jobs.recover()
    assert found is not None
    assert found.kind is OpenKind.UNKNOWN


async def test_a_library_that_is_locked_only_for_a_moment_has_it_all_in_the_end(
    bench: CloneBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = bench.library.move_job
    refusals = [StorageFailed("storage-not-writable", path="library", reason="database is locked")]

    async def locked_once(job_id: str, state: JobState, **changes: object) -> object:
        if state is JobState.CLONED and refusals:
            raise refusals.pop()
        return await move(job_id, state, **changes)  # type: ignore[arg-type]

    monkeypatch.setattr(bench.library, "move_job", locked_once)
    result = await bench.run()
    assert (result.preview is not None, result.record_error) == (True, None)
    assert await bench.state() is JobState.PREVIEW_SAVED


async def test_a_job_killed_before_its_preview_came_says_that_the_voice_is_made(bench: CloneBench) -> None:
    await stopped_at(bench, Step.DEMO, Point.BEFORE_WORK)
    found = await bench.open_jobs.recover()
    assert found is not None
    assert found.kind is OpenKind.NO_PREVIEW
    assert found.job.demo_audio.startswith("http")
    assert await bench.recorded() == [VoiceState.NEW]


async def test_a_wait_before_a_repeat_can_be_skipped(bench: CloneBench) -> None:
    from voiceclone_gui.core.request import RightsStatement
    from voiceclone_gui.services.clone_events import WaitingToRepeat
    from voiceclone_gui.services.clone_voice import CloneOrder, CloneVoice

    bench.server.faults.add(Step.UPLOAD, answers.too_many(retry_after=50))

    def skip(event: CloneEvent) -> None:
        bench.events.append(event)
        if isinstance(event, WaitingToRepeat):
            event.skip()

    patient = bench.use_case
    patient._parts = dataclasses.replace(patient._parts, sleep=asyncio.sleep)
    order = CloneOrder(
        recording=SampleChoice(path=bench.recording()),
        fields=dataclasses.replace(FIELDS, prompt_text=""),
        rights=RightsStatement(stated_at=bench.now()),
        profile_id="practice",
        service="practice",
    )
    assert isinstance(patient, CloneVoice)
    await patient.run(order, on_event=skip)
    assert [e.step for e in bench.events if isinstance(e, StepStarted)][-1] is CloneStep.PREVIEW


# -- the computer slept


class Sleeper(list[CloneEvent]):
    """Lets hours pass when a step begins."""

    def __init__(self, bench: CloneBench, step: CloneStep) -> None:
        super().__init__()
        self._bench = bench
        self._step = step

    def append(self, event: CloneEvent) -> None:
        if event == StepStarted(step=self._step):
            self._bench.later += timedelta(hours=30)
        super().append(event)


@pytest.mark.parametrize(
    "step", [CloneStep.UPLOAD, CloneStep.UPLOAD_CLIP, CloneStep.CLONE, CloneStep.PREVIEW]
)
async def test_hours_between_two_steps_change_nothing(bench: CloneBench, step: CloneStep) -> None:
    bench.events = Sleeper(bench, step)
    result = await bench.run()
    assert result.preview is not None
    assert bench.server.counters.clones == 1
    (voice,) = await bench.library.voices()
    assert voice.made_at is not None
    assert timedelta(0) < voice.time_left(voice.made_at) <= timedelta(hours=168)


async def test_files_that_the_service_dropped_while_the_computer_slept_are_sent_again(
    bench: CloneBench,
) -> None:
    bench.events = Sleeper(bench, CloneStep.CLONE)
    bench.server.faults.add(Step.CLONE, answers.business_error(20132))
    result = await bench.run()
    assert result.preview is not None
    assert (bench.server.counters.clones, bench.server.counters.calls["files/upload"]) == (1, 4)


async def test_after_a_night_an_unknown_voice_can_be_asked_for_at_once(bench: CloneBench) -> None:
    await unknown(bench, made=False)
    bench.later = timedelta(hours=8)
    await bench.start_again()
    found = await bench.open_jobs.recover()
    assert found is not None
    assert found.can_be_asked_from is not None
    assert found.can_be_asked_from < bench.now()
    assert (await bench.ask_again(found.job)).preview is not None
    assert bench.server.counters.clones == 1
