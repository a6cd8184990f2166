"""What the service refuses of a clone request, in the order of the contract's table 3.

Written from the contract alone and for raw JSON: these checks share nothing with the program's own, so
that either side's mistake shows. A field that is sent must be valid: ``null``, ``""`` and an empty
``clone_prompt`` are refused, unknown fields are ignored. ``text_validation`` is checked for its form
only: this service can't transcribe a recording.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.errors import SampleError
from voiceclone_gui.practice.codes import (
    INVISIBLE_TEXT,
    PROMPT_TOO_LONG,
    VOICE_ID_TAKEN,
    WRONG_LENGTH,
    Refused,
    bad_parameter,
)
from voiceclone_gui.practice.state import StoredFile

RECORDING_PURPOSE, PROMPT_PURPOSE = "voice_clone", "prompt_audio"
EXTENSIONS = frozenset({"mp3", "m4a", "wav"})
_INT64_MAX = 2**63 - 1
_VOICE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{6,254}[A-Za-z0-9]", re.ASCII)
_JOINERS = "\u200c\u200d"
_SIGNS_NOT_PUNCTUATION = set("@#&%*/\\§¶†‡")


class CloneFacts(Protocol):
    """What the checks ask of the service's memory and of its ears."""

    async def file(self, file_id: int) -> StoredFile | None:
        """The upload of that number."""

    async def is_voice_id_used(self, voice_id: str) -> bool:
        """Whether a voice has, or had, that id."""

    async def duration_s(self, path: Path) -> float:
        """The decoded length of an upload. Raises ``SampleError`` for what can't be decoded."""


@dataclass(frozen=True, kw_only=True)
class CloneOrder:
    """A clone request that passed every check; ``text`` is ``""`` where no preview is wanted."""

    recording: StoredFile
    voice_id: str
    text: str
    model: str
    language_boost: str
    need_noise_reduction: bool
    need_volume_normalization: bool
    aigc_watermark: bool


async def check_clone(
    body: Mapping[str, object], *, facts: CloneFacts, catalog: Catalog, refuse_short_prompts: bool
) -> CloneOrder:
    """The order in ``body``. Raises :class:`Refused` for the first row of the table that fails."""
    recording = await _check_recording(body, facts)
    voice_id = await _check_voice_id(body, facts)
    if "clone_prompt" in body:
        await _check_prompt(body["clone_prompt"], facts, refuse_short=refuse_short_prompts)
    text = check_text(body, limit=1000) if "text" in body else ""
    model = _check_model(body, catalog, is_needed=bool(text))
    language_boost = check_language(body, catalog)
    order = CloneOrder(
        recording=recording,
        voice_id=voice_id,
        text=text,
        model=model,
        language_boost=language_boost,
        need_noise_reduction=_check_switch(body, "need_noise_reduction"),
        need_volume_normalization=_check_switch(body, "need_volume_normalization"),
        aigc_watermark=_check_switch(body, "aigc_watermark"),
    )
    _check_validation(body)
    return order


def check_file_id(value: object) -> int:
    """A file number as it must be written: a JSON integer, neither text nor fraction nor truth value."""
    if type(value) is not int:
        raise bad_parameter("file_id must be an integer (int64)")
    if not 0 < value <= _INT64_MAX:
        raise bad_parameter("file_id is out of range")
    return value


def check_text(body: Mapping[str, object], *, limit: int) -> str:
    """``text``: 1 to ``limit`` code points, at most a tenth of them invisible."""
    text = _check_string(body, "text", limit=limit)
    if sum(1 for c in text if _is_invisible(c)) * 10 > len(text):
        raise Refused(INVISIBLE_TEXT)
    return text


def check_known_model(value: object, catalog: Catalog) -> str:
    """A speech model that exists."""
    if not isinstance(value, str) or catalog.model(value) is None:
        raise bad_parameter("model is not one of the speech models")
    return value


def check_language(body: Mapping[str, object], catalog: Catalog) -> str:
    """``language_boost``, exactly as one of its values is spelled; ``""`` where it isn't sent."""
    if "language_boost" not in body:
        return ""
    value = body["language_boost"]
    if not isinstance(value, str) or catalog.language(value) is None:
        raise bad_parameter("language_boost is not one of its values")
    return value


