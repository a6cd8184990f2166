"""A service that speaks and gives previews as a test tells it, and counts what it was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from voiceclone_gui.core.answers import Preview, Speech, SpeechRequest
from voiceclone_gui.core.job import CloneJob, JobState
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.storage.library import Library

NOON = datetime(2026, 1, 2, 12, 30, tzinfo=UTC)
REQUEST = {"file_id": 7, "voice_id": "voice-abc123", "text": "Good evening.", "model": "speech-2.8-hd"}

LINK = "https://oss.example/x.mp3?Expires=1&Signature=a%2Fb"


@dataclass
class FakeSpeakingService:
    """Each call takes its next planned error; without one it succeeds.

    ``hold`` names where to stop: ``before`` (the request hasn't left), ``sent`` or ``download``; ``held``
    tells that the point is reached.
    """

    errors: list[Exception] = field(default_factory=list)
    hold: str = ""
    held: asyncio.Event = field(default_factory=asyncio.Event)
    spoken: list[SpeechRequest] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    async def t2a(self, request: SpeechRequest, *, on_sent: Callable[[], None] | None = None) -> Speech:
        await self._stop_here("before")
        if on_sent is not None:
            on_sent()
        self.spoken.append(request)
        await self._stop_here("sent")
        if self.errors:
            raise self.errors.pop(0)
        return Speech(content=b"ID3 spoken", kind="mp3", trace_id="s" * 32)

    async def download_preview(
        self, url: str, *, on_progress: Callable[[int, int], None] | None = None
    ) -> Preview:
        self.links.append(url)
        if on_progress is not None:
            on_progress(3, 9)
        await self._stop_here("download")
        if self.errors:
            raise self.errors.pop(0)
        return Preview(content=b"ID3 fetched", kind="mp3")

    async def _stop_here(self, place: str) -> None:
        if self.hold == place:
            self.held.set()
            await asyncio.Event().wait()


async def add_made_voice(library: Library, *, link: str = LINK, **changes: object) -> Voice:
    """A voice that was made, on record with its job, which has no preview yet."""
    values: dict[str, object] = {
        "voice_id": "voice-abc123",
        "profile_id": "gateway",
        "service": "https://g.example/minimaxi",
        "asked_at": NOON,
        "rights_stated_at": NOON,
        "rights_text_version": "1",
        "job_id": "j1",
        "made_at": NOON,
        "request": REQUEST,
    } | changes
    voice = Voice(**values)  # type: ignore[arg-type]
    await library.add_job(
        CloneJob(
            job_id=voice.job_id,
            state=JobState.CLONING,
            voice_id=voice.voice_id,
            profile_id=voice.profile_id,
            service=voice.service,
            created_at=NOON,
            rights_stated_at=NOON,
            rights_text_version="1",
            recording="/r/recording.wav",
            request={"text": "Good evening."},
        )
    )
    await library.move_job(voice.job_id, JobState.CLONED, voice=voice, demo_audio=link)
    return voice
