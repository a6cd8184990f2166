"""What the service refuses of a synthesis request, ``POST /v1/t2a_v2`` (contract, section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voiceclone_gui.audio.encode import CONTAINERS
from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.practice.checks import check_known_model, check_language, check_number, check_text
from voiceclone_gui.practice.codes import bad_parameter

TEXT_MAX = 9_999
EMOTIONS = frozenset(
    {"happy", "sad", "angry", "fearful", "disgusted", "surprised", "calm", "fluent", "whisper"}
)


@dataclass(frozen=True, kw_only=True)
class SpeechOrder:
    """A synthesis request that passed every check but the voice's existence."""

    voice_id: str
    text: str
    model: str
    language_boost: str
    speed: float
    volume: float
    semitones: int
    container: str
    wants_link: bool


def check_speech(body: Mapping[str, object], *, catalog: Catalog) -> SpeechOrder:
    """The order in ``body``. Raises :class:`Refused`."""
    model = check_known_model(body.get("model"), catalog)
    text = check_text(body, limit=TEXT_MAX)
    if body.get("stream", False) is not False:
        raise bad_parameter("stream: this service answers whole, never as a stream")
    voice = _check_object(body, "voice_setting")
    audio = _check_object(body, "audio_setting")
    voice_id = voice.get("voice_id")
    if not isinstance(voice_id, str) or not voice_id:
        raise bad_parameter("voice_setting.voice_id is required")
    speed, volume, semitones = _check_voice_numbers(voice)
    container = _check_choice(audio, "format", choices=frozenset(CONTAINERS), default="mp3")
    language_boost = check_language(body, catalog)
    output = _check_choice(body, "output_format", choices=frozenset({"hex", "url"}), default="hex")
    return SpeechOrder(
        voice_id=voice_id,
        text=text,
        model=model,
        language_boost=language_boost,
        speed=speed,
        volume=volume,
        semitones=semitones,
        container=container,
        wants_link=output == "url",
    )


def _check_voice_numbers(voice: Mapping[str, object]) -> tuple[float, float, int]:
    speed = check_number(voice.get("speed", 1), "speed")
    volume = check_number(voice.get("vol", 1), "vol")
    semitones = voice.get("pitch", 0)
    if not 0.5 <= speed <= 2.0:
        raise bad_parameter("speed must be between 0.5 and 2")
    if not 0.0 < volume <= 10.0:
        raise bad_parameter("vol must be above 0 and at most 10")
    if type(semitones) is not int or not -12 <= semitones <= 12:
        raise bad_parameter("pitch must be an integer between -12 and 12")
    if "emotion" in voice:
        _check_choice(voice, "emotion", choices=EMOTIONS, default="calm")
    return speed, volume, semitones


def _check_object(body: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = body.get(name, {})
    if not isinstance(value, dict):
        raise bad_parameter(f"{name} must be an object")
    return value


def _check_choice(body: Mapping[str, object], name: str, *, choices: frozenset[str], default: str) -> str:
    value = body.get(name, default)
    if not isinstance(value, str) or value not in choices:
        raise bad_parameter(f"{name} must be one of {', '.join(sorted(choices))}")
    return value
