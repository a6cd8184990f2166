"""What the use cases need from the outside, as protocols: the borders are plugged in by the app."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import Protocol

from voiceclone_gui.core.answers import CloneAnswer, Preview, UploadedFile
from voiceclone_gui.core.job import CloneJob, JobState
from voiceclone_gui.core.request import CloneFields
from voiceclone_gui.core.sample import FileStamp, Purpose
from voiceclone_gui.core.voice import Voice

Clock = Callable[[], datetime]


class CloningService(Protocol):
    """The calls of a service that a clone needs; errors are core's."""

    async def upload(
        self,
        path: Path,
        *,
        stamp: FileStamp,
        extension: str,
        purpose: Purpose,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> UploadedFile:
        """Send a file; the progress is in bytes of it."""
        ...

    async def clone(
        self,
        fields: CloneFields,
        *,
        file_id: int,
        prompt_file_id: int | None = None,
        on_sent: Callable[[], None] | None = None,
    ) -> CloneAnswer:
        """Make the voice; ``on_sent`` is called when the request is about to leave."""
        ...

    async def download_preview(
        self, url: str, *, on_progress: Callable[[int, int], None] | None = None
    ) -> Preview:
        """Fetch the preview of a made voice."""
        ...


class CloneRecords(Protocol):
    """The record of jobs and voices. Each call is on disk when it returns."""

    async def add_job(self, job: CloneJob) -> None:
        """Write down what is going to be done."""
        ...

    async def move_job(
        self,
        job_id: str,
        state: JobState,
        *,
        voice: Voice | None = None,
        drop_voice: bool = False,
        **changes: object,
    ) -> CloneJob:
        """Write the next state and what the step gave, by the names of ``CloneJob``'s fields.

        In the same stroke ``voice`` is added or replaced, or the job's voice is taken back because it was
        certainly not made.
        """
        ...

    async def used_voice_ids(self) -> Collection[str]:
        """Every id that was ever asked for, refused ones too."""
        ...

    async def save_preview(self, voice: Voice, preview: Preview) -> Path:
        """Keep a preview's bytes, with the facts of its voice beside it."""
        ...
