"""One clone on its way: its steps, each written down before the next one begins."""

from __future__ import annotations

import asyncio
import dataclasses
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from voiceclone_gui.api.retry import Step, clone_outcome, no_longer_knows_the_files
from voiceclone_gui.api.wire import clone_body
from voiceclone_gui.core.answers import CloneAnswer, UploadedFile
from voiceclone_gui.core.cost import CostEstimate
from voiceclone_gui.core.errors import (
    InputRefused,
    PreviewUnavailable,
    ServiceError,
    StorageFailed,
    VoiceCloneError,
    VoiceIdTaken,
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
    JobBegun,
    RequestSent,
    StepProgress,
    StepStarted,
    UploadsAnew,
    VoiceIsMade,
    WaitingToRepeat,
    Warned,
)
from voiceclone_gui.services.repeat import with_repeats

if TYPE_CHECKING:
    from voiceclone_gui.services.clone_voice import CloneOrder
    from voiceclone_gui.services.prepare_sample import PreparedSample

T = TypeVar("T")
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


class _Run:
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
        code = error.code if isinstance(error, VoiceCloneError) else "cancelled"
        trace_id = error.trace_id if isinstance(error, VoiceCloneError) else ""
        if outcome is Outcome.UNKNOWN:
            await self._move(JobState.UNKNOWN, error_code=code, trace_id=trace_id, in_doubt=True)
        else:
            await self._move(JobState.NOT_MADE, drop_voice=True, error_code=code, trace_id=trace_id)

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


class NewClone(_Run):
    """A clone that the user has just asked for."""

    def __init__(
        self,
        *,
        parts: CloneParts,
        order: CloneOrder,
        check: Callable[[CloneOrder], Awaitable[Checked]],
        on_event: Callable[[CloneEvent], None],
    ) -> None:
        super().__init__(parts=parts, on_event=on_event)
        self._order = order
        self._check = check
        self._job_id = uuid.uuid4().hex

    async def go(self) -> CloneResult:
        """Run it to its end."""
        try:
            recording, clip = await self._prepare()
            try:
                answer = await self._clone_with_known_files(recording, clip)
            except (VoiceCloneError, asyncio.CancelledError) as error:
                await self._write_down_failure(error)
                raise
            return await self._finish(self._order.fields, answer)
        finally:
            await self._parts.inputs.release(self._job_id)

    async def _prepare(self) -> tuple[Sample, Sample | None]:
        self._tell(StepStarted(step=CloneStep.PREPARE))
        facts, clip_facts = self._judge(await self._check(self._order))
        try:
            recording = await self._keep(facts, Purpose.VOICE_CLONE)
            clip = None if clip_facts is None else await self._keep(clip_facts, Purpose.PROMPT_AUDIO)
            order = self._order
            assert order.rights is not None  # noqa: S101 - its absence was refused above
            job = CloneJob(
                job_id=self._job_id,
                state=JobState.PREPARED,
                voice_id=order.fields.voice_id,
                profile_id=order.profile_id,
                service=order.service,
                created_at=self._parts.clock(),
                rights_stated_at=order.rights.stated_at,
                rights_text_version=order.rights.text_version,
                recording=_on_record(order.recording),
                prompt_clip=_on_record(order.prompt_clip) if order.prompt_clip is not None else "",
                request=dataclasses.asdict(order.fields),
                has_own_id=order.has_own_id,
                recording_sha256=recording.kept.sha256,
                clip_sha256=clip.kept.sha256 if clip is not None else "",
                **_price(order.cost),
            )
            await self._records.add_job(job)
        except BaseException:
            # Nothing is on record: nobody would ever ask for what is kept.
            await asyncio.shield(self._parts.inputs.remove(self._job_id))
            raise
        self._job = job
        self._tell(JobBegun(job_id=job.job_id))
        return recording, clip

    async def _keep(self, facts: SampleFacts, purpose: Purpose) -> Sample:
        kept = await self._parts.inputs.keep(self._job_id, facts.path, stamp=facts.stamp, purpose=purpose)
        return Sample(facts=facts, kept=kept, purpose=purpose)

    async def _clone_with_known_files(self, recording: Sample, clip: Sample | None) -> CloneAnswer:
        while True:
            file_id = await self._upload(recording)
            prompt_file_id = None if clip is None else await self._upload(clip)
            try:
                return await self._clone(self._order.fields, file_id=file_id, prompt_file_id=prompt_file_id)
            except ServiceError as error:
                if self._uploads_anew or not no_longer_knows_the_files(error):
                    raise
                # The service made nothing, for want of the files: they are sent once more.
                self._uploads_anew = True
                await self._move(JobState.UPLOADING, drop_voice=True, sent_at=None)
                await self._records.write_in_log(
                    self.job.job_id, "upload-anew", trace_id=error.trace_id, error=error.code
                )
                self._tell(UploadsAnew(error=error))


