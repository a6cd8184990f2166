"""The Clone page's logic on the real loop, without a widget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.sample_checks import FakeChecks
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.errors import RequestRefused, VoiceCloneError, WorkerFailed
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.sample import FileStamp, Purpose, SampleFacts, check_sample
from voiceclone_gui.core.span import Span
from voiceclone_gui.core.token import Token
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.services.clone_events import (
    CloneResult,
    CloneStep,
    RequestSent,
    StepProgress,
    StepStarted,
)
from voiceclone_gui.services.clone_voice import CloneOrder
from voiceclone_gui.services.connection import Connected, Connection
from voiceclone_gui.services.prepare_sample import PreparedSample
from voiceclone_gui.ui.dialogs import Question
from voiceclone_gui.ui.messages import Message, MessageBus
from voiceclone_gui.ui.presenters.clone_presenter import ClonePresenter
from voiceclone_gui.ui.presenters.clone_state import CloneState
from voiceclone_gui.ui.tasks import TaskScope

NOW = datetime(2026, 1, 2, tzinfo=UTC)
LONG, SHORT, CLIP, BROKEN = (
    Path("/r/Grand Ma.wav"),
    Path("/r/short.wav"),
    Path("/r/clip.wav"),
    Path("/r/broken.wav"),
)
SECONDS = {LONG: 24.7, SHORT: 6.2, CLIP: 5.3}


@dataclass
class FakeSamples:
    """Knows four files; ``gates`` hold the examination of a path until a test opens it."""

    gates: dict[Path, asyncio.Event] = field(default_factory=dict)
    error: VoiceCloneError | None = None

    async def prepare(
        self, path: Path, *, purpose: Purpose, on_waveform: Callable[[object], None] | None = None
    ) -> PreparedSample:
        if path in self.gates:
            await self.gates[path].wait()
        if self.error is not None:
            raise self.error
        if path == BROKEN:
            problem = Problem(field=purpose.field, code="sample-empty", values={"name": path.name})
            return PreparedSample(path=path, purpose=purpose, problems=(problem,))
        facts = SampleFacts(
            path=path,
            stamp=FileStamp(size_bytes=1, modified_ns=1),
            container="wav",
            codec="pcm_s16le",
            duration_s=SECONDS[path],
            sample_rate_hz=16000,
            channels=1,
        )
        return PreparedSample(
            path=path, purpose=purpose, problems=check_sample(facts, purpose=purpose), facts=facts
        )


@dataclass
class FakeCloner:
    """Makes a voice when its gate is open; keeps the orders."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    sent_first: bool = False
    error: VoiceCloneError | None = None
    orders: list[CloneOrder] = field(default_factory=list)

    async def clone(self, order: CloneOrder, *, connected: Connected, on_event) -> CloneResult:
        self.orders.append(order)
        on_event(StepStarted(step=CloneStep.UPLOAD))
        on_event(StepProgress(step=CloneStep.UPLOAD, done_bytes=50, total_bytes=100))
        if self.sent_first:
            on_event(RequestSent())
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        voice = Voice(
            voice_id=order.fields.voice_id,
            profile_id=order.profile_id,
            service=order.service,
            asked_at=NOW,
            rights_stated_at=NOW,
            rights_text_version="1",
            job_id="j",
            made_at=NOW,
        )
        return CloneResult(voice=voice)


