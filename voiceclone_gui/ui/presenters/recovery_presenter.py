"""Gets lost previews back: by their link for nothing, else by a synthesis whose cost is asked first."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from voiceclone_gui.core.catalog import Catalog, PriceTable
from voiceclone_gui.core.cost import estimate_synthesis
from voiceclone_gui.core.errors import StorageFailed, VoiceCloneError
from voiceclone_gui.core.synthesis import OPEN_STATES, request_for
from voiceclone_gui.core.voice import Voice, VoiceState
from voiceclone_gui.ui.i18n import say, tr
from voiceclone_gui.ui.messages import Message, MessageBus, Tone, message_for_error
from voiceclone_gui.ui.presenters.recovery_state import LostPreview, RecoveryRun, RecoveryState
from voiceclone_gui.ui.tasks import TaskScope

if TYPE_CHECKING:
    from voiceclone_gui.core.job import CloneJob
    from voiceclone_gui.core.ports import Clock
    from voiceclone_gui.core.synthesis import Synthesis
    from voiceclone_gui.services.connection import Connection
    from voiceclone_gui.services.keep_voice import KeepOrder
    from voiceclone_gui.services.preview_events import PreviewEvent
    from voiceclone_gui.ui.dialogs import Question

# One name for both ways: while one is on its way, no other is started, and nothing is paid twice.
RECOVERY_TASK = "preview"
_NOT_WAITED_FOR = {"preview-stopped", "preview-interrupted"}


class Previews(Protocol):
    """Brings previews back."""

    async def fetch(self, voice: Voice, *, on_event: Callable[[PreviewEvent], None]) -> Voice:
        """Fetch one by its link, for nothing."""
        ...

    async def keep(self, order: KeepOrder, *, on_event: Callable[[PreviewEvent], None]) -> Voice:
        """Make one by a synthesis, which is paid."""
        ...


class RecoveryRecords(Protocol):
    """What is on record of voices and of what was asked for."""

    async def jobs(self) -> tuple[CloneJob, ...]:
        """All jobs."""
        ...

    async def voices(self) -> tuple[Voice, ...]:
        """All voices."""
        ...

    async def syntheses(self) -> tuple[Synthesis, ...]:
        """All syntheses."""
        ...


class RecoveryPresenter(QObject):
    """Signals: ``state_changed(RecoveryState)``; ``preview_came(Voice)``; ``voice_changed()``: an attempt
    has ended, and the record of the voice or of what was spent may be another one.
    """

    state_changed = Signal(object)
    preview_came = Signal(object)
    voice_changed = Signal()

    def __init__(
        self,
        *,
        previews: Previews,
        records: RecoveryRecords,
        connection: Connection,
        catalog: Catalog,
        prices: Callable[[], Mapping[str, PriceTable]],
        messages: MessageBus,
        tasks: TaskScope,
        ask: Callable[[Question], Awaitable[str]],
        clock: Clock,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.state = RecoveryState()
        self._previews = previews
        self._records = records
        self._connection = connection
        self._catalog = catalog
        self._prices = prices
        self._messages = messages
        self._tasks = tasks
        self._ask = ask
        self._clock = clock
        self._now_s = now_s

    def load(self) -> None:
        """Read anew which clones gave a link."""
        self._tasks.replace(self._load(), name="links of previews")

    def note_lost(self, voice: Voice, error: VoiceCloneError) -> None:
        """A preview could not be fetched: remember why, so that the ways to get it are shown."""
        from voiceclone_gui.services.fetch_preview import is_link_dead

        state, job = self.state, frozenset({voice.job_id})
        self._set(
            messages={**state.messages, voice.job_id: replace(message_for_error(error), tone=Tone.WARNING)},
            # One that nobody waited for didn't fail: fetching it is the way.
            tried=state.tried if error.code in _NOT_WAITED_FOR else state.tried | job,
            dead=state.dead | job if is_link_dead(error.code) else state.dead,
        )

    def lost(self, voice: Voice) -> LostPreview | None:
        """What to show beside ``voice``, which has no preview; ``None`` while nobody knows if it exists."""
        if voice.made_at is None:
            return None
        state = self.state
        run = state.run if state.run is not None and state.run.job_id == voice.job_id else None
        can_fetch = state.may_be_fetched(voice)
        return LostPreview(
            message=self._message(voice, can_fetch=can_fetch),
            can_fetch=can_fetch,
            # What costs nothing is tried first.
            can_make=not can_fetch or voice.job_id in state.tried,
            is_busy=state.is_busy,
            run=run,
        )

    def fetch(self, voice: Voice) -> None:
        """Fetch the preview by its link; does nothing while another one is on its way."""
        self._tasks.start_unique(self._fetch(voice), name=RECOVERY_TASK)

    def make(self, voice: Voice) -> None:
        """Ask, with the cost, and let the voice speak; does nothing while another one is on its way."""
        self._tasks.start_unique(self._make(voice), name=RECOVERY_TASK)

    def stop(self) -> None:
        """End it; where it may be billed already, ask first."""
        run = self.state.run
        if run is None or run.is_stopping:
            return
        if run.is_paid and run.is_sent:
            self._tasks.start_unique(self._ask_to_stop(), name="ask to stop the preview")
        else:
            self._cancel()

    # -- the ways

    async def _fetch(self, voice: Voice) -> None:
        async def go() -> None:
            self._begin(voice, is_paid=False)
            try:
                found = await self._previews.fetch(voice, on_event=self._note)
            except VoiceCloneError as error:
                self.note_lost(voice, error)
                return
            self._arrive(found, Message(title=_here(found), tone=Tone.INFORMATION))

        await self._busy(go())

    async def _make(self, voice: Voice) -> None:
        async def go() -> None:
            try:
                order = await self._agreed_order(voice)
                if order is not None:
                    await self._keep(order)
            except VoiceCloneError as error:
                self._say(voice, message_for_error(error))

        await self._busy(go())

    async def _agreed_order(self, voice: Voice) -> KeepOrder | None:
        """What the user agrees to pay for, ``None`` where they don't."""
        from voiceclone_gui.services.keep_voice import KeepOrder
        from voiceclone_gui.ui.keep_words import MAKE, keep_question

        self._connection.check_where_made(voice)
        # As it is on record by now: whether the fee still falls due stands there.
        on_record = (found for found in await self._records.voices() if found.job_id == voice.job_id)
        voice = next(on_record, voice)
        made = await self._records.syntheses()
        request = request_for(voice, catalog=self._catalog)
        cost = estimate_synthesis(
            voice, text=request.text, model_id=request.model, catalog=self._catalog, prices=self._prices()
        )
        question = keep_question(
            request,
            cost=cost,
            state=self._state_of(voice),
            has_open_attempt=any(one.job_id == voice.job_id and one.state in OPEN_STATES for one in made),
        )
        if await self._ask(question) != MAKE:
            return None
        return KeepOrder(voice=voice, request=request, cost=cost)

    async def _keep(self, order: KeepOrder) -> None:
        from asyncio import CancelledError

        from voiceclone_gui.ui.keep_words import billed_words

        voice = order.voice
        self._begin(voice, is_paid=True)
        try:
            kept = await self._previews.keep(order, on_event=self._note)
        except CancelledError:
            if self.state.run is not None and self.state.run.is_sent:
                self._say(voice, _stopped())
            raise
        finally:
            self.voice_changed.emit()
        words = billed_words(order.cost) if order.cost is not None else ""
        self._arrive(kept, Message(title=_here(kept), cure=words, tone=Tone.INFORMATION))

    def _arrive(self, voice: Voice, message: Message) -> None:
        messages = {job_id: said for job_id, said in self.state.messages.items() if job_id != voice.job_id}
        self._set(messages=messages, tried=self.state.tried - {voice.job_id})
        self._messages.post(message)
        self.preview_came.emit(voice)

    # -- inside

    async def _busy(self, work: Coroutine[Any, Any, None]) -> None:
        self._set(is_busy=True)
        try:
            await work
        finally:
            self._set(is_busy=False, run=None)

    def _begin(self, voice: Voice, *, is_paid: bool) -> None:
        self._messages.clear()
        self._set(run=RecoveryRun(job_id=voice.job_id, is_paid=is_paid, started_s=self._now_s()))

    def _note(self, event: PreviewEvent) -> None:
        from voiceclone_gui.services.preview_events import Fetched, PreviewWaits, SynthesisSent

        if self.state.run is None:
            return
        changes: dict[str, object] = {"waits_until_s": None, "wait_reason": "", "skip": None}
        match event:
            case Fetched(done_bytes=done, total_bytes=total):
                changes |= {"done_bytes": done, "total_bytes": total}
            case SynthesisSent():
                changes["is_sent"] = True
            case PreviewWaits(wait_s=wait_s, error=error, skip=skip):
                changes |= {"waits_until_s": self._now_s() + wait_s, "wait_reason": say(error).title}
                changes |= {"is_sent": False, "skip": skip}
        self._set(run=replace(self.state.run, **changes))  # type: ignore[arg-type]

    async def _ask_to_stop(self) -> None:
        from voiceclone_gui.ui.dialogs import Question

        question = Question(
            title=tr("Stop waiting?"),
            text=tr("The request has left already: the voice may be kept and billed all the same."),
            answers={"wait": tr("Keep waiting"), "stop": tr("Stop waiting")},
        )
        if await self._ask(question) == "stop":
            self._cancel()

    def _cancel(self) -> None:
        if self.state.run is not None:
            self._set(run=replace(self.state.run, is_stopping=True))
            self._tasks.cancel(RECOVERY_TASK)

    async def _load(self) -> None:
        try:
            jobs = await self._records.jobs()
            made = await self._records.syntheses()
        except VoiceCloneError as error:
            self._messages.post(message_for_error(error))
            return
        in_doubt = frozenset(one.job_id for one in made if one.state in OPEN_STATES)
        self._set(links={job.job_id: job.demo_audio for job in jobs}, in_doubt=in_doubt)

    def _message(self, voice: Voice, *, can_fetch: bool) -> Message:
        said = self.state.messages.get(voice.job_id)
        if voice.job_id in self.state.in_doubt and (said is None or said.code in _NOT_WAITED_FOR):
            # An earlier run was ended in the middle of it: what may be billed matters most.
            return Message(
                title=tr("A new preview was asked for, and nobody knows what came of it."),
                cure=tr("The voice may be kept and billed all the same. It isn't asked for again by itself."),
                tone=Tone.WARNING,
            )
        return said or self._reason(voice, can_fetch=can_fetch)

    def _reason(self, voice: Voice, *, can_fetch: bool) -> Message:
        if self._state_of(voice) is VoiceState.GONE:
            return Message(
                title=tr("The voice doesn't exist at the service any more."),
                cure=tr("It expired or was deleted: clone it again under a fresh ID."),
                tone=Tone.WARNING,
            )
        if voice.preview_file:
            gone = StorageFailed("preview-gone", path=voice.preview_file)
            return replace(message_for_error(gone), tone=Tone.WARNING)
        cure = (
            tr("Fetching it costs nothing.")
            if can_fetch
            else tr("A new one is a real synthesis: what it costs is said first.")
        )
        return Message(title=tr("This voice has no preview here."), cure=cure, tone=Tone.INFORMATION)

    def _state_of(self, voice: Voice) -> VoiceState:
        return voice.state(self._clock())

    def _say(self, voice: Voice, message: Message) -> None:
        self._set(messages={**self.state.messages, voice.job_id: message})

    def _set(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.state_changed.emit(self.state)


def _here(voice: Voice) -> str:
    return tr("The preview of {voice_id} is here.", voice_id=voice.voice_id)


def _stopped() -> Message:
    return Message(
        title=tr("Nobody waits for the new preview any more."),
        cure=tr("The voice may be kept and billed all the same. It isn't asked for again by itself."),
        tone=Tone.WARNING,
    )
