"""The use case: what is on record after every way a clone can end."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.cloning_service import FakeCloningService, FakeWorker
from tests.fakes.job_inputs import FakeJobInputs
from tests.fakes.outgoing import outgoing_samples
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.errors import (
    AnswerUnreadable,
    ConnectionLost,
    InputRefused,
    NotConnected,
    PreviewUnavailable,
    RequestRefused,
    SampleUnreadable,
    ServiceTrouble,
    SlowDown,
    TokenRefused,
    VoiceCloneError,
    VoiceIdTaken,
    WorkerFailed,
    WrongAddress,
)
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.job import JobState
from voiceclone_gui.core.request import CloneFields, RightsStatement
from voiceclone_gui.core.sample import FileStamp, SampleChoice, SampleFacts
from voiceclone_gui.core.voice import VoiceState
from voiceclone_gui.services.clone_events import (
    CloneEvent,
    CloneResult,
    CloneStep,
    RequestSent,
    StepProgress,
    StepStarted,
    WaitingToRepeat,
    Warned,
)
from voiceclone_gui.services.clone_voice import CloneOrder, CloneVoice
from voiceclone_gui.storage.library import Library

NOW = datetime(2026, 1, 2, 12, 30, tzinfo=UTC)
RECORDING, CLIP = Path("/r/recording.wav"), Path("/r/clip.wav")
FIELDS = CloneFields(voice_id="voice-abc123", text="Good evening.", model="speech-2.8-hd")


def facts(path: Path, duration_s: float, **changes: object) -> SampleFacts:
    values = {
        "path": path,
        "stamp": FileStamp(size_bytes=1000, modified_ns=1),
        "container": "wav",
        "codec": "pcm_s16le",
        "duration_s": duration_s,
        "sample_rate_hz": 16000,
        "channels": 1,
    } | changes
    return SampleFacts(**values)  # type: ignore[arg-type]


async def at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


class Bench:
    """A use case with a fake service, a real library, and no waiting between repeats."""

    def __init__(self, *, library: Library) -> None:
        self.library = library
        self.service = FakeCloningService()
        self.inputs = FakeJobInputs()
        self.found: dict[Path, SampleFacts | Exception] = {
            RECORDING: facts(RECORDING, 24.7),
            CLIP: facts(CLIP, 5.3),
        }
        self.events: list[CloneEvent] = []
        self.use_case = CloneVoice(
            service=self.service,
            samples=outgoing_samples(FakeWorker(self.found), folder=Path("/nowhere")),
            records=library,
            inputs=self.inputs,
            catalog=load_catalog(),
            clock=lambda: NOW,
            sleep=at_once,
        )

    async def run(self, **changes: object) -> CloneResult:
        values = {
            "recording": SampleChoice(path=RECORDING),
            "fields": FIELDS,
            "rights": RightsStatement(stated_at=NOW),
            "profile_id": "practice",
            "service": "practice",
        } | changes
        return await self.use_case.run(CloneOrder(**values), on_event=self.events.append)  # type: ignore[arg-type]

    async def state(self) -> JobState | None:
        jobs = await self.library.jobs()
        return jobs[0].state if jobs else None

    async def voices(self) -> list[tuple[str, VoiceState]]:
        return [(v.voice_id, v.state(NOW)) for v in await self.library.voices()]

    def steps(self) -> list[CloneStep]:
        return [e.step for e in self.events if isinstance(e, StepStarted)]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    library = Library(path=tmp_path / "library.sqlite3", voices_folder=tmp_path / "voices")
    await library.open()
    yield Bench(library=library)
    await library.aclose()


async def test_a_clone_with_everything_goes_through_all_steps_and_is_on_record(bench: Bench) -> None:
    result = await bench.run(
        prompt_clip=SampleChoice(path=CLIP), fields=dataclasses.replace(FIELDS, prompt_text="Words.")
    )
    assert bench.steps() == list(CloneStep)
    assert StepProgress(step=CloneStep.UPLOAD, done_bytes=1000, total_bytes=1000) in bench.events
    assert RequestSent() in bench.events
    assert await bench.state() is JobState.PREVIEW_SAVED
    assert await bench.voices() == [("voice-abc123", VoiceState.NEW)]
    (job,) = await bench.library.jobs()
    assert (job.file_id, job.prompt_file_id, job.trace_id) == (1, 2, "t" * 32)
    assert (job.recording, job.prompt_clip) == (str(RECORDING), str(CLIP))
    assert job.request["text"] == "Good evening."
    assert job.rights_stated_at == NOW
    (voice,) = await bench.library.voices()
    assert voice == result.voice
    assert voice.request["clone_prompt"] == {"prompt_audio": 2, "prompt_text": "Words."}
    assert result.preview is not None
    assert result.preview.read_bytes() == b"ID3abc"


async def test_without_a_preview_text_a_clone_ends_when_the_voice_is_made(bench: Bench) -> None:
    result = await bench.run(fields=CloneFields(voice_id="voice-abc123"))
    assert result.preview is None
    assert result.preview_error is None
    assert await bench.state() is JobState.CLONED
    assert bench.service.calls == ["upload", "clone"]


async def test_every_problem_is_said_at_once_and_nothing_is_sent_or_recorded(bench: Bench) -> None:
    bench.found[RECORDING] = facts(RECORDING, 9.99)
    bench.found[CLIP] = SampleUnreadable("sample-empty", name="clip.wav")
    with pytest.raises(InputRefused) as caught:
        await bench.run(
            prompt_clip=SampleChoice(path=CLIP),
            rights=None,
            fields=CloneFields(voice_id="1", prompt_text="x", text="Hi."),
        )
    assert [(p.field, p.code) for p in caught.value.problems] == [
        (Field.RECORDING, "sample-short"),
        (Field.PROMPT_AUDIO, "sample-empty"),
        (Field.VOICE_ID, "voice-id-short"),
        (Field.VOICE_ID, "voice-id-start"),
        (Field.PROMPT_TEXT, "prompt-text-punctuation"),
        (Field.MODEL, "model-missing"),
        (Field.RIGHTS, "rights-missing"),
    ]
    assert bench.service.calls == []
    assert await bench.state() is None


async def test_without_the_rights_nothing_is_cloned(bench: Bench) -> None:
    with pytest.raises(InputRefused) as caught:
        await bench.run(rights=None)
    assert [p.code for p in caught.value.problems] == ["rights-missing"]
    assert bench.service.calls == []


async def test_a_warning_is_told_and_forbids_nothing(bench: Bench) -> None:
    bench.found[CLIP] = facts(CLIP, 4.0)
    await bench.run(
        prompt_clip=SampleChoice(path=CLIP), fields=dataclasses.replace(FIELDS, prompt_text="Words.")
    )
    assert [e.problem.code for e in bench.events if isinstance(e, Warned)] == ["prompt-short"]


async def test_an_audio_process_that_gave_up_is_no_problem_of_the_file(bench: Bench) -> None:
    bench.found[RECORDING] = WorkerFailed("worker-died")
    with pytest.raises(WorkerFailed):
        await bench.run()


ENDS = [
    (TokenRefused("service-2049"), JobState.NOT_MADE, []),
    (VoiceIdTaken("service-2039"), JobState.NOT_MADE, []),
    (RequestRefused("service-2013"), JobState.NOT_MADE, []),
    (NotConnected("connect-refused", host="h"), JobState.NOT_MADE, []),
    (ServiceTrouble("service-1001", service_code=1001), JobState.UNKNOWN, ["voice-abc123"]),
    (ServiceTrouble("service-1013"), JobState.UNKNOWN, ["voice-abc123"]),
    (ConnectionLost("connection-lost", host="h"), JobState.UNKNOWN, ["voice-abc123"]),
    (ConnectionLost("read-timeout", host="h"), JobState.UNKNOWN, ["voice-abc123"]),
    (AnswerUnreadable("answer-unreadable", host="h", reason="r"), JobState.UNKNOWN, ["voice-abc123"]),
]


@pytest.mark.parametrize(("error", "state", "voices"), ENDS, ids=lambda x: getattr(x, "code", None))
async def test_a_failed_clone_call_is_recorded_as_what_is_certain(
    bench: Bench, error: VoiceCloneError, state: JobState, voices: list[str]
) -> None:
    error.trace_id = "f" * 32
    bench.service.errors["clone"] = [error]
    with pytest.raises(type(error)):
        await bench.run()
    (job,) = await bench.library.jobs()
    assert (job.state, job.error_code, job.trace_id) == (state, error.code, "f" * 32)
    assert job.file_id == 1
    assert await bench.voices() == [(voice_id, VoiceState.UNKNOWN) for voice_id in voices]
    assert bench.service.calls.count("clone") == 1


@pytest.mark.parametrize("answered", [True, False])
async def test_a_web_page_instead_of_an_answer_leaves_the_clone_unknown(bench: Bench, answered: bool) -> None:
    error = WrongAddress("wrong-address", url="u")
    error.http_status = 200 if answered else 404
    bench.service.errors["clone"] = [error]
    with pytest.raises(WrongAddress):
        await bench.run()
    assert await bench.state() is (JobState.UNKNOWN if answered else JobState.NOT_MADE)


@pytest.mark.parametrize("step", ["upload", "upload-clip"])
async def test_a_failed_upload_ends_the_job_and_makes_no_voice(bench: Bench, step: str) -> None:
    bench.service.errors[step] = [TokenRefused("service-1004")]
    with pytest.raises(TokenRefused):
        await bench.run(
            prompt_clip=SampleChoice(path=CLIP), fields=dataclasses.replace(FIELDS, prompt_text="Words.")
        )
    assert await bench.state() is JobState.NOT_MADE
    assert await bench.voices() == []
    assert "clone" not in bench.service.calls


async def test_uploads_are_repeated_and_the_reason_is_told(bench: Bench) -> None:
    lost = ConnectionLost("connection-lost", host="h")
    bench.service.errors["upload"] = [lost, ServiceTrouble("service-1013"), SlowDown("slow-down")]
    await bench.run()
    waits = [e for e in bench.events if isinstance(e, WaitingToRepeat)]
    assert [w.error.code for w in waits] == ["connection-lost", "service-1013", "slow-down"]
    assert bench.service.calls.count("upload") == 4
    assert bench.service.made == ["voice-abc123"]


async def test_repeating_ends_after_four_tries(bench: Bench) -> None:
    bench.service.errors["upload"] = [SlowDown("slow-down") for _ in range(9)]
    with pytest.raises(SlowDown):
        await bench.run()
    assert bench.service.calls == ["upload"] * 4


async def test_a_clone_is_repeated_only_where_the_service_said_that_nothing_was_made(bench: Bench) -> None:
    bench.service.errors["clone"] = [SlowDown("service-1002"), ServiceTrouble("service-busy")]
    await bench.run()
    assert bench.service.calls.count("clone") == 3
    assert bench.service.made == ["voice-abc123"]


async def cancel_in(bench: Bench, step: str) -> float:
    bench.service.hold = step
    order = {
        "prompt_clip": SampleChoice(path=CLIP),
        "fields": dataclasses.replace(FIELDS, prompt_text="Words."),
    }
    running = asyncio.ensure_future(bench.run(**order))
    await asyncio.wait_for(bench.service.held.wait(), 5)
    started = asyncio.get_running_loop().time()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    return asyncio.get_running_loop().time() - started


@pytest.mark.parametrize("step", ["upload", "upload-clip", "clone-before"])
async def test_cancelled_before_the_clone_request_has_left_no_voice_is_recorded(
    bench: Bench, step: str
) -> None:
    await cancel_in(bench, step)
    (job,) = await bench.library.jobs()
    assert (job.state, job.error_code) == (JobState.NOT_MADE, "cancelled")
    assert await bench.voices() == []
    assert bench.service.made == []


async def test_cancelled_after_it_has_left_the_voice_stays_as_unknown(bench: Bench) -> None:
    await cancel_in(bench, "clone")
    (job,) = await bench.library.jobs()
    assert (job.state, job.error_code, job.file_id) == (JobState.UNKNOWN, "cancelled", 1)
    assert await bench.voices() == [("voice-abc123", VoiceState.UNKNOWN)]


async def test_cancelled_while_the_preview_comes_the_voice_is_made(bench: Bench) -> None:
    await cancel_in(bench, "preview")
    assert await bench.state() is JobState.CLONED
    assert await bench.voices() == [("voice-abc123", VoiceState.NEW)]


async def test_a_voice_that_was_made_in_the_moment_of_the_cancel_is_recorded_as_made(bench: Bench) -> None:
    running: list[asyncio.Future[CloneResult]] = []
    original = bench.library.move_job

    async def cancel_while_writing(job_id: str, state: JobState, **changes: object):  # type: ignore[no-untyped-def]
        if state is JobState.CLONED:
            running[0].cancel()
        return await original(job_id, state, **changes)  # type: ignore[arg-type]

    bench.library.move_job = cancel_while_writing  # type: ignore[method-assign, assignment]
    running.append(asyncio.ensure_future(bench.run()))
    with pytest.raises(asyncio.CancelledError):
        await running[0]
    assert await bench.state() is JobState.CLONED
    assert await bench.voices() == [("voice-abc123", VoiceState.NEW)]


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([PreviewUnavailable("preview-expired")], "preview-expired"),
        ([ConnectionLost("connection-lost", host="h")] * 4, "preview-connection"),
        ([NotConnected("connect-dns", host="h")], "preview-connection"),
    ],
)
async def test_a_lost_preview_is_said_and_the_voice_is_made_all_the_same(
    bench: Bench, errors: list[Exception], code: str
) -> None:
    bench.service.errors["preview"] = errors
    result = await bench.run()
    assert result.preview is None
    assert result.preview_error is not None
    assert result.preview_error.code == code
    assert "voice is made" in result.preview_error.title
    assert await bench.state() is JobState.CLONED
    assert await bench.voices() == [("voice-abc123", VoiceState.NEW)]


async def test_what_the_service_flagged_is_handed_on(bench: Bench) -> None:
    bench.service.sensitive_type = 3
    assert (await bench.run()).sensitive_type == 3
