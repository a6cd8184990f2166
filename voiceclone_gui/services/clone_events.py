"""What a running clone tells whoever watches it, and what it gives in the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from voiceclone_gui.core.errors import VoiceCloneError
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.voice import Voice


def _nothing() -> None:
    """Skips nothing."""


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
class JobBegun:
    """The job is on record: whatever happens from now on can be looked up under its id."""

    job_id: str


@dataclass(frozen=True, kw_only=True)
class RequestSent:
    """The clone request has left: from now on only the service knows what becomes of it."""


@dataclass(frozen=True, kw_only=True)
class WaitingToRepeat:
    """A call failed and is tried again after ``wait_s`` seconds, or at once by a call of ``skip``."""

    step: CloneStep
    wait_s: float
    error: VoiceCloneError
    skip: Callable[[], None] = field(default=_nothing, compare=False)


@dataclass(frozen=True, kw_only=True)
class UploadsAnew:
    """The service no longer knows the files, has made nothing, and gets them once more."""

    error: VoiceCloneError


@dataclass(frozen=True, kw_only=True)
class VoiceIsMade:
    """The voice exists; only its preview is still to come."""

    voice: Voice


@dataclass(frozen=True, kw_only=True)
class Warned:
    """Something to know that forbids nothing."""

    problem: Problem


CloneEvent = (
    StepStarted | StepProgress | JobBegun | RequestSent | WaitingToRepeat | UploadsAnew | VoiceIsMade | Warned
)


@dataclass(frozen=True, kw_only=True)
class CloneResult:
    """A made voice. ``preview`` is its file, ``None`` without one; ``preview_error`` says why it is missing,
    ``record_error`` why the voice couldn't be written down. ``sensitive_type`` is what the service flagged
    although it made the voice, 0 for nothing.
    """

    voice: Voice
    preview: Path | None = None
    preview_error: VoiceCloneError | None = None
    record_error: VoiceCloneError | None = None
    sensitive_type: int = 0
