"""The use case: from a recording to a voice and its preview, written down at every step."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.cost import CostEstimate
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.job import CloneJob
from voiceclone_gui.core.ports import Clock, CloneRecords, CloningService, JobInputs
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.request import CloneFields, RightsStatement, check_fields
from voiceclone_gui.core.sample import Purpose, SampleChoice
from voiceclone_gui.services.clone_events import CloneEvent, CloneResult
from voiceclone_gui.services.clone_run import CloneParts
from voiceclone_gui.services.new_clone import NewClone
from voiceclone_gui.services.outgoing import OutgoingSamples
from voiceclone_gui.services.prepare_sample import PreparedSample
from voiceclone_gui.services.repeated_clone import SameCloneAgain


@dataclass(frozen=True, kw_only=True)
class CloneOrder:
    """What the user asks for. ``service`` names where, in the same way at every start of the program.

    ``cost`` is what the user was told it costs; it is kept on record as it is. ``has_own_id``: the voice id
    is one that we made up, not one that was typed.
    """

    recording: SampleChoice
    fields: CloneFields
    rights: RightsStatement | None
    profile_id: str
    service: str
    prompt_clip: SampleChoice | None = None
    cost: CostEstimate | None = None
    has_own_id: bool = False


class CloneVoice:
    """Makes one voice for each call of :meth:`run`.

    The bytes to be sent are kept, and the voice and its job are on record, before the request leaves, as
    *unknown*; they are completed or taken back by what is certain afterwards. Nothing that pays is repeated
    by itself unless the service has said that nothing was made.
    """

    def __init__(
        self,
        *,
        service: CloningService,
        samples: OutgoingSamples,
        records: CloneRecords,
        inputs: JobInputs,
        catalog: Catalog,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._parts = CloneParts(service=service, records=records, inputs=inputs, clock=clock, sleep=sleep)
        self._samples = samples
        self._catalog = catalog

    async def run(self, order: CloneOrder, *, on_event: Callable[[CloneEvent], None]) -> CloneResult:
        """Clone a voice.

        Raises ``InputRefused`` with every problem before anything is sent; ``ServiceError`` and
        ``SampleError`` for a failed step. A missing preview is no failure: it stands in the result.
        Cancelled before the clone request has left, no voice exists; after that it stays as *unknown*.
        """
        return await NewClone(parts=self._parts, order=order, check=self.check, on_event=on_event).go()

    async def ask_again(self, job: CloneJob, *, on_event: Callable[[CloneEvent], None]) -> CloneResult:
        """Send the request of a job whose outcome is unknown once more: same id, same body.

        No second voice can come of it, but a preview may be billed again. Raises what :meth:`run` raises;
        whatever the service refuses, the job stays *unknown*, except that an id which we made up and which
        is taken by now was taken by the first attempt. A taken id that was typed raises ``VoiceIdTaken``.
        """
        return await SameCloneAgain(parts=self._parts, job=job, check=self.check_kept, on_event=on_event).go()

    async def check(self, order: CloneOrder) -> tuple[PreparedSample, PreparedSample | None, list[Problem]]:
        """Make everything that will be sent: the samples, and all problems of files and fields."""
        recording, clip, problems = await self._make(order.recording, order.prompt_clip)
        has_prompt_audio = order.prompt_clip is not None
        problems += check_fields(order.fields, has_prompt_audio=has_prompt_audio, catalog=self._catalog)
        if order.rights is None:
            problems.append(Problem(field=Field.RIGHTS, code="rights-missing"))
        return recording, clip, problems

    async def check_kept(
        self, recording: Path, clip: Path | None
    ) -> tuple[PreparedSample, PreparedSample | None, list[Problem]]:
        """Look at samples that were kept with a job, and go as they are."""
        prepared = await self._samples.examine(recording, purpose=Purpose.VOICE_CLONE)
        if clip is None:
            return prepared, None, list(prepared.problems)
        prepared_clip = await self._samples.examine(clip, purpose=Purpose.PROMPT_AUDIO)
        return prepared, prepared_clip, [*prepared.problems, *prepared_clip.problems]

    async def _make(
        self, recording: SampleChoice, clip: SampleChoice | None
    ) -> tuple[PreparedSample, PreparedSample | None, list[Problem]]:
        prepared = await self._samples.make(recording, purpose=Purpose.VOICE_CLONE)
        if clip is None:
            return prepared, None, list(prepared.problems)
        prepared_clip = await self._samples.make(clip, purpose=Purpose.PROMPT_AUDIO)
        return prepared, prepared_clip, [*prepared.problems, *prepared_clip.problems]
