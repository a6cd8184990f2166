"""A clone is a job: a chain of states, each written down before the next step starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from voiceclone_gui.core.errors import InputRefused, VoiceCloneError
from voiceclone_gui.core.sample import Purpose


class JobState(StrEnum):
    """Where a clone job stands. ``CLONING`` means the request may have left."""

    PREPARED = "prepared"
    UPLOADING = "uploading"
    UPLOADED = "uploaded"
    UPLOADING_CLIP = "uploading-clip"
    CLIP_UPLOADED = "clip-uploaded"
    CLONING = "cloning"
    CLONED = "cloned"
    PREVIEW_SAVED = "preview-saved"
    NOT_MADE = "not-made"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What an error says about the voice."""

    NOT_MADE = "not-made"
    UNKNOWN = "unknown"
    MADE = "made"


# So long the answer to a clone is waited for; a request that left longer ago isn't under way any more.
CLONE_READ_TIMEOUT_S = 300.0

BEFORE_CLONE = frozenset(
    {
        JobState.PREPARED,
        JobState.UPLOADING,
        JobState.UPLOADED,
        JobState.UPLOADING_CLIP,
        JobState.CLIP_UPLOADED,
    }
)
_END_BEFORE_CLONE = {JobState.NOT_MADE}
TRANSITIONS: Mapping[JobState, frozenset[JobState]] = {
    JobState.PREPARED: frozenset({JobState.UPLOADING} | _END_BEFORE_CLONE),
    JobState.UPLOADING: frozenset({JobState.UPLOADED} | _END_BEFORE_CLONE),
    JobState.UPLOADED: frozenset({JobState.UPLOADING_CLIP, JobState.CLONING} | _END_BEFORE_CLONE),
    JobState.UPLOADING_CLIP: frozenset({JobState.CLIP_UPLOADED} | _END_BEFORE_CLONE),
    JobState.CLIP_UPLOADED: frozenset({JobState.CLONING} | _END_BEFORE_CLONE),
    # Back to uploading: the service certainly made nothing, because it no longer knows the files.
    JobState.CLONING: frozenset({JobState.CLONED, JobState.NOT_MADE, JobState.UNKNOWN, JobState.UPLOADING}),
    JobState.UNKNOWN: frozenset({JobState.UNKNOWN, JobState.CLONING, JobState.CLONED, JobState.NOT_MADE}),
    JobState.CLONED: frozenset({JobState.PREVIEW_SAVED}),
    JobState.PREVIEW_SAVED: frozenset(),
    JobState.NOT_MADE: frozenset(),
}


@dataclass(frozen=True, kw_only=True)
class CloneJob:
    """A clone job as the library keeps it: the inputs without any secret, and what each step gave.

    ``request`` holds the fields by the contract's names; ``recording`` and ``prompt_clip`` are the paths
    that were chosen, ``""`` for none. File ids are the service's int64 numbers; ``demo_audio`` is the link
    to the preview, for as long as it lives. What preview and keeping cost is estimated in ``currency`` from
    the prices of that time, ``None`` where nobody knew them.

    ``has_own_id``: we made the voice id up, so that nobody else can have used it. ``sent_at`` is when the
    clone request may have left first; ``in_doubt`` since an attempt ended without anybody knowing what came
    of it: only the service's word that the voice exists, or the user's, ends that. ``is_set_aside``: the
    user doesn't want to be asked about it any more.
    """

    job_id: str
    state: JobState
    voice_id: str
    profile_id: str
    service: str
    created_at: datetime
    rights_stated_at: datetime
    rights_text_version: str
    recording: str
    prompt_clip: str = ""
    request: Mapping[str, object] = field(default_factory=dict)
    file_id: int | None = None
    prompt_file_id: int | None = None
    demo_audio: str = ""
    trace_id: str = ""
    error_code: str = ""
    currency: str = ""
    preview_cost: Decimal | None = None
    activation: Decimal | None = None
    has_own_id: bool = False
    recording_sha256: str = ""
    clip_sha256: str = ""
    sent_at: datetime | None = None
    in_doubt: bool = False
    is_set_aside: bool = False


@dataclass(frozen=True, kw_only=True)
class Upload:
    """Bytes at a service: where, which, what for, and the service's number for them (0 while sought)."""

    service: str
    profile_id: str
    sha256: str
    purpose: Purpose
    file_id: int = 0


@dataclass(frozen=True, kw_only=True)
class LoggedError:
    """An error as a job's log keeps it: the code of its sentence, and what fills the sentence's places."""

    code: str
    values: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class LogEntry:
    """One line of a job's log: what happened, by a stable ``code``, with what support asks for."""

    at: datetime
    code: str
    trace_id: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def error(self) -> LoggedError | None:
        """What went wrong, where something did."""
        code, places = self.values.get("error"), self.values.get("places")
        if not isinstance(code, str) or not code:
            return None
        return LoggedError(code=code, values=places if isinstance(places, Mapping) else {})


def log_values(error: VoiceCloneError) -> dict[str, object]:
    """What a line of a job's log keeps of an error, so that its sentence can be said later."""
    said = error.problems[0] if isinstance(error, InputRefused) else error
    return {"error": said.code, "places": {name: str(value) for name, value in said.values.items()}}


def check_transition(old: JobState, new: JobState) -> None:
    """Raise ``ValueError`` where a job may not go from ``old`` to ``new``: a fault of the program."""
    if new not in TRANSITIONS[old]:
        raise ValueError(f"a clone job can't go from {old.value} to {new.value}")
