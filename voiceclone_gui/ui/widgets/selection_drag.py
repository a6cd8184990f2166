"""What becomes of a selection that is dragged with the mouse, and where its ends snap to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from math import floor

from voiceclone_gui.core.span import Span

SHORTEST_S = 0.01
GRAB_PX = 16
_ROUNDING = 1e-6


class Grip(Enum):
    """What the mouse has hold of: an end, the whole selection, or nothing yet, for a new one."""

    START = auto()
    END = auto()
    BODY = auto()
    NEW = auto()


@dataclass(frozen=True, kw_only=True)
class Snap:
    """The places (sorted) that ends snap to when they come within ``within_s``; without places it is off."""

    places_s: Sequence[float] = ()
    within_s: float = 0.0

    def nearest(self, time_s: float) -> float | None:
        """The place that ``time_s`` snaps to; ``None`` where none is near enough."""
        at = bisect_left(self.places_s, time_s)
        near = min(self.places_s[max(at - 1, 0) : at + 1], key=lambda s: abs(s - time_s), default=None)
        return near if near is not None and abs(near - time_s) <= self.within_s else None

    def applied(self, time_s: float) -> float:
        """``time_s``, or where it snaps to."""
        near = self.nearest(time_s)
        return time_s if near is None else near


@dataclass(frozen=True, kw_only=True)
class SelectionDrag:
    """A drag that began at ``grabbed_s``, when ``before`` was selected in a recording of ``duration_s``."""

    grip: Grip
    before: Span
    grabbed_s: float
    duration_s: float

    def span_at(self, time_s: float, *, snap: Snap) -> Span:
        """What is selected with the pointer at ``time_s``. An end that passes the other takes its role."""
        by_s = time_s - self.grabbed_s
        if self.grip is Grip.BODY:
            return self._moved(by_s, snap=snap)
        if self.grip is Grip.START:
            fixed_s, free_s = self.before.end_s, self.before.start_s + by_s
        elif self.grip is Grip.END:
            fixed_s, free_s = self.before.start_s, self.before.end_s + by_s
        else:
            fixed_s, free_s = rounded(snap.applied(self.grabbed_s), limit_s=self.duration_s), time_s
        return between(fixed_s, snap.applied(free_s), limit_s=self.duration_s)

    def _moved(self, by_s: float, *, snap: Snap) -> Span:
        length_s = self.before.duration_s
        start_s = self.before.start_s + by_s
        snapped = [(snap.nearest(start_s), 0.0), (snap.nearest(start_s + length_s), length_s)]
        near = [place_s - behind_s for place_s, behind_s in snapped if place_s is not None]
        start_s = min(near, key=lambda s: abs(s - start_s), default=start_s)
        # Down to 0.01 s, so that the end isn't beyond the recording's.
        last_s = floor((self.duration_s - length_s) * 100 + _ROUNDING) / 100
        start_s = max(min(round(start_s, 2), last_s), 0.0)
        end_s = rounded(start_s + length_s, limit_s=self.duration_s)
        return Span(start_s=min(start_s, end_s), end_s=end_s)


def rounded(time_s: float, *, limit_s: float) -> float:
    """``time_s`` to 0.01 s, inside a recording of ``limit_s``."""
    return min(max(round(time_s, 2), 0.0), limit_s)


def between(fixed_s: float, free_s: float, *, limit_s: float) -> Span:
    """From one time to the other, in either order, to 0.01 s; the free end keeps its distance."""
    free_s = rounded(free_s, limit_s=limit_s)
    if abs(free_s - fixed_s) < SHORTEST_S:
        beyond_s = fixed_s + SHORTEST_S
        goes_beyond = free_s >= fixed_s and beyond_s <= limit_s
        free_s = beyond_s if goes_beyond else max(fixed_s - SHORTEST_S, 0.0)
    return Span(start_s=min(fixed_s, free_s), end_s=max(fixed_s, free_s))


def with_edge_at(span: Span, grip: Grip, time_s: float, *, limit_s: float) -> Span:
    """``span`` with its start or end moved to ``time_s``, or as near to that as the other end lets it."""
    time_s = rounded(time_s, limit_s=limit_s)
    if grip is Grip.START:
        return Span(start_s=min(time_s, max(span.end_s - SHORTEST_S, 0.0)), end_s=span.end_s)
    return Span(start_s=span.start_s, end_s=max(time_s, min(span.start_s + SHORTEST_S, limit_s)))


def grip_at(place_px: float, *, start_px: float, end_px: float, width_px: float, on_bar: bool) -> Grip:
    """What a press at ``place_px`` takes hold of; ``on_bar`` where the selection can be moved as a whole.

    At an edge of the waveform the area of a handle lies inside, so that it isn't smaller there.
    """
    half = GRAB_PX / 2
    near = []
    for grip, edge_px in ((Grip.START, start_px), (Grip.END, end_px)):
        if -half <= edge_px <= width_px + half:
            middle = min(max(edge_px, half), max(width_px - half, half))
            if abs(place_px - middle) <= half:
                near.append((abs(place_px - edge_px), grip))
    if near:
        closest = min(distance for distance, _ in near)
        held = [grip for distance, grip in near if distance == closest]
        # Where both lie on each other the one is taken that has room to move to.
        return held[-1] if place_px >= start_px else held[0]
    return Grip.BODY if on_bar and start_px < place_px < end_px else Grip.NEW


def pause_to_pause(time_s: float, *, places_s: Sequence[float], duration_s: float) -> Span:
    """The part around ``time_s`` that ends in the middle of a pause on either side, or at an end."""
    before = [place_s for place_s in places_s if place_s <= time_s]
    after = [place_s for place_s in places_s if place_s > time_s]
    return Span(start_s=before[-1] if before else 0.0, end_s=after[0] if after else duration_s)


def next_place(now_s: float, *, forward: bool, places_s: Sequence[float], duration_s: float) -> float:
    """The next of the places after ``now_s``, or before it; where there is none, the end of the recording."""
    # What was rounded to 0.01 s must not find its own place again.
    if forward:
        return min((place_s for place_s in places_s if place_s > now_s + SHORTEST_S), default=duration_s)
    return max((place_s for place_s in places_s if place_s < now_s - SHORTEST_S), default=0.0)
