"""A lost preview against the practice service, with whatever can go wrong: never more is spoken and billed
than was agreed to.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.clone_bench import QuickWorker
from tests.fakes.outgoing import outgoing_samples
from tests.fakes.practice_jobs import MovableClock, quick_jobs, wav_bytes
from voiceclone_gui.api.client import ServiceClient
from voiceclone_gui.api.network import open_http_client
from voiceclone_gui.core.address import ServiceAddress, parse_address
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.errors import (
    AccessRefused,
    ContentRefused,
    NotConnected,
    OutOfCredit,
    PreviewUnavailable,
    RequestRefused,
    SlowDown,
    SynthesisUnknown,
    TokenRefused,
    VoiceCloneError,
    VoiceMissing,
    WrongAddress,
)
from voiceclone_gui.core.job import JobState
from voiceclone_gui.core.request import CloneFields, RightsStatement
from voiceclone_gui.core.sample import SampleChoice
from voiceclone_gui.core.synthesis import SynthesisState, request_for
from voiceclone_gui.core.token import Token
from voiceclone_gui.core.voice import Voice, VoiceState
from voiceclone_gui.practice import fault_answers as answers
from voiceclone_gui.practice.faults import Break, Delay, Fault, Flood, Gate, Hold, Point, Redirect, Step
from voiceclone_gui.practice.server import PracticeServer
from voiceclone_gui.services.clone_events import CloneResult
from voiceclone_gui.services.clone_voice import CloneOrder, CloneVoice
from voiceclone_gui.services.connection import Connected
from voiceclone_gui.services.fetch_preview import FetchPreview
from voiceclone_gui.services.keep_voice import KeepOrder, KeepVoice
from voiceclone_gui.storage.job_inputs import JobFolders
from voiceclone_gui.storage.library import Library

TEXT = "Good evening."
FIELDS = CloneFields(voice_id="voice-abc123", text=TEXT, model="speech-2.8-hd")


@dataclass
class Bench:
    """A practice service whose time can be moved, a client for it, and a library."""

    server: PracticeServer
    clock: MovableClock
    library: Library
    client: ServiceClient
    folder: Path
    waited_s: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.waited_s.append(seconds)

    async def clone(self) -> CloneResult:
        recording = self.folder / "recording.wav"
        recording.write_bytes(wav_bytes(12.0))
        use_case = CloneVoice(
            service=self.client,
            samples=outgoing_samples(QuickWorker(), folder=self.folder),
            records=self.library,
            inputs=JobFolders(folder=self.folder / "jobs"),
            catalog=load_catalog(),
            clock=self.clock,
            sleep=self.sleep,
        )
        order = CloneOrder(
            recording=SampleChoice(path=recording),
            fields=FIELDS,
            rights=RightsStatement(stated_at=datetime.now(UTC)),
            profile_id="practice",
            service="practice",
        )
        result = await use_case.run(order, on_event=lambda _: None)
        self.waited_s.clear()
        return result

    async def without_preview(self) -> Voice:
        """A voice that was made while its link gave nothing."""
        self.server.faults.add(Step.DEMO, answers.expired_link())
        return (await self.clone()).voice

    async def fetch(self, voice: Voice) -> Voice:
        use_case = FetchPreview(service=self.client, records=self.library, sleep=self.sleep)
        return await use_case.run(voice, on_event=lambda _: None)

    async def keep(self, voice: Voice) -> Voice:
        connected = Connected(service=self.client, name="practice", profile_id="practice")
        use_case = KeepVoice(connected=connected, records=self.library, clock=self.clock, sleep=self.sleep)
        order = KeepOrder(voice=voice, request=request_for(voice, catalog=load_catalog()))
        return await use_case.run(order, on_event=lambda _: None)

    async def recorded(self) -> VoiceState:
        (voice,) = await self.library.voices()
        return voice.state(self.clock())

    @property
    def billed(self) -> tuple[int, int]:
        """Syntheses, and the characters that were billed on top of the clone's preview."""
        counters = self.server.counters
        return counters.syntheses, counters.billed_characters - counters.preview_characters


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    clock = MovableClock()
    server = PracticeServer(state_dir=tmp_path / "practice", jobs=quick_jobs(), clock=clock)
    await asyncio.to_thread(server.start)
    library = Library(path=tmp_path / "library.sqlite3", voices_folder=tmp_path / "voices")
    await library.open()
    address = parse_address(server.base_url, "/minimaxi")
    assert isinstance(address, ServiceAddress)
    async with await open_http_client() as http:
        client = ServiceClient(http=http, address=address, token=Token(server.token), clone_timeout_s=2.0)
        yield Bench(server=server, clock=clock, library=library, client=client, folder=tmp_path)
    await library.aclose()
    await asyncio.to_thread(server.stop)


