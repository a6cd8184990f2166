"""One folder a voice: its preview, and a small JSON with all that is known of it.

From these the library can be built anew when its database is lost.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

from voiceclone_gui.core.answers import Preview
from voiceclone_gui.core.disk_failures import storage_failure
from voiceclone_gui.core.job import CloneJob, JobState
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.storage.files import make_folder, write_atomic
from voiceclone_gui.storage.records import (
    UnreadableRecord,
    facts_of,
    job_of,
    mapping,
    voice_of,
    whole_number,
)

_FACTS = "voice.json"


@dataclass(frozen=True, kw_only=True)
class VoiceFacts:
    """What a folder holds. ``number`` is the place of the job in the order in which jobs were added, 0
    where it isn't known.
    """

    voice: Voice
    job: CloneJob
    number: int = 0


class VoiceFolders:
    """Writes and reads the folders below ``folder``, each named by its job."""

    def __init__(self, *, folder: Path) -> None:
        self.folder = folder

    def job_ids(self) -> set[str]:
        """The jobs that have a folder. Raises ``StorageFailed``."""
        try:
            return {entry.name for entry in self.folder.iterdir()}
        except FileNotFoundError:
            return set()
        except OSError as error:
            raise storage_failure(self.folder, error, code="storage-not-readable") from error

    def write(self, facts: VoiceFacts) -> None:
        """Put down what is known, synced to disk. Raises ``StorageFailed``."""
        voice = facts.voice
        if voice.preview_file:
            # By its name alone: the data folder may be moved.
            voice = replace(voice, preview_file=Path(voice.preview_file).name)
        kept = {**facts_of(voice), "job": facts_of(facts.job), "number": facts.number}
        folder = make_folder(self.folder / voice.job_id)
        write_atomic(folder / _FACTS, json.dumps(kept, ensure_ascii=False, indent=2).encode())

    def read(self, job_id: str) -> VoiceFacts | None:
        """What is known, ``None`` where nothing was put down. Raises ``UnreadableRecord``."""
        try:
            kept = mapping((self.folder / job_id / _FACTS).read_text(encoding="utf-8"))
            voice = voice_of(kept)
            voice = replace(voice, preview_file=self._preview(job_id, Path(voice.preview_file).name))
            job = job_of(mapping(kept["job"])) if "job" in kept else _job_behind(voice)
            if {voice.job_id, job.job_id} != {job_id}:
                raise UnreadableRecord("it is of another folder")
            return VoiceFacts(voice=voice, job=job, number=whole_number(kept.get("number", 0)))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError, RecursionError) as error:
            raise UnreadableRecord(str(error)) from error

    def remove(self, job_id: str) -> None:
        """Take back what was put down of a voice that was not made. Raises ``StorageFailed``."""
        folder = self.folder / job_id
        try:
            (folder / _FACTS).unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as error:
            raise storage_failure(folder, error) from error
        # A preview may lie there still; it stays.
        with contextlib.suppress(OSError):
            folder.rmdir()

    def save_preview(self, voice: Voice, preview: Preview) -> Path:
        """Keep a preview as ``preview.<kind>``, numbered where one is there. Raises ``StorageFailed``."""
        folder = make_folder(self.folder / voice.job_id)
        path = folder / f"preview.{preview.kind}"
        number = 1
        # Nor the name of one that is gone: whoever played it knows that name as that sound.
        while path.exists() or str(path) == voice.preview_file:
            number += 1
            path = folder / f"preview-{number}.{preview.kind}"
        write_atomic(path, preview.content)
        return path

    def _preview(self, job_id: str, known: str) -> str:
        """The preview that was put down, else the newest that is there."""
        folder = self.folder / job_id
        if known and (folder / known).is_file():
            return str(folder / known)
        found = sorted(folder.glob("preview*"), key=lambda path: path.stat().st_mtime_ns)
        return str(found[-1]) if found else ""


def _job_behind(voice: Voice) -> CloneJob:
    """The job of a voice that was put down by a program that kept no facts of jobs there."""
    is_made = voice.made_at is not None
    # What the preview cost isn't known; that there was one is.
    request = {name: voice.request[name] for name in ("text", "model") if name in voice.request}
    return CloneJob(
        job_id=voice.job_id,
        state=JobState.PREVIEW_SAVED if is_made else JobState.UNKNOWN,
        voice_id=voice.voice_id,
        profile_id=voice.profile_id,
        service=voice.service,
        created_at=voice.asked_at,
        rights_stated_at=voice.rights_stated_at,
        rights_text_version=voice.rights_text_version,
        recording="",
        request={"voice_id": voice.voice_id, **request},
        trace_id=voice.trace_id,
        in_doubt=not is_made,
        is_set_aside=not is_made,
    )
