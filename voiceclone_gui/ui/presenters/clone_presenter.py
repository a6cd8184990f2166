"""The Clone page's logic: files come in, fields change, a voice is cloned. It knows no widget."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from voiceclone_gui.core.catalog import Catalog, PriceTable
from voiceclone_gui.core.cost import CostEstimate, estimate_preview
from voiceclone_gui.core.errors import Action, VoiceCloneError
from voiceclone_gui.core.request import CloneFields, RightsStatement, check_fields
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.core.speech_text import without_invisible
from voiceclone_gui.core.voice_id import suggest_voice_id
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.messages import Message, MessageBus, Tone, message_for_error, message_for_problem
from voiceclone_gui.ui.presenters import run_tracker
from voiceclone_gui.ui.presenters.clone_state import CloneState, ResultState, SampleState
from voiceclone_gui.ui.tasks import TaskScope

if TYPE_CHECKING:
    from voiceclone_gui.audio.peaks import Waveform
    from voiceclone_gui.core.ports import Clock
    from voiceclone_gui.core.voice import Voice
    from voiceclone_gui.services.clone_events import CloneEvent, CloneResult
    from voiceclone_gui.services.clone_voice import CloneOrder
    from voiceclone_gui.services.connection import Connected, Connection
    from voiceclone_gui.services.prepare_sample import PreparedSample
    from voiceclone_gui.ui.dialogs import Question

FIRST_TEXT = "Good evening. This is a first test of the new voice, recorded at home."
FIRST_MODEL = "speech-2.8-hd"
CLONE_TASK = "clone"


class Samples(Protocol):
    """Looks into recordings."""

    async def prepare(
        self,
        path: Path,
        *,
        purpose: Purpose,
        on_waveform: Callable[[Waveform], None] | None = None,
    ) -> PreparedSample:
        """Examine a file; what can't be read becomes a problem."""
        ...


class Cloner(Protocol):
    """Makes a voice at a connected service."""

    async def clone(
        self, order: CloneOrder, *, connected: Connected, on_event: Callable[[CloneEvent], None]
    ) -> CloneResult:
        """Run the order to its end."""
        ...


