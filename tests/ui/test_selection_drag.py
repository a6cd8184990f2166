"""Whatever is dragged wherever to, what is selected lies in the recording and has a length."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.waveform_bench import span
from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.widgets.selection_drag import (
    SHORTEST_S,
    Grip,
    SelectionDrag,
    Snap,
    grip_at,
    next_place,
    pause_to_pause,
    with_edge_at,
)

SHARES = st.floats(0, 1)
TIMES = st.floats(-10, 4000)
GRIPS = st.sampled_from(Grip)


@st.composite
def drags(draw: st.DrawFn) -> SelectionDrag:
    duration_s = draw(st.floats(0.05, 3600))
    ends = sorted(round(draw(SHARES) * duration_s, 2) for _ in range(2))
    before = Span(start_s=min(ends[0], duration_s), end_s=min(ends[1], duration_s))
    grabbed_s = draw(SHARES) * duration_s
    return SelectionDrag(grip=draw(GRIPS), before=before, grabbed_s=grabbed_s, duration_s=duration_s)


@st.composite
def snaps(draw: st.DrawFn) -> Snap:
    places_s = sorted(draw(st.lists(st.floats(0, 3600), max_size=8)))
    return Snap(places_s=places_s, within_s=draw(st.floats(0, 20)))


@given(drags(), TIMES, snaps())
def test_a_drag_stays_inside_and_is_never_empty(drag: SelectionDrag, time_s: float, snap: Snap) -> None:
    selected = drag.span_at(time_s, snap=snap)
    assert selected.end_s <= drag.duration_s
    if drag.grip is Grip.BODY:
        assert selected.duration_s == pytest.approx(drag.before.duration_s, abs=SHORTEST_S)
    else:
        assert selected.duration_s >= SHORTEST_S - 1e-6


@given(drags(), TIMES)
def test_times_are_to_a_hundredth_or_an_end(drag: SelectionDrag, time_s: float) -> None:
    selected = drag.span_at(time_s, snap=Snap())
    for end_s in (selected.start_s, selected.end_s):
        assert end_s == pytest.approx(round(end_s, 2), abs=1e-9) or end_s > drag.duration_s - 2 * SHORTEST_S


@given(drags(), TIMES)
def test_an_end_and_only_that_is_moved_by_a_step(drag: SelectionDrag, time_s: float) -> None:
    before = drag.before if drag.before.duration_s >= SHORTEST_S else span(0, drag.duration_s)
    for edge in (Grip.START, Grip.END):
        moved = with_edge_at(before, edge, time_s, limit_s=drag.duration_s)
        assert moved.end_s <= drag.duration_s
        assert moved.duration_s >= SHORTEST_S - 1e-6
        assert (moved.end_s == before.end_s) if edge is Grip.START else (moved.start_s == before.start_s)


@given(snaps(), TIMES)
def test_it_snaps_to_the_nearest_place_and_no_further_than_allowed(snap: Snap, time_s: float) -> None:
    nearest = min((abs(place_s - time_s) for place_s in snap.places_s), default=float("inf"))
    if nearest <= snap.within_s:
        assert abs(snap.applied(time_s) - time_s) == nearest
    else:
        assert snap.applied(time_s) == time_s


@pytest.mark.parametrize(
    ("place_px", "on_bar", "expected"),
    [
        (0, False, Grip.START),
        (15, False, Grip.START),
        (17, False, Grip.NEW),
        (17, True, Grip.BODY),
        (600, False, Grip.END),
        (592, False, Grip.END),
        (591, False, Grip.NEW),
        (700, True, Grip.NEW),
    ],
)
def test_what_a_press_takes_hold_of(place_px: float, on_bar: bool, expected: Grip) -> None:
    assert grip_at(place_px, start_px=0, end_px=600, width_px=800, on_bar=on_bar) is expected


@pytest.mark.parametrize(("place_px", "expected"), [(398, Grip.START), (400, Grip.START), (406, Grip.END)])
def test_ends_that_lie_close_together_can_both_be_taken(place_px: float, expected: Grip) -> None:
    assert grip_at(place_px, start_px=400, end_px=404, width_px=800, on_bar=False) is expected


@pytest.mark.parametrize(("at_px", "place_px", "expected"), [(0, 5, Grip.END), (800, 795, Grip.START)])
def test_ends_that_lie_on_each_other_at_an_edge_can_be_pulled_away(
    at_px: float, place_px: float, expected: Grip
) -> None:
    assert grip_at(place_px, start_px=at_px, end_px=at_px, width_px=800, on_bar=False) is expected


def test_from_pause_to_pause_or_to_an_end() -> None:
    places_s = (3.0, 7.0)
    found = [pause_to_pause(time_s, places_s=places_s, duration_s=10) for time_s in (1, 3, 5, 8)]
    assert found == [span(0, 3), span(3, 7), span(3, 7), span(7, 10)]


def test_the_next_place_is_another_one() -> None:
    places_s = (3.004, 7.0)
    there = [next_place(now_s, forward=True, places_s=places_s, duration_s=10) for now_s in (0, 3.0, 7.0)]
    back = [next_place(now_s, forward=False, places_s=places_s, duration_s=10) for now_s in (10, 7.0, 3.0)]
    assert there == [3.004, 7.0, 10]
    assert back == [7.0, 3.004, 0]