class Bench:
    """A presenter with fakes around it; ``answer`` is what every question is answered."""

    def __init__(self) -> None:
        self.samples, self.cloner = FakeSamples(), FakeCloner()
        self.tasks, self.messages = TaskScope(), MessageBus()
        self.posted: list[Message] = []
        self.asked: list[Question] = []
        self.failures: list[Exception] = []
        self.answer = ""
        self.messages.posted.connect(self.posted.append)
        self.tasks.failed.connect(self.failures.append)
        self.connection = Connection(
            catalog=load_catalog(), start_practice=self._practice, make_client=self._client
        )
        self.presenter = ClonePresenter(
            catalog=load_catalog(),
            samples=self.samples,  # type: ignore[arg-type]
            checks=FakeChecks(),  # type: ignore[arg-type]
            cloner=self.cloner,  # type: ignore[arg-type]
            connection=self.connection,
            messages=self.messages,
            tasks=self.tasks,
            ask=self._ask,
            clock=lambda: NOW,
            prices=lambda: load_catalog().prices,
        )

    @property
    def state(self):  # type: ignore[no-untyped-def]
        return self.presenter.state

    async def load(self, path: Path = LONG) -> None:
        self.presenter.choose_recording(path)
        await self.settle()

    async def ready(self) -> None:
        await self.load()
        self.presenter.set_rights(True)
        assert self.state.obstacle is None

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    async def _practice(self) -> tuple[str, Token]:
        return "http://127.0.0.1:1", Token("sk-x")

    async def _client(self, *_: object) -> object:
        return object()

    async def _ask(self, question: Question) -> str:
        self.asked.append(question)
        return self.answer


@pytest.fixture
async def bench(qapp):  # type: ignore[no-untyped-def]
    bench = Bench()
    yield bench
    await bench.tasks.aclose()
    assert bench.failures == []


async def test_at_first_only_the_recording_is_missing(bench: Bench) -> None:
    assert bench.state.obstacle.code == "recording-missing"
    assert bench.state.problems == ()
    assert bench.state.fields.text
    assert bench.state.cost.is_free


async def test_a_recording_gives_the_voice_its_name_until_one_is_typed(bench: Bench) -> None:
    await bench.load()
    assert bench.state.fields.voice_id.startswith("grand-ma-")
    bench.presenter.set_fields(voice_id="my-own-voice-1")
    await bench.load(SHORT)
    assert bench.state.fields.voice_id == "my-own-voice-1"
    bench.presenter.suggest_voice_id()
    assert bench.state.fields.voice_id.startswith("short-")


async def test_a_file_that_can_not_be_read_is_named_and_what_was_there_stays(bench: Bench) -> None:
    await bench.load()
    before = bench.state.recording
    await bench.load(BROKEN)
    assert bench.state.recording == before
    assert bench.posted[-1].title == "broken.wav is empty."


async def test_two_files_at_once_the_second_one_wins(bench: Bench) -> None:
    bench.samples.gates[LONG] = asyncio.Event()
    bench.presenter.choose_recording(LONG)
    await bench.settle()
    assert bench.state.obstacle.code == "sample-examining"
    await bench.load(SHORT)
    bench.samples.gates[LONG].set()
    await bench.settle()
    assert bench.state.recording.path == SHORT


async def test_a_cut_short_examination_is_nothing_to_go_back_to(bench: Bench) -> None:
    await bench.load()
    bench.samples.gates[SHORT] = asyncio.Event()
    bench.presenter.choose_recording(SHORT)
    await bench.settle()
    await bench.load(BROKEN)
    assert bench.state.recording.path == LONG


async def test_an_audio_process_that_died_leaves_the_page_as_it_was(bench: Bench) -> None:
    await bench.load()
    bench.samples.error = WorkerFailed("worker-died")
    await bench.load(SHORT)
    assert bench.state.recording.path == LONG
    assert bench.posted[-1].code == "worker-died"


async def test_a_short_recording_is_shown_refused_and_can_become_the_clip(bench: Bench) -> None:
    await bench.load(SHORT)
    assert bench.state.obstacle.code == "sample-short"
    bench.presenter.use_recording_as_clip()
    await bench.settle()
    assert bench.state.recording is None
    assert bench.state.clip.path == SHORT


async def test_a_clip_needs_its_words_and_takes_them_along_when_it_goes(bench: Bench) -> None:
    await bench.ready()
    bench.presenter.choose_clip(CLIP)
    await bench.settle()
    assert bench.state.obstacle.code == "prompt-text-missing"
    bench.presenter.set_fields(prompt_text="Words.")
    assert bench.state.obstacle is None
    bench.presenter.remove_clip()
    assert bench.state.clip is None
    assert bench.state.fields.prompt_text == ""
    assert bench.state.obstacle is None


