"""The use case that makes a voice speak: what is paid, what is on record, and nothing twice."""

from __future__ import annotations

import asyncio
import dataclasses
import shutil
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.fakes.speaking_service import NOON, FakeSpeakingService, add_made_voice
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.cost import CostEstimate
from voiceclone_gui.core.errors import (
    AccessRefused,
    AnswerUnreadable,
    ConnectionLost,
    ContentRefused,
    NotConnected,
    OutOfCredit,
    RequestRefused,
    ServiceTrouble,
    SlowDown,
    StorageFailed,
    SynthesisUnknown,
    TokenRefused,
    VoiceCloneError,
    VoiceElsewhere,
    VoiceMissing,
    WrongAddress,
)
from voiceclone_gui.core.job import JobState
from voiceclone_gui.core.synthesis import Synthesis, SynthesisState, request_for
from voiceclone_gui.core.voice import Voice, VoiceState
from voiceclone_gui.services.connection import Connected
from voiceclone_gui.services.keep_voice import KeepOrder, KeepVoice
from voiceclone_gui.services.preview_events import PreviewEvent, PreviewWaits, SynthesisSent
from voiceclone_gui.storage.library import Library

COST = CostEstimate(
    characters=13, is_free=False, amount=Decimal("0.0013"), currency="USD", activation=Decimal("1.50")
)


async def at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


class Bench:
    """A use case with a fake service, a real library, and no waiting between repeats."""

    def __init__(self, *, library: Library, voice: Voice) -> None:
        self.library = library
        self.voice = voice
        self.service = FakeSpeakingService()
        self.events: list[PreviewEvent] = []
        self.connected = Connected(
            service=self.service,  # type: ignore[arg-type]
            name=voice.service,
            profile_id=voice.profile_id,
        )

    async def run(self, *, cost: CostEstimate | None = COST, voice: Voice | None = None) -> Voice:
        use_case = KeepVoice(
            connected=self.connected, records=self.library, clock=lambda: NOON, sleep=at_once
        )
        speaker = voice or self.voice
        order = KeepOrder(voice=speaker, request=request_for(speaker, catalog=load_catalog()), cost=cost)
        return await use_case.run(order, on_event=self.events.append)

    async def recorded(self) -> tuple[Voice, Synthesis]:
        (voice,) = await self.library.voices()
        (synthesis,) = await self.library.syntheses()
        return voice, synthesis


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    library = Library(path=tmp_path / "library.sqlite3", voices_folder=tmp_path / "voices")
    await library.open()
    yield Bench(library=library, voice=await add_made_voice(library))
    await library.aclose()


async def test_the_voice_is_kept_and_what_it_says_is_its_preview(bench: Bench) -> None:
    kept = await bench.run()
    (request,) = bench.service.spoken
    assert (request.voice_id, request.text, request.model) == (
        "voice-abc123",
        "Good evening.",
        "speech-2.8-hd",
    )
    voice, synthesis = await bench.recorded()
    assert voice == kept
    assert voice.state(NOON) is VoiceState.KEPT
    assert voice.kept_at == NOON
    assert Path(voice.preview_file).read_bytes() == b"ID3 spoken"
    assert (synthesis.state, synthesis.trace_id) == (SynthesisState.DONE, "s" * 32)
    assert (synthesis.currency, synthesis.cost, synthesis.activation) == (
        "USD",
        Decimal("0.0013"),
        Decimal("1.50"),
    )
    (job,) = await bench.library.jobs()
    assert job.state is JobState.PREVIEW_SAVED
    assert bench.events == [SynthesisSent()]


async def test_a_free_synthesis_has_no_price_on_record(bench: Bench) -> None:
    await bench.run(cost=dataclasses.replace(COST, is_free=True))
    _, synthesis = await bench.recorded()
    assert (synthesis.currency, synthesis.cost, synthesis.activation) == ("", None, None)


async def test_it_is_on_record_before_the_request_leaves(bench: Bench) -> None:
    bench.service.hold = "before"
    running = asyncio.ensure_future(bench.run())
    await asyncio.wait_for(bench.service.held.wait(), 5)
    _, synthesis = await bench.recorded()
    assert synthesis.state is SynthesisState.SENDING
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


