"""A real synthesis: it is billed, and it keeps the voice that speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from voiceclone_gui.core.answers import SpeechRequest
from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.voice import Voice

_SENTENCE_LANGUAGE = "English"


class SynthesisState(StrEnum):
    """What became of a synthesis. ``SENDING`` means that the request may have left."""

    SENDING = "sending"
    DONE = "done"
    NOT_MADE = "not-made"
    UNKNOWN = "unknown"


# It may have been billed; nobody knows.
OPEN_STATES = frozenset({SynthesisState.SENDING, SynthesisState.UNKNOWN})


@dataclass(frozen=True, kw_only=True)
class Synthesis:
    """A synthesis as the library keeps it, written down before its request leaves.

    ``job_id`` is that of the voice. ``cost`` is for the characters, ``activation`` is the fee that falls
    due with the voice's first synthesis, 0 where it fell before; both are what the user was told, ``None``
    where nobody knew it.
    """

    synthesis_id: str
    job_id: str
    profile_id: str
    state: SynthesisState
    asked_at: datetime
    text: str
    model: str
    currency: str = ""
    cost: Decimal | None = None
    activation: Decimal | None = None
    trace_id: str = ""
    error_code: str = ""


def request_for(voice: Voice, *, catalog: Catalog) -> SpeechRequest:
    """What ``voice`` says to be heard again: its preview text, else a sample sentence in its language."""
    sent: Mapping[str, Any] = voice.request
    language = str(sent.get("language_boost") or "")
    sentences = catalog.sample_sentences
    return SpeechRequest(
        voice_id=voice.voice_id,
        text=str(sent.get("text") or sentences.get(language, sentences[_SENTENCE_LANGUAGE])),
        model=str(sent.get("model") or catalog.models[0].id),
        language_boost=language,
    )
