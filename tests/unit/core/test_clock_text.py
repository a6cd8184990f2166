"""Places in a recording as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone_gui.core.clock_text import exact_time, read_time


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00.00"), (7.204, "0:07.20"), (59.996, "1:00.00"), (67.3, "1:07.30"), (3725.05, "1:02:05.05")],
)
def test_a_time_is_written_to_the_hundredth(seconds: float, text: str) -> None:
    assert exact_time(seconds) == text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0:07.20", 7.2),
        ("7", 7),
        ("67,3", 67.3),
        (" 1:07 ", 67),
        ("1:02:05.05", 3725.05),
        (".5", 0.5),
        ("90 s", 90),
        ("1:00:00", 3600),
        ("12.", 12),
    ],
)
def test_a_time_is_read_as_people_write_it(text: str, seconds: float) -> None:
    assert read_time(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text", ["", "a", "1:60", "1:2:3:4", "-1", "1:", "٣", "1e3", "nan", "1.2.3", "61:00:99"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_time(text) is None


@given(st.integers(min_value=0, max_value=6 * 360_000))
def test_what_is_written_is_read_back(hundredths: int) -> None:
    assert read_time(exact_time(hundredths / 100)) == pytest.approx(hundredths / 100)
