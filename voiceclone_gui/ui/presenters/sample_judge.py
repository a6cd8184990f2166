"""What is known of the samples on the page: at once when a part is selected, and more a little later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from voiceclone_gui.core.outgoing import judged_channels
from voiceclone_gui.core.sample import Purpose, SampleFacts, check_sample
from voiceclone_gui.ui.presenters.clone_ports import SampleChecks
from voiceclone_gui.ui.presenters.clone_state import SampleState
from voiceclone_gui.ui.tasks import TaskScope

if TYPE_CHECKING:
    from pathlib import Path

    from voiceclone_gui.audio.features import SoundFeatures
    from voiceclone_gui.audio.waveform import Waveform
    from voiceclone_gui.core.problems import Problem
    from voiceclone_gui.core.sample import FileStamp
    from voiceclone_gui.core.span import Span

PURPOSES = {"recording": Purpose.VOICE_CLONE, "clip": Purpose.PROMPT_AUDIO}

# A file as it was examined, and the channels of it, ``None`` for all.
_Key: TypeAlias = "tuple[Path, FileStamp, tuple[int, ...] | None]"


class SampleJudge:
    """Keeps what was measured of each file, whichever part of it is selected and wherever it stands.

    ``refined`` is told when more is known of a file than before.
    """

    def __init__(self, *, checks: SampleChecks, tasks: TaskScope, refined: Callable[[], None]) -> None:
        self._checks = checks
        self._tasks = tasks
        self._refined = refined
        self._known: dict[_Key, tuple[SoundFeatures, bool]] = {}
        self._under_way: set[_Key] = set()
        self._failed: set[_Key] = set()
        self._asked_again: set[_Key] = set()

    async def look(self, facts: SampleFacts, waveform: Waveform | None) -> None:
        """Learn what the waveform alone tells of a file, before the file is shown as examined."""
        key: _Key = (facts.path, facts.stamp, None)
        # Who opens it once more means that it be tried once more, also where it is just about to fail.
        again = {begun for begun in self._under_way if begun[:2] == key[:2]}
        self._under_way -= again & self._failed
        self._asked_again |= again - self._failed
        self._failed -= again
        if key not in self._known and waveform is not None and waveform.power.size:
            self._known[key] = (await self._checks.at_once(waveform), False)

    def judged(self, sample: SampleState, *, place: str) -> SampleState:
        """``sample`` with the problems and lights of its selected part."""
        if sample.facts is None:
            return sample
        purpose = PURPOSES[place]
        problems = check_sample(sample.facts, purpose=purpose, span=sample.span, channels=sample.channels)
        if sample.on_disk is not None:
            problems = (sample.on_disk, *problems)
        of_all: _Key = (sample.facts.path, sample.facts.stamp, None)
        key: _Key = (*of_all[:2], judged_channels(sample.facts, sample.channels))
        # Until those that are sent were listened to, what is known of all of them together has to do.
        features, is_refined = self._known.get(key) or (self._known.get(of_all, (None, False))[0], False)
        if features is None:
            return replace(sample, problems=problems)
        if not is_refined and key not in self._under_way:
            self._under_way.add(key)
            self._tasks.start_unique(self._analyse(key), name=f"check {len(self._under_way)} {key[0]}")
        return replace(
            sample,
            problems=problems,
            features=features,
            is_refined=is_refined,
            lights=self._checks.lights(features, sample.span, purpose=purpose),
        )

    def look_on_disk(
        self, samples: Mapping[str, SampleState], *, tell: Callable[[str, SampleFacts, Problem | None], None]
    ) -> None:
        """See whether the files of samples are there as they were examined; ``tell`` hears of each."""

        async def look() -> None:
            for place, sample in samples.items():
                if sample.facts is not None:
                    tell(place, sample.facts, await self._checks.on_disk(sample.facts, PURPOSES[place]))

        self._tasks.replace(look(), name="look on disk")

    def look_closely(
        self, sample: SampleState, span: Span, *, place: str, show: Callable[[Waveform, Span], None]
    ) -> None:
        """Let ``show`` have the waveform of a short part, unless another is asked for before it comes."""

        async def look() -> None:
            waveform = await self._checks.detail(sample.path, span)
            if waveform is not None:
                show(waveform, span)

        self._tasks.replace(look(), name=f"detail of {place}")

    def best(self, sample: SampleState, *, place: str) -> Span | None:
        """The best part of a file for its place, as far as that is known."""
        if sample.features is None:
            return None
        if PURPOSES[place] is Purpose.VOICE_CLONE:
            return self._checks.best_part(sample.features)
        return self._checks.best_clip(sample.features)

    async def _analyse(self, key: _Key) -> None:
        features = await self._checks.analyse(key[0], mix=key[2])
        if features is None and key in self._asked_again:
            features = await self._checks.analyse(key[0], mix=key[2])
        self._asked_again.discard(key)
        if features is None:
            self._failed.add(key)
        else:
            self._known[key] = (features, True)
            self._refined()
