"""The Clone page's logic: files come in, fields change, a voice is cloned. It knows no widget."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from voiceclone_gui.core.catalog import Catalog, PriceTable
from voiceclone_gui.core.cost import CostEstimate, estimate_preview
from voiceclone_gui.core.errors import PreviewUnavailable, VoiceCloneError
from voiceclone_gui.core.request import CloneFields, check_fields
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.core.speech_text import without_invisible
from voiceclone_gui.core.voice_id import suggest_voice_id
from voiceclone_gui.services.clone_events import CloneStep
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.messages import MessageBus, message_for_error
from voiceclone_gui.ui.presenters import run_tracker
from voiceclone_gui.ui.presenters.clone_order import order_of
from voiceclone_gui.ui.presenters.clone_ports import Cloner, Samples
from voiceclone_gui.ui.presenters.clone_state import (
    CloneState,
    OpenJobState,
    ResultState,
    RunState,
    SampleState,
)
from voiceclone_gui.ui.presenters.clone_words import after_result, replaced, stop_question
from voiceclone_gui.ui.presenters.run_tracker import planned_steps
from voiceclone_gui.ui.presenters.sample_loader import SampleLoader
from voiceclone_gui.ui.tasks import TaskScope

if TYPE_CHECKING:
    from voiceclone_gui.core.ports import Clock
    from voiceclone_gui.core.voice import Voice
    from voiceclone_gui.services.clone_events import CloneEvent, CloneResult
    from voiceclone_gui.services.connection import Connected, Connection
    from voiceclone_gui.services.open_jobs import OpenJob
    from voiceclone_gui.ui.dialogs import Question

FIRST_TEXT = "Good evening. This is a first test of the new voice, recorded at home."
FIRST_MODEL = "speech-2.8-hd"
CLONE_TASK = "clone"


class ClonePresenter(QObject):
    """Holds the state of the Clone page. Signals: ``state_changed(CloneState)``, ``voice_made(Voice)``,
    ``file_taken(Path)``: a file can be used and stands on the page; ``run_ended(str)``: a clone has ended,
    whatever came of it, and the record of its job is written; ``""`` where none was begun.
    """

    state_changed = Signal(object)
    voice_made = Signal(object)
    file_taken = Signal(object)
    run_ended = Signal(str)

    def __init__(
        self,
        *,
        catalog: Catalog,
        samples: Samples,
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
        super().__init__()
        self._catalog = catalog
        self._cloner = cloner
        self._connection = connection
        self._messages = messages
        self._tasks = tasks
        self._ask = ask
        self._clock = clock
        self._prices = prices
        self._used_ids = set(used_voice_ids)
        self._now_s = now_s
        self._id_was_typed = False
        self._loader = SampleLoader(
            samples=samples,
            messages=messages,
            tasks=tasks,
            shown=lambda place: getattr(self.state, place),
            put=self._put,
            taken=self._take,
        )
        self._before: CloneState | None = None
        fields = CloneFields(voice_id=self._fresh_id(""), text=FIRST_TEXT, model=FIRST_MODEL)
        self.state = CloneState(fields=fields, cost=self._cost(fields))
        self._set_state(self.state)

    # -- files

    def choose_recording(self, path: Path) -> None:
        """Put the file at ``path`` in the place of the recording; one that can't be read changes nothing."""
        if not self.state.is_running:
            self._remember_files()
            self._loader.start(path, Purpose.VOICE_CLONE)

    def choose_clip(self, path: Path) -> None:
        """Put the file at ``path`` in the place of the example clip."""
        if not self.state.is_running:
            self._remember_files()
            self._loader.start(path, Purpose.PROMPT_AUDIO)

    def choose_both(self, recording: Path, *, clip: Path, words: str) -> None:
        """Put a recording and an example clip with its ``words`` in their places, in one stroke."""
        if not self.state.is_running:
            self._remember_files()
            self.set_fields(prompt_text=words)
            self._loader.start(recording, Purpose.VOICE_CLONE)
            self._loader.start(clip, Purpose.PROMPT_AUDIO)

    def remove_clip(self) -> None:
        """Take the example clip and its words away."""
        clip = self.state.clip
        if clip is None or self.state.is_running:
            return
        self._remember_files()
        self._tasks.cancel("clip")
        self._set_state(replace(self.state, clip=None))
        self.set_fields(prompt_text="")
        if clip.facts is not None:
            self._messages.post(replaced(tr("The example clip and its words are taken out."), clip))

    def put_back(self) -> None:
        """Undo the last change of the files: recording, clip and the clip's words as they were before."""
        if self._before is None or self.state.is_running:
            return
        self._loader.stop()
        before, self._before = self._before, None
        self._set_state(replace(self.state, recording=before.recording, clip=before.clip))
        self.set_fields(prompt_text=before.fields.prompt_text)

    def use_recording_as_clip(self) -> None:
        """Move a recording that is too short into the place of the example clip."""
        recording = self.state.recording
        if recording is not None and not self.state.is_running:
            self._remember_files()
            self._set_state(replace(self.state, recording=None))
            self._loader.start(recording.path, Purpose.PROMPT_AUDIO)

    # -- fields

    def set_fields(self, **changes: object) -> None:
        """Change fields by the contract's names."""
        if self.state.is_running:
            return
        if "voice_id" in changes and changes["voice_id"] != self.state.fields.voice_id:
            self._id_was_typed = True
        fields = replace(self.state.fields, **changes)  # type: ignore[arg-type]
        if fields != self.state.fields:
            self._set_state(replace(self.state, fields=fields, message=None))

    def suggest_voice_id(self) -> None:
        """Put a fresh id in place of the one that stands there."""
        recording = self.state.recording
        self.set_fields(voice_id=self._fresh_id(recording.path.stem if recording else ""))
        self._id_was_typed = False

    def clean_text(self) -> None:
        """Take the invisible characters out of the preview text."""
        self.set_fields(text=without_invisible(self.state.fields.text))

    def set_rights(self, has_rights: bool) -> None:
        """The user's word that they may clone this voice."""
        if not self.state.is_running:
            self._set_state(replace(self.state, has_rights=has_rights))

    def refresh_service(self) -> None:
        """Judge everything anew after another service was chosen or its token changed."""
        self._set_state(replace(self.state, message=None))

    def refresh_prices(self) -> None:
        """Estimate the cost anew after the prices were changed."""
        if self._cost(self.state.fields) != self.state.cost:
            self._set_state(self.state)

    # -- the clone

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

    def clear(self) -> None:
        """Empty the page."""
        if self.state.is_running:
            return
        self._loader.stop()
        self._remember_files()
        fields = CloneFields(voice_id=self._fresh_id(""), text=FIRST_TEXT, model=FIRST_MODEL)
        self._id_was_typed = False
        self._set_state(
            replace(self.state, fields=fields, recording=None, clip=None, has_rights=False, message=None)
        )

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
        self.suggest_voice_id()
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

    # -- inside

    def _remember_files(self) -> None:
        """Keep what stands there now for :meth:`put_back`; an examination cut short is nothing to keep."""
        state = self.state
        self._before = replace(
            state, recording=self._loader.settled("recording"), clip=self._loader.settled("clip")
        )

    def _take(self, place: str, path: Path, before: SampleState | None) -> None:
        self.file_taken.emit(path)
        if place == "recording":
            self._begin_another_voice(before)

    def _begin_another_voice(self, before: SampleState | None) -> None:
        if before is not None:
            # The word about the rights was given for another recording.
            self.set_rights(False)
        if not self._id_was_typed:
            self.suggest_voice_id()

    def _put(self, place: str, sample: SampleState | None) -> None:
        self._set_state(replace(self.state, **{place: sample}))  # type: ignore[arg-type]

    def _set_state(self, state: CloneState) -> None:
        fields = check_fields(state.fields, has_prompt_audio=state.clip is not None, catalog=self._catalog)
        problems = (*fields, *self._connection.active.problems())
        self.state = replace(state, problems=problems, cost=self._cost(state.fields))
        self.state_changed.emit(self.state)

    def _cost(self, fields: CloneFields) -> CostEstimate:
        return estimate_preview(
            text=fields.text,
            model_id=fields.model,
            profile_id=self._connection.active.service_id,
            catalog=self._catalog,
            prices=self._prices(),
        )

    def _fresh_id(self, name: str) -> str:
        return suggest_voice_id(name, taken=self._used_ids)
