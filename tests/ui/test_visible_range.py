"""Whatever zooming and panning do, what is seen stays in the recording."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone_gui.ui.widgets.visible_range import VisibleRange

WIDTH = 800.0
SHARES = st.floats(0, 1)


@st.composite
def ranges(draw: st.DrawFn) -> VisibleRange:
    duration_s = draw(st.floats(0.001, 6 * 3600))
    whole = VisibleRange.whole(
        duration_s, shortest_s=draw(st.sampled_from([10 / 8000, 10 / 48_000, 10 / 192_000]))
    )
    start_s, end_s = sorted(draw(SHARES) * duration_s for _ in range(2))
    return whole.between(start_s, end_s)


def check(seen: VisibleRange) -> None:
    assert 0 <= seen.start_s <= seen.end_s <= seen.duration_s
    assert seen.length_s >= seen.shortest_s * (1 - 1e-6) - 1e-9
    assert seen.shortest_s <= seen.duration_s


@given(ranges(), st.lists(st.tuples(st.floats(1e-6, 1e6), SHARES, st.floats(-1e5, 1e5)), max_size=20))
def test_it_is_never_outside_nor_too_short(
    seen: VisibleRange, ways: list[tuple[float, float, float]]
) -> None:
    check(seen)
    for factor, share, by_s in ways:
        for seen in (seen.zoomed(factor, around_s=share * seen.duration_s), seen.moved(by_s)):  # noqa: B020, PLR1704
            check(seen)


@given(ranges(), st.floats(0.01, 100), SHARES)
def test_what_is_under_the_pointer_stays_there_unless_an_end_is_in_the_way(
    seen: VisibleRange, factor: float, share: float
) -> None:
    place_px = share * WIDTH
    around_s = seen.time_at(place_px, width_px=WIDTH)
    zoomed = seen.zoomed(factor, around_s=around_s)
    if zoomed.start_s > 0 and zoomed.end_s < zoomed.duration_s:
        exact_px = max(1e-6, 1e-9 * WIDTH * seen.duration_s / zoomed.length_s)
        assert zoomed.place_of(around_s, width_px=WIDTH) == pytest.approx(place_px, abs=exact_px)


@given(ranges(), st.floats(-1e5, 1e5))
def test_panning_keeps_the_length(seen: VisibleRange, by_s: float) -> None:
    assert seen.moved(by_s).length_s == pytest.approx(seen.length_s, abs=1e-9)


@given(ranges(), SHARES)
def test_showing_a_time_shows_it_and_moves_only_if_it_must(seen: VisibleRange, share: float) -> None:
    time_s = share * seen.duration_s
    shown = seen.showing(time_s)
    check(shown)
    assert shown.start_s - 1e-9 <= time_s <= shown.end_s + 1e-9
    if seen.start_s <= time_s <= seen.end_s:
        assert shown == seen


@given(ranges(), SHARES)
def test_a_place_and_its_time_belong_together(seen: VisibleRange, share: float) -> None:
    time_s = seen.time_at(share * WIDTH, width_px=WIDTH)
    exact_px = max(1e-6, 1e-9 * WIDTH * seen.duration_s / max(seen.length_s, 1e-9))
    assert seen.place_of(time_s, width_px=WIDTH) == pytest.approx(share * WIDTH, abs=exact_px)


def test_nothing_can_be_zoomed_where_there_is_nothing() -> None:
    nothing = VisibleRange()
    assert nothing.zoomed(2, around_s=0) == nothing.moved(1) == nothing
    assert nothing.place_of(1, width_px=WIDTH) == 0
