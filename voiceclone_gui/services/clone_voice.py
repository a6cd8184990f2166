"""The use case: from a recording to a voice and its preview, written down at every step."""

from __future__ import annotations

import asyncio
import dataclasses
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from voiceclone_gui.api.retry import Step, clone_outcome
from voiceclone_gui.api.wire import clone_body
from voiceclone_gui.core.answers import CloneAnswer, UploadedFile
from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.cost import CostEstimate
from voiceclone_gui.core.errors import (
    InputRefused,
    PreviewUnavailable,
    ServiceError,
    StorageFailed,
    VoiceCloneError,
)
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.job import CloneJob, JobState, Outcome
from voiceclone_gui.core.ports import Clock, CloneRecords, CloningService
from voiceclone_gui.core.problems import Problem, Severity, refusals
from voiceclone_gui.core.request import CloneFields, RightsStatement, check_fields
from voiceclone_gui.core.sample import Purpose, SampleFacts
from voiceclone_gui.core.voice import Voice
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
from voiceclone_gui.services.prepare_sample import PreparedSample, SamplePreparation
from voiceclone_gui.services.repeat import with_repeats

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class CloneOrder:
    """What the user asks for. ``service`` names where, in the same way at every start of the program.

    ``cost`` is what the user was told it costs; it is kept on record as it is.
    """

    recording: Path
    fields: CloneFields
    rights: RightsStatement | None
    profile_id: str
    service: str
    prompt_clip: Path | None = None
    cost: CostEstimate | None = None


