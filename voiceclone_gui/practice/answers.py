"""The JSON of the service's answers (contract, sections 2 to 4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from voiceclone_gui.practice.codes import STATUS_TEXTS, SUCCESS
from voiceclone_gui.practice.speech import SpokenText
from voiceclone_gui.practice.state import StoredFile, StoredVoice

Json = dict[str, Any]


def base_resp(code: int = SUCCESS, message: str = "") -> Json:
    """The part that every answer carries; a business error is nothing but this."""
    return {"base_resp": {"status_code": code, "status_msg": message or STATUS_TEXTS[code]}}


def file_entry(file: StoredFile) -> Json:
    """One upload, as it stands in the answers to uploading, listing and retrieving."""
    return {
        "file_id": file.file_id,
        "bytes": file.size_bytes,
        "created_at": file.created_at_s,
        "filename": file.filename,
        "purpose": file.purpose,
    }


def clone_answer(*, demo_audio: str, extra_info: Json | None, sensitive_as_object: bool) -> Json:
    """A made voice; its id isn't repeated. ``input_sensitive`` comes in either of its two shapes."""
    sensitive: Json = (
        {"input_sensitive": {"type": 0}}
        if sensitive_as_object
        else {"input_sensitive": False, "input_sensitive_type": 0}
    )
    extra = {} if extra_info is None else {"extra_info": extra_info}
    return {**sensitive, "demo_audio": demo_audio, **extra, **base_resp()}


def speech_answer(*, audio: str, extra_info: Json, trace_id: str) -> Json:
    """A synthesis; ``audio`` is hex or a link. Status 2 means: complete."""
    return {
        "data": {"audio": audio, "status": 2},
        "extra_info": extra_info,
        "trace_id": trace_id,
        **base_resp(),
    }


def extra_info(spoken: SpokenText, *, text: str) -> Json:
    """Numbers about spoken audio: milliseconds, hertz, bytes, bit/s.

    Words are counted as the service does: letters, digits and Chinese characters, no punctuation.
    """
    return {
        "audio_length": round(spoken.duration_s * 1000),
        "audio_sample_rate": spoken.sample_rate_hz,
        "audio_size": len(spoken.audio),
        "bitrate": spoken.bitrate,
        "word_count": sum(1 for c in text if c.isalnum()),
        "usage_characters": len(text),
    }


def voices_answer(kinds: Sequence[str], *, voices: Sequence[StoredVoice], null_lists: bool) -> Json:
    """The voices of each kind asked for; cloned ones are all there are. An empty list may be null."""
    entries = [{"voice_id": v.voice_id, "description": [], "created_time": created_time(v)} for v in voices]
    empty: list[Json] | None = None if null_lists else []
    lists = {kind: (entries or empty) if kind == "voice_cloning" else empty for kind in kinds}
    return {**lists, **base_resp()}


def created_time(voice: StoredVoice) -> str:
    """The day on which a voice was made, as the service writes it."""
    return voice.made_at.date().isoformat()
