"""A clone on its way: the steps that a new one and a repeated one share, each written down in time."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from voiceclone_gui.api.retry import Step, clone_outcome
from voiceclone_gui.api.wire import clone_body
from voiceclone_gui.core.answers import CloneAnswer, UploadedFile
from voiceclone_gui.core.errors import (
    InputRefused,
    PreviewUnavailable,
    ServiceError,
    StorageFailed,
    VoiceCloneError,
)
from voiceclone_gui.core.job import BEFORE_CLONE, CloneJob, JobState, Outcome, Upload
from voiceclone_gui.core.ports import Clock, CloneRecords, CloningService, JobInputs
from voiceclone_gui.core.problems import Problem, Severity, refusals
from voiceclone_gui.core.request import CloneFields
from voiceclone_gui.core.sample import KeptSample, Purpose, SampleFacts
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.services.clone_events import (
    CloneEvent,
    CloneResult,
    CloneStep,
    RequestSent,
    StepProgress,
    StepStarted,
    VoiceIsMade,
    WaitingToRepeat,
    Warned,
)
from voiceclone_gui.services.repeat import with_repeats

if TYPE_CHECKING:
    from voiceclone_gui.services.prepare_sample import PreparedSample

T = TypeVar("T")
logger = logging.getLogger("voiceclone_gui.jobs")
# How long the service keeps a file isn't documented; one that is gone is uploaded again (contract, 2).
UPLOAD_STANDS_FOR = timedelta(hours=24)

Checked = tuple["PreparedSample", "PreparedSample | None", list[Problem]]


@dataclass(frozen=True, kw_only=True)
class CloneParts:
    """What every clone works with."""

    service: CloningService
    records: CloneRecords
    inputs: JobInputs
    clock: Clock
    sleep: Callable[[float], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A sample that is ready to be sent: what is known of it, and the bytes that are kept."""

    facts: SampleFacts
    kept: KeptSample
    purpose: Purpose

    @property
    def step(self) -> CloneStep:
        """The step that sends it."""
        return CloneStep.UPLOAD_CLIP if self.purpose is Purpose.PROMPT_AUDIO else CloneStep.UPLOAD


