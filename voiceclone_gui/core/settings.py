"""What the user decided once and for all; where it is kept is storage's matter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

THEMES = ("system", "light", "dark")
TEXT_PERCENTS = (100, 125, 150, 175, 200)
RECENT_MAX = 8


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings. No secret is ever one of them.

    ``theme`` is one of ``THEMES``, ``text_percent`` of ``TEXT_PERCENTS``; ``recent_files`` are paths, the
    newest first.
    """

    theme: str = "system"
    text_percent: int = 100
    plays_by_itself: bool = True
    volume_percent: int = 100
    recent_files: tuple[str, ...] = ()

    def with_recent(self, path: Path) -> Settings:
        """These settings with ``path`` as the newest of the recent files."""
        name = str(path)
        others = tuple(recent for recent in self.recent_files if recent != name)
        return replace(self, recent_files=(name, *others)[:RECENT_MAX])
