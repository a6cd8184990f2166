"""Times as people read them, on ticks and in sentences."""

from __future__ import annotations

import pytest

from tests.fakes.waveform_bench import span
from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.widgets.waveform_words import exact_time, selection_words, tick_step_s, tick_words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0:00.00"), (7.2, "0:07.20"), (59.999, "1:00.00"), (4000.5, "1:06:40.50")]
)
def test_times_are_exact_to_a_hundredth(seconds: float, words: str) -> None:
    assert exact_time(seconds) == words


@pytest.mark.parametrize(("selected", "whole"), [(None, True), (span(0, 80), True), (span(0, 79.9), False)])
def test_all_of_it_is_said_in_fewer_words(selected: Span | None, whole: bool) -> None:
    assert (selection_words(selected, duration_s=80) == "All is selected, 1:20.00") is whole


@pytest.mark.parametrize(("least_s", "step_s"), [(0.0001, 0.01), (0.06, 0.1), (0.7, 1), (7, 10), (9e9, 3600)])
def test_steps_between_ticks_are_round(least_s: float, step_s: float) -> None:
    assert tick_step_s(least_s) == step_s


@pytest.mark.parametrize(("step_s", "words"), [(0.01, "0:07.20"), (0.2, "0:07.2"), (5, "0:07")])
def test_ticks_are_as_exact_as_their_steps(step_s: float, words: str) -> None:
    assert tick_words(7.2, step_s=step_s) == words
