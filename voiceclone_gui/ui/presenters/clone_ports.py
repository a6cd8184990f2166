"""What the Clone page's logic needs from the rest of the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from voiceclone_gui.core.sample import Purpose

if TYPE_CHECKING:
    from voiceclone_gui.audio.peaks import Waveform
    from voiceclone_gui.core.job import CloneJob
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
