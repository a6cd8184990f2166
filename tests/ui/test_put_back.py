"""What a message offers to put back is put back, whatever was done between the file and its message."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.ui.test_page_inputs import CLIP, FIRST, OTHER, SURE_PART, Bench, settled
from voiceclone_gui.core.errors import Action
from voiceclone_gui.core.span import Span


@pytest.fixture
async def bench(qapp: object) -> AsyncIterator[Bench]:
    made = Bench()
    yield made
    await made.tasks.aclose()


def offers(bench: Bench) -> bool:
    return bench.posted[-1].action is Action.PUT_BACK


async def test_a_file_that_was_examined_while_something_was_typed(bench: Bench) -> None:
    await bench.load()
    bench.samples.gate.clear()
    bench.inputs.choose_recording(OTHER)
    await settled()
    bench.inputs.set_fields(text="Typed meanwhile.")
    bench.samples.gate.set()
    await settled()
    assert offers(bench)
    bench.inputs.put_back()
    assert bench.state.recording is not None
    assert bench.state.recording.path == FIRST
    assert bench.state.fields.text == "Typed meanwhile."


async def test_a_clip_whose_words_were_proposed(bench: Bench) -> None:
    bench.inputs.choose_clip(CLIP)
    await settled()
    bench.inputs.choose_clip(FIRST, words="Hello there.")
    await settled()
    assert offers(bench)
    bench.inputs.put_back()
    assert bench.state.clip is not None
    assert (bench.state.clip.path, bench.state.fields.prompt_text) == (CLIP, "")


async def test_a_best_part_that_moved_once_more_after_something_was_typed(bench: Bench) -> None:
    await bench.load()
    bench.inputs.use_best_part()
    bench.inputs.set_fields(text="Typed meanwhile.")
    bench.checks.gate.set()
    await settled()
    assert bench.state.recording is not None
    assert bench.state.recording.span == SURE_PART
    assert offers(bench)
    bench.inputs.put_back()
    assert bench.state.recording.span != SURE_PART
    assert bench.state.fields.text == "Typed meanwhile."


async def test_ends_that_move_in_one_sample_are_no_step_of_the_other(bench: Bench) -> None:
    await bench.load()
    bench.inputs.choose_clip(CLIP)
    await settled()
    bench.inputs.move_selection("recording", Span(start_s=1.0, end_s=12.0))
    bench.inputs.settle_selection("clip", Span(start_s=1.0, end_s=4.0))
    bench.inputs.undo()
    assert bench.state.clip is not None
    assert bench.state.clip.span is None