async def test_the_rights_are_asked_for(bench: Bench) -> None:
    await bench.load()
    assert bench.state.obstacle.code == "rights-missing"
    bench.presenter.start()
    await bench.settle()
    assert bench.cloner.orders == []


async def test_a_clone_is_ordered_as_the_page_says(bench: Bench) -> None:
    await bench.ready()
    bench.presenter.choose_clip(CLIP)
    await bench.settle()
    bench.presenter.set_fields(prompt_text="Words.")
    bench.presenter.set_fields(language_boost="English", need_noise_reduction=True)
    fields = bench.state.fields
    bench.presenter.start()
    await bench.settle()
    assert bench.state.run.step is CloneStep.UPLOAD
    assert bench.state.run.share == 0.5
    bench.presenter.set_fields(text="too late")
    bench.presenter.set_rights(False)
    assert bench.state.fields == fields
    bench.presenter.start()
    bench.cloner.gate.set()
    await bench.settle()
    (order,) = bench.cloner.orders
    assert (order.recording.path, order.prompt_clip.path, order.fields) == (LONG, CLIP, fields)
    assert order.rights is not None
    assert order.rights.stated_at == NOW
    assert (order.profile_id, order.service) == ("practice", "practice")


async def test_after_a_voice_the_next_one_has_a_fresh_id_and_needs_its_own_rights(bench: Bench) -> None:
    await bench.ready()
    used = bench.state.fields.voice_id
    bench.cloner.gate.set()
    bench.presenter.start()
    await bench.settle()
    assert bench.state.result.voice.voice_id == used
    assert bench.state.fields.voice_id != used
    assert not bench.state.has_rights
    assert bench.state.recording.path == LONG


async def test_a_refusal_keeps_everything_that_was_typed(bench: Bench) -> None:
    await bench.ready()
    bench.presenter.set_fields(voice_id="my-own-voice-1", text="My words.")
    before = bench.state.fields
    bench.cloner.error = RequestRefused("service-2013", field=Field.TEXT, trace_id="t" * 32)
    bench.cloner.gate.set()
    bench.presenter.start()
    await bench.settle()
    assert bench.state.fields == before
    assert bench.state.recording.path == LONG
    assert bench.state.has_rights
    assert bench.state.message.trace_id == "t" * 32
    bench.presenter.set_fields(text="Other words.")
    assert bench.state.message is None


async def test_a_part_that_is_dragged_while_it_is_cloned_gives_way_to_what_is_sent(bench: Bench) -> None:
    await bench.ready()
    bench.presenter.start()
    await bench.settle()
    shown: list[CloneState] = []
    bench.presenter.state_changed.connect(shown.append)
    bench.presenter.settle_selection("recording", Span(start_s=0.0, end_s=11.0))
    assert [state.recording.span for state in shown if state.recording is not None] == [None]


async def test_cancel_before_the_request_has_left_does_not_ask(bench: Bench) -> None:
    await bench.ready()
    bench.presenter.start()
    await bench.settle()
    bench.presenter.stop()
    await bench.settle()
    assert not bench.state.is_running
    assert bench.asked == []


@pytest.mark.parametrize(("answer", "runs"), [("wait", True), ("", True), ("stop", False)])
async def test_after_it_has_left_stop_waiting_asks_first(bench: Bench, answer: str, runs: bool) -> None:
    bench.cloner.sent_first = True
    bench.answer = answer
    await bench.ready()
    bench.presenter.start()
    await bench.settle()
    bench.presenter.stop()
    await bench.settle()
    assert len(bench.asked) == 1
    assert bench.state.is_running is runs


async def test_a_service_without_a_token_forbids_to_clone_and_says_why(bench: Bench) -> None:
    await bench.ready()
    bench.connection.choose("hingnet")
    bench.presenter.refresh_service()
    assert bench.state.obstacle.code == "token-missing"
    bench.connection.change("hingnet", token=Token("sk-1"))
    bench.presenter.refresh_service()
    assert bench.state.obstacle is None
    assert not bench.state.cost.is_free
    assert bench.state.cost.amount is None