def check_number(value: object, name: str) -> float:
    """A JSON number; a truth value is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise bad_parameter(f"{name} must be a number")
    return value


async def _check_recording(body: Mapping[str, object], facts: CloneFacts) -> StoredFile:
    if "file_id" not in body:
        raise bad_parameter("file_id is required")
    file = await _check_upload(check_file_id(body["file_id"]), RECORDING_PURPOSE, facts, name="file_id")
    if not 10.0 <= await _decoded_length_s(file, facts, name="file_id") <= 300.0:
        raise Refused(WRONG_LENGTH)
    return file


async def _check_upload(file_id: int, purpose: str, facts: CloneFacts, *, name: str) -> StoredFile:
    file = await facts.file(file_id)
    if file is None:
        raise bad_parameter(f"{name} doesn't exist")
    if file.purpose != purpose:
        raise bad_parameter(f"{name} was uploaded for another purpose than {purpose}")
    # The name decides, whatever the content is: so does the real service.
    if Path(file.filename).suffix.lower().removeprefix(".") not in EXTENSIONS:
        raise bad_parameter(f"{name} is not a mp3, m4a or wav file")
    return file


async def _decoded_length_s(file: StoredFile, facts: CloneFacts, *, name: str) -> float:
    try:
        return await facts.duration_s(file.path)
    except SampleError as error:
        raise bad_parameter(f"{name} can't be decoded") from error


async def _check_voice_id(body: Mapping[str, object], facts: CloneFacts) -> str:
    voice_id = body.get("voice_id")
    if not isinstance(voice_id, str) or not voice_id:
        raise bad_parameter("voice_id is required")
    if _VOICE_ID.fullmatch(voice_id) is None:
        raise bad_parameter("voice_id breaks the naming rule")
    if await facts.is_voice_id_used(voice_id):
        raise Refused(VOICE_ID_TAKEN)
    return voice_id


async def _check_prompt(prompt: object, facts: CloneFacts, *, refuse_short: bool) -> None:
    if not isinstance(prompt, dict):
        raise bad_parameter("clone_prompt must be an object")
    missing = [name for name in ("prompt_audio", "prompt_text") if name not in prompt]
    if missing:
        raise bad_parameter(f"clone_prompt.{missing[0]} is required")
    file_id = check_file_id(prompt["prompt_audio"])
    file = await _check_upload(file_id, PROMPT_PURPOSE, facts, name="prompt_audio")
    length_s = await _decoded_length_s(file, facts, name="prompt_audio")
    if length_s >= 8.0:
        raise Refused(PROMPT_TOO_LONG)
    if refuse_short and length_s < 5.0:
        raise Refused(WRONG_LENGTH)
    if not _ends_in_punctuation(_check_string(prompt, "prompt_text", limit=None)):
        raise bad_parameter("prompt_text must end with punctuation")


def _check_string(body: Mapping[str, object], name: str, *, limit: int | None) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise bad_parameter(f"{name} must be a text that is not empty")
    if limit is not None and len(value) > limit:
        raise bad_parameter(f"{name} is longer than {limit} characters")
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise bad_parameter(f"{name} is not valid Unicode")
    return value


def _check_model(body: Mapping[str, object], catalog: Catalog, *, is_needed: bool) -> str:
    if "model" in body:
        return check_known_model(body["model"], catalog)
    if is_needed:
        raise bad_parameter("model is required with text")
    return ""


def _check_switch(body: Mapping[str, object], name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise bad_parameter(f"{name} must be a boolean")
    return value


def _check_validation(body: Mapping[str, object]) -> None:
    if "text_validation" in body:
        _check_string(body, "text_validation", limit=200)
    if "accuracy" in body and not 0.0 <= check_number(body["accuracy"], "accuracy") <= 1.0:
        raise bad_parameter("accuracy must be between 0 and 1")


def _ends_in_punctuation(text: str) -> bool:
    last = text.rstrip()[-1:]
    if not last or unicodedata.normalize("NFKC", last) in _SIGNS_NOT_PUNCTUATION:
        return False
    return unicodedata.category(last) in {"Po", "Pe", "Pf", "Pd"}


def _is_invisible(character: str) -> bool:
    if character in "\n\r\t" or character in _JOINERS:
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cn", "Co", "Zl", "Zp"}
