"""Ears and a voice for the practice service that need no audio process: quick, and told apart by bytes."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from voiceclone_gui.core.errors import SampleUnreadable
from voiceclone_gui.core.sample import FileStamp, SampleFacts
from voiceclone_gui.practice.jobs import AudioJobs
from voiceclone_gui.practice.speech import SpeechJob, SpokenText

T = TypeVar("T")

RATE_HZ = 8000


def wav_bytes(duration_s: float, *, level: int = 128, rate_hz: int = RATE_HZ) -> bytes:
    """An 8 bit WAV file of exactly that length; ``level`` tells files apart."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(rate_hz)
        file.writeframes(bytes([level]) * round(duration_s * rate_hz))
    return buffer.getvalue()


class InlineWorker:
    """Does the jobs in a thread of the service's own process."""

    def start(self) -> None:
        pass

    async def run(self, job: Callable[..., T], /, *args: object, timeout_s: float) -> T:
        return await asyncio.to_thread(job, *args)

    async def aclose(self) -> None:
        pass


def inspect_wav(path: Path) -> SampleFacts:
    """Knows WAV files only; everything else can't be decoded."""
    try:
        with wave.open(str(path), "rb") as file:
            frames, rate_hz, channels = file.getnframes(), file.getframerate(), file.getnchannels()
    except (wave.Error, EOFError) as error:
        raise SampleUnreadable("sample-not-audio", name=path.name) from error
    status = path.stat()
    return SampleFacts(
        path=path,
        stamp=FileStamp(size_bytes=status.st_size, modified_ns=status.st_mtime_ns),
        container="wav",
        codec="pcm_u8",
        duration_s=frames / rate_hz,
        sample_rate_hz=rate_hz,
        channels=channels,
    )


def write_down(job: SpeechJob) -> SpokenText:
    """Instead of speech the job itself, behind the mark of an MP3; half a second for each character."""
    words = f"{job.text}|{job.language_boost}|{job.sound_tags}|{job.noise_reduction}"
    settings = f"{job.volume_normalization}|{job.watermark}|{job.speed}|{job.volume}|{job.semitones}"
    audio = b"ID3\x04\x00\x00" + f"{words}|{settings}|{job.container}".encode()
    return SpokenText(
        audio=audio, duration_s=len(job.text) / 2, sample_rate_hz=32000, bitrate=128000, channels=1
    )


def hum(job: SpeechJob) -> SpokenText:
    """Instead of speech a sound that can be played: one second for ten characters."""
    duration_s = max(1.0, len(job.text) / 10)
    return SpokenText(
        audio=wav_bytes(duration_s, level=140),
        duration_s=duration_s,
        sample_rate_hz=RATE_HZ,
        bitrate=RATE_HZ * 8,
        channels=1,
    )


def audible_jobs() -> AudioJobs:
    return AudioJobs(make_worker=InlineWorker, inspect=inspect_wav, speak=hum)


def quick_jobs() -> AudioJobs:
    return AudioJobs(make_worker=InlineWorker, inspect=inspect_wav, speak=write_down)


class MovableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **time: float) -> None:
        self.now += timedelta(**time)
