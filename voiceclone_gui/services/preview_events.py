"""What tells whoever watches how a lost preview comes back."""

from __future__ import annotations

from dataclasses import dataclass

from voiceclone_gui.core.errors import VoiceCloneError


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
    """A call failed, nothing came of it, and it is tried again after ``wait_s`` seconds."""

    wait_s: float
    error: VoiceCloneError


PreviewEvent = Fetched | SynthesisSent | PreviewWaits