class CloneRun:
    """What a new clone and a repeated one share; it holds what the steps hand to each other."""

    def __init__(self, *, parts: CloneParts, on_event: Callable[[CloneEvent], None]) -> None:
        self._parts = parts
        self._records = parts.records
        self._tell = on_event
        self._job: CloneJob | None = None
        self._made_voice: Voice | None = None
        self._sent = False
        self._made = False
        self._uploads_anew = False

    @property
    def job(self) -> CloneJob:
        """The job as it is on record."""
        assert self._job is not None  # noqa: S101 - the steps come after it is made
        return self._job

    @property
    def _voice(self) -> Voice:
        """The voice as it is on record."""
        assert self._made_voice is not None  # noqa: S101 - the request comes after it
        return self._made_voice

    # -- what is sent

    def _judge(self, checked: Checked) -> tuple[SampleFacts, SampleFacts | None]:
        recording, clip, problems = checked
        forbidding = refusals(problems)
        if forbidding or recording.facts is None:
            raise InputRefused(forbidding)
        for problem in problems:
            if problem.severity is Severity.WARNING:
                self._tell(Warned(problem=problem))
        return recording.facts, clip.facts if clip is not None else None

    async def _upload(self, sample: Sample) -> int:
        is_clip = sample.purpose is Purpose.PROMPT_AUDIO
        state = JobState.UPLOADING_CLIP if is_clip else JobState.UPLOADING
        if self.job.state is not state:
            await self._move(state)
        self._tell(StepStarted(step=sample.step))
        file_id = await self._file_id(sample)
        if is_clip:
            await self._move(JobState.CLIP_UPLOADED, prompt_file_id=file_id)
        else:
            await self._move(JobState.UPLOADED, file_id=file_id)
        return file_id

    async def _file_id(self, sample: Sample) -> int:
        upload = Upload(
            service=self.job.service,
            profile_id=self.job.profile_id,
            sha256=sample.kept.sha256,
            purpose=sample.purpose,
        )
        if not self._uploads_anew:
            since = self._parts.clock() - UPLOAD_STANDS_FOR
            file_id = await self._records.earlier_upload(upload, since=since)
            if file_id is not None:
                await self._records.write_in_log(self.job.job_id, "upload-stands", file_id=file_id)
                return file_id
        extension = sample.facts.upload_extension
        assert extension is not None  # noqa: S101 - what has none was refused

        def call() -> Awaitable[UploadedFile]:
            return self._parts.service.upload(
                sample.kept.path,
                stamp=sample.kept.stamp,
                extension=extension,
                purpose=sample.purpose,
                on_progress=partial(self._tell_progress, sample.step),
            )

        uploaded = await self._repeat(call, Step.UPLOAD, shown_as=sample.step)
        await self._records.note_upload(dataclasses.replace(upload, file_id=uploaded.file_id))
        return uploaded.file_id

    # -- the clone

    async def _clone(self, fields: CloneFields, *, file_id: int, prompt_file_id: int | None) -> CloneAnswer:
        voice = Voice(
            voice_id=self.job.voice_id,
            profile_id=self.job.profile_id,
            service=self.job.service,
            asked_at=self.job.sent_at or self._parts.clock(),
            rights_stated_at=self.job.rights_stated_at,
            rights_text_version=self.job.rights_text_version,
            job_id=self.job.job_id,
            request=clone_body(fields, file_id=file_id, prompt_file_id=prompt_file_id),
        )
        await self._move(JobState.CLONING, voice=voice, sent_at=voice.asked_at)
        self._made_voice = voice
        self._tell(StepStarted(step=CloneStep.CLONE))

        def call() -> Awaitable[CloneAnswer]:
            self._sent = False
            return self._parts.service.clone(
                fields, file_id=file_id, prompt_file_id=prompt_file_id, on_sent=self._note_sent
            )

        return await self._repeat(call, Step.CLONE, shown_as=CloneStep.CLONE)

    async def _write_down_made(self, *, trace_id: str, demo_audio: str) -> StorageFailed | None:
        """The voice exists whether that can be written down or not."""
        self._made = True
        self._made_voice = dataclasses.replace(self._voice, made_at=self._parts.clock(), trace_id=trace_id)
        try:
            await self._move(
                JobState.CLONED, voice=self._voice, trace_id=trace_id, demo_audio=demo_audio, in_doubt=False
            )
        except StorageFailed as error:
            return error
        return None

    # -- the preview

    async def _finish(self, fields: CloneFields, answer: CloneAnswer) -> CloneResult:
        unwritten = await self._write_down_made(trace_id=answer.trace_id, demo_audio=answer.demo_audio)
        result = CloneResult(voice=self._voice, sensitive_type=answer.sensitive_type, record_error=unwritten)
        if fields.text:
            result = await self._fetch_preview(answer, result)
        if result.record_error is not None:
            unwritten = await self._write_down_made(trace_id=answer.trace_id, demo_audio=answer.demo_audio)
            result = dataclasses.replace(result, record_error=unwritten)
        if result.preview is not None and result.record_error is None:
            result = await self._write_down_preview(result)
        if result.record_error is None:
            # A preview that is still missing needs only the link, or the voice.
            await self._parts.inputs.remove(self.job.job_id)
        return result

    async def _fetch_preview(self, answer: CloneAnswer, result: CloneResult) -> CloneResult:
        self._tell(StepStarted(step=CloneStep.PREVIEW))
        self._tell(VoiceIsMade(voice=result.voice))
        try:
            preview = await self._repeat(
                lambda: self._parts.service.download_preview(
                    answer.demo_audio, on_progress=partial(self._tell_progress, CloneStep.PREVIEW)
                ),
                Step.DOWNLOAD,
                shown_as=CloneStep.PREVIEW,
            )
            path = await self._records.save_preview(result.voice, preview)
        except ServiceError as error:
            lost = PreviewUnavailable("preview-connection", reason=error.title, trace_id=answer.trace_id)
            return dataclasses.replace(result, preview_error=lost)
        except (PreviewUnavailable, StorageFailed) as error:
            return dataclasses.replace(result, preview_error=error)
        return dataclasses.replace(result, preview=path)

    async def _write_down_preview(self, result: CloneResult) -> CloneResult:
        voice = dataclasses.replace(self._voice, preview_file=str(result.preview))
        try:
            await self._move(JobState.PREVIEW_SAVED, voice=voice)
        except StorageFailed as error:
            return dataclasses.replace(result, voice=voice, record_error=error)
        return dataclasses.replace(result, voice=voice)

    # -- what is written down

    async def _write_down_failure(self, error: VoiceCloneError | asyncio.CancelledError) -> None:
        if self._made:
            return
        outcome = self._outcome(error)
        because = error if isinstance(error, VoiceCloneError) else None
        said: dict[str, Any] = {
            "because": because,
            "error_code": because.code if because is not None else "cancelled",
            "trace_id": because.trace_id if because is not None else "",
        }
        if outcome is Outcome.UNKNOWN:
            await self._move(JobState.UNKNOWN, in_doubt=True, **said)
        else:
            await self._move(JobState.NOT_MADE, drop_voice=True, **said)

    def _outcome(self, error: VoiceCloneError | asyncio.CancelledError) -> Outcome:
        if self.job.in_doubt:
            return Outcome.UNKNOWN
        if self.job.state in BEFORE_CLONE:
            return Outcome.NOT_MADE
        if isinstance(error, VoiceCloneError):
            return clone_outcome(error)
        return Outcome.UNKNOWN if self._sent else Outcome.NOT_MADE

    async def _repeat(self, call: Callable[[], Awaitable[T]], step: Step, *, shown_as: CloneStep) -> T:
        return await with_repeats(
            call, step=step, on_wait=partial(self._tell_wait, shown_as), sleep=self._parts.sleep
        )

    async def _move(
        self, state: JobState, *, voice: Voice | None = None, drop_voice: bool = False, **changes: Any
    ) -> None:
        moved = await self._records.move_job(
            self.job.job_id, state, voice=voice, drop_voice=drop_voice, **changes
        )
        self._job = moved
        logger.info("Job %s: %s %s", moved.job_id[:8], state.value, changes.get("error_code", ""))

    def _note_sent(self) -> None:
        self._sent = True
        self._tell(RequestSent())

    def _tell_progress(self, step: CloneStep, done_bytes: int, total_bytes: int) -> None:
        self._tell(StepProgress(step=step, done_bytes=done_bytes, total_bytes=total_bytes))

    def _tell_wait(
        self, step: CloneStep, wait_s: float, error: VoiceCloneError, skip: Callable[[], None]
    ) -> None:
        self._sent = False
        self._tell(WaitingToRepeat(step=step, wait_s=wait_s, error=error, skip=skip))
