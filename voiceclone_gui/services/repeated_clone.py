"""A clone whose outcome nobody knows, sent once more by the user's click."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from voiceclone_gui.api.retry import no_longer_knows_the_files
from voiceclone_gui.core.answers import CloneAnswer
from voiceclone_gui.core.errors import (
    PreviewUnavailable,
    ServiceError,
    StorageFailed,
    VoiceCloneError,
    VoiceIdTaken,
)
from voiceclone_gui.core.job import CloneJob, JobState, log_values
from voiceclone_gui.core.request import CloneFields
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.services.clone_events import CloneEvent, CloneResult, JobBegun, StepStarted, UploadsAnew
from voiceclone_gui.services.clone_run import Checked, CloneParts, CloneRun, Sample


class SameCloneAgain(CloneRun):
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
                self.job.job_id, "upload-anew", trace_id=error.trace_id, **log_values(error)
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
