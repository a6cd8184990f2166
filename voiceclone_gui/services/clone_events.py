"""What a running clone tells whoever watches it, and what it gives in the end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from voiceclone_gui.core.errors import VoiceCloneError
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.voice import Voice


class CloneStep(StrEnum):
    """The steps as the user sees them."""

    PREPARE = "prepare"
    UPLOAD = "upload"
    UPLOAD_CLIP = "upload-clip"
    CLONE = "clone"
    PREVIEW = "preview"


@dataclass(frozen=True, kw_only=True)
class StepStarted:
    """A step begins."""

    step: CloneStep


@dataclass(frozen=True, kw_only=True)
class StepProgress:
    """How far a step is, in bytes; ``total_bytes`` is 0 where unknown."""

    step: CloneStep
    done_bytes: int
    total_bytes: int


@dataclass(frozen=True, kw_only=True)
class RequestSent:
    """The clone request has left: from now on only the service knows what becomes of it."""


@dataclass(frozen=True, kw_only=True)
class WaitingToRepeat:
    """A call failed and is tried again after ``wait_s`` seconds."""

    step: CloneStep
    wait_s: float
    error: VoiceCloneError


@dataclass(frozen=True, kw_only=True)
class Warned:
    """Something to know that forbids nothing."""

    problem: Problem


CloneEvent = StepStarted | StepProgress | RequestSent | WaitingToRepeat | Warned


@dataclass(frozen=True, kw_only=True)
class CloneResult:
    """A made voice. ``preview`` is its file, ``None`` without one; ``preview_error`` says why it is missing.

    ``sensitive_type`` is what the service flagged although it made the voice, 0 for nothing.
    """

    voice: Voice
    preview: Path | None = None
    preview_error: VoiceCloneError | None = None
    sensitive_type: int = 0
