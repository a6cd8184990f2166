"""Where everything lies: one object that knows every path of the data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from voiceclone_gui.storage.files import make_folder


@dataclass(frozen=True, kw_only=True)
class DataFolder:
    """The data folder; ``--data-dir`` moves all of it. Nothing is made before it is asked for."""

    root: Path

    @classmethod
    def default(cls) -> DataFolder:
        """The system's own place for a program's data."""
        return cls(root=Path(platformdirs.user_data_dir("VoiceClone", appauthor=False)))

    @property
    def library(self) -> Path:
        """The database of jobs and voices."""
        return self.root / "library.sqlite3"

    @property
    def settings(self) -> Path:
        """What the user decided once and for all; no secret."""
        return self.root / "settings.json"

    @property
    def voices(self) -> Path:
        """One folder a voice: its preview and the facts beside it."""
        return self.root / "voices"

    @property
    def jobs(self) -> Path:
        """One folder a job that isn't over: the very bytes that it sends."""
        return self.root / "jobs"

    @property
    def outgoing(self) -> Path:
        """Samples as they are sent, made again where they are gone."""
        return self.root / "outgoing"

    @property
    def recordings(self) -> Path:
        """What was recorded from a microphone."""
        return self.root / "recordings"

    @property
    def log(self) -> Path:
        """What the program did, a few files that follow each other."""
        return self.root / "log"

    @property
    def crashes(self) -> Path:
        """What runs have left that didn't end by themselves."""
        return self.root / "crash"

    @property
    def practice(self) -> Path:
        """The practice service's own state: as far away as another computer."""
        return self.root / "practice-service"

    def make(self) -> None:
        """Make the root. Raises ``StorageFailed`` where that isn't possible."""
        make_folder(self.root)
