"""A part of a recording."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Span:
    """From ``start_s`` to ``end_s``, in seconds from the beginning of the recording.

    ``ValueError`` where it ends before it starts or starts before the beginning: a fault of the program.
    """

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if not 0 <= self.start_s <= self.end_s:
            raise ValueError(f"no part of a recording: {self.start_s} to {self.end_s} s")

    @property
    def duration_s(self) -> float:
        """How long it is, to the microsecond: from 6.08 to 16.08 s are 10 s, whatever floats make of that."""
        return round(self.end_s - self.start_s, 6)

    def is_whole(self, duration_s: float, *, tolerance_s: float = 0.005) -> bool:
        """Whether it is all of a recording of ``duration_s``, as far as times of 0.01 s can tell."""
        return self.start_s <= tolerance_s and self.end_s >= duration_s - tolerance_s

    def within(self, duration_s: float) -> Span:
        """As much of it as lies in a recording of ``duration_s``."""
        return Span(start_s=min(self.start_s, duration_s), end_s=min(self.end_s, duration_s))
