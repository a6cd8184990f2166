"""Looks into the files that are chosen for the Clone page, one at a time for each place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from voiceclone_gui.core.errors import VoiceCloneError
from voiceclone_gui.core.sample import Purpose, SampleFacts
from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.messages import MessageBus, message_for_error, message_for_problem
from voiceclone_gui.ui.presenters.clone_ports import Samples
from voiceclone_gui.ui.presenters.clone_state import SampleState
from voiceclone_gui.ui.presenters.clone_words import replaced
from voiceclone_gui.ui.tasks import TaskScope

if TYPE_CHECKING:
    from voiceclone_gui.audio.waveform import Waveform

RECORDING, CLIP = "recording", "clip"


class SampleLoader:
    """Examines files. ``shown`` gives what stands in a place, ``put`` changes it, ``look`` learns of a file
    before it counts as examined, and ``taken`` hears of one that can be used: its place, its path, and what
    stood there before. ``is_last`` says whether the file that is examined is what the user did last.
    """

    def __init__(
        self,
        *,
        samples: Samples,
        messages: MessageBus,
        tasks: TaskScope,
        shown: Callable[[str], SampleState | None],
        put: Callable[[str, SampleState | None], None],
        look: Callable[[SampleFacts, Waveform | None], Awaitable[None]],
        taken: Callable[[str, Path, SampleState | None], None],
    ) -> None:
        self._samples = samples
        self._messages = messages
        self._tasks = tasks
        self._shown = shown
        self._put = put
        self._look = look
        self._taken = taken
        self._settled: dict[str, SampleState | None] = {}
        self._restored: set[Path] = set()
        self.is_last = False

    def start(self, path: Path, purpose: Purpose, *, is_restored: bool = False) -> None:
        """Put a file in its place and look into it; one that can't be read gives way to what was there.

        One that ``is_restored`` was there before: nobody is told of it.
        """
        place = RECORDING if purpose is Purpose.VOICE_CLONE else CLIP
        if is_restored:
            self._restored.add(path)
        self._messages.clear()
        before = self._settled[place] = self.settled(place)
        self.is_last = not is_restored
        self._put(place, SampleState(path=path))
        self._tasks.replace(self._load(path, purpose, place=place, before=before), name=place)

    def settled(self, place: str) -> SampleState | None:
        """What stands in a place; an examination cut short is nothing to keep."""
        shown = self._shown(place)
        return self._settled.get(place) if shown is not None and shown.facts is None else shown

    def kept(self, place: str, before: SampleState | None) -> SampleState | None:
        """What a place holds behind a step back to ``before``: a file that is still examined stays there,
        unless the step was about that place.
        """
        shown = self._shown(place)
        if shown is None or shown.facts is not None:
            return before
        settled = self.settled(place)
        if (settled.bare() if settled is not None else None) == before:
            return shown
        self.stop(place)
        return before

    def stop(self, *places: str) -> None:
        """Look into nothing any more, in ``places`` or in all: what was there before comes back."""
        for place in places or (RECORDING, CLIP):
            self._tasks.cancel(place)
            if self._shown(place) != (settled := self.settled(place)):
                self._put(place, settled)
        self.is_last = self.is_last and bool(places)

    async def _load(self, path: Path, purpose: Purpose, *, place: str, before: SampleState | None) -> None:
        def show(**changes: object) -> None:
            sample = self._shown(place)
            if sample is not None and sample.path == path:
                self._put(place, replace(sample, **changes))  # type: ignore[arg-type]

        try:
            prepared = await self._samples.prepare(
                path, purpose=purpose, on_waveform=lambda waveform: show(waveform=waveform)
            )
        except VoiceCloneError as error:
            self.is_last = False
            self._put(place, before)
            self._messages.post(message_for_error(error))
            return
        if prepared.facts is None:
            # What was there stays; the file that can't be used is named with the reason.
            self.is_last = False
            self._put(place, before)
            self._messages.post(message_for_problem(prepared.problems[0]))
            return
        await self._look(prepared.facts, prepared.waveform)
        show(
            facts=prepared.facts,
            waveform=prepared.waveform,
            problems=prepared.problems,
            span=_within(self._shown(place), prepared.facts.duration_s),
        )
        if path in self._restored:
            return
        self._taken(place, path, before)
        if before is not None and before.path != path:
            self._messages.post(replaced(tr("{name} is in its place now.", name=path.name), before))


def _within(sample: SampleState | None, duration_s: float) -> Span | None:
    """The part that was selected while the length was a guess, where it is one."""
    span = sample.span.within(duration_s) if sample is not None and sample.span is not None else None
    return span if span is not None and span.duration_s > 0 else None
