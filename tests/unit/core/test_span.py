"""A part of a recording."""

from __future__ import annotations

import pytest

from voiceclone_gui.core.span import Span


def test_its_length_is_the_distance_of_its_ends() -> None:
    assert Span(start_s=1.5, end_s=4.0).duration_s == 2.5


@pytest.mark.parametrize("length_s", [8, 10, 300])
def test_hundredths_of_a_second_are_never_a_little_less(length_s: int) -> None:
    starts = range(0, 60_000, 7)
    spans = [Span(start_s=start / 100, end_s=(start + length_s * 100) / 100) for start in starts]
    assert {span.duration_s for span in spans} == {length_s}


@pytest.mark.parametrize(("start_s", "end_s"), [(-0.1, 1.0), (2.0, 1.0)])
def test_what_is_no_part_is_refused(start_s: float, end_s: float) -> None:
    with pytest.raises(ValueError, match="no part"):
        Span(start_s=start_s, end_s=end_s)


@pytest.mark.parametrize(
    ("start_s", "end_s", "whole"), [(0, 10, True), (0.004, 9.996, True), (0.01, 10, False), (0, 9.99, False)]
)
def test_it_is_whole_as_far_as_hundredths_of_a_second_tell(start_s: float, end_s: float, whole: bool) -> None:
    assert Span(start_s=start_s, end_s=end_s).is_whole(10.0) is whole


def test_it_ends_where_the_recording_ends() -> None:
    assert Span(start_s=5, end_s=20).within(10) == Span(start_s=5, end_s=10)
    assert Span(start_s=15, end_s=20).within(10) == Span(start_s=10, end_s=10)