# What the link answers, and the error's code; "" where the preview comes all the same.
LINKS: list[tuple[tuple[Fault, ...], int, str]] = [
    ((), 1, ""),
    ((answers.html(503),), 1, ""),
    ((answers.html(502),), 4, "preview-connection"),
    ((Break(at=Point.IN_ANSWER, after_bytes=3),), 1, ""),
    ((Break(at=Point.IN_ANSWER, after_bytes=3),), 4, "preview-connection"),
    ((answers.truncated(keep_bytes=0),), 1, "preview-truncated"),
    ((answers.expired_link(),), 1, "preview-expired"),
    ((answers.html(404),), 1, "preview-expired"),
    ((answers.html(200),), 1, "preview-not-audio"),
    ((Flood(size_bytes=70_000_000),), 1, "preview-too-big"),
    ((Redirect(location="https://10.0.0.1/x.mp3"),), 1, "preview-bad-link"),
    ((Redirect(location="ftp://oss.example/x.mp3"),), 1, "preview-bad-link"),
    ((Redirect(),), 9, "preview-redirects"),
]


@pytest.mark.parametrize(("faults", "times", "code"), LINKS, ids=[f"{n}-{c[2]}" for n, c in enumerate(LINKS)])
async def test_the_link_brings_it_back_or_the_voice_stays_as_made(
    bench: Bench, faults: tuple[Fault, ...], times: int, code: str
) -> None:
    voice = await bench.without_preview()
    if faults:
        bench.server.faults.add(Step.DEMO, *faults, times=times)
    if code:
        with pytest.raises(PreviewUnavailable) as caught:
            await bench.fetch(voice)
        assert caught.value.code == code
        assert await bench.library.voices() == (voice,)
    else:
        found = await bench.fetch(voice)
        assert TEXT.encode() in Path(found.preview_file).read_bytes()
    assert await bench.recorded() is VoiceState.NEW
    assert bench.billed == (0, 0)
    assert all(r.header("authorization") is None for r in bench.server.requests if r.path.startswith("/demo"))


async def test_a_link_whose_time_has_passed_is_dead_and_a_synthesis_brings_it_back(bench: Bench) -> None:
    voice = await bench.without_preview()
    bench.clock.move(hours=25)
    with pytest.raises(PreviewUnavailable, match="expired"):
        await bench.fetch(voice)
    kept = await bench.keep(voice)
    assert TEXT.encode() in Path(kept.preview_file).read_bytes()
    assert bench.billed == (1, len(TEXT))
    assert await bench.recorded() is VoiceState.KEPT
    bench.clock.move(hours=400)
    assert [listed.voice_id for listed in await bench.client.get_voices()] == ["voice-abc123"]


@pytest.mark.parametrize("link", ["", None])
async def test_a_clone_that_named_no_link_says_so_without_a_call(bench: Bench, link: str | None) -> None:
    bench.server.faults.add(Step.CLONE, answers.replaced("demo_audio", link))
    voice = (await bench.clone()).voice
    before = len(bench.server.requests)
    with pytest.raises(PreviewUnavailable) as caught:
        await bench.fetch(voice)
    assert caught.value.code == "preview-empty"
    assert len(bench.server.requests) == before


async def test_a_service_that_is_gone_refuses_both_ways_and_bills_nothing(bench: Bench) -> None:
    voice = await bench.without_preview()
    await asyncio.to_thread(bench.server.stop)
    with pytest.raises(PreviewUnavailable) as caught:
        await bench.fetch(voice)
    assert caught.value.code == "preview-connection"
    with pytest.raises(NotConnected):
        await bench.keep(voice)
    (synthesis,) = await bench.library.syntheses()
    assert synthesis.state is SynthesisState.NOT_MADE
    assert await bench.recorded() is VoiceState.NEW


