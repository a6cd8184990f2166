"""Which part of a recording a waveform shows, and what zooming and panning make of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

_HEAD_ROOM = 0.1


@dataclass(frozen=True, kw_only=True)
class VisibleRange:
    """From ``start_s`` to ``end_s``, always inside the recording of ``duration_s``.

    Never shorter than ``shortest_s``, as long as the recording isn't. Places are pixels from the left edge
    of a waveform that is ``width_px`` wide.
    """

    start_s: float = 0.0
    end_s: float = 0.0
    duration_s: float = 0.0
    shortest_s: float = 0.0

    @classmethod
    def whole(cls, duration_s: float, *, shortest_s: float = 0.0) -> VisibleRange:
        """All of a recording."""
        return cls(end_s=duration_s, duration_s=duration_s, shortest_s=min(shortest_s, duration_s))

    @property
    def length_s(self) -> float:
        """How much of the recording is seen."""
        return self.end_s - self.start_s

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing to pan to."""
        return self.start_s <= 0 and self.end_s >= self.duration_s

    def between(self, start_s: float, end_s: float) -> VisibleRange:
        """About from ``start_s`` to ``end_s``: as close to it as the limits allow, around the same middle."""
        length_s = min(max(end_s - start_s, self.shortest_s), self.duration_s)
        first_s = (start_s + end_s - length_s) / 2
        first_s = min(max(first_s, 0.0), self.duration_s - length_s)
        return replace(self, start_s=first_s, end_s=min(first_s + length_s, self.duration_s))

    def zoomed(self, factor: float, *, around_s: float) -> VisibleRange:
        """Closer by ``factor`` (below 1: from further away); ``around_s`` stays at its place if it can."""
        if self.length_s <= 0:
            return self
        length_s = min(max(self.length_s / factor, self.shortest_s), self.duration_s)
        start_s = around_s - (around_s - self.start_s) * length_s / self.length_s
        return self.between(start_s, start_s + length_s)

    def moved(self, by_s: float) -> VisibleRange:
        """Further to the right, or with a negative number to the left, as far as there is something."""
        return self.between(self.start_s + by_s, self.end_s + by_s)

    def showing(self, time_s: float) -> VisibleRange:
        """The same where ``time_s`` is seen; else moved so that it and most of what follows is."""
        if self.start_s <= time_s <= self.end_s:
            return self
        return self.moved(time_s - _HEAD_ROOM * self.length_s - self.start_s)

    def time_at(self, place_px: float, *, width_px: float) -> float:
        """The time at a place, in the recording even where the place is beyond an edge."""
        if width_px <= 0:
            return self.start_s
        time_s = self.start_s + place_px / width_px * self.length_s
        return min(max(time_s, 0.0), self.duration_s)

    def place_of(self, time_s: float, *, width_px: float) -> float:
        """Where ``time_s`` is, which may be beyond an edge."""
        if self.length_s <= 0:
            return 0.0
        return (time_s - self.start_s) / self.length_s * width_px
