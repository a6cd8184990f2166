"""How lost previews come back: one frozen value, replaced as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from voiceclone_gui.core.voice import Voice
from voiceclone_gui.ui.messages import Message


@dataclass(frozen=True, kw_only=True)
class RecoveryRun:
    """A preview on its way: fetched for nothing, or spoken anew, which is paid. Bytes are 0 where unknown."""

    job_id: str
    is_paid: bool
    started_s: float
    is_sent: bool = False
    is_stopping: bool = False
    done_bytes: int = 0
    total_bytes: int = 0
    waits_until_s: float | None = None
    wait_reason: str = ""
    skip: Callable[[], None] | None = field(default=None, compare=False)

    @property
    def share(self) -> float | None:
        """How much of it is here (0-1), ``None`` where that can't be told."""
        return self.done_bytes / self.total_bytes if self.total_bytes else None


@dataclass(frozen=True, kw_only=True)
class RecoveryState:
    """What is known of lost previews, by the job of their voice.

    ``links`` are those that the clones gave, ``dead`` those that won't bring anything any more, ``tried``
    those that failed in this run of the program; ``messages`` say what came of the last attempt. Of those
    ``in_doubt`` a new preview was asked for, and nobody knows what came of it.
    ``is_busy``: something runs, or is asked.
    """

    run: RecoveryRun | None = None
    is_busy: bool = False
    links: Mapping[str, str] = field(default_factory=dict)
    dead: frozenset[str] = frozenset()
    tried: frozenset[str] = frozenset()
    in_doubt: frozenset[str] = frozenset()
    messages: Mapping[str, Message] = field(default_factory=dict)

    def may_be_fetched(self, voice: Voice) -> bool:
        """Whether the link may still bring the preview."""
        return self.links.get(voice.job_id) != "" and voice.job_id not in self.dead


@dataclass(frozen=True, kw_only=True)
class LostPreview:
    """What is shown beside a voice without a preview: why, the ways to get one, and the one under way."""

    message: Message
    can_fetch: bool
    can_make: bool
    is_busy: bool
    run: RecoveryRun | None