class ClonePresenter(QObject):
    """Holds the state of the Clone page. Signals: ``state_changed(CloneState)``, ``voice_made(Voice)``,
    ``file_taken(Path)``: a file can be used and stands on the page; ``run_ended()``: a clone has ended,
    whatever came of it, and its record is written.
    """

    state_changed = Signal(object)
    voice_made = Signal(object)
    file_taken = Signal(object)
    run_ended = Signal()

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
        self._samples = samples
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
        self._settled: dict[str, SampleState | None] = {}
        self._before: CloneState | None = None
        fields = CloneFields(voice_id=self._fresh_id(""), text=FIRST_TEXT, model=FIRST_MODEL)
        self.state = CloneState(fields=fields, cost=self._cost(fields))
        self._set_state(self.state)

    # -- files

    def choose_recording(self, path: Path) -> None:
        """Put the file at ``path`` in the place of the recording; one that can't be read changes nothing."""
        if not self.state.is_running:
            self._remember_files()
            self._start_load(path, Purpose.VOICE_CLONE)

    def choose_clip(self, path: Path) -> None:
        """Put the file at ``path`` in the place of the example clip."""
        if not self.state.is_running:
            self._remember_files()
            self._start_load(path, Purpose.PROMPT_AUDIO)

    def choose_both(self, recording: Path, *, clip: Path, words: str) -> None:
        """Put a recording and an example clip with its ``words`` in their places, in one stroke."""
        if not self.state.is_running:
            self._remember_files()
            self.set_fields(prompt_text=words)
            self._start_load(recording, Purpose.VOICE_CLONE)
            self._start_load(clip, Purpose.PROMPT_AUDIO)

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
            self._messages.post(_replaced(tr("The example clip and its words are taken out."), clip))

    def put_back(self) -> None:
        """Undo the last change of the files: recording, clip and the clip's words as they were before."""
        if self._before is None or self.state.is_running:
            return
        for task in ("recording", "clip"):
            self._tasks.cancel(task)
        before, self._before = self._before, None
        self._set_state(replace(self.state, recording=before.recording, clip=before.clip))
        self.set_fields(prompt_text=before.fields.prompt_text)

    def use_recording_as_clip(self) -> None:
        """Move a recording that is too short into the place of the example clip."""
        recording = self.state.recording
        if recording is not None and not self.state.is_running:
            self._remember_files()
            self._set_state(replace(self.state, recording=None))
            self._start_load(recording.path, Purpose.PROMPT_AUDIO)

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
        from voiceclone_gui.ui.dialogs import Question

        question = Question(
            title=tr("Stop waiting?"),
            text=tr(
                "The request has left already: the voice may be made and billed all the same. "
                "It stays in the list as unknown."
            ),
            answers={"wait": tr("Keep waiting"), "stop": tr("Stop waiting")},
        )
        if await self._ask(question) == "stop":
            self._cancel_run()

    async def _clone(self) -> None:
        from voiceclone_gui.services.clone_voice import CloneOrder

        state, started = self.state, self._clock()
        recording = state.recording
        assert recording is not None  # noqa: S101 - start() has looked
        steps = run_tracker.planned_steps(
            has_clip=state.clip is not None, has_preview=bool(state.fields.text)
        )
        run = run_tracker.begin(steps, now_s=self._now_s())
        self._messages.clear()
        self._set_state(replace(state, run=run, result=None, message=None))
        self._used_ids.add(state.fields.voice_id)
        message = None
        result = None
        try:
            connected = await self._connection.open()
            order = CloneOrder(
                recording=recording.path,
                prompt_clip=state.clip.path if state.clip else None,
                fields=state.fields,
                rights=RightsStatement(stated_at=started) if state.has_rights else None,
                profile_id=connected.profile_id,
                service=connected.name,
                cost=state.cost,
            )
            made = await self._cloner.clone(order, connected=connected, on_event=self._note)
            result = self._result(made, recording.path)
        except VoiceCloneError as error:
            message = message_for_error(error)
        finally:
            self._set_state(replace(self.state, run=None, result=result, message=message))
            self.run_ended.emit()
        if result is not None:
            self._after_a_voice(result)

    def _after_a_voice(self, result: ResultState) -> None:
        self.voice_made.emit(result.voice)
        # An id can be used once: the next clone needs another, and its own word about the rights.
        recording = self.state.recording
        fields = replace(self.state.fields, voice_id=self._fresh_id(recording.path.stem if recording else ""))
        self._id_was_typed = False
        self._set_state(replace(self.state, fields=fields, has_rights=False))

    def _result(self, made: CloneResult, recording: Path) -> ResultState:
        return ResultState(
            voice=made.voice,
            recording=recording,
            preview=made.preview,
            is_stand_in=made.voice.profile_id == "practice",
            preview_error=made.preview_error,
        )

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
        self._before = replace(state, recording=self._kept("recording"), clip=self._kept("clip"))

    def _kept(self, place: str) -> SampleState | None:
        shown: SampleState | None = getattr(self.state, place)
        return self._settled.get(place) if shown is not None and shown.facts is None else shown

    def _start_load(self, path: Path, purpose: Purpose) -> None:
        place = "recording" if purpose is Purpose.VOICE_CLONE else "clip"
        self._messages.clear()
        before = self._settled[place] = self._kept(place)
        self._put(place, SampleState(path=path))
        self._tasks.replace(self._load(path, purpose, place=place, before=before), name=place)

    async def _load(self, path: Path, purpose: Purpose, *, place: str, before: SampleState | None) -> None:
        def show(**changes: object) -> None:
            sample: SampleState | None = getattr(self.state, place)
            if sample is not None and sample.path == path:
                self._put(place, replace(sample, **changes))  # type: ignore[arg-type]

        try:
            prepared = await self._samples.prepare(
                path,
                purpose=purpose,
                on_waveform=lambda waveform: show(waveform=waveform),
            )
        except VoiceCloneError as error:
            self._put(place, before)
            self._messages.post(message_for_error(error))
            return
        if prepared.facts is None:
            # What was there stays; the file that can't be used is named with the reason.
            self._put(place, before)
            self._messages.post(message_for_problem(prepared.problems[0]))
            return
        show(facts=prepared.facts, waveform=prepared.waveform, problems=prepared.problems)
        self.file_taken.emit(path)
        if before is not None and before.path != path:
            self._messages.post(_replaced(tr("{name} is in its place now.", name=path.name), before))
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


def _replaced(title: str, before: SampleState) -> Message:
    return Message(
        title=title,
        cure=tr("{name} can be put back.", name=before.path.name),
        tone=Tone.INFORMATION,
        action=Action.PUT_BACK,
    )
