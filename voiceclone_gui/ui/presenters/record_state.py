"""What the recording window shows, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from voiceclone_gui.core.catalog.reading_texts import ReadingText
from voiceclone_gui.core.microphone import Microphone, Take
from voiceclone_gui.core.sample import PROMPT_ADVISED_MIN_S, SAMPLE_MIN_S, Purpose
from voiceclone_gui.services.record_take import TakePhase
from voiceclone_gui.ui.messages import Message

# A clip must stay below 8 s, also after somebody else's rounding.
CLIP_LIMIT_S = 7.8
BEST_FROM_S = 60.0
# Long enough for any reading, short enough to be noticed when it was forgotten.
RECORDING_LIMIT_S = 3600.0


@dataclass(frozen=True, kw_only=True)
class RecordState:
    """``microphone_id`` is the one that is listened to, empty for none. ``problem`` keeps from recording or
    tells why it ended; ``warning`` is about what is heard. ``take`` is the newest that is finished, with
    ``earlier`` ones before it.
    """

    purpose: Purpose
    folder: Path
    texts: tuple[ReadingText, ...] = field(repr=False)
    language: str
    microphones: tuple[Microphone, ...] = ()
    microphone_id: str = ""
    phase: TakePhase = TakePhase.IDLE
    take: Take | None = None
    earlier: int = 0
    problem: Message | None = None
    warning: Message | None = None
    is_playing: bool = False
    is_leaving: bool = False
    marks_s: tuple[float, ...] = field(init=False)
    limit_s: float = field(init=False)

    def __post_init__(self) -> None:
        is_clip = self.purpose is Purpose.PROMPT_AUDIO
        marks = (PROMPT_ADVISED_MIN_S, CLIP_LIMIT_S) if is_clip else (SAMPLE_MIN_S, BEST_FROM_S)
        object.__setattr__(self, "marks_s", marks)
        object.__setattr__(self, "limit_s", CLIP_LIMIT_S if is_clip else RECORDING_LIMIT_S)

    @property
    def is_running(self) -> bool:
        """Whether a take is under way, paused or not."""
        return self.phase is not TakePhase.IDLE

    @property
    def can_record(self) -> bool:
        """Whether *Record* does something."""
        return bool(self.microphone_id) and not self.is_leaving

    @property
    def can_use(self) -> bool:
        """Whether there is a take to be used."""
        return self.take is not None and not self.is_running and not self.is_leaving

    @property
    def has_takes(self) -> bool:
        """Whether something would be thrown away by leaving."""
        return self.take is not None or self.is_running

    @property
    def text(self) -> str:
        """What is to be read."""
        chosen = next(text for text in self.texts if text.language == self.language)
        return chosen.clip if self.purpose is Purpose.PROMPT_AUDIO else chosen.text
