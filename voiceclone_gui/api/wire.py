"""JSON bodies from and to core's values. Every optional field that isn't used is left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from voiceclone_gui.api.faults import whole_number
from voiceclone_gui.core.answers import CloneAnswer, ListedVoice, SpeechRequest, UploadedFile
from voiceclone_gui.core.request import CloneFields

_INT64_MAX = 2**63 - 1


class MissingPartError(ValueError):
    """An answer lacks what is needed; the text names it, in words for a sentence."""


def clone_body(fields: CloneFields, *, file_id: int, prompt_file_id: int | None) -> dict[str, Any]:
    """The body of ``POST /v1/voice_clone``, in the order of the contract's table."""
    body: dict[str, Any] = {"file_id": file_id, "voice_id": fields.voice_id}
    if prompt_file_id is not None:
        body["clone_prompt"] = {"prompt_audio": prompt_file_id, "prompt_text": fields.prompt_text.strip()}
    if fields.text:
        body["text"] = fields.text
        if fields.model:
            body["model"] = fields.model
    if fields.language_boost:
        body["language_boost"] = fields.language_boost
    for switch in ("need_noise_reduction", "need_volume_normalization", "aigc_watermark"):
        if getattr(fields, switch):
            body[switch] = True
    if fields.text_validation:
        body["text_validation"] = fields.text_validation
        if fields.accuracy is not None:
            body["accuracy"] = fields.accuracy
    return body


def speech_body(request: SpeechRequest) -> dict[str, Any]:
    """The body of ``POST /v1/t2a_v2``: mp3, 32 kHz, 128 kbit/s, mono, as hex in the answer."""
    voice: dict[str, Any] = {
        "voice_id": request.voice_id,
        "speed": request.speed,
        "vol": request.volume,
        "pitch": request.pitch,
    }
    if request.emotion:
        voice["emotion"] = request.emotion
    body: dict[str, Any] = {
        "model": request.model,
        "text": request.text,
        "stream": False,
        "voice_setting": voice,
        "audio_setting": {"sample_rate": 32000, "bitrate": 128000, "format": "mp3", "channel": 1},
        "output_format": "hex",
    }
    if request.language_boost:
        body["language_boost"] = request.language_boost
    return body


def read_uploaded(parsed: Mapping[str, Any], *, trace_id: str) -> UploadedFile:
    """The uploaded file. Raises ``MissingPartError`` without a usable file id."""
    file = parsed.get("file")
    if not isinstance(file, dict):
        raise MissingPartError("it names no file")
    return _file(file, trace_id=trace_id)


def read_files(parsed: Mapping[str, Any], *, trace_id: str) -> tuple[UploadedFile, ...]:
    """The listed files; an entry without a usable id is passed over."""
    files = _entries(parsed, "files")
    return tuple(_file(f, trace_id=trace_id) for f in files if _file_id(f) is not None)


def read_clone(parsed: Mapping[str, Any], *, trace_id: str) -> CloneAnswer:
    """The answer of a clone, with any of its parts missing.

    Without ``base_resp`` it counts as a success only if it brings a preview.
    """
    demo = parsed.get("demo_audio")
    demo_audio = demo.strip() if isinstance(demo, str) else ""
    if demo is not None and not isinstance(demo, str):
        raise MissingPartError("its preview link is not a text")
    if not confirms_success(parsed) and not demo_audio:
        raise MissingPartError("it doesn't say whether the voice was made")
    return CloneAnswer(
        demo_audio=demo_audio,
        sensitive_type=read_sensitive_type(parsed),
        extra=_numbers(parsed.get("extra_info")),
        trace_id=trace_id,
    )


def read_sensitive_type(parsed: Mapping[str, Any]) -> int:
    """What was flagged, from both shapes; 0 for nothing, 7 (other) for a flag without a type."""
    flag = parsed.get("input_sensitive")
    if isinstance(flag, dict):
        return whole_number(flag.get("type")) or 0
    number = whole_number(parsed.get("input_sensitive_type")) or 0
    return number or (7 if flag is True else 0)


def read_voices(parsed: Mapping[str, Any], *, trace_id: str) -> tuple[ListedVoice, ...]:
    """The cloned voices; a missing or null list is an empty one."""
    return tuple(
        ListedVoice(
            voice_id=v["voice_id"],
            trace_id=trace_id,
            created=v["created_time"] if isinstance(v.get("created_time"), str) else "",
            description=tuple(d for d in v.get("description") or () if isinstance(d, str)),
        )
        for v in _entries(parsed, "voice_cloning")
        if isinstance(v.get("voice_id"), str)
    )


def read_speech(parsed: Mapping[str, Any]) -> tuple[bytes, Mapping[str, int]]:
    """The sound of a synthesis and what is told about it. Raises ``MissingPartError`` without sound."""
    part = parsed.get("data")
    audio = part.get("audio") if isinstance(part, dict) else None
    if not isinstance(audio, str) or not re.fullmatch(r"([0-9A-Fa-f]{2})+", audio):
        raise MissingPartError("it has no sound in it")
    return bytes.fromhex(audio), _numbers(parsed.get("extra_info"))


def confirms_success(parsed: Mapping[str, Any]) -> bool:
    """Whether ``base_resp`` is there and says 0."""
    base_resp = parsed.get("base_resp")
    return isinstance(base_resp, dict) and whole_number(base_resp.get("status_code")) == 0


def _file(file: Mapping[str, Any], *, trace_id: str) -> UploadedFile:
    file_id = _file_id(file)
    if file_id is None:
        raise MissingPartError("it has no usable file id")
    return UploadedFile(
        file_id=file_id,
        filename=file["filename"] if isinstance(file.get("filename"), str) else "",
        size_bytes=whole_number(file.get("bytes")) or 0,
        created_at=whole_number(file.get("created_at")) or 0,
        purpose=file["purpose"] if isinstance(file.get("purpose"), str) else "",
        trace_id=trace_id,
    )


def _file_id(file: Mapping[str, Any]) -> int | None:
    file_id = whole_number(file.get("file_id"))
    return file_id if file_id is not None and 0 < file_id <= _INT64_MAX else None


def _entries(parsed: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    entries = parsed.get(name)
    return [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []


def _numbers(part: object) -> dict[str, int]:
    if not isinstance(part, dict):
        return {}
    found = {str(name): whole_number(value) for name, value in part.items()}
    return {name: value for name, value in found.items() if value is not None}