class CloneVoice:
    """Makes one voice for each call of :meth:`run`.

    The voice and its job are on record before the request leaves, as *unknown*; they are completed or
    taken back by what is certain afterwards. Nothing that pays is repeated by itself unless the service
    has said that nothing was made.
    """

    def __init__(
        self,
        *,
        service: CloningService,
        preparation: SamplePreparation,
        records: CloneRecords,
        catalog: Catalog,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._service = service
        self._preparation = preparation
        self._records = records
        self._catalog = catalog
        self._clock = clock
        self._sleep = sleep

    async def run(self, order: CloneOrder, *, on_event: Callable[[CloneEvent], None]) -> CloneResult:
        """Clone a voice.

        Raises ``InputRefused`` with every problem before anything is sent; ``ServiceError`` and
        ``SampleError`` for a failed step. A missing preview is no failure: it stands in the result.
        Cancelled before the clone request has left, no voice exists; after that it stays as *unknown*.
        """
        return await _Run(use_case=self, order=order, on_event=on_event).go()

    async def check(self, order: CloneOrder) -> tuple[PreparedSample, PreparedSample | None, list[Problem]]:
        """Look at everything that will be sent: the samples, and all problems of files and fields."""
        recording = await self._preparation.prepare(order.recording, purpose=Purpose.VOICE_CLONE)
        clip = None
        if order.prompt_clip is not None:
            clip = await self._preparation.prepare(order.prompt_clip, purpose=Purpose.PROMPT_AUDIO)
        problems = list(recording.problems)
        problems += clip.problems if clip is not None else ()
        has_prompt_audio = order.prompt_clip is not None
        problems += check_fields(order.fields, has_prompt_audio=has_prompt_audio, catalog=self._catalog)
        if order.rights is None:
            problems.append(Problem(field=Field.RIGHTS, code="rights-missing"))
        return recording, clip, problems


class _Run:
    """One clone on its way; it holds what the steps hand to each other."""

    def __init__(
        self, *, use_case: CloneVoice, order: CloneOrder, on_event: Callable[[CloneEvent], None]
    ) -> None:
        self._service = use_case._service  # noqa: SLF001 - a part of it
        self._records = use_case._records  # noqa: SLF001
        self._clock = use_case._clock  # noqa: SLF001
        self._sleep = use_case._sleep  # noqa: SLF001
        self._check = use_case.check
        self._order = order
        self._tell = on_event
        self._sent = False
        self._made = False
        self._job: CloneJob | None = None

    async def go(self) -> CloneResult:
        recording, clip = await self._prepare()
        try:
            file_id = await self._upload(recording, CloneStep.UPLOAD)
            prompt_file_id = None if clip is None else await self._upload(clip, CloneStep.UPLOAD_CLIP)
            answer, voice = await self._clone(file_id, prompt_file_id)
        except (VoiceCloneError, asyncio.CancelledError) as error:
            await self._write_down_failure(error)
            raise
        return await self._fetch_preview(answer, voice)

    async def _prepare(self) -> tuple[SampleFacts, SampleFacts | None]:
        self._tell(StepStarted(step=CloneStep.PREPARE))
        recording, clip, problems = await self._check(self._order)
        forbidding = refusals(problems)
        if forbidding or recording.facts is None:
            raise InputRefused(forbidding)
        for problem in problems:
            if problem.severity is Severity.WARNING:
                self._tell(Warned(problem=problem))
        order = self._order
        assert order.rights is not None  # noqa: S101 - its absence was refused above
        self._job = CloneJob(
            job_id=uuid.uuid4().hex,
            state=JobState.PREPARED,
            voice_id=order.fields.voice_id,
            profile_id=order.profile_id,
            service=order.service,
            created_at=self._clock(),
            rights_stated_at=order.rights.stated_at,
            rights_text_version=order.rights.text_version,
            recording=str(order.recording),
            prompt_clip=str(order.prompt_clip or ""),
            request=dataclasses.asdict(order.fields),
            **_price(order.cost),
        )
        await self._records.add_job(self._job)
        return recording.facts, clip.facts if clip is not None else None

    async def _upload(self, facts: SampleFacts, step: CloneStep) -> int:
        is_clip = step is CloneStep.UPLOAD_CLIP
        await self._move(JobState.UPLOADING_CLIP if is_clip else JobState.UPLOADING)
        self._tell(StepStarted(step=step))
        extension = facts.upload_extension
        assert extension is not None  # noqa: S101 - what has none was refused above

        def call() -> Awaitable[UploadedFile]:
            return self._service.upload(
                facts.path,
                stamp=facts.stamp,
                extension=extension,
                purpose=Purpose.PROMPT_AUDIO if is_clip else Purpose.VOICE_CLONE,
                on_progress=partial(self._tell_progress, step),
            )

        uploaded = await self._repeat(call, Step.UPLOAD, shown_as=step)
        if is_clip:
            await self._move(JobState.CLIP_UPLOADED, prompt_file_id=uploaded.file_id)
        else:
            await self._move(JobState.UPLOADED, file_id=uploaded.file_id)
        return uploaded.file_id

    async def _clone(self, file_id: int, prompt_file_id: int | None) -> tuple[CloneAnswer, Voice]:
        order = self._order
        body = clone_body(order.fields, file_id=file_id, prompt_file_id=prompt_file_id)
        assert self._job is not None  # noqa: S101
        voice = Voice(
            voice_id=order.fields.voice_id,
            profile_id=order.profile_id,
            service=order.service,
            asked_at=self._clock(),
            rights_stated_at=self._job.rights_stated_at,
            rights_text_version=self._job.rights_text_version,
            job_id=self._job.job_id,
            request=body,
        )
        await self._move(JobState.CLONING, voice=voice)
        self._tell(StepStarted(step=CloneStep.CLONE))

        def call() -> Awaitable[CloneAnswer]:
            self._sent = False
            return self._service.clone(
                order.fields, file_id=file_id, prompt_file_id=prompt_file_id, on_sent=self._note_sent
            )

        answer = await self._repeat(call, Step.CLONE, shown_as=CloneStep.CLONE)
        self._made = True
        voice = dataclasses.replace(voice, made_at=self._clock(), trace_id=answer.trace_id)
        await self._move(JobState.CLONED, voice=voice, trace_id=answer.trace_id, demo_audio=answer.demo_audio)
        return answer, voice

    async def _fetch_preview(self, answer: CloneAnswer, voice: Voice) -> CloneResult:
        result = CloneResult(voice=voice, sensitive_type=answer.sensitive_type)
        if not self._order.fields.text:
            return result
        self._tell(StepStarted(step=CloneStep.PREVIEW))
        try:
            preview = await self._repeat(
                lambda: self._service.download_preview(
                    answer.demo_audio, on_progress=partial(self._tell_progress, CloneStep.PREVIEW)
                ),
                Step.DOWNLOAD,
                shown_as=CloneStep.PREVIEW,
            )
            path = await self._records.save_preview(voice, preview)
        except ServiceError as error:
            lost = PreviewUnavailable("preview-connection", reason=error.title, trace_id=answer.trace_id)
            return dataclasses.replace(result, preview_error=lost)
        except (PreviewUnavailable, StorageFailed) as error:
            return dataclasses.replace(result, preview_error=error)
        voice = dataclasses.replace(voice, preview_file=str(path))
        await self._move(JobState.PREVIEW_SAVED, voice=voice)
        return dataclasses.replace(result, voice=voice, preview=path)

    async def _write_down_failure(self, error: VoiceCloneError | asyncio.CancelledError) -> None:
        assert self._job is not None  # noqa: S101
        if self._made:
            return
        outcome = Outcome.NOT_MADE
        if self._job.state is JobState.CLONING:
            outcome = (
                clone_outcome(error) if isinstance(error, VoiceCloneError) else self._outcome_of_leaving()
            )
        code = error.code if isinstance(error, VoiceCloneError) else "cancelled"
        trace_id = error.trace_id if isinstance(error, VoiceCloneError) else ""
        if outcome is Outcome.UNKNOWN:
            await self._move(JobState.UNKNOWN, error_code=code, trace_id=trace_id)
        else:
            await self._move(JobState.NOT_MADE, drop_voice=True, error_code=code, trace_id=trace_id)

    def _outcome_of_leaving(self) -> Outcome:
        return Outcome.UNKNOWN if self._sent else Outcome.NOT_MADE

    async def _repeat(self, call: Callable[[], Awaitable[T]], step: Step, *, shown_as: CloneStep) -> T:
        return await with_repeats(
            call, step=step, on_wait=partial(self._tell_wait, shown_as), sleep=self._sleep
        )

    async def _move(
        self, state: JobState, *, voice: Voice | None = None, drop_voice: bool = False, **changes: object
    ) -> None:
        assert self._job is not None  # noqa: S101
        self._job = dataclasses.replace(self._job, state=state)
        await self._records.move_job(self._job.job_id, state, voice=voice, drop_voice=drop_voice, **changes)

    def _note_sent(self) -> None:
        self._sent = True
        self._tell(RequestSent())

    def _tell_progress(self, step: CloneStep, done_bytes: int, total_bytes: int) -> None:
        self._tell(StepProgress(step=step, done_bytes=done_bytes, total_bytes=total_bytes))

    def _tell_wait(self, step: CloneStep, wait_s: float, error: VoiceCloneError) -> None:
        self._sent = False
        self._tell(WaitingToRepeat(step=step, wait_s=wait_s, error=error))


def _price(cost: CostEstimate | None) -> dict[str, Any]:
    """The facts of a job that say what it costs; none where it is free or nobody knows."""
    if cost is None or cost.is_free or not cost.currency:
        return {}
    return {"currency": cost.currency, "preview_cost": cost.amount, "activation": cost.activation}