def of_status(error: VoiceCloneError, status: int) -> VoiceCloneError:
    error.http_status = status  # type: ignore[attr-defined]
    return error


# What fails, and whether it may have been billed.
FAILURES = [
    (TokenRefused("service-1004"), False),
    (TokenRefused("service-2049"), False),
    (AccessRefused("access-refused"), False),
    (OutOfCredit("service-1008"), False),
    (ContentRefused("service-1026"), False),
    (RequestRefused("service-2013"), False),
    (NotConnected("connect-refused", host="h"), False),
    (NotConnected("connect-dns", host="h"), False),
    (of_status(WrongAddress("wrong-address", url="u"), 404), False),
    (of_status(WrongAddress("wrong-address", url="u"), 200), True),
    (ConnectionLost("connection-lost", host="h"), True),
    (ConnectionLost("read-timeout", host="h"), True),
    (AnswerUnreadable("answer-unreadable", host="h", reason="r"), True),
    (ServiceTrouble("service-1000"), True),
    (ServiceTrouble("service-1001"), True),
    (ServiceTrouble("service-1013"), True),
    (ServiceTrouble("service-trouble", status=502), True),
]


@pytest.mark.parametrize(("error", "is_unknown"), FAILURES, ids=lambda x: getattr(x, "code", None))
async def test_a_failure_is_recorded_as_what_is_certain_and_never_repeated(
    bench: Bench, error: VoiceCloneError, is_unknown: bool
) -> None:
    error.trace_id = "f" * 32
    bench.service.errors = [error]
    with pytest.raises(SynthesisUnknown if is_unknown else type(error)) as caught:
        await bench.run()
    voice, synthesis = await bench.recorded()
    assert voice == bench.voice
    assert synthesis.state is (SynthesisState.UNKNOWN if is_unknown else SynthesisState.NOT_MADE)
    assert (synthesis.error_code, synthesis.trace_id) == (error.code, "f" * 32)
    assert len(bench.service.spoken) == 1
    if is_unknown:
        assert caught.value.__cause__ is error
        assert error.title in caught.value.title
        assert "billed all the same" in caught.value.cure
        assert caught.value.trace_id == "f" * 32


async def test_it_is_repeated_only_where_the_service_said_that_nothing_was_made(bench: Bench) -> None:
    bench.service.errors = [SlowDown("service-1002"), ServiceTrouble("service-busy"), SlowDown("slow-down")]
    await bench.run()
    assert len(bench.service.spoken) == 4
    waits = [event.error.code for event in bench.events if isinstance(event, PreviewWaits)]
    assert waits == ["service-1002", "service-busy", "slow-down"]
    assert len(await bench.library.syntheses()) == 1


async def test_repeating_ends_after_four_tries_and_nothing_was_billed(bench: Bench) -> None:
    bench.service.errors = [SlowDown("slow-down") for _ in range(9)]
    with pytest.raises(SlowDown):
        await bench.run()
    assert len(bench.service.spoken) == 4
    assert (await bench.recorded())[1].state is SynthesisState.NOT_MADE


async def test_a_voice_that_the_service_has_no_more_is_marked_as_gone(bench: Bench) -> None:
    bench.service.errors = [VoiceMissing("service-2054")]
    with pytest.raises(VoiceMissing, match="clone it again"):
        await bench.run()
    voice, synthesis = await bench.recorded()
    assert voice.gone_at == NOON
    assert voice.state(NOON) is VoiceState.GONE
    assert synthesis.state is SynthesisState.NOT_MADE
    # The account may have been the wrong one: when it speaks after all, it is there.
    kept = await bench.run(voice=voice)
    assert kept.state(NOON) is VoiceState.KEPT


async def test_a_voice_of_another_service_or_account_never_speaks_here(bench: Bench) -> None:
    for changes in ({"profile_id": "gateway-2"}, {"service": "https://other.example"}):
        with pytest.raises(VoiceElsewhere):
            await bench.run(voice=dataclasses.replace(bench.voice, **changes))  # type: ignore[arg-type]
    assert bench.service.spoken == []
    assert await bench.library.syntheses() == ()


async def test_a_voice_of_which_nobody_knows_whether_it_exists_does_not_speak(bench: Bench) -> None:
    with pytest.raises(VoiceCloneError) as caught:
        await bench.run(voice=dataclasses.replace(bench.voice, made_at=None))
    assert caught.value.code == "voice-unmade"
    assert bench.service.spoken == []


