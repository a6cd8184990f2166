"""Selecting parts, the best part, and the way back from everything on the page, on the real loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.sample_checks import CLIP_PART, QUICK_PART, SURE_PART, FakeChecks
from voiceclone_gui.audio.waveform import Waveform
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.errors import Action
from voiceclone_gui.core.sample import ChannelChoice, FileStamp, Purpose, SampleFacts, Stereo, check_sample
from voiceclone_gui.core.sample_check import LightKind
from voiceclone_gui.core.span import Span
from voiceclone_gui.services.connection import Connection
from voiceclone_gui.services.prepare_sample import PreparedSample
from voiceclone_gui.ui.messages import Message, MessageBus
from voiceclone_gui.ui.presenters.clone_inputs import CloneInputs
from voiceclone_gui.ui.presenters.clone_state import CloneState
from voiceclone_gui.ui.tasks import TaskScope

FIRST, OTHER, CLIP, LONG = (
    Path("/r/first.wav"),
    Path("/r/other.wav"),
    Path("/r/clip.wav"),
    Path("/r/long.wav"),
)
SECONDS = {FIRST: 24.7, OTHER: 30.0, CLIP: 5.5, LONG: 400.0}
LOUD = np.full(100, 9000, dtype=np.int16)


class QuickSamples:
    """Every file is examined at once, unless ``gate`` is closed."""

    def __init__(self) -> None:
        self.examined: list[Path] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def prepare(
        self, path: Path, *, purpose: Purpose, on_waveform: Callable[[object], None] | None = None
    ) -> PreparedSample:
        self.examined.append(path)
        await self.gate.wait()
        facts = SampleFacts(
            path=path,
            stamp=FileStamp(size_bytes=1, modified_ns=1),
            container="wav",
            codec="pcm_s16le",
            duration_s=SECONDS[path],
            sample_rate_hz=16_000,
            channels=2,
            stereo=Stereo.TWO_VOICES,
            live_channels=(0, 1),
        )
        power = np.full(100, 0.01, dtype=np.float32)
        waveform = Waveform(smallest=-LOUD, largest=LOUD, duration_s=SECONDS[path], power=power)
        return PreparedSample(
            path=path,
            purpose=purpose,
            problems=check_sample(facts, purpose=purpose),
            facts=facts,
            waveform=waveform,
        )


class Bench:
    def __init__(self) -> None:
        self.samples, self.checks = QuickSamples(), FakeChecks()
        self.tasks, self.messages = TaskScope(), MessageBus()
        self.posted: list[Message] = []
        self.messages.posted.connect(self.posted.append)
        self.now_s = 0.0
        connection = Connection(catalog=load_catalog(), start_practice=_nothing, make_client=_nothing)
        self.inputs = CloneInputs(
            catalog=load_catalog(),
            samples=self.samples,  # type: ignore[arg-type]
            checks=self.checks,  # type: ignore[arg-type]
            connection=connection,
            messages=self.messages,
            tasks=self.tasks,
            prices=lambda: load_catalog().prices,
            now_s=lambda: self.now_s,
        )

    @property
    def state(self) -> CloneState:
        return self.inputs.state

    async def load(self, path: Path = FIRST) -> None:
        self.inputs.choose_recording(path)
        await settled()

    def light(self, kind: LightKind) -> str:
        assert self.state.recording is not None
        return next(light.code for light in self.state.recording.lights if light.kind is kind)


async def _nothing(*_: object) -> object:
    return object()


async def settled() -> None:
    for _ in range(12):
        await asyncio.sleep(0)


@pytest.fixture
async def bench(qapp: object) -> AsyncIterator[Bench]:
    bench = Bench()
    yield bench
    await bench.tasks.aclose()


def selected(bench: Bench) -> Span | None:
    assert bench.state.recording is not None
    return bench.state.recording.span


# -- the selected part


async def test_problems_lights_and_words_follow_the_ends_while_they_move(bench: Bench) -> None:
    await bench.load()
    bench.inputs.move_selection("recording", Span(start_s=2.0, end_s=8.0))
    recording = bench.state.recording
    assert recording is not None
    assert [problem.code for problem in recording.problems] == ["sample-short", "sample-two-voices"]
    assert bench.light(LightKind.LENGTH) == "light-length-short-part"
    assert recording.plan is not None
    assert recording.plan.duration_s == 6.0
    bench.inputs.settle_selection("recording", Span(start_s=2.0, end_s=14.0))
    assert bench.state.recording is not None
    assert [problem.code for problem in bench.state.recording.problems] == ["sample-two-voices"]


async def test_a_move_is_one_step_however_often_it_was_told(bench: Bench) -> None:
    await bench.load()
    before = bench.inputs.history.steps
    for end_s in (12.0, 13.0, 14.0):
        bench.inputs.move_selection("recording", Span(start_s=0.0, end_s=end_s))
    bench.inputs.settle_selection("recording", Span(start_s=0.0, end_s=14.0))
    assert bench.inputs.history.steps == before + 1
    bench.inputs.undo()
    assert selected(bench) is None
    bench.inputs.redo()
    assert selected(bench) == Span(start_s=0.0, end_s=14.0)


async def test_a_channel_that_is_chosen_answers_the_question(bench: Bench) -> None:
    await bench.load()
    bench.inputs.choose_channels("recording", ChannelChoice.LEFT)
    assert bench.state.recording is not None
    assert bench.state.recording.problems == ()
    bench.inputs.undo()
    assert bench.state.recording.channels is ChannelChoice.AUTO


async def test_the_lights_get_surer_once_all_is_measured(bench: Bench) -> None:
    await bench.load()
    assert bench.light(LightKind.SPEECH) == "light-speech-little-by-energy"
    bench.checks.gate.set()
    await settled()
    assert bench.light(LightKind.SPEECH) == "light-speech-good-by-energy"
    assert bench.state.recording is not None
    assert bench.state.recording.is_refined
    assert bench.checks.analysed == [FIRST]


async def test_a_channel_that_is_chosen_is_listened_to_alone(bench: Bench) -> None:
    bench.checks.gate.set()
    await bench.load()
    assert bench.state.recording is not None
    assert bench.state.recording.is_refined
    bench.checks.gate.clear()
    bench.inputs.choose_channels("recording", ChannelChoice.RIGHT)
    await settled()
    assert not bench.state.recording.is_refined
    assert bench.light(LightKind.SPEECH) == "light-speech-good-by-energy"
    bench.checks.gate.set()
    await settled()
    assert bench.state.recording.is_refined
    bench.inputs.choose_channels("recording", ChannelChoice.BOTH)
    assert bench.state.recording.is_refined
    bench.inputs.choose_channels("recording", ChannelChoice.RIGHT)
    assert bench.state.recording.is_refined
    assert bench.checks.mixes == [None, (1,)]


async def test_lights_that_can_not_be_had_are_no_error(bench: Bench) -> None:
    bench.checks.fails = 1
    bench.checks.gate.set()
    await bench.load()
    assert bench.light(LightKind.SPEECH) == "light-speech-little-by-energy"
    assert bench.posted == []


@pytest.mark.parametrize("ends", ["before", "after"])
async def test_a_recording_that_is_opened_again_is_listened_to_again(ends: str, bench: Bench) -> None:
    bench.checks.fails = 1
    for opens_gate in (ends == "before", True):
        await bench.load()
        if opens_gate:
            bench.checks.gate.set()
        await settled()
    assert bench.state.recording.is_refined


# -- the best part


async def test_the_best_part_is_selected_with_a_word_and_a_way_back(bench: Bench) -> None:
    await bench.load()
    bench.inputs.use_best_part()
    assert selected(bench) == QUICK_PART
    assert bench.posted[-1].title == "Selected: 0:01.00 to 0:14.00, 13.0 s."
    assert bench.posted[-1].action is Action.PUT_BACK
    bench.inputs.put_back()
    assert selected(bench) is None


async def test_it_moves_once_more_when_more_is_known_and_is_one_step(bench: Bench) -> None:
    await bench.load()
    steps = bench.inputs.history.steps
    bench.inputs.use_best_part()
    bench.checks.gate.set()
    await settled()
    assert selected(bench) == SURE_PART
    assert bench.inputs.history.steps == steps + 1
    bench.inputs.undo()
    assert selected(bench) is None


async def test_it_never_moves_what_the_user_has_moved_meanwhile(bench: Bench) -> None:
    await bench.load()
    bench.inputs.use_best_part()
    own = Span(start_s=1.0, end_s=13.5)
    bench.inputs.settle_selection("recording", own)
    bench.checks.gate.set()
    await settled()
    assert selected(bench) == own


async def test_nothing_is_selected_unasked_though_the_recording_is_too_long(bench: Bench) -> None:
    bench.checks.gate.set()
    await bench.load(LONG)
    await settled()
    assert selected(bench) is None
    assert bench.state.recording is not None
    assert [problem.code for problem in bench.state.recording.problems] == [
        "sample-long",
        "sample-two-voices",
    ]


async def test_where_there_is_no_best_part_it_is_said(bench: Bench) -> None:
    bench.checks.has_best = False
    await bench.load()
    for look in (bench.inputs.use_best_part, bench.inputs.cut_clip_from_recording):
        look()
        assert bench.posted[-1].cure
    assert selected(bench) is None
    assert bench.state.clip is None


async def test_a_clip_is_cut_from_the_recording_and_asks_for_its_words(bench: Bench) -> None:
    await bench.load()
    bench.inputs.set_fields(prompt_text="Old words.")
    bench.inputs.cut_clip_from_recording()
    clip = bench.state.clip
    assert clip is not None
    assert (clip.path, clip.span, bench.state.fields.prompt_text) == (FIRST, CLIP_PART, "")
    assert "prompt-text-missing" in [problem.code for problem in bench.state.problems]
    bench.inputs.undo()
    assert (bench.state.clip, bench.state.fields.prompt_text) == (None, "Old words.")


@pytest.mark.parametrize(
    ("action", "holds"),
    [
        (Action.REDUCE_NOISE, lambda state: state.fields.need_noise_reduction),
        (Action.EVEN_OUT_VOLUME, lambda state: state.fields.need_volume_normalization),
        (Action.TAKE_LEFT, lambda state: state.recording.channels is ChannelChoice.LEFT),
        (Action.TAKE_RIGHT, lambda state: state.recording.channels is ChannelChoice.RIGHT),
        (Action.USE_BEST_PART, lambda state: state.recording.span == QUICK_PART),
    ],
)
async def test_the_cure_of_a_light_is_done(
    bench: Bench, action: Action, holds: Callable[[CloneState], bool]
) -> None:
    await bench.load()
    bench.inputs.act("recording", action)
    assert holds(bench.state)
    bench.inputs.undo()
    assert not holds(bench.state)


async def test_the_cure_of_recording_again_is_asked_for(bench: Bench) -> None:
    wanted: list[str] = []
    bench.inputs.record_wanted.connect(wanted.append)
    await bench.load()
    bench.inputs.act("recording", Action.RECORD_AGAIN)
    assert wanted == ["recording"]


# -- undo and redo


async def test_what_is_typed_in_one_go_is_one_step(bench: Bench) -> None:
    first = bench.state.fields.text
    for text in ("H", "He", "Hel"):
        bench.inputs.set_fields(text=text)
        bench.now_s += 0.2
    bench.now_s += 2.0
    bench.inputs.set_fields(text="Hello")
    assert bench.inputs.history.undo_words == "Type the preview text"
    bench.inputs.undo()
    assert bench.state.fields.text == "Hel"
    bench.inputs.undo()
    assert bench.state.fields.text == first
    bench.inputs.redo()
    bench.inputs.set_fields(text="Help")
    bench.inputs.undo()
    assert bench.state.fields.text == "Hel"


async def test_a_file_comes_back_without_being_examined_again(bench: Bench) -> None:
    await bench.load()
    await bench.load(OTHER)
    bench.inputs.undo()
    assert bench.state.recording is not None
    assert (bench.state.recording.path, bench.state.recording.facts is not None) == (FIRST, True)
    assert bench.samples.examined == [FIRST, OTHER]
    bench.inputs.redo()
    assert bench.state.recording.path == OTHER


async def test_recording_clip_and_words_that_come_at_once_go_at_once(bench: Bench) -> None:
    bench.inputs.choose_both(FIRST, clip=CLIP, words="Words.")
    await settled()
    assert bench.state.clip is not None
    bench.inputs.undo()
    assert (bench.state.recording, bench.state.clip, bench.state.fields.prompt_text) == (None, None, "")
    bench.inputs.redo()
    assert bench.state.recording is not None
    assert (bench.state.recording.path, bench.state.fields.prompt_text) == (FIRST, "Words.")


async def test_the_rights_never_come_along_with_another_recording(bench: Bench) -> None:
    await bench.load()
    bench.inputs.set_rights(True)
    bench.inputs.settle_selection("recording", Span(start_s=0.0, end_s=14.0))
    bench.inputs.undo()
    assert bench.state.has_rights
    await bench.load(OTHER)
    bench.inputs.set_rights(True)
    bench.inputs.undo()
    assert not bench.state.has_rights


async def test_an_id_that_was_used_stays_away(bench: Bench) -> None:
    bench.inputs.set_fields(voice_id="voice-used-1")
    bench.inputs.set_fields(text="Other.")
    bench.inputs._used_ids.add("voice-used-1")
    bench.inputs._put_fresh_id()
    fresh = bench.state.fields.voice_id
    bench.inputs.undo()
    assert bench.state.fields.voice_id == fresh


async def test_an_empty_page_can_be_filled_again(bench: Bench) -> None:
    bench.inputs.choose_both(FIRST, clip=CLIP, words="Words.")
    await settled()
    before = bench.inputs._inputs()
    bench.inputs.clear()
    assert bench.state.recording is None
    bench.inputs.undo()
    assert bench.inputs._inputs() == before


async def test_words_that_were_probably_said_are_proposed_and_taken_out_by_undo(bench: Bench) -> None:
    bench.inputs.choose_clip(CLIP, words="The sea was calm.")
    await settled()
    assert bench.state.fields.prompt_text == "The sea was calm."
    assert "words of the clip" in bench.posted[-1].title
    bench.inputs.undo()
    assert (bench.state.fields.prompt_text, bench.state.clip is not None) == ("", True)
    bench.inputs.redo()
    assert bench.state.fields.prompt_text == "The sea was calm."


async def test_words_that_are_typed_already_stay(bench: Bench) -> None:
    bench.inputs.set_fields(prompt_text="My words.")
    bench.inputs.choose_clip(CLIP, words="The sea was calm.")
    await settled()
    assert bench.state.fields.prompt_text == "My words."
    bench.inputs.remove_clip()
    bench.inputs.choose_clip(CLIP)
    await settled()
    assert bench.state.fields.prompt_text == ""


# -- undo and redo while a file is examined


async def test_keys_with_nothing_to_undo_or_redo_end_no_examination_halfway(bench: Bench) -> None:
    bench.samples.gate.clear()
    await bench.load()
    bench.inputs.redo()
    bench.samples.gate.set()
    await settled()
    assert bench.state.recording is not None
    assert bench.state.recording.facts is not None


async def test_undoing_what_was_typed_leaves_the_file_that_is_examined(bench: Bench) -> None:
    bench.samples.gate.clear()
    await bench.load()
    before = bench.state.fields.text
    bench.inputs.set_fields(text="Hello")
    bench.inputs.undo()
    bench.inputs.redo()
    bench.inputs.undo()
    bench.samples.gate.set()
    await settled()
    assert bench.state.fields.text == before
    assert bench.state.recording is not None
    assert bench.state.recording.facts is not None
    bench.inputs.undo()
    assert bench.state.recording is None


async def test_undo_gives_up_a_file_that_was_just_chosen_and_nothing_else(bench: Bench) -> None:
    await bench.load()
    steps = bench.inputs.history.steps
    bench.samples.gate.clear()
    await bench.load(OTHER)
    bench.inputs.undo()
    bench.samples.gate.set()
    await settled()
    assert bench.state.recording is not None
    assert (bench.state.recording.path, bench.state.recording.facts is not None) == (FIRST, True)
    assert bench.inputs.history.steps == steps
    bench.inputs.undo()
    assert bench.state.recording is None


async def test_both_files_that_came_at_once_go_at_once_while_one_is_examined(bench: Bench) -> None:
    bench.inputs.choose_both(FIRST, clip=CLIP, words="Words.")
    bench.samples.gate.clear()
    bench.inputs.choose_clip(CLIP)
    await settled()
    bench.inputs.choose_both(FIRST, clip=CLIP, words="Words.")
    bench.inputs.undo()
    bench.inputs.undo()
    bench.samples.gate.set()
    await settled()
    assert (bench.state.recording, bench.state.clip, bench.state.fields.prompt_text) == (None, None, "")


async def test_a_recording_that_became_the_clip_comes_back(bench: Bench) -> None:
    await bench.load()
    bench.inputs.use_recording_as_clip()
    await settled()
    assert bench.state.recording is None
    assert bench.state.clip is not None
    assert "prompt-long" in [problem.code for problem in bench.state.clip.problems]
    assert bench.samples.examined == [FIRST]
    bench.inputs.undo()
    assert bench.state.clip is None
    assert bench.state.recording is not None
    assert bench.state.recording.path == FIRST


async def test_a_part_that_is_selected_while_the_rest_is_decoded_stays_selected(bench: Bench) -> None:
    bench.samples.gate.clear()
    await bench.load()
    part = Span(start_s=1.0, end_s=12.0)
    bench.inputs.move_selection("recording", part)
    bench.inputs.settle_selection("recording", part)
    bench.samples.gate.set()
    await settled()
    assert selected(bench) == part
    bench.inputs.undo()
    assert bench.state.recording is None
    bench.inputs.redo()
    assert selected(bench) == part


async def test_ends_that_move_while_the_decoding_ends_are_a_step_of_the_new_file(bench: Bench) -> None:
    await bench.load()
    bench.samples.gate.clear()
    await bench.load(OTHER)
    bench.inputs.move_selection("recording", Span(start_s=1.0, end_s=12.0))
    bench.samples.gate.set()
    await settled()
    bench.inputs.settle_selection("recording", Span(start_s=1.0, end_s=15.0))
    bench.inputs.undo()
    assert bench.state.recording is not None
    assert bench.state.recording.path == OTHER


async def test_a_part_beyond_what_came_to_light_is_none(bench: Bench) -> None:
    bench.samples.gate.clear()
    await bench.load()
    bench.inputs.settle_selection("recording", Span(start_s=90.0, end_s=100.0))
    bench.samples.gate.set()
    await settled()
    assert selected(bench) is None


@pytest.mark.parametrize("code", ["sample-vanished", "sample-changed"])
async def test_a_recording_that_comes_back_but_is_gone_or_changed_says_so_at_once(
    bench: Bench, code: str
) -> None:
    await bench.load()
    await bench.load(OTHER)
    bench.checks.lost[FIRST] = code
    bench.inputs.undo()
    await settled()
    assert bench.state.recording is not None
    assert bench.state.recording.path == FIRST
    assert bench.state.recording.problems[0].code == code
    assert bench.state.obstacle is not None
    assert bench.state.obstacle.code == code
    bench.inputs.redo()
    await settled()
    assert bench.state.recording.on_disk is None
    del bench.checks.lost[FIRST]
    bench.inputs.undo()
    await settled()
    assert bench.state.recording.on_disk is None


NAMES = "first other clip both remove move settle esc left best cut type words switch id clear".split()  # noqa: SIM905
NAMES += ["put-back", "as-clip", "pause", "undo", "redo"]
MOST_EXAMPLES = min(settings.default.max_examples, 500)  # each takes 0.1 s, and a test 100 s at most
OPERATIONS = st.lists(st.sampled_from(NAMES), max_size=12)


def do(bench: Bench, name: str) -> None:
    inputs = bench.inputs
    operations: dict[str, Callable[[], object]] = {
        "first": lambda: inputs.choose_recording(FIRST),
        "other": lambda: inputs.choose_recording(OTHER),
        "clip": lambda: inputs.choose_clip(CLIP),
        "both": lambda: inputs.choose_both(OTHER, clip=CLIP, words="Both."),
        "remove": inputs.remove_clip,
        "move": lambda: inputs.move_selection("recording", Span(start_s=1.0, end_s=12.0)),
        "settle": lambda: inputs.settle_selection("recording", Span(start_s=0.5, end_s=13.0)),
        "left": lambda: inputs.choose_channels("recording", ChannelChoice.LEFT),
        "best": inputs.use_best_part,
        "cut": inputs.cut_clip_from_recording,
        "type": lambda: inputs.set_fields(text=inputs.state.fields.text + "x"),
        "words": lambda: inputs.set_fields(prompt_text="Some words."),
        "esc": lambda: inputs.give_up_selection("recording"),
        "switch": lambda: inputs.set_fields(aigc_watermark=not inputs.state.fields.aigc_watermark),
        "id": inputs.suggest_voice_id,
        "clear": inputs.clear,
        "put-back": inputs.put_back,
        "as-clip": inputs.use_recording_as_clip,
        "pause": lambda: setattr(bench, "now_s", bench.now_s + 5.0),
        "undo": inputs.undo,
        "redo": inputs.redo,
    }
    operations[name]()


@given(names=OPERATIONS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=MOST_EXAMPLES)
async def test_everything_undone_is_the_first_page_and_all_redone_the_last(
    qapp: object, names: list[str]
) -> None:
    bench = Bench()
    first = bench.inputs._inputs()
    for name in names:
        do(bench, name)
        await settled()
    # Ends that are still moving are no step yet.
    if bench.inputs._moving is not None and bench.state.recording is not None:
        bench.inputs.settle_selection("recording", bench.state.recording.span or Span(start_s=0, end_s=1))
    last = bench.inputs._inputs()
    history = bench.inputs.history
    while history.undo_words:
        bench.inputs.undo()
    assert bench.inputs._inputs() == first
    while history.redo_words:
        bench.inputs.redo()
    await bench.tasks.aclose()
    if "redo" not in names and "undo" not in names:
        assert bench.inputs._inputs() == replace(last)
