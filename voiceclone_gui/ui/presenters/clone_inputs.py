"""What the user puts on the Clone page: files, the parts of them, fields; and the way back from all of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from voiceclone_gui.core.catalog import Catalog, PriceTable
from voiceclone_gui.core.errors import Action
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.sample import ChannelChoice, Purpose, SampleFacts
from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.messages import MessageBus
from voiceclone_gui.ui.presenters.clone_ports import SampleChecks, Samples
from voiceclone_gui.ui.presenters.clone_state import CloneState, SampleState
from voiceclone_gui.ui.presenters.clone_words import (
    best_selected,
    no_best_clip,
    no_best_part,
    replaced,
    words_proposed,
)
from voiceclone_gui.ui.presenters.history import PageInputs
from voiceclone_gui.ui.presenters.page_fields import PageFields
from voiceclone_gui.ui.presenters.sample_judge import SampleJudge
from voiceclone_gui.ui.presenters.sample_loader import CLIP, RECORDING, SampleLoader
from voiceclone_gui.ui.tasks import TaskScope

if TYPE_CHECKING:
    from voiceclone_gui.audio.waveform import Waveform
    from voiceclone_gui.services.connection import Connection

_FILES = "files:"


class CloneInputs(PageFields):
    """Holds the state of the Clone page, and every step that the user made with it.

    Signals, beside those of the fields: ``file_taken(Path)``: a file can be used and stands on the page;
    ``record_wanted(str)``: a place, ``recording`` or ``clip``, is to be filled from the microphone.
    """

    file_taken = Signal(object)
    record_wanted = Signal(str)

    def __init__(
        self,
        *,
        catalog: Catalog,
        samples: Samples,
        checks: SampleChecks,
        connection: Connection,
        messages: MessageBus,
        tasks: TaskScope,
        prices: Callable[[], Mapping[str, PriceTable]],
        used_voice_ids: frozenset[str] = frozenset(),
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(
            catalog=catalog,
            connection=connection,
            prices=prices,
            used_voice_ids=used_voice_ids,
            now_s=now_s,
        )
        self._messages = messages
        self._tasks = tasks
        self._judge = SampleJudge(checks=checks, tasks=tasks, refined=self._refine)
        self._loader = SampleLoader(
            samples=samples,
            messages=messages,
            tasks=tasks,
            shown=lambda place: getattr(self.state, place),
            put=self._put,
            look=self._judge.look,
            taken=self._take,
        )
        self._before: PageInputs | None = None
        self._stroke, self._strokes = "", 0
        # A place whose selection is moving, and what was selected there before.
        self._moving: tuple[str, Span | None] | None = None
        self._probable = (Path(), "")
        self._best: tuple[str, str, Span] | None = None
        self._set_state(self.state)

    # -- files

    def choose_recording(self, path: Path) -> None:
        """Put the file at ``path`` in the place of the recording; one that can't be read changes nothing."""
        if not self.state.is_running:
            self._begin_files()
            self._loader.start(path, Purpose.VOICE_CLONE)

    def choose_clip(self, path: Path, *, words: str = "") -> None:
        """Put the file at ``path`` in the place of the example clip.

        ``words`` are what it probably says: they are proposed where nothing is typed yet.
        """
        if not self.state.is_running:
            self._begin_files()
            self._probable = (path, words)
            self._loader.start(path, Purpose.PROMPT_AUDIO)

    def choose_both(self, recording: Path, *, clip: Path, words: str) -> None:
        """Put a recording and an example clip with its ``words`` in their places, in one stroke."""
        if not self.state.is_running:
            self._begin_files()
            self._set_fields({"prompt_text": words}, stroke=self._stroke)
            self._loader.start(recording, Purpose.VOICE_CLONE)
            self._loader.start(clip, Purpose.PROMPT_AUDIO)

    def remove_clip(self) -> None:
        """Take the example clip and its words away."""
        clip = self.state.clip
        if clip is None or self.state.is_running:
            return
        before = self._begin_files()
        self._loader.stop(CLIP)
        self._set_state(replace(self.state, clip=None, fields=replace(self.state.fields, prompt_text="")))
        self._add_step(tr("Take the clip out"), before)
        self._before = before
        if clip.facts is not None:
            self._messages.post(replaced(tr("The example clip and its words are taken out."), clip))

    def put_back(self) -> None:
        """Undo the last change of the files: recording, clip and the clip's words as they were before."""
        if self._before is None or self.state.is_running:
            return
        self._loader.stop()
        now, (before, self._before) = self._inputs(), (self._before, None)
        fields = replace(self.state.fields, prompt_text=before.fields.prompt_text)
        self._restore(replace(before, fields=fields, id_was_typed=self._id_was_typed))
        self._add_step(tr("Put the files back"), now)

    def use_recording_as_clip(self) -> None:
        """Move a recording that is too short into the place of the example clip."""
        recording = self.state.recording
        if recording is not None and recording.facts is not None and not self.state.is_running:
            before = self._begin_files()
            self._loader.stop(CLIP)
            self._set_state(replace(self.state, recording=None, clip=recording.bare()))
            self._add_step(tr("Use it as the example clip"), before)

    # -- the selected part

    def move_selection(self, place: str, span: Span) -> None:
        """Show another part of a sample as selected, while its ends are still moving."""
        sample: SampleState | None = getattr(self.state, place)
        if self._moving is None and sample is not None:
            self._moving = (place, sample.span)
        self._change_sample(place, span=span)

    def settle_selection(self, place: str, span: Span) -> None:
        """Select that part: one step that can be undone."""
        before = self._inputs()
        if self._moving is not None and self._moving[0] == place:
            before = before.with_span(*self._moving)
        self._moving = None
        if self.state.is_running:
            # The waveform shows what was dragged, which isn't what is sent.
            self.state_changed.emit(self.state)
            return
        self._change_sample(place, span=span)
        self._add_step(tr("Select a part"), before)

    def give_up_selection(self, place: str) -> None:
        """Select what was selected before the ends began to move: no step."""
        if self._moving is not None and self._moving[0] == place:
            span = self._moving[1]
            self._moving = None
            self._change_sample(place, span=span)

    def look_closely(self, place: str, span: Span, *, show: Callable[[Waveform, Span], None]) -> None:
        """Let ``show`` have the waveform of a short part of a sample, frame by frame."""
        sample: SampleState | None = getattr(self.state, place)
        if sample is not None and sample.facts is not None:
            self._judge.look_closely(sample, span, place=place, show=show)

    def choose_channels(self, place: str, channels: ChannelChoice) -> None:
        """Send these channels of a stereo recording."""
        before = self._inputs()
        self._change_sample(place, channels=channels)
        self._add_step(tr("Choose the channel"), before)

    def use_best_part(self, place: str = RECORDING) -> None:
        """Select the best part of a sample; while more is being found out it may move once more."""
        sample = getattr(self.state, place)
        if sample is None or self.state.is_running:
            return
        span = self._judge.best(sample, place=place)
        if span is None:
            self._messages.post(no_best_part())
            return
        self._begin_files()
        self._select_best(place, span)

    def cut_clip_from_recording(self) -> None:
        """Take the best few seconds of the recording as the example clip; its words are still to be typed."""
        recording = self.state.recording
        if recording is None or recording.facts is None or self.state.is_running:
            return
        span = self._judge.best(recording, place=CLIP)
        if span is None:
            self._messages.post(no_best_clip())
            return
        before = self._begin_files()
        self._loader.stop(CLIP)
        clip = replace(recording.bare(), span=None, channels=recording.channels)
        self._set_state(replace(self.state, clip=clip, fields=replace(self.state.fields, prompt_text="")))
        self._select_best(CLIP, span, before=before, words=tr("Cut a clip from the recording"))

    def act(self, place: str, action: Action) -> None:
        """Do what a light proposes."""
        if self.state.is_running:
            return
        cures: dict[Action, Callable[[], object]] = {
            Action.USE_BEST_PART: lambda: self.use_best_part(place),
            Action.RECORD_AGAIN: lambda: self.record_wanted.emit(place),
            Action.REDUCE_NOISE: lambda: self.set_fields(need_noise_reduction=True),
            Action.EVEN_OUT_VOLUME: lambda: self.set_fields(need_volume_normalization=True),
            Action.TAKE_LEFT: lambda: self.choose_channels(place, ChannelChoice.LEFT),
            Action.TAKE_RIGHT: lambda: self.choose_channels(place, ChannelChoice.RIGHT),
        }
        if action in cures:
            cures[action]()

    def clear(self) -> None:
        """Empty the page."""
        if self.state.is_running:
            return
        before = self._begin_files()
        self._loader.stop()
        fields = self._first_fields()
        self._id_was_typed = False
        self._set_state(
            replace(self.state, fields=fields, recording=None, clip=None, has_rights=False, message=None)
        )
        self._add_step(tr("Empty the page"), before)

    # -- steps

    def undo(self) -> None:
        """Take the last step back; a file that was chosen since then, and is still examined, is given up."""
        if self.state.is_running:
            return
        if self._loader.is_last:
            self._loader.stop()
        else:
            self._stop_for(self.history.undo_stroke)
            self.history.undo()

    def redo(self) -> None:
        """Do the step again that was taken back."""
        if not self.state.is_running:
            self._stop_for(self.history.redo_stroke)
            self.history.redo()

    def _stop_for(self, stroke: str) -> None:
        if stroke.startswith(_FILES):
            self._loader.stop()

    def look_on_disk(self) -> None:
        """See whether the files are still what was examined: say so on the page where they aren't."""
        samples = {RECORDING: self.state.recording, CLIP: self.state.clip}
        self._judge.look_on_disk(
            {place: sample for place, sample in samples.items() if sample is not None},
            tell=self._note_on_disk,
        )

    # -- inside

    def _note_on_disk(self, place: str, facts: SampleFacts, problem: Problem | None) -> None:
        sample: SampleState | None = getattr(self.state, place)
        if sample is not None and sample.facts is facts and sample.on_disk != problem:
            self._put(place, replace(sample, on_disk=problem))

    def _inputs(self) -> PageInputs:
        """What stands on the page; an examination cut short is nothing to keep."""
        recording, clip = self._loader.settled(RECORDING), self._loader.settled(CLIP)
        return PageInputs(
            fields=self.state.fields,
            recording=recording.bare() if recording is not None else None,
            clip=clip.bare() if clip is not None else None,
            id_was_typed=self._id_was_typed,
        )

    def _add_step(self, words: str, before: PageInputs, *, stroke: str = "") -> None:
        super()._add_step(words, before, stroke=stroke)
        self._loader.is_last = False
        if before != self._inputs() and stroke != self._stroke:
            self._forget_files()

    def _judged(self, state: CloneState) -> CloneState:
        judged = self._judge.judged
        return replace(
            state,
            recording=judged(state.recording, place=RECORDING) if state.recording is not None else None,
            clip=judged(state.clip, place=CLIP) if state.clip is not None else None,
        )

    def _restore(self, inputs: PageInputs) -> None:
        """Put back what the page held, but no rights in another recording, and no id that was used."""
        fields = inputs.fields
        if fields.voice_id in self._used_ids:
            fields = replace(fields, voice_id=self.state.fields.voice_id)
        recording = self._loader.kept(RECORDING, inputs.recording)
        same = _path(recording) == _path(self.state.recording)
        self._id_was_typed = inputs.id_was_typed
        self._best = self._moving = None
        self._forget_files()
        self._set_state(
            replace(
                self.state,
                fields=fields,
                recording=recording,
                clip=self._loader.kept(CLIP, inputs.clip),
                has_rights=self.state.has_rights and same,
                message=None,
            )
        )
        # Days may lie between: what comes back may be gone by now, or another file under the same name.
        self.look_on_disk()

    def _begin_files(self) -> PageInputs:
        """Files are about to change: what stands there can be put back, and all that follows is one step."""
        self._before = before = self._inputs()
        self._strokes += 1
        self._stroke = f"{_FILES}{self._strokes}"
        return before

    def _forget_files(self) -> None:
        """A step was done since the files changed: to put them back would take it back too."""
        self._before = None
        self._messages.withdraw(Action.PUT_BACK)

    def _take(self, place: str, path: Path, before: SampleState | None) -> None:
        inputs = replace(self._inputs(), **{place: before.bare() if before is not None else None})  # type: ignore[arg-type]
        offered = self._before or inputs
        self.file_taken.emit(path)
        if place == RECORDING:
            if before is not None:
                # The word about the rights was given for another recording.
                self.set_rights(False)
            if not self._id_was_typed:
                self._put_fresh_id()
        self._moving = None  # ends that are moving have moved in the new file so far
        self._add_step(tr("Choose a file"), inputs, stroke=self._stroke)
        if place == CLIP and self._probable[0] == path:
            self._propose_words(self._probable[1])
        # The steps of a file that comes don't end the offer to put back what it replaces.
        self._before = offered

    def _propose_words(self, words: str) -> None:
        """A step of its own: undo takes the words out, and leaves the clip."""
        if words and not self.state.fields.prompt_text.strip():
            self._set_fields({"prompt_text": words}, stroke="")
            self._messages.post(words_proposed())

    def _change_sample(self, place: str, **changes: object) -> None:
        sample: SampleState | None = getattr(self.state, place)
        if sample is not None and not self.state.is_running:
            self._put(place, replace(sample, **changes))  # type: ignore[arg-type]

    def _select_best(
        self, place: str, span: Span, *, before: PageInputs | None = None, words: str = ""
    ) -> None:
        before = before or self._inputs()
        self._before = self._before or before
        self._change_sample(place, span=span)
        self._add_step(words or tr("Use the best part"), before, stroke=self._stroke)
        sample: SampleState = getattr(self.state, place)
        self._best = None if sample.is_refined else (place, self._stroke, span)
        self._messages.post(best_selected(span))

    def _refine(self) -> None:
        """More is known: judge anew, and move the best part once more where the user hasn't moved it."""
        self._set_state(self.state)
        if self._best is None or self.state.is_running:
            return
        place, stroke, span = self._best
        sample: SampleState | None = getattr(self.state, place)
        self._best = None
        if sample is None or sample.span != span or not sample.is_refined or stroke != self._stroke:
            return
        better = self._judge.best(sample, place=place)
        if better is not None and better != span:
            self._select_best(place, better)

    def _put(self, place: str, sample: SampleState | None) -> None:
        self._set_state(replace(self.state, **{place: sample}))  # type: ignore[arg-type]


def _path(sample: SampleState | None) -> Path | None:
    return sample.path if sample is not None else None