@pytest.mark.parametrize(
    ("place", "state"), [("before", SynthesisState.NOT_MADE), ("sent", SynthesisState.UNKNOWN)]
)
async def test_cancelled_it_leaves_what_is_certain(bench: Bench, place: str, state: SynthesisState) -> None:
    bench.service.hold = place
    running = asyncio.ensure_future(bench.run())
    await asyncio.wait_for(bench.service.held.wait(), 5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    voice, synthesis = await bench.recorded()
    assert voice == bench.voice
    assert (synthesis.state, synthesis.error_code) == (state, "cancelled")


async def test_cancelled_while_it_waits_to_repeat_nothing_was_billed(bench: Bench) -> None:
    bench.service.errors = [SlowDown("slow-down")]
    waiting = asyncio.Event()

    def note(event: PreviewEvent) -> None:
        if isinstance(event, PreviewWaits):
            waiting.set()

    async def for_ever(_seconds: float) -> None:
        await asyncio.Event().wait()

    use_case = KeepVoice(connected=bench.connected, records=bench.library, clock=lambda: NOON, sleep=for_ever)
    order = KeepOrder(voice=bench.voice, request=request_for(bench.voice, catalog=load_catalog()))
    running = asyncio.ensure_future(use_case.run(order, on_event=note))
    await asyncio.wait_for(waiting.wait(), 5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await bench.recorded())[1].state is SynthesisState.NOT_MADE


async def test_an_answer_in_the_moment_of_the_cancel_is_not_lost(bench: Bench) -> None:
    original = bench.library.take_preview
    running: list[asyncio.Future[Voice]] = []

    async def cancel_while_writing(*args: object, **changes: object) -> Voice:
        running[0].cancel()
        return await original(*args, **changes)  # type: ignore[arg-type]

    bench.library.take_preview = cancel_while_writing  # type: ignore[method-assign, assignment]
    running.append(asyncio.ensure_future(bench.run()))
    with pytest.raises(asyncio.CancelledError):
        await running[0]
    voice, synthesis = await bench.recorded()
    assert voice.state(NOON) is VoiceState.KEPT
    assert Path(voice.preview_file).read_bytes() == b"ID3 spoken"
    assert synthesis.state is SynthesisState.DONE


async def test_a_preview_that_can_not_be_saved_is_said_and_the_voice_is_kept(
    bench: Bench, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "voices")
    (tmp_path / "voices").write_text("a file where the folder should be")
    with pytest.raises(StorageFailed) as caught:
        await bench.run()
    assert caught.value.code == "synthesis-not-saved"
    assert "The voice is kept" in caught.value.title
    voice, synthesis = await bench.recorded()
    assert (voice.state(NOON), voice.preview_file) == (VoiceState.KEPT, "")
    assert synthesis.state is SynthesisState.DONE


async def test_an_older_preview_stays_beside_the_new_one(bench: Bench) -> None:
    first = await bench.run()
    second = await bench.run(voice=first)
    assert first.preview_file != second.preview_file
    assert Path(first.preview_file).read_bytes() == b"ID3 spoken"
    assert (await bench.library.voices())[0].preview_file == second.preview_file
    Path(second.preview_file).unlink()
    third = await bench.run(voice=second)
    assert third.preview_file not in {first.preview_file, second.preview_file}


def test_without_a_preview_text_it_says_a_sentence_in_its_language() -> None:
    catalog = load_catalog()
    voice = Voice(
        voice_id="voice-abc123",
        profile_id="practice",
        service="practice",
        asked_at=NOON,
        rights_stated_at=NOON,
        rights_text_version="1",
        job_id="j",
        request={"language_boost": "Chinese"},
    )
    request = request_for(voice, catalog=catalog)
    assert (request.text, request.language_boost) == (catalog.sample_sentences["Chinese"], "Chinese")
    assert request.model == "speech-2.8-hd"
    for language in ("Nynorsk", "auto", None):
        spoken = request_for(
            dataclasses.replace(voice, request={"language_boost": language}), catalog=catalog
        )
        assert spoken.text == catalog.sample_sentences.get(
            language or "", catalog.sample_sentences["English"]
        )
