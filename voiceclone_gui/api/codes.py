"""What each status code of the service means: the kind of error, the field, the action.

Source: contract section 6. The sentences lie in core, under ``service-<code>``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from voiceclone_gui.core.errors import (
    AccessRefused,
    Action,
    ContentRefused,
    OutOfCredit,
    RequestRefused,
    ServiceError,
    ServiceTrouble,
    SlowDown,
    TokenRefused,
    VoiceIdTaken,
    VoiceMissing,
)
from voiceclone_gui.core.fields import Field


@dataclass(frozen=True)
class CodeMeaning:
    """One row of the table; ``None`` keeps the kind's own field or action."""

    kind: type[ServiceError]
    field: Field | None = None
    action: Action | None = None


CODES: Mapping[int, CodeMeaning] = {
    1000: CodeMeaning(ServiceTrouble, action=Action.CONVERT_SAMPLE),
    1001: CodeMeaning(ServiceTrouble, action=Action.CHECK_VOICE),
    1002: CodeMeaning(SlowDown),
    1004: CodeMeaning(TokenRefused, Field.TOKEN),
    1008: CodeMeaning(OutOfCredit),
    1013: CodeMeaning(ServiceTrouble),
    1024: CodeMeaning(ServiceTrouble),
    1026: CodeMeaning(ContentRefused, Field.TEXT),
    1027: CodeMeaning(ContentRefused, Field.RECORDING),
    1033: CodeMeaning(ServiceTrouble),
    1039: CodeMeaning(SlowDown),
    1041: CodeMeaning(SlowDown),
    1042: CodeMeaning(RequestRefused, Field.TEXT, Action.CLEAN_TEXT),
    1043: CodeMeaning(RequestRefused, Field.TEXT_VALIDATION),
    1044: CodeMeaning(RequestRefused, Field.PROMPT_TEXT),
    2013: CodeMeaning(RequestRefused),
    20132: CodeMeaning(RequestRefused, Field.RECORDING, Action.UPLOAD_AGAIN),
    2037: CodeMeaning(RequestRefused, Field.RECORDING, Action.TRIM_RECORDING),
    2038: CodeMeaning(AccessRefused),
    2039: CodeMeaning(VoiceIdTaken, Field.VOICE_ID),
    2042: CodeMeaning(AccessRefused, Field.VOICE_ID),
    2045: CodeMeaning(SlowDown),
    2048: CodeMeaning(RequestRefused, Field.PROMPT_AUDIO, Action.CHOOSE_PROMPT_CLIP),
    2049: CodeMeaning(TokenRefused, Field.TOKEN, Action.TRY_OTHER_REGION),
    2054: CodeMeaning(VoiceMissing, Field.VOICE_ID),
    2056: CodeMeaning(OutOfCredit),
}

# The longer names first: "prompt_text" must not be found as "text".
_NAMED_FIELDS = (
    ("prompt_text", Field.PROMPT_TEXT),
    ("prompt_audio", Field.PROMPT_AUDIO),
    ("clone_prompt", Field.PROMPT_AUDIO),
    ("text_validation", Field.TEXT_VALIDATION),
    ("language_boost", Field.LANGUAGE_BOOST),
    ("need_noise_reduction", Field.NEED_NOISE_REDUCTION),
    ("need_volume_normalization", Field.NEED_VOLUME_NORMALIZATION),
    ("aigc_watermark", Field.AIGC_WATERMARK),
    ("voice[ _]?id", Field.VOICE_ID),
    ("file[ _]?id", Field.RECORDING),
    ("accuracy", Field.ACCURACY),
    ("model", Field.MODEL),
    ("file", Field.RECORDING),
    ("text", Field.TEXT),
)


def error_for_code(service_code: int, *, message: str, trace_id: str) -> ServiceError:
    """The error that ``service_code`` stands for; an unlisted code is the service's trouble."""
    meaning = CODES.get(service_code)
    if meaning is None:
        return ServiceTrouble(
            "service-unknown", service_code=service_code, trace_id=trace_id, detail=message
        ).with_values(service_code=service_code)
    field = meaning.field
    if service_code == 2013:
        field = named_field(message)
    return meaning.kind(
        f"service-{service_code}",
        field=field,
        action=meaning.action,
        service_code=service_code,
        trace_id=trace_id,
        detail=message,
    )


def named_field(message: str) -> Field | None:
    """The field that a refusal's text names, as far as it does."""
    for name, field in _NAMED_FIELDS:
        if re.search(rf"(?<![A-Za-z_]){name}(?![A-Za-z_])", message, re.IGNORECASE):
            return field
    return None
