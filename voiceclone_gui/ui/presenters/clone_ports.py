"""What the Clone page's logic needs from the rest of the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from voiceclone_gui.core.sample import Purpose, SampleFacts

if TYPE_CHECKING:
    from voiceclone_gui.audio.features import SoundFeatures
    from voiceclone_gui.audio.waveform import Waveform
    from voiceclone_gui.core.job import CloneJob
    from voiceclone_gui.core.problems import Problem
    from voiceclone_gui.core.sample_check import Light
    from voiceclone_gui.core.span import Span
    from voiceclone_gui.services.clone_events import CloneEvent, CloneResult
    from voiceclone_gui.services.clone_voice import CloneOrder
    from voiceclone_gui.services.connection import Connected
    from voiceclone_gui.services.prepare_sample import PreparedSample


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


class SampleChecks(Protocol):
    """Judges parts of recordings, and finds the best."""

    async def at_once(self, waveform: Waveform) -> SoundFeatures:
        """What the waveform alone tells."""
        ...

    async def analyse(self, path: Path, *, mix: tuple[int, ...] | None = None) -> SoundFeatures | None:
        """All that can be told, of all channels or of some; ``None`` where it can't be had."""
        ...

    async def on_disk(self, facts: SampleFacts, purpose: Purpose) -> Problem | None:
        """Why a file isn't there any more as it was examined."""
        ...

    async def detail(self, path: Path, span: Span) -> Waveform | None:
        """The waveform of a short part, frame by frame."""
        ...

    def lights(self, features: SoundFeatures, span: Span | None, *, purpose: Purpose) -> tuple[Light, ...]:
        """The row of lights for a part."""
        ...

    def best_part(self, features: SoundFeatures) -> Span | None:
        """The part that makes the best recording."""
        ...

    def best_clip(self, features: SoundFeatures) -> Span | None:
        """The part that makes the best example clip."""
        ...


class Cloner(Protocol):
    """Makes a voice at a connected service."""

    async def clone(
        self, order: CloneOrder, *, connected: Connected, on_event: Callable[[CloneEvent], None]
    ) -> CloneResult:
        """Run the order to its end."""
        ...

    async def ask_again(
        self, job: CloneJob, *, connected: Connected, on_event: Callable[[CloneEvent], None]
    ) -> CloneResult:
        """Send the request of a job with an unknown outcome once more."""
        ...
