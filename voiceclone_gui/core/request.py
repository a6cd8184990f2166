"""The fields of a clone request and the service's rules for them.

Source of the rules: the voice-clone documents of the service, ``POST /v1/voice_clone``. Every check
returns *all* problems at once, each tied to its field.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem, Severity
from voiceclone_gui.core.speech_text import check_marks, invisible_share

VOICE_ID_MIN, VOICE_ID_MAX = 8, 256
TEXT_MAX = 1000
TEXT_VALIDATION_MAX = 200
MODEL_MAX = 100
INVISIBLE_SHARE_MAX = 0.10
RIGHTS_TEXT_VERSION = "2026-11"

_NOT_IN_VOICE_ID = re.compile(r"[^A-Za-z0-9_-]")
_PUNCTUATION = {"Po", "Pe", "Pf"}
_NOT_SENTENCE_PUNCTUATION = set("@#&%*/\\§¶†‡＠＃＆％＊／＼")


@dataclass(frozen=True, kw_only=True)
class RightsStatement:
    """The user's word that they may clone this voice: when it was given, and to which text."""

    stated_at: datetime
    text_version: str = RIGHTS_TEXT_VERSION


@dataclass(frozen=True, kw_only=True)
class CloneFields:
    """What the user chose for a clone; the two files travel beside it.

    ``None``, ``""`` and ``False`` mean *not used*: such a field is left out of the request.
    """

    voice_id: str
    prompt_text: str = ""
    text: str = ""
    model: str = ""
    language_boost: str = ""
    need_noise_reduction: bool = False
    need_volume_normalization: bool = False
    aigc_watermark: bool = False
    text_validation: str = ""
    accuracy: float | None = None


def check_fields(fields: CloneFields, *, has_prompt_audio: bool, catalog: Catalog) -> tuple[Problem, ...]:
    """Every problem of ``fields``, in the order of the contract's table."""
    return (
        *check_voice_id(fields.voice_id),
        *_check_prompt(fields.prompt_text, has_prompt_audio=has_prompt_audio),
        *_check_preview_text(fields.text),
        *_check_model(fields, catalog),
        *_check_language(fields, catalog),
        *_check_validation(fields),
        *check_marks(fields.text, model=catalog.model(fields.model), tags=catalog.sound_tags),
    )


def check_voice_id(voice_id: str) -> tuple[Problem, ...]:
    """Every broken rule of a voice id: 8-256 characters, a letter first, letters, digits, ``-`` and ``_``,
    neither ``-`` nor ``_`` last.
    """
    if not voice_id:
        return (_refuse(Field.VOICE_ID, "voice-id-missing"),)
    found = []
    length = len(voice_id)
    if length < VOICE_ID_MIN:
        found.append(_refuse(Field.VOICE_ID, "voice-id-short", length=length, minimum=VOICE_ID_MIN))
    if length > VOICE_ID_MAX:
        found.append(_refuse(Field.VOICE_ID, "voice-id-long", length=length, maximum=VOICE_ID_MAX))
    if not re.match(r"[A-Za-z]", voice_id):
        found.append(_refuse(Field.VOICE_ID, "voice-id-start", first=show_character(voice_id[0])))
    strange = dict.fromkeys(_NOT_IN_VOICE_ID.findall(voice_id))
    if strange:
        characters = " ".join(show_character(c) for c in list(strange)[:8])
        found.append(_refuse(Field.VOICE_ID, "voice-id-characters", characters=characters))
    if voice_id[-1] in "-_":
        found.append(_refuse(Field.VOICE_ID, "voice-id-end", last=voice_id[-1]))
    return tuple(found)


def ends_in_punctuation(text: str) -> bool:
    """Whether ``text`` ends in a mark that closes a sentence or a part of one."""
    last = text.rstrip()[-1:]
    return bool(last) and unicodedata.category(last) in _PUNCTUATION and last not in _NOT_SENTENCE_PUNCTUATION


