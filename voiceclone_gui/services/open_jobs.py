"""Jobs that aren't over: found again at the start, and settled by what can be learned about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from voiceclone_gui.core.answers import ListedVoice
from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.core.job import BEFORE_CLONE, CLONE_READ_TIMEOUT_S, CloneJob, JobState, LogEntry
from voiceclone_gui.core.ports import Clock, CloneRecords, JobInputs
from voiceclone_gui.core.sample import KeptSample, Purpose
from voiceclone_gui.core.voice import Voice

INTERRUPTED = "interrupted"
CANCELLED = "cancelled"


class OpenKind(StrEnum):
    """What is known of a job that isn't over, and so what can be done about it."""

    INTERRUPTED = "interrupted"
    """The program ended before the request left: no voice, nothing paid."""
    FAILED = "failed"
    """Refused, with everything kept: no voice."""
    UNKNOWN = "unknown"
    """The request may have left, and no answer was understood."""
    NO_PREVIEW = "no-preview"
    """The voice is made, its preview was still on the way."""


@dataclass(frozen=True, kw_only=True)
class OpenJob:
    """A job with what is kept for it and what happened in it; a sample is ``None`` where it is gone, the
    voice where none is on record.
    """

    kind: OpenKind
    job: CloneJob
    recording: KeptSample | None = None
    clip: KeptSample | None = None
    voice: Voice | None = None
    log: tuple[LogEntry, ...] = ()

    @property
    def can_be_asked_from(self) -> datetime | None:
        """When the request may be sent again: a first one may still be worked on before that."""
        sent_at = self.job.sent_at
        return None if sent_at is None else sent_at + timedelta(seconds=CLONE_READ_TIMEOUT_S)


class VoiceLister(Protocol):
    """Lists the voices of an account."""

    async def get_voices(self) -> tuple[ListedVoice, ...]:
        """Those that were used at least once."""
        ...


class OpenJobRecords(CloneRecords, Protocol):
    """The record of jobs, with what only this use case needs."""

    async def job(self, job_id: str) -> CloneJob | None:
        """The job of that id."""
        ...

    async def voices(self) -> tuple[Voice, ...]:
        """All voices."""
        ...


class OpenJobs:
    """Finds and settles jobs that aren't over."""

    def __init__(self, *, records: OpenJobRecords, inputs: JobInputs, clock: Clock) -> None:
        self._records = records
        self._inputs = inputs
        self._clock = clock

    async def recover(self) -> OpenJob | None:
        """Write down what became of jobs that were interrupted, and give the newest that isn't over.

        A job that another process works on is left alone. Raises ``StorageFailed``.
        """
        found: OpenJob | None = None
        needed = set()
        for job in await self._records.open_jobs():
            if not await self._inputs.claim(job.job_id):
                needed.add(job.job_id)
                continue
            try:
                settled = await self._settle(job)
            finally:
                await self._inputs.release(job.job_id)
            needed.add(job.job_id)
            if found is None and settled is not None:
                found = settled
        await self._throw_away_all_but(needed)
        return found

    async def find(self, job_id: str) -> OpenJob | None:
        """The job as it stands, ``None`` where it is over; an unknown one also where it was set aside."""
        job = await self._records.job(job_id)
        if job is None:
            return None
        kind = OpenKind.UNKNOWN if job.state is JobState.UNKNOWN else _kind_of(job)
        return None if kind is None else await self._open(job, kind)

    async def is_listed(self, job: CloneJob, service: VoiceLister) -> bool:
        """Ask the service for its voices; one that is listed exists, and is written down as made.

        One that isn't may exist all the same: it is listed only after its first use. Raises ``NotOffered``
        and the other ``ServiceError``.
        """
        listed = any(voice.voice_id == job.voice_id for voice in await service.get_voices())
        await self._records.write_in_log(job.job_id, "listed" if listed else "not-listed")
        if listed:
            await self._write_down(job, made=True)
        return listed

    async def take_word(self, job: CloneJob, *, made: bool) -> None:
        """Write down what the user knows: the voice exists, or it doesn't."""
        await self._records.write_in_log(job.job_id, "user-says-made" if made else "user-says-not-made")
        await self._write_down(job, made=made)

    def hold(self, job: CloneJob) -> None:
        """What is kept for the job is shown, and can be cloned with, whatever becomes of the job."""
        self._inputs.hold(job.job_id)

    async def set_aside(self, job: CloneJob) -> None:
        """Never ask about the job again; its voice stays as it is on record. What is kept goes, unless it
        is held: then the next start throws it away.
        """
        await self._records.set_aside(job.job_id)
        await self._inputs.remove(job.job_id)

    async def discard(self, job: CloneJob) -> None:
        """Never ask about the job again, and throw away what is kept."""
        await self._records.set_aside(job.job_id)
        await self._inputs.remove(job.job_id, even_held=True)

    async def _settle(self, job: CloneJob) -> OpenJob | None:
        if job.state in BEFORE_CLONE:
            job = await self._records.move_job(
                job.job_id, JobState.NOT_MADE, drop_voice=True, error_code=INTERRUPTED
            )
        elif job.state is JobState.CLONING:
            job = await self._records.move_job(
                job.job_id, JobState.UNKNOWN, error_code=INTERRUPTED, in_doubt=True
            )
        kind = _kind_of(job)
        return None if kind is None else await self._open(job, kind)

    async def _open(self, job: CloneJob, kind: OpenKind) -> OpenJob:
        recording = await self._inputs.kept(job.job_id, purpose=Purpose.VOICE_CLONE)
        clip = await self._inputs.kept(job.job_id, purpose=Purpose.PROMPT_AUDIO)
        log = await self._records.job_log(job.job_id)
        voice = await self._voice(job)
        return OpenJob(kind=kind, job=job, recording=recording, clip=clip, voice=voice, log=log)

    async def _voice(self, job: CloneJob) -> Voice | None:
        return next((one for one in await self._records.voices() if one.job_id == job.job_id), None)

    async def _write_down(self, job: CloneJob, *, made: bool) -> None:
        if not made:
            await self._records.move_job(job.job_id, JobState.NOT_MADE, drop_voice=True, in_doubt=False)
        else:
            voice = await self._voice(job)
            if voice is None:
                raise StorageFailed("storage-damaged", path=job.job_id, reason=job.voice_id)
            # When it was made isn't known; not before it was asked for, and that is the safe side.
            made_voice = voice.made_when_asked()
            await self._records.move_job(job.job_id, JobState.CLONED, voice=made_voice, in_doubt=False)
        await self.set_aside(job)

    async def _throw_away_all_but(self, needed: set[str]) -> None:
        for job_id in await self._inputs.job_ids():
            if job_id not in needed and await self._inputs.claim(job_id):
                await self._inputs.remove(job_id)


def _kind_of(job: CloneJob) -> OpenKind | None:
    if job.is_set_aside:
        return None
    if job.state is JobState.UNKNOWN:
        return OpenKind.UNKNOWN
    if job.state is JobState.CLONED:
        return OpenKind.NO_PREVIEW if job.request.get("text") else None
    if job.state is JobState.NOT_MADE and job.error_code != CANCELLED:
        return OpenKind.INTERRUPTED if job.error_code == INTERRUPTED else OpenKind.FAILED
    return None
