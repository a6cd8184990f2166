"""A cloned voice and its life.

Source: the service deletes a clone that no real synthesis has used within 168 hours; the preview made
by the clone call doesn't count as use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

UNUSED_LIFE = timedelta(hours=168)


class VoiceState(StrEnum):
    """Where a voice stands, as far as this program knows."""

    NEW = "new"
    KEPT = "kept"
    EXPIRED = "expired"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Voice:
    """A voice that was asked for; ``made_at`` is ``None`` while nobody knows whether it exists.

    ``gone_at`` is when the service said that it doesn't exist any more: it expired, or was deleted. All times
    carry a zone. ``request`` holds the fields as they were sent, for the record.
    """

    voice_id: str
    profile_id: str
    service: str
    asked_at: datetime
    rights_stated_at: datetime
    rights_text_version: str
    job_id: str
    made_at: datetime | None = None
    kept_at: datetime | None = None
    preview_file: str = ""
    trace_id: str = ""
    request: Mapping[str, object] = field(default_factory=dict)
    gone_at: datetime | None = None

    def state(self, now: datetime) -> VoiceState:
        """The state at ``now``."""
        if self.made_at is None:
            return VoiceState.UNKNOWN
        if self.gone_at is not None:
            return VoiceState.GONE
        if self.kept_at is not None:
            return VoiceState.KEPT
        return VoiceState.EXPIRED if self.time_left(now) <= timedelta(0) else VoiceState.NEW

    def made_when_asked(self) -> Voice:
        """The same voice, known to exist; when it was made isn't known better than when it was asked for."""
        return replace(self, made_at=self.asked_at)

    def time_left(self, now: datetime) -> timedelta:
        """How long an unused voice still lives, counted from when it was asked for: the safe side.

        Clocks are set. Never more than :data:`UNUSED_LIFE`: before its own beginning a voice is new. And a
        voice that has just been made lives: where it was made before it was asked for, or so long after
        that it couldn't have lived until then, it is counted from when it was made.
        """
        start = self.asked_at
        if self.made_at is not None and not timedelta(0) <= self.made_at - start < UNUSED_LIFE:
            start = self.made_at
        return min(start + UNUSED_LIFE - now, UNUSED_LIFE)