def with_punctuation(text: str) -> str:
    """``text`` with the full stop of its own script, where it ends in none: the one-click cure."""
    stripped = text.rstrip()
    if not stripped or ends_in_punctuation(stripped):
        return stripped
    letters = [unicodedata.name(c, "") for c in stripped if c.isalpha()]
    last = letters[-1] if letters else ""
    if last.startswith(("CJK", "HIRAGANA", "KATAKANA")):
        return stripped + "。"
    return stripped + ("।" if last.startswith("DEVANAGARI") else ".")


def show_character(character: str) -> str:
    """A character as it can be read in a sentence: itself, or its number where nothing would be seen."""
    if character == " ":
        return "a space"
    if unicodedata.category(character)[0] in "CZ":
        return f"U+{ord(character):04X}"
    return character


def _check_prompt(prompt_text: str, *, has_prompt_audio: bool) -> tuple[Problem, ...]:
    if has_prompt_audio and not prompt_text.strip():
        return (_refuse(Field.PROMPT_TEXT, "prompt-text-missing"),)
    if prompt_text.strip() and not has_prompt_audio:
        return (_refuse(Field.PROMPT_AUDIO, "prompt-audio-missing"),)
    found = _check_encodable(Field.PROMPT_TEXT, prompt_text)
    if prompt_text.strip() and not ends_in_punctuation(prompt_text):
        found = (
            *found,
            _refuse(Field.PROMPT_TEXT, "prompt-text-punctuation", cured=with_punctuation(prompt_text)),
        )
    return found


def _check_preview_text(text: str) -> tuple[Problem, ...]:
    found = list(_check_encodable(Field.TEXT, text))
    if text and not text.strip():
        found.append(_refuse(Field.TEXT, "text-blank"))
    if len(text) > TEXT_MAX:
        found.append(_refuse(Field.TEXT, "text-long", length=len(text), maximum=TEXT_MAX))
    if invisible_share(text) > INVISIBLE_SHARE_MAX:
        found.append(_refuse(Field.TEXT, "text-invisible"))
    return tuple(found)


def _check_model(fields: CloneFields, catalog: Catalog) -> tuple[Problem, ...]:
    if not fields.text:
        return ()
    if not fields.model:
        return (_refuse(Field.MODEL, "model-missing"),)
    if not re.fullmatch(rf"[!-~]{{1,{MODEL_MAX}}}", fields.model):
        return (_refuse(Field.MODEL, "model-malformed"),)
    if catalog.model(fields.model) is None:
        return (_warn(Field.MODEL, "model-unlisted", model=fields.model),)
    return ()


def _check_language(fields: CloneFields, catalog: Catalog) -> tuple[Problem, ...]:
    if not fields.language_boost:
        return ()
    language = catalog.language(fields.language_boost)
    if language is None:
        return (_refuse(Field.LANGUAGE_BOOST, "language-unknown", language=fields.language_boost),)
    if fields.text and not language.works_with(catalog.model(fields.model)):
        return (_warn(Field.LANGUAGE_BOOST, "language-model", language=language.value, model=fields.model),)
    return ()


def _check_validation(fields: CloneFields) -> tuple[Problem, ...]:
    found = list(_check_encodable(Field.TEXT_VALIDATION, fields.text_validation))
    length = len(fields.text_validation)
    if length > TEXT_VALIDATION_MAX:
        found.append(
            _refuse(Field.TEXT_VALIDATION, "validation-long", length=length, maximum=TEXT_VALIDATION_MAX)
        )
    if fields.accuracy is not None:
        if not (math.isfinite(fields.accuracy) and 0 <= fields.accuracy <= 1):
            found.append(_refuse(Field.ACCURACY, "accuracy-range", accuracy=fields.accuracy))
        if not fields.text_validation:
            found.append(_refuse(Field.ACCURACY, "accuracy-alone"))
    return tuple(found)


def _check_encodable(field: Field, text: str) -> tuple[Problem, ...]:
    if any("\ud800" <= c <= "\udfff" for c in text):
        return (_refuse(field, "text-broken"),)
    return ()


def _refuse(field: Field, code: str, **values: object) -> Problem:
    return Problem(field=field, code=code, values=values)


def _warn(field: Field, code: str, **values: object) -> Problem:
    return Problem(field=field, code=code, values=values, severity=Severity.WARNING)
