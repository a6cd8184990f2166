"""What the use cases need from the outside, as protocols: the borders are plugged in by the app."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import Protocol

from voiceclone_gui.core.answers import (
    CloneAnswer,
    ListedVoice,
    Preview,
    Speech,
    SpeechRequest,
    UploadedFile,
)
from voiceclone_gui.core.errors import VoiceCloneError
from voiceclone_gui.core.job import CloneJob, JobState, LogEntry, Upload
from voiceclone_gui.core.request import CloneFields
from voiceclone_gui.core.sample import FileStamp, KeptSample, Purpose
from voiceclone_gui.core.synthesis import Synthesis
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

    async def get_voices(self) -> tuple[ListedVoice, ...]:
        """The account's voices that were used at least once."""
        ...


class JobInputs(Protocol):
    """The bytes that a job sends, kept from before it starts until nobody can need them any more."""

    async def keep(self, job_id: str, path: Path, *, stamp: FileStamp, purpose: Purpose) -> KeptSample:
        """Copy the file that was examined as ``stamp``, and take the job for this process."""
        ...

    async def kept(self, job_id: str, *, purpose: Purpose) -> KeptSample | None:
        """What is kept, ``None`` where it is gone."""
        ...

    async def claim(self, job_id: str) -> bool:
        """Take the job for this process; ``False`` where another one works on it."""
        ...

    async def release(self, job_id: str) -> None:
        """Let the job go; what is kept stays."""
        ...

    def hold(self, job_id: str) -> None:
        """What is kept for the job stays where it is while the program runs: the page shows it."""
        ...

    async def remove(self, job_id: str, *, even_held: bool = False) -> None:
        """Let the job go, and throw away what is kept for it; what is held goes at the next start."""
        ...

    async def job_ids(self) -> Collection[str]:
        """The jobs that something is kept for."""
        ...


class SpeakingService(Protocol):
    """The calls of a service that bring a lost preview back; errors are core's."""

    async def download_preview(
        self, url: str, *, on_progress: Callable[[int, int], None] | None = None
    ) -> Preview:
        """Fetch the preview of a made voice."""
        ...

    async def t2a(self, request: SpeechRequest, *, on_sent: Callable[[], None] | None = None) -> Speech:
        """Speak a text: it is billed and keeps the voice. ``on_sent``: the request is about to leave."""
        ...


class VoiceService(CloningService, SpeakingService, Protocol):
    """A connected service with all its calls."""


class PreviewRecords(Protocol):
    """The record of voices, their previews and their syntheses. Each call is on disk when it returns."""

    async def job(self, job_id: str) -> CloneJob | None:
        """The job of that id."""
        ...

    async def add_synthesis(self, synthesis: Synthesis) -> None:
        """Write down what is going to be asked for."""
        ...

    async def end_synthesis(self, synthesis: Synthesis, *, voice: Voice | None = None) -> None:
        """Write what became of it, and in the same stroke what it means for the voice."""
        ...

    async def take_preview(
        self, voice: Voice, preview: Preview, *, synthesis: Synthesis | None = None
    ) -> Voice:
        """Keep a preview that came later, in one stroke with its voice and what it cost.

        Gives the voice with its ``preview_file``. Where the sound can't be written the rest still is.
        """
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
        because: VoiceCloneError | None = None,
        **changes: object,
    ) -> CloneJob:
        """Write the next state and what the step gave, by the names of ``CloneJob``'s fields.

        In the same stroke ``voice`` is added or replaced, or the job's voice is taken back because it was
        certainly not made. ``because`` stands in the job's log.
        """
        ...

    async def write_in_log(self, job_id: str, code: str, *, trace_id: str = "", **values: object) -> None:
        """Add a line to the job's log."""
        ...

    async def job_log(self, job_id: str) -> tuple[LogEntry, ...]:
        """What happened in a job, oldest first."""
        ...

    async def open_jobs(self) -> tuple[CloneJob, ...]:
        """The jobs that aren't over and not set aside, newest first, and the newest of all if it failed."""
        ...

    async def set_aside(self, job_id: str) -> None:
        """Never ask about the job again."""
        ...

    async def note_upload(self, upload: Upload) -> None:
        """Write down what was uploaded; an older upload of the same bytes is forgotten."""
        ...

    async def earlier_upload(self, sought: Upload, *, since: datetime) -> int | None:
        """The file id of the same bytes for the same purpose at the same service, uploaded since then."""
        ...

    async def used_voice_ids(self) -> Collection[str]:
        """Every id that was ever asked for, refused ones too."""
        ...

    async def save_preview(self, voice: Voice, preview: Preview) -> Path:
        """Keep a preview's bytes, with the facts of its voice beside it."""
        ...
