"""Recordings as the service wants them: what was found in a file, and which rules it breaks.

Source of the rules: the service's upload documents (formats, lengths) and reports of real calls
(the lower end for example clips is not documented).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem, Severity
from voiceclone_gui.core.span import Span

SAMPLE_MIN_S, SAMPLE_MAX_S = 10.0, 300.0
PROMPT_LIMIT_S = 8.0
PROMPT_ADVISED_MIN_S = 5.0
# The unit of the limit isn't documented: what is untouched stays below the smaller, what we make below both.
SIZE_CERTAIN_BYTES = 20 * 10**6


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


class Stereo(StrEnum):
    """What the channels of a recording are to each other, as the whole of it was decoded."""

    MONO = "mono"
    EQUAL = "equal"
    ONE_SILENT = "one-silent"
    REAL = "real"
    TWO_VOICES = "two-voices"
    MANY = "many"


class ChannelChoice(StrEnum):
    """Which channels of a stereo recording the user wants to be sent; ``AUTO`` leaves it to the rules."""

    AUTO = "auto"
    BOTH = "both"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, kw_only=True)
class SampleChoice:
    """What of a file is to be sent: the part, ``None`` for all of it, and the channels.

    ``stamp`` is that of the file when the user saw and chose it: no other is sent. ``None`` takes any.
    """

    path: Path
    span: Span | None = None
    channels: ChannelChoice = ChannelChoice.AUTO
    stamp: FileStamp | None = None


@dataclass(frozen=True, kw_only=True)
class SampleFacts:
    """What decoding a whole file has shown. Nothing here is taken from its name or its header's claims.

    ``container`` and ``codec`` are FFmpeg's names; ``duration_s`` is the decoded length;
    ``damaged_parts`` counts packets that could not be decoded. ``sound_bytes`` is the size of the encoded
    sound alone, 0 where that isn't known. ``has_private_parts``: there is more in the file than sound, such
    as tags, pictures or places. ``live_channels`` are those with sound in them.
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
    sound_bytes: int = 0
    has_private_parts: bool = False
    stereo: Stereo = Stereo.MONO
    live_channels: tuple[int, ...] = (0,)

    @property
    def upload_extension(self) -> str | None:
        """``mp3``, ``m4a`` or ``wav`` where container and codec are what the service takes, else ``None``."""
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


def check_sample(
    facts: SampleFacts,
    *,
    purpose: Purpose,
    span: Span | None = None,
    channels: ChannelChoice = ChannelChoice.AUTO,
) -> tuple[Problem, ...]:
    """Every problem of the selected part of a recording or example clip, before a byte of it is sent.

    Only its length can forbid it: any kind of sound is converted to what the service takes.
    """
    duration_s = facts.duration_s
    # A selection of everything is sent as everything, to the last sample.
    if span is not None and not span.is_whole(duration_s):
        duration_s = span.within(duration_s).duration_s
    check_length = _check_recording_length if purpose is Purpose.VOICE_CLONE else _check_prompt_length
    found = check_length(duration_s)
    if facts.damaged_parts:
        found.append(_warn(purpose.field, "sample-damaged", parts=facts.damaged_parts))
    if facts.stereo is Stereo.TWO_VOICES and channels is ChannelChoice.AUTO:
        found.append(_warn(purpose.field, "sample-two-voices"))
    return tuple(found)


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
