"""What tells whoever watches how a lost preview comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from voiceclone_gui.core.errors import VoiceCloneError


def _nothing() -> None:
    """Skips nothing."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """How much of a preview has come, in bytes; ``total_bytes`` is 0 where unknown."""

    done_bytes: int
    total_bytes: int


@dataclass(frozen=True, kw_only=True)
class SynthesisSent:
    """The request has left: from now on it may be billed, whatever is answered."""


@dataclass(frozen=True, kw_only=True)
class PreviewWaits:
    """A call failed, nothing came of it, and it is tried again after ``wait_s`` seconds, or at once by a
    call of ``skip``.
    """

    wait_s: float
    error: VoiceCloneError
    skip: Callable[[], None] = field(default=_nothing, compare=False)


PreviewEvent = Fetched | SynthesisSent | PreviewWaits
