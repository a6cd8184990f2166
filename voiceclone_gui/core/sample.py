"""Recordings as the service wants them: what was found in a file, and which rules it breaks.

Source of the rules: the service's upload documents (formats, lengths) and reports of real calls
(the unit of the size limit and the lower end for example clips are not documented).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem, Severity

SAMPLE_MIN_S, SAMPLE_MAX_S = 10.0, 300.0
PROMPT_LIMIT_S = 8.0
PROMPT_ADVISED_MIN_S = 5.0
SIZE_CERTAIN_BYTES = 20 * 10**6
SIZE_MAX_BYTES = 20 * 2**20


class Purpose(StrEnum):
    """What an uploaded file is for."""

    VOICE_CLONE = "voice_clone"
    PROMPT_AUDIO = "prompt_audio"

    @property
    def field(self) -> Field:
        """The input that such a file comes from."""
        return Field.RECORDING if self is Purpose.VOICE_CLONE else Field.PROMPT_AUDIO


@dataclass(frozen=True, kw_only=True)
class FileStamp:
    """Size and time of a file when it was examined; another stamp later means it was changed."""

    size_bytes: int
    modified_ns: int


@dataclass(frozen=True, kw_only=True)
class SampleFacts:
    """What decoding a whole file has shown. Nothing here is taken from its name or its header's claims.

    ``container`` and ``codec`` are FFmpeg's names; ``duration_s`` is the decoded length;
    ``damaged_parts`` counts packets that could not be decoded.
    """

    path: Path
    stamp: FileStamp
    container: str
    codec: str
    duration_s: float
    sample_rate_hz: int
    channels: int
    has_video: bool = False
    damaged_parts: int = 0

    @property
    def upload_extension(self) -> str | None:
        """``mp3``, ``m4a`` or ``wav`` where the content can be sent as it is, else ``None``."""
        kinds = set(self.container.split(","))
        if self.has_video:
            return None
        if "mp3" in kinds and self.codec in {"mp3", "mp3float"}:
            return "mp3"
        if "m4a" in kinds and self.codec == "aac":
            return "m4a"
        if "wav" in kinds and self.codec.startswith("pcm_"):
            return "wav"
        return None


@dataclass(frozen=True, kw_only=True)
class KeptSample:
    """The bytes of a sample as they are to be sent, kept with the job; ``sha256`` in hex names them."""

    path: Path
    stamp: FileStamp
    sha256: str


def check_sample(facts: SampleFacts, *, purpose: Purpose) -> tuple[Problem, ...]:
    """Every problem of a recording or an example clip, before a byte of it is sent."""
    found = [*_check_kind(facts, purpose.field), *_check_size(facts, purpose.field)]
    check_length = _check_recording_length if purpose is Purpose.VOICE_CLONE else _check_prompt_length
    found.extend(check_length(facts.duration_s))
    if facts.damaged_parts:
        found.append(_warn(purpose.field, "sample-damaged", parts=facts.damaged_parts))
    return tuple(found)


def _check_kind(facts: SampleFacts, field: Field) -> list[Problem]:
    if facts.upload_extension is not None:
        return []
    container = facts.container.split(",")[0]
    code = "sample-video" if facts.has_video else "sample-not-converted"
    return [Problem(field=field, code=code, values={"container": container, "codec": facts.codec})]


def _check_size(facts: SampleFacts, field: Field) -> list[Problem]:
    values = {"size_mb": f"{facts.stamp.size_bytes / 10**6:.1f}"}
    if facts.stamp.size_bytes > SIZE_MAX_BYTES:
        return [Problem(field=field, code="sample-too-big", values=values)]
    if facts.stamp.size_bytes > SIZE_CERTAIN_BYTES:
        return [_warn(field, "sample-big", **values)]
    return []


def _check_recording_length(duration_s: float) -> list[Problem]:
    values = {"duration_s": f"{duration_s:.2f}"}
    if duration_s < SAMPLE_MIN_S:
        return [Problem(field=Field.RECORDING, code="sample-short", values=values)]
    if duration_s > SAMPLE_MAX_S:
        return [Problem(field=Field.RECORDING, code="sample-long", values=values)]
    return []


def _check_prompt_length(duration_s: float) -> list[Problem]:
    values = {"duration_s": f"{duration_s:.2f}"}
    if duration_s >= PROMPT_LIMIT_S:
        return [Problem(field=Field.PROMPT_AUDIO, code="prompt-long", values=values)]
    if duration_s < PROMPT_ADVISED_MIN_S:
        return [_warn(Field.PROMPT_AUDIO, "prompt-short", **values)]
    return []


def _warn(field: Field, code: str, **values: object) -> Problem:
    return Problem(field=field, code=code, values=values, severity=Severity.WARNING)
