"""The Clone page's logic: files come in, fields change, a voice is cloned. It knows no widget."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from voiceclone_gui.core.catalog import Catalog, PriceTable
from voiceclone_gui.core.errors import PreviewUnavailable, VoiceCloneError
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.services.clone_events import CloneStep
from voiceclone_gui.ui.messages import MessageBus, message_for_error
from voiceclone_gui.ui.presenters import run_tracker
from voiceclone_gui.ui.presenters.clone_inputs import CloneInputs
from voiceclone_gui.ui.presenters.clone_order import order_of
from voiceclone_gui.ui.presenters.clone_ports import Cloner, SampleChecks, Samples
from voiceclone_gui.ui.presenters.clone_state import (
    OpenJobState,
    ResultState,
    RunState,
)
from voiceclone_gui.ui.presenters.clone_words import after_result, no_time, stop_question
from voiceclone_gui.ui.presenters.run_tracker import planned_steps
from voiceclone_gui.ui.tasks import TaskScope

if TYPE_CHECKING:
    from voiceclone_gui.core.ports import Clock
    from voiceclone_gui.core.voice import Voice
    from voiceclone_gui.services.clone_events import CloneEvent, CloneResult
    from voiceclone_gui.services.connection import Connected, Connection
    from voiceclone_gui.services.open_jobs import OpenJob
    from voiceclone_gui.ui.dialogs import Question

CLONE_TASK = "clone"


class ClonePresenter(CloneInputs):
    """What becomes of the page's inputs: a clone, its progress, its result, a job that isn't over.

    Signals, beside those of the inputs: ``voice_made(Voice)``; ``run_ended(str)``: a clone has ended,
    whatever came of it, and the record of its job is written; ``""`` where none was begun.
    """

    voice_made = Signal(object)
    run_ended = Signal(str)

    def __init__(
        self,
        *,
        catalog: Catalog,
        samples: Samples,
        checks: SampleChecks,
        cloner: Cloner,
        connection: Connection,
        messages: MessageBus,
        tasks: TaskScope,
        ask: Callable[[Question], Awaitable[str]],
        clock: Clock,
        prices: Callable[[], Mapping[str, PriceTable]],
        used_voice_ids: frozenset[str] = frozenset(),
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(
            catalog=catalog,
            samples=samples,
            checks=checks,
            connection=connection,
            messages=messages,
            tasks=tasks,
            prices=prices,
            used_voice_ids=used_voice_ids,
            now_s=now_s,
        )
        self._cloner = cloner
        self._ask = ask
        self._clock = clock

    # -- the clone

    def refuse_time(self, typed: str) -> None:
        """Say that what was typed as an end of the selected part is no time in it."""
        self._messages.post(no_time(typed))

    def start(self) -> None:
        """Clone the voice; does nothing while one is on its way or something forbids it."""
        if self.state.obstacle is None and not self.state.is_running:
            self._tasks.start_unique(self._clone(), name=CLONE_TASK)

    def ask_again(self) -> None:
        """Send the request of the job that stands open once more; what forbids it was looked at before."""
        if self.state.open_job is not None and not self.state.is_running:
            self._tasks.start_unique(self._ask_again(self.state.open_job.found), name=CLONE_TASK)

    # -- a job that isn't over

    def restore(self, found: OpenJob) -> None:
        """Put back what a job was asked for, as far as it is kept."""
        from voiceclone_gui.services.repeated_clone import fields_of

        job = found.job
        self._id_was_typed = not job.has_own_id
        self._set_state(replace(self.state, fields=fields_of(job), has_rights=True, message=None))
        for kept, purpose in ((found.recording, Purpose.VOICE_CLONE), (found.clip, Purpose.PROMPT_AUDIO)):
            if kept is not None:
                self._loader.start(kept.path, purpose, is_restored=True)

    def show_open_job(self, open_job: OpenJobState | None) -> None:
        """Show a job that isn't over, or none; an outcome that nobody knows takes the error's place."""
        unknown = open_job is not None and open_job.is_unknown
        message = None if unknown else self.state.message
        self._set_state(replace(self.state, open_job=open_job, message=message))

    def stop(self) -> None:
        """Cancel; after the request has left, ask first: the voice may be made all the same."""
        run = self.state.run
        if run is None or run.is_stopping:
            return
        if not run.is_sent:
            self._cancel_run()
        else:
            self._tasks.start_unique(self._ask_to_stop(), name="ask to stop")

    def _cancel_run(self) -> None:
        if self.state.run is not None:
            self._set_state(replace(self.state, run=replace(self.state.run, is_stopping=True)))
            self._tasks.cancel(CLONE_TASK)

    async def _ask_to_stop(self) -> None:
        run = self.state.run
        if run is not None and await self._ask(stop_question(run)) == "stop":
            self._cancel_run()

    async def _clone(self) -> None:
        state, started = self.state, self._clock()
        recording = state.recording
        assert recording is not None  # noqa: S101 - start() has looked
        self._used_ids.add(state.fields.voice_id)

        async def clone(connected: Connected) -> CloneResult:
            order = order_of(state, connected=connected, stated_at=started, has_own_id=not self._id_was_typed)
            return await self._cloner.clone(order, connected=connected, on_event=self._note)

        steps = planned_steps(has_clip=state.clip is not None, has_preview=bool(state.fields.text))
        run = run_tracker.begin(steps, first=CloneStep.PREPARE, now_s=self._now_s())
        await self._run(run, clone, recording=recording.path)

    async def _ask_again(self, open_job: OpenJob) -> None:
        from voiceclone_gui.services.connection import check_same_service

        job = open_job.job

        async def ask_again(connected: Connected) -> CloneResult:
            check_same_service(job, connected)
            return await self._cloner.ask_again(job, connected=connected, on_event=self._note)

        steps = planned_steps(has_clip=bool(job.clip_sha256), has_preview=bool(job.request.get("text")))
        run = run_tracker.begin(steps, first=CloneStep.CLONE, now_s=self._now_s(), in_doubt=True)
        recording = self.state.recording.path if self.state.recording else Path(job.recording)
        await self._run(run, ask_again, recording=recording, service_id=job.profile_id)

    async def _run(
        self,
        run: RunState,
        work: Callable[[Connected], Awaitable[CloneResult]],
        *,
        recording: Path,
        service_id: str | None = None,
    ) -> None:
        import asyncio

        self._messages.clear()
        self._set_state(replace(self.state, run=run, result=None, message=None, open_job=None))
        message = None
        result = None
        try:
            made = await work(await self._connection.open(service_id))
            result = self._result(
                made.voice, recording, preview=made.preview, preview_error=made.preview_error
            )
            message = after_result(made)
        except VoiceCloneError as error:
            message = message_for_error(error)
            self.look_on_disk()
        except asyncio.CancelledError:
            if self.state.run is not None and self.state.run.made is not None:
                stopped = PreviewUnavailable("preview-stopped")
                result = self._result(self.state.run.made, recording, preview=None, preview_error=stopped)
            raise
        finally:
            job_id = self.state.run.job_id if self.state.run is not None else ""
            self._tasks.cancel("ask to stop")
            self._set_state(replace(self.state, run=None, result=result, message=message))
            if result is not None:
                self._after_a_voice(result)
            self.run_ended.emit(job_id)

    def _after_a_voice(self, result: ResultState) -> None:
        self.voice_made.emit(result.voice)
        if result.voice.voice_id == self.state.fields.voice_id:
            self.begin_another_voice()

    def begin_another_voice(self) -> None:
        """An id can be used once: the next clone needs another, and its own word about the rights."""
        message = self.state.message
        self.set_rights(False)
        self._put_fresh_id()
        self._set_state(replace(self.state, message=message))

    def _result(
        self, voice: Voice, recording: Path, *, preview: Path | None, preview_error: VoiceCloneError | None
    ) -> ResultState:
        return ResultState(
            voice=voice,
            recording=recording,
            preview=preview,
            is_stand_in=voice.profile_id == "practice",
            preview_error=preview_error,
        )

    def show_lost_preview(self, voice: Voice) -> None:
        """Show a voice that was made before, and whose preview was still on the way."""
        lost = PreviewUnavailable("preview-interrupted")
        result = self._result(voice, Path(), preview=None, preview_error=lost)
        self._set_state(replace(self.state, result=result))

    def take_preview(self, voice: Voice) -> bool:
        """Show a preview that came later; ``False`` where it isn't that of the voice that was just made."""
        result = self.state.result
        if result is None or result.voice.job_id != voice.job_id:
            return False
        result = replace(result, voice=voice, preview=Path(voice.preview_file), preview_error=None)
        self._set_state(replace(self.state, result=result))
        return True

    def _note(self, event: CloneEvent) -> None:
        if self.state.run is not None:
            run = run_tracker.advance(self.state.run, event, now=self._now_s)
            self._set_state(replace(self.state, run=run))
