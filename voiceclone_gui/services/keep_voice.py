"""The use case: a voice speaks for real, which is billed and keeps it; what it says is its preview then."""

from __future__ import annotations

import asyncio
import dataclasses
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from voiceclone_gui.api.retry import Step, clone_outcome
from voiceclone_gui.core.answers import Preview, Speech, SpeechRequest
from voiceclone_gui.core.cost import CostEstimate
from voiceclone_gui.core.errors import (
    ServiceError,
    StorageFailed,
    SynthesisUnknown,
    VoiceCloneError,
    VoiceElsewhere,
    VoiceMissing,
)
from voiceclone_gui.core.job import Outcome
from voiceclone_gui.core.ports import Clock, PreviewRecords
from voiceclone_gui.core.synthesis import Synthesis, SynthesisState
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.services.connection import Connected
from voiceclone_gui.services.preview_events import PreviewEvent, PreviewWaits, SynthesisSent
from voiceclone_gui.services.repeat import with_repeats


@dataclass(frozen=True, kw_only=True)
class KeepOrder:
    """What the user agreed to pay for. ``cost`` is what they were told; it is kept on record as it is."""

    voice: Voice
    request: SpeechRequest
    cost: CostEstimate | None = None


class KeepVoice:
    """Makes one synthesis for each call of :meth:`run`, at the very service that made the voice.

    It is on record before its request leaves, and completed by what is certain afterwards: a program that
    was killed in between leaves it as one that may have been billed. Nothing that pays is repeated by
    itself unless the service has said that nothing was made.
    """

    def __init__(
        self,
        *,
        connected: Connected,
        records: PreviewRecords,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._connected = connected
        self._records = records
        self._clock = clock
        self._sleep = sleep

    async def run(self, order: KeepOrder, *, on_event: Callable[[PreviewEvent], None]) -> Voice:
        """Let the voice speak, and give it as it is then: kept, with its new preview.

        Raises ``VoiceElsewhere`` and ``VoiceCloneError`` (*voice-unmade*) before anything is sent;
        ``ServiceError`` where nothing was billed, ``VoiceMissing`` among them: the voice is marked as gone;
        ``SynthesisUnknown`` where the voice may be kept and billed; ``StorageFailed`` where it is, but its
        preview can't be saved. Cancelled before the request has left, nothing was billed; after that the
        synthesis stays as *unknown*.
        """
        return await _Run(use_case=self, order=order, on_event=on_event).go()


class _Run:
    """One synthesis on its way."""

    def __init__(
        self, *, use_case: KeepVoice, order: KeepOrder, on_event: Callable[[PreviewEvent], None]
    ) -> None:
        self._connected = use_case._connected  # noqa: SLF001 - a part of it
        self._records = use_case._records  # noqa: SLF001
        self._clock = use_case._clock  # noqa: SLF001
        self._sleep = use_case._sleep  # noqa: SLF001
        self._order = order
        self._tell = on_event
        self._sent = False
        self._synthesis = Synthesis(
            synthesis_id=uuid.uuid4().hex,
            job_id=order.voice.job_id,
            profile_id=order.voice.profile_id,
            state=SynthesisState.SENDING,
            asked_at=self._clock(),
            text=order.request.text,
            model=order.request.model,
            **_price(order.cost),
        )

    async def go(self) -> Voice:
        voice, connected = self._order.voice, self._connected
        if (connected.profile_id, connected.name) != (voice.profile_id, voice.service):
            raise VoiceElsewhere("voice-elsewhere", made_at=voice.service, connected=connected.name)
        if voice.made_at is None:
            raise VoiceCloneError("voice-unmade")
        try:
            await self._records.add_synthesis(self._synthesis)
            speech = await self._speak()
        except asyncio.CancelledError:
            outcome = SynthesisState.UNKNOWN if self._sent else SynthesisState.NOT_MADE
            await self._end(outcome, error_code="cancelled")
            raise
        except ServiceError as error:
            await self._write_down_failure(error)
            raise
        return await self._write_down(speech)

    async def _speak(self) -> Speech:
        def call() -> Awaitable[Speech]:
            self._sent = False
            return self._connected.service.t2a(self._order.request, on_sent=self._note_sent)

        return await with_repeats(call, step=Step.SYNTHESIS, on_wait=self._note_wait, sleep=self._sleep)

    async def _write_down_failure(self, error: ServiceError) -> None:
        voice = None
        if isinstance(error, VoiceMissing):
            voice = dataclasses.replace(self._order.voice, gone_at=self._clock())
        is_unknown = clone_outcome(error) is Outcome.UNKNOWN
        state = SynthesisState.UNKNOWN if is_unknown else SynthesisState.NOT_MADE
        await self._end(state, voice=voice, error_code=error.code, trace_id=error.trace_id)
        if is_unknown:
            unknown = SynthesisUnknown(
                "synthesis-unknown",
                reason=error.title,
                trace_id=error.trace_id,
                service_code=error.service_code,
                detail=error.detail,
            )
            raise unknown from error

    async def _write_down(self, speech: Speech) -> Voice:
        """All in one stroke: it is done even if this is cancelled meanwhile."""
        kept = dataclasses.replace(
            self._order.voice, kept_at=self._order.voice.kept_at or self._clock(), gone_at=None
        )
        done = dataclasses.replace(self._synthesis, state=SynthesisState.DONE, trace_id=speech.trace_id)
        preview = Preview(content=speech.content, kind=speech.kind)
        try:
            return await self._records.take_preview(kept, preview, synthesis=done)
        except StorageFailed as error:
            raise StorageFailed("synthesis-not-saved", reason=str(error)) from error

    async def _end(self, state: SynthesisState, *, voice: Voice | None = None, **facts: str) -> None:
        ended = dataclasses.replace(self._synthesis, state=state, **facts)  # type: ignore[arg-type]
        await self._records.end_synthesis(ended, voice=voice)

    def _note_sent(self) -> None:
        self._sent = True
        self._tell(SynthesisSent())

    def _note_wait(self, wait_s: float, error: VoiceCloneError, skip: Callable[[], None]) -> None:
        self._sent = False
        self._tell(PreviewWaits(wait_s=wait_s, error=error, skip=skip))


def _price(cost: CostEstimate | None) -> dict[str, Any]:
    """The facts of a synthesis that say what it costs; none where it is free or nobody knows."""
    if cost is None or cost.is_free or not cost.currency:
        return {}
    return {"currency": cost.currency, "cost": cost.amount, "activation": cost.activation}
