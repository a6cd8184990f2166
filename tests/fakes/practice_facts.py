"""Uploads and voices that exist on paper only, for the practice service's checks."""

from __future__ import annotations

from pathlib import Path

from voiceclone_gui.core.errors import SampleUnreadable
from voiceclone_gui.practice.state import StoredFile

# Uploads by number: purpose, name, decoded length in seconds (None: can't be decoded).
UPLOADS: dict[int, tuple[str, str, float | None]] = {
    1: ("voice_clone", "sample.wav", 24.7),
    2: ("prompt_audio", "clip.wav", 5.3),
    3: ("voice_clone", "sample.ogg", 24.7),
    4: ("voice_clone", "sample.mp3", None),
    5: ("voice_clone", "noextension", 24.7),
    6: ("voice_clone", "SAMPLE.MP3", 24.7),
    10: ("voice_clone", "sample.m4a", 9.999),
    11: ("voice_clone", "sample.m4a", 10.0),
    12: ("voice_clone", "sample.m4a", 300.0),
    13: ("voice_clone", "sample.m4a", 300.001),
    20: ("prompt_audio", "clip.mp3", 7.999),
    21: ("prompt_audio", "clip.mp3", 8.0),
    22: ("prompt_audio", "clip.mp3", 4.999),
    23: ("prompt_audio", "clip.flac", 5.3),
    24: ("prompt_audio", "clip.mp3", None),
    2**62 + 1: ("voice_clone", "sample.wav", 24.7),
}
USED_IDS = {"taken-voice-1"}


class FactsOnPaper:
    """Uploads and voices as the tables above list them."""

    async def file(self, file_id: int) -> StoredFile | None:
        if file_id not in UPLOADS:
            return None
        purpose, filename, _ = UPLOADS[file_id]
        return StoredFile(
            file_id=file_id,
            purpose=purpose,
            filename=filename,
            size_bytes=1,
            created_at_s=0,
            path=Path(str(file_id)),
        )

    async def is_voice_id_used(self, voice_id: str) -> bool:
        return voice_id in USED_IDS

    async def duration_s(self, path: Path) -> float:
        length_s = UPLOADS[int(path.name)][2]
        if length_s is None:
            raise SampleUnreadable("sample-undecodable", name=path.name)
        return length_s
