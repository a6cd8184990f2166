"""A service that does what a test tells it, and counts what it was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from voiceclone_gui.core.answers import CloneAnswer, Preview, UploadedFile
from voiceclone_gui.core.request import CloneFields
from voiceclone_gui.core.sample import FileStamp, Purpose, SampleFacts


@dataclass
class FakeCloningService:
    """Each step pops its next planned error; without one it succeeds.

    ``hold`` names a step to stop in: ``upload``, ``upload-clip``, ``clone-before`` (the request hasn't
    left), ``clone`` (it has) or ``preview``; ``held`` tells that the point is reached.
    """

    errors: dict[str, list[Exception]] = field(default_factory=dict)
    hold: str = ""
    held: asyncio.Event = field(default_factory=asyncio.Event)
    calls: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    demo_audio: str = "https://oss.example/x.mp3"
    sensitive_type: int = 0

    async def upload(
        self,
        path: Path,
        *,
        stamp: FileStamp,
        extension: str,
        purpose: Purpose,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> UploadedFile:
        step = "upload" if purpose is Purpose.VOICE_CLONE else "upload-clip"
        if on_progress is not None:
            on_progress(stamp.size_bytes, stamp.size_bytes)
        await self._step(step)
        return UploadedFile(file_id=1 if step == "upload" else 2)

    async def clone(
        self,
        fields: CloneFields,
        *,
        file_id: int,
        prompt_file_id: int | None = None,
        on_sent: Callable[[], None] | None = None,
    ) -> CloneAnswer:
        await self._stop_here("clone-before")
        if on_sent is not None:
            on_sent()
        await self._step("clone")
        self.made.append(fields.voice_id)
        return CloneAnswer(
            demo_audio=self.demo_audio if fields.text else "",
            sensitive_type=self.sensitive_type,
            trace_id="t" * 32,
        )

    async def download_preview(
        self, url: str, *, on_progress: Callable[[int, int], None] | None = None
    ) -> Preview:
        await self._step("preview")
        return Preview(content=b"ID3abc", kind="mp3")

    async def _step(self, step: str) -> None:
        self.calls.append(step)
        await self._stop_here(step)
        planned = self.errors.get(step, [])
        if planned:
            raise planned.pop(0)

    async def _stop_here(self, step: str) -> None:
        if self.hold == step:
            self.held.set()
            await asyncio.Event().wait()


class FakeWorker:
    """Stands for the audio process: gives the facts that a test lays down for a path."""

    def __init__(self, facts: dict[Path, SampleFacts | Exception]) -> None:
        self._facts = facts

    async def run(self, job: Callable[..., object], /, *args: object, **_: object) -> object:
        facts = self._facts[Path(str(args[0]))]
        if isinstance(facts, Exception):
            raise facts
        return facts, None
