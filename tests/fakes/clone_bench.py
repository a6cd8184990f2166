"""A clone from a recording to its preview: real client, real practice service, real library."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.fakes.outgoing import outgoing_samples
from tests.fakes.practice_jobs import inspect_wav, quick_jobs, wav_bytes
from voiceclone_gui.api.client import ServiceClient
from voiceclone_gui.api.network import HttpClient, open_http_client
from voiceclone_gui.audio.peaks import Waveform
from voiceclone_gui.audio.worker import AudioWorker
from voiceclone_gui.core.address import ServiceAddress, parse_address
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.job import CloneJob, JobState
from voiceclone_gui.core.request import CloneFields, RightsStatement
from voiceclone_gui.core.sample import SampleChoice
from voiceclone_gui.core.synthesis import request_for
from voiceclone_gui.core.token import Token
from voiceclone_gui.core.voice import Voice, VoiceState
from voiceclone_gui.practice.server import PracticeServer
from voiceclone_gui.services.clone_events import CloneEvent, CloneResult
from voiceclone_gui.services.clone_voice import CloneOrder, CloneVoice
from voiceclone_gui.services.connection import Connected
from voiceclone_gui.services.fetch_preview import FetchPreview
from voiceclone_gui.services.keep_voice import KeepOrder, KeepVoice
from voiceclone_gui.services.open_jobs import OpenJobs
from voiceclone_gui.services.preview_events import PreviewEvent
from voiceclone_gui.storage.job_inputs import JobFolders
from voiceclone_gui.storage.library import Library

FIELDS = CloneFields(
    voice_id="voice-abc123", prompt_text="Words.", text="Good evening.", model="speech-2.8-hd"
)
_CATALOG = load_catalog()


class QuickWorker:
    """Knows wav files without a process of its own; their waveform is of no interest here."""

    async def run(self, job: Callable[..., object], /, *args: object, **_: object) -> object:
        waveform: Waveform | None = None
        return await asyncio.to_thread(lambda: (inspect_wav(Path(str(args[0]))), waveform))


@dataclass
class CloneBench:
    """``start_again`` gives the program after a new start, on the same folder."""

    server: PracticeServer
    folder: Path
    library: Library
    inputs: JobFolders
    client: ServiceClient
    http: HttpClient
    waited_s: list[float] = field(default_factory=list)
    events: list[CloneEvent] = field(default_factory=list)
    preview_events: list[PreviewEvent] = field(default_factory=list)
    later: timedelta = timedelta()
    on_sleep: Callable[[], object] = lambda: None
    worker: QuickWorker | AudioWorker = field(default_factory=QuickWorker)

    @property
    def use_case(self) -> CloneVoice:
        return CloneVoice(
            service=self.client,
            samples=outgoing_samples(self.worker, folder=self.folder),
            records=self.library,
            inputs=self.inputs,
            catalog=_CATALOG,
            clock=self.now,
            sleep=self._sleep,
        )

    @property
    def open_jobs(self) -> OpenJobs:
        return OpenJobs(records=self.library, inputs=self.inputs, clock=self.now)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.later

    def recording(self, seconds: float = 12.0) -> Path:
        path = self.folder / "recording.wav"
        if not path.exists():
            path.write_bytes(wav_bytes(seconds))
        return path

    def clip(self) -> Path:
        path = self.folder / "clip.wav"
        if not path.exists():
            path.write_bytes(wav_bytes(5.0, level=90))
        return path

    async def run(self, *, voice_id: str = FIELDS.voice_id, **changes: object) -> CloneResult:
        order = CloneOrder(
            recording=SampleChoice(path=self.recording()),
            prompt_clip=SampleChoice(path=self.clip()),
            fields=replace(FIELDS, voice_id=voice_id),
            rights=RightsStatement(stated_at=datetime.now(UTC)),
            profile_id="practice",
            service="practice",
        )
        return await self.use_case.run(replace(order, **changes), on_event=self.events.append)  # type: ignore[arg-type]

    async def ask_again(self, job: CloneJob) -> CloneResult:
        return await self.use_case.ask_again(job, on_event=self.events.append)

    async def keep(self, voice: Voice, *, profile_id: str = "practice", service: str = "practice") -> Voice:
        """Let the voice speak for real."""
        connected = Connected(service=self.client, name=service, profile_id=profile_id)
        use_case = KeepVoice(connected=connected, records=self.library, clock=self.now, sleep=self._sleep)
        order = KeepOrder(voice=voice, request=request_for(voice, catalog=_CATALOG))
        return await use_case.run(order, on_event=self.preview_events.append)

    async def fetch(self, voice: Voice) -> Voice:
        """Get its lost preview by the link."""
        use_case = FetchPreview(service=self.client, records=self.library, sleep=self._sleep)
        return await use_case.run(voice, on_event=self.preview_events.append)

    async def job(self) -> CloneJob:
        return (await self.library.jobs())[0]

    async def state(self) -> JobState:
        return (await self.job()).state

    async def recorded(self) -> list[VoiceState]:
        now = datetime.now(UTC)
        return [voice.state(now) for voice in await self.library.voices()]

    async def log(self) -> list[str]:
        return [entry.code for entry in await self.library.job_log((await self.job()).job_id)]

    async def start_again(self) -> CloneBench:
        """The library and what is kept as a new process finds them; locks of this one count as gone."""
        for job_id in await self.inputs.job_ids():
            await self.inputs.release(job_id)
        await self.library.aclose()
        library = Library(path=self.folder / "library.sqlite3", voices_folder=self.folder / "voices")
        await library.open()
        self.library = library
        self.inputs = JobFolders(folder=self.folder / "jobs")
        return self

    async def _sleep(self, seconds: float) -> None:
        self.waited_s.append(seconds)
        self.on_sleep()


@asynccontextmanager
async def clone_bench(
    folder: Path, *, server: PracticeServer | None = None, clone_timeout_s: float = 2.0
) -> AsyncIterator[CloneBench]:
    """A bench whose files lie in ``folder``; a ``server`` that is given runs already, and goes on."""
    own = None if server else PracticeServer(state_dir=folder / "practice", jobs=quick_jobs())
    if own is not None:
        await asyncio.to_thread(own.start)
    running = server or own
    assert running is not None
    async with open_client(running.base_url, running.token, clone_timeout_s=clone_timeout_s) as (
        http,
        client,
    ):
        bench = await open_bench(folder, server=running, http=http, client=client)
        yield bench
        await bench.library.aclose()
    if own is not None:
        await asyncio.to_thread(own.stop)


async def open_bench(
    folder: Path, *, server: PracticeServer, http: HttpClient, client: ServiceClient
) -> CloneBench:
    """A bench on ``folder``; its library is the caller's to close."""
    library = Library(path=folder / "library.sqlite3", voices_folder=folder / "voices")
    await library.open()
    inputs = JobFolders(folder=folder / "jobs")
    return CloneBench(server=server, folder=folder, library=library, inputs=inputs, client=client, http=http)


@asynccontextmanager
async def open_client(
    base_url: str, token: str, *, clone_timeout_s: float = 2.0
) -> AsyncIterator[tuple[HttpClient, ServiceClient]]:
    """A client of the service at ``base_url``."""
    address = parse_address(base_url, "/minimaxi")
    assert isinstance(address, ServiceAddress)
    async with await open_http_client() as http:
        yield (
            http,
            ServiceClient(http=http, address=address, token=Token(token), clone_timeout_s=clone_timeout_s),
        )
