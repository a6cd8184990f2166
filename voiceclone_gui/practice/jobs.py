"""The work that the service leaves to its audio process, named so that tests can put something else there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from voiceclone_gui.audio.probe import inspect_sample
from voiceclone_gui.audio.worker import AudioWorker
from voiceclone_gui.core.sample import SampleFacts
from voiceclone_gui.practice.speech import SpeechJob, SpokenText, speak

T = TypeVar("T")

_LIMIT_S = 170.0


class Worker(Protocol):
    """Where audio jobs run: :class:`voiceclone_gui.audio.worker.AudioWorker`."""

    def start(self) -> None:
        """Warm up."""

    async def run(self, job: Callable[..., T], /, *args: object, timeout_s: float) -> T:
        """What ``job(*args)`` returns."""

    async def aclose(self) -> None:
        """End it."""


@dataclass(frozen=True, kw_only=True)
class AudioJobs:
    """Listening and speaking, and how to get a worker for them."""

    make_worker: Callable[[], Worker] = AudioWorker
    inspect: Callable[[Path], SampleFacts] = inspect_sample
    speak: Callable[[SpeechJob], SpokenText] = speak


class AudioDesk:
    """A worker with its jobs; it belongs to the event loop on which it is used."""

    def __init__(self, *, jobs: AudioJobs) -> None:
        self._jobs = jobs
        self._worker = jobs.make_worker()

    def start(self) -> None:
        """Start to warm up, without waiting for it."""
        self._worker.start()

    async def duration_s(self, path: Path) -> float:
        """The decoded length of a file. Raises ``SampleError``, ``WorkerFailed``."""
        facts = await self._worker.run(self._jobs.inspect, path, timeout_s=_LIMIT_S)
        return facts.duration_s

    async def speak(self, job: SpeechJob) -> SpokenText:
        """Spoken text. Raises ``VoiceCloneError``."""
        return await self._worker.run(self._jobs.speak, job, timeout_s=_LIMIT_S)

    async def aclose(self) -> None:
        """End the worker; returns when its process is gone."""
        await self._worker.aclose()