DONE, UNKNOWN, NOT_MADE = SynthesisState.DONE, SynthesisState.UNKNOWN, SynthesisState.NOT_MADE
# What the synthesis meets, the error (None: it succeeds in the end), what is billed, what is on record.
SYNTHESES: list[tuple[tuple[Fault, ...], type[VoiceCloneError] | None, int, SynthesisState]] = [
    ((answers.too_many(retry_after=7),), None, 1, DONE),
    ((answers.business_error(1002),), None, 1, DONE),
    ((answers.no_channel(),), None, 1, DONE),
    ((answers.bare_audio(),), None, 1, DONE),
    ((answers.without("trace_id"),), None, 1, DONE),
    ((answers.business_error(1004),), TokenRefused, 0, NOT_MADE),
    ((answers.gateway_error(401, "no"),), TokenRefused, 0, NOT_MADE),
    ((answers.gateway_error(403, "no"),), AccessRefused, 0, NOT_MADE),
    ((answers.business_error(1008),), OutOfCredit, 0, NOT_MADE),
    ((answers.business_error(2056),), OutOfCredit, 0, NOT_MADE),
    ((answers.business_error(1026),), ContentRefused, 0, NOT_MADE),
    ((answers.business_error(2013),), RequestRefused, 0, NOT_MADE),
    ((answers.business_error(2054),), VoiceMissing, 0, NOT_MADE),
    ((answers.html(404),), WrongAddress, 0, NOT_MADE),
    ((answers.business_error(1000),), SynthesisUnknown, 0, UNKNOWN),
    ((answers.business_error(1001, after_work=True),), SynthesisUnknown, 1, UNKNOWN),
    ((answers.business_error(1013, after_work=True),), SynthesisUnknown, 1, UNKNOWN),
    ((answers.html(502, after_work=True),), SynthesisUnknown, 1, UNKNOWN),
    ((answers.html(200, after_work=True),), SynthesisUnknown, 1, UNKNOWN),
    ((answers.no_audio(),), SynthesisUnknown, 1, UNKNOWN),
    ((answers.replaced("data.audio", "not hex"),), SynthesisUnknown, 1, UNKNOWN),
    ((answers.replaced("data.audio", ""),), SynthesisUnknown, 1, UNKNOWN),
    ((answers.truncated(keep_bytes=40),), SynthesisUnknown, 1, UNKNOWN),
    ((Break(at=Point.BEFORE_BODY),), SynthesisUnknown, 0, UNKNOWN),
    ((Break(at=Point.BEFORE_WORK),), SynthesisUnknown, 0, UNKNOWN),
    ((Break(at=Point.AFTER_WORK),), SynthesisUnknown, 1, UNKNOWN),
    ((Break(at=Point.IN_ANSWER, after_bytes=10),), SynthesisUnknown, 1, UNKNOWN),
    ((Break(at=Point.IN_ANSWER, after_bytes=10), answers.bare_audio()), SynthesisUnknown, 1, UNKNOWN),
    ((Delay(seconds=4.0),), SynthesisUnknown, 1, UNKNOWN),
]


@pytest.mark.parametrize(
    ("faults", "error", "made", "state"),
    SYNTHESES,
    ids=[f"{n}-{c[3].value}" for n, c in enumerate(SYNTHESES)],
)
async def test_one_agreement_is_at_most_one_synthesis(
    bench: Bench,
    faults: tuple[Fault, ...],
    error: type[VoiceCloneError] | None,
    made: int,
    state: SynthesisState,
) -> None:
    voice = await bench.without_preview()
    bench.server.faults.add(Step.SYNTHESIS, *faults)
    if error is None:
        kept = await bench.keep(voice)
        assert TEXT.encode() in Path(kept.preview_file).read_bytes()
        assert (await bench.library.jobs())[0].state is JobState.PREVIEW_SAVED
    else:
        with pytest.raises(error) as caught:
            await bench.keep(voice)
        assert caught.value.title
        assert caught.value.cure
    assert bench.server.faults.left() == 0
    assert bench.billed == (made, made * len(TEXT))
    (synthesis,) = await bench.library.syntheses()
    assert synthesis.state is state
    gone = error is VoiceMissing
    kept_state = VoiceState.KEPT if state is DONE else VoiceState.GONE if gone else VoiceState.NEW
    assert await bench.recorded() is kept_state


async def test_the_services_own_wait_is_kept(bench: Bench) -> None:
    voice = await bench.without_preview()
    bench.server.faults.add(Step.SYNTHESIS, answers.too_many(retry_after=7))
    await bench.keep(voice)
    assert bench.waited_s == [7.0]


async def test_repeating_ends_and_nothing_was_billed(bench: Bench) -> None:
    voice = await bench.without_preview()
    bench.server.faults.add(Step.SYNTHESIS, answers.too_many(), times=9)
    with pytest.raises(SlowDown):
        await bench.keep(voice)
    assert bench.server.counters.calls["t2a_v2"] == 4
    assert bench.billed == (0, 0)


async def test_a_voice_that_expired_at_the_service_is_gone(bench: Bench) -> None:
    voice = await bench.without_preview()
    bench.clock.move(hours=169)
    with pytest.raises(VoiceMissing):
        await bench.keep(voice)
    assert bench.billed == (0, 0)
    assert await bench.recorded() is VoiceState.GONE


@pytest.mark.parametrize(
    ("point", "made"), [(Point.BEFORE_WORK, 0), (Point.AFTER_WORK, 1), (Point.IN_ANSWER, 1)]
)
async def test_a_cancel_after_the_request_has_left_stays_unknown(
    bench: Bench, point: Point, made: int
) -> None:
    voice = await bench.without_preview()
    gate = Gate()
    bench.server.faults.add(Step.SYNTHESIS, Hold(gate=gate, at=point))
    running = asyncio.ensure_future(bench.keep(voice))
    assert await asyncio.to_thread(gate.wait_reached)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    (synthesis,) = await bench.library.syntheses()
    assert synthesis.state is SynthesisState.UNKNOWN
    assert bench.billed == (made, made * len(TEXT))
    assert await bench.recorded() is VoiceState.NEW
    gate.open()
