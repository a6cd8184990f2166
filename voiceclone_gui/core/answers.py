"""What a service answered, as values: no JSON, no HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field


@dataclass(frozen=True, kw_only=True)
class UploadedFile:
    """A file at the service. ``file_id`` is an int64 and may exceed 2**53; 0 size means not told."""

    file_id: int
    filename: str = ""
    size_bytes: int = 0
    created_at: int = 0
    purpose: str = ""
    trace_id: str = ""


@dataclass(frozen=True, kw_only=True)
class CloneAnswer:
    """A made voice; the answer doesn't repeat its id. ``demo_audio`` is ``""`` where there is no preview.

    ``sensitive_type`` is 0 for normal content, else the service's number of what it flagged;
    ``extra`` are numbers about the preview, where given.
    """

    demo_audio: str = ""
    sensitive_type: int = 0
    extra: Mapping[str, int] = dataclass_field(default_factory=dict)
    trace_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A downloaded preview: the bytes as they came, and ``mp3``, ``wav`` or ``m4a`` by its content."""

    content: bytes
    kind: str


@dataclass(frozen=True, kw_only=True)
class SpeechRequest:
    """A real synthesis: it costs money and keeps the voice.

    ``text`` under 10,000 characters; ``speed`` 0.5-2; ``volume`` above 0 to 10; ``pitch`` in semitones,
    -12 to 12; ``emotion`` ``""`` for none.
    """

    voice_id: str
    text: str
    model: str
    speed: float = 1.0
    volume: float = 1.0
    pitch: int = 0
    emotion: str = ""
    language_boost: str = ""


@dataclass(frozen=True, kw_only=True)
class Speech:
    """Synthesised speech: its bytes, and ``mp3``, ``wav`` or ``m4a`` by its content."""

    content: bytes
    kind: str
    extra: Mapping[str, int] = dataclass_field(default_factory=dict)
    trace_id: str = ""


@dataclass(frozen=True, kw_only=True)
class ListedVoice:
    """A voice as the service lists it: only after its first synthesis."""

    voice_id: str
    created: str = ""
    description: tuple[str, ...] = ()
    trace_id: str = ""


SENSITIVE_KINDS: Mapping[int, str] = {
    1: "severe violation",
    2: "sexual content",
    3: "advertising",
    4: "prohibited content",
    5: "abuse",
    6: "violence or terror",
}


def sensitive_kind(sensitive_type: int) -> str:
    """What the service flagged, in words."""
    return SENSITIVE_KINDS.get(sensitive_type, "content it doesn't allow")
