"""A clone that the user has just asked for."""

from __future__ import annotations

import asyncio
import dataclasses
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voiceclone_gui.api.retry import no_longer_knows_the_files
from voiceclone_gui.core.answers import CloneAnswer
from voiceclone_gui.core.cost import CostEstimate
from voiceclone_gui.core.errors import ServiceError, VoiceCloneError
from voiceclone_gui.core.job import CloneJob, JobState, log_values
from voiceclone_gui.core.sample import Purpose, SampleFacts
from voiceclone_gui.services.clone_events import (
    CloneEvent,
    CloneResult,
    CloneStep,
    JobBegun,
    StepStarted,
    UploadsAnew,
)
from voiceclone_gui.services.clone_run import Checked, CloneParts, CloneRun, Sample

if TYPE_CHECKING:
    from voiceclone_gui.services.clone_voice import CloneOrder


class NewClone(CloneRun):
    """Makes the voice of one order."""

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
                recording=_on_record(order.recording.path),
                prompt_clip=_on_record(order.prompt_clip.path) if order.prompt_clip is not None else "",
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
                    self.job.job_id, "upload-anew", trace_id=error.trace_id, **log_values(error)
                )
                self._tell(UploadsAnew(error=error))


def _on_record(path: Path) -> str:
    """A path as text: bytes that are no text are written as ``\\xNN``."""
    return str(path).encode(errors="surrogateescape").decode(errors="backslashreplace")


def _price(cost: CostEstimate | None) -> dict[str, Any]:
    """The facts of a job that say what it costs; none where it is free or nobody knows."""
    if cost is None or cost.is_free or not cost.currency:
        return {}
    return {"currency": cost.currency, "preview_cost": cost.amount, "activation": cost.activation}