class SameCloneAgain(_Run):
    """A clone whose outcome nobody knows, sent once more by the user's click."""

    def __init__(
        self,
        *,
        parts: CloneParts,
        job: CloneJob,
        check: Callable[[Path, Path | None], Awaitable[Checked]],
        on_event: Callable[[CloneEvent], None],
    ) -> None:
        super().__init__(parts=parts, on_event=on_event)
        self._job = job
        self._check = check

    async def go(self) -> CloneResult:
        """Run it to its end."""
        if not await self._parts.inputs.claim(self.job.job_id):
            raise StorageFailed("job-in-use", voice_id=self.job.voice_id)
        fields = fields_of(self.job)
        self._tell(JobBegun(job_id=self.job.job_id))
        try:
            await self._records.write_in_log(self.job.job_id, "asked-again")
            try:
                answer = await self._ask_again(fields)
            except VoiceIdTaken as error:
                await self._write_down_failure(error)
                if not self.job.has_own_id:
                    raise
                return await self._made_by_the_first_attempt(error)
            except (VoiceCloneError, asyncio.CancelledError) as error:
                await self._write_down_failure(error)
                raise
            return await self._finish(fields, answer)
        finally:
            await self._parts.inputs.release(self.job.job_id)

    async def _ask_again(self, fields: CloneFields) -> CloneAnswer:
        file_id, prompt_file_id = self.job.file_id, self.job.prompt_file_id
        assert file_id is not None  # noqa: S101 - it was sent with it
        try:
            return await self._clone(fields, file_id=file_id, prompt_file_id=prompt_file_id)
        except ServiceError as error:
            if not no_longer_knows_the_files(error):
                raise
            await self._write_down_failure(error)
            samples = await self._kept_samples()
            if samples is None:
                raise
            await self._records.write_in_log(
                self.job.job_id, "upload-anew", trace_id=error.trace_id, error=error.code
            )
            self._tell(UploadsAnew(error=error))
        self._uploads_anew = True
        ids: Mapping[Purpose, int] = {s.purpose: await self._upload_in_doubt(s) for s in samples}
        file_id, prompt_file_id = ids[Purpose.VOICE_CLONE], ids.get(Purpose.PROMPT_AUDIO)
        await self._move(JobState.UNKNOWN, file_id=file_id, prompt_file_id=prompt_file_id)
        return await self._clone(fields, file_id=file_id, prompt_file_id=prompt_file_id)

    async def _kept_samples(self) -> list[Sample] | None:
        """The samples of the first attempt, ``None`` where they aren't all there, byte by byte."""
        job_id = self.job.job_id
        kept = await self._parts.inputs.kept(job_id, purpose=Purpose.VOICE_CLONE)
        clip = await self._parts.inputs.kept(job_id, purpose=Purpose.PROMPT_AUDIO)
        found = (kept.sha256 if kept else "", clip.sha256 if clip else "")
        if kept is None or found != (self.job.recording_sha256, self.job.clip_sha256):
            return None
        facts, clip_facts = self._judge(await self._check(kept.path, clip.path if clip else None))
        samples = [Sample(facts=facts, kept=kept, purpose=Purpose.VOICE_CLONE)]
        if clip is not None and clip_facts is not None:
            samples.append(Sample(facts=clip_facts, kept=clip, purpose=Purpose.PROMPT_AUDIO))
        return samples

    async def _upload_in_doubt(self, sample: Sample) -> int:
        self._tell(StepStarted(step=sample.step))
        return await self._file_id(sample)

    async def _made_by_the_first_attempt(self, error: VoiceIdTaken) -> CloneResult:
        unwritten = await self._write_down_made(trace_id=error.trace_id, demo_audio="")
        if unwritten is None:
            await self._parts.inputs.remove(self.job.job_id)
        lost = None
        if self.job.request.get("text"):
            lost = PreviewUnavailable("preview-of-lost-answer", trace_id=error.trace_id)
        return CloneResult(voice=self._voice, preview_error=lost, record_error=unwritten)


def fields_of(job: CloneJob) -> CloneFields:
    """The fields of a job's request."""
    return CloneFields(**job.request)  # type: ignore[arg-type] # written from the same fields


def _on_record(path: Path) -> str:
    """A path as text: bytes that are no text are written as ``\\xNN``."""
    return str(path).encode(errors="surrogateescape").decode(errors="backslashreplace")


def _price(cost: CostEstimate | None) -> dict[str, Any]:
    """The facts of a job that say what it costs; none where it is free or nobody knows."""
    if cost is None or cost.is_free or not cost.currency:
        return {}
    return {"currency": cost.currency, "preview_cost": cost.amount, "activation": cost.activation}
