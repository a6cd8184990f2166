"""What a waveform is drawn from: the smallest and largest sample of every short piece of sound.

The window draws it, so it needs numpy and nothing that decodes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from voiceclone_gui.core.span import Span

PIECE_FRAMES = 256
FULL_SCALE = 32767
SILENCE_DBFS = -100.0
# One more level, of so many pieces each: an hour has 600,000 pieces, and a window 2,400 columns.
_LEVEL_PIECES = 16
# What a pixel holds: nothing, the sound, or what was found of it by jumping through the file.
EXACT, SKETCHED = 1, 2
_EDGE = 1e-6

Peaks = npt.NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Waveform:
    """Smallest and largest sample (int16) of each piece of ``piece_frames`` sample frames, of all channels.

    ``share`` (0-1) tells how much of the recording it covers while it is still being decoded; of the rest
    ``sketch`` may know the smallest and largest sample at places with the same distance all over it.
    ``speech_dbfs`` is the root mean square of what is loud in it, pauses left out; ``power`` the mean square
    of each piece, full scale being 1 and all channels counting the same.
    """

    smallest: Peaks
    largest: Peaks
    duration_s: float
    share: float = 1.0
    speech_dbfs: float = SILENCE_DBFS
    power: npt.NDArray[np.float32] = field(default_factory=lambda: np.empty(0, dtype=np.float32))
    sample_rate_hz: int = 0
    piece_frames: int = PIECE_FRAMES
    sketch: tuple[Peaks, Peaks] | None = None

    def columns(self, count: int, *, span: Span | None = None) -> tuple[Peaks, Peaks]:
        """Smallest and largest sample of ``count`` columns of equal length over ``span``, or all of it.

        A column holds every piece that it touches, so that nothing is ever lost between two; 0 where
        nothing is decoded yet.
        """
        starts, ends = self._pieces_of(count, span)
        known = ends <= len(self.smallest)
        low, high = np.zeros((2, count), dtype=np.int16)
        if known.any():
            low[known] = _extremes(self._levels[0], starts[known], ends[known], np.minimum)
            high[known] = _extremes(self._levels[1], starts[known], ends[known], np.maximum)
        return low, high

    def render(
        self, *, width_px: int, height_px: int, bar_px: int, gap_px: int, span: Span | None = None
    ) -> bytes:
        """The picture as ``height_px`` rows of ``width_px`` bytes: 0, ``EXACT`` or ``SKETCHED``.

        Each bar is ``bar_px`` wide with ``gap_px`` behind it and shows its column's extremes; silence is a
        thin line in the middle.
        """
        pitch = bar_px + gap_px
        count = max(1, -(-width_px // pitch))
        smallest, largest = self.columns(count, span=span)
        ink = np.full(count, EXACT, dtype=np.uint8)
        self._draw_sketch(smallest, largest, ink, span=span)
        middle = (height_px - 1) / 2
        top = np.floor(middle - largest / FULL_SCALE * middle).astype(np.int32)
        bottom = np.ceil(middle - smallest / FULL_SCALE * middle).astype(np.int32)
        rows = np.arange(height_px)[:, None]
        bars = ((rows >= top) & (rows <= bottom)) * ink
        picture = np.zeros((height_px, count, pitch), dtype=np.uint8)
        picture[:, :, :bar_px] = bars[:, :, None]
        return picture.reshape(height_px, -1)[:, :width_px].tobytes()

    @property
    def _pieces(self) -> float:
        """How many pieces the recording has, also where it isn't decoded yet; the last is seldom whole."""
        by_time = self.duration_s * self.sample_rate_hz / self.piece_frames
        if self.share >= 1 and len(self.smallest) - 1 < by_time <= len(self.smallest):
            return by_time
        return max(len(self.smallest) / max(self.share, _EDGE), 1.0)

    def _pieces_of(
        self, count: int, span: Span | None
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        pieces = self._pieces
        first, last = 0.0, pieces
        if span is not None and self.duration_s > 0:
            first, last = (min(end_s / self.duration_s, 1.0) * pieces for end_s in (span.start_s, span.end_s))
        edges = first + np.arange(count + 1) * ((last - first) / count)
        # A hair's breadth is the arithmetic's, not the sound's.
        starts = np.floor(edges[:-1] + _EDGE).astype(np.int64)
        ends = np.ceil(edges[1:] - _EDGE).astype(np.int64)
        limit = max(1, math.ceil(pieces - _EDGE))
        starts = np.minimum(starts, limit - 1)
        return starts, np.minimum(np.maximum(ends, starts + 1), limit)

    def _draw_sketch(
        self, smallest: Peaks, largest: Peaks, ink: npt.NDArray[np.uint8], *, span: Span | None
    ) -> None:
        """Fill in what isn't decoded yet, as far as the sketch knows it."""
        if self.sketch is None or not len(self.sketch[0]):
            return
        count = len(ink)
        _, ends = self._pieces_of(count, span)
        rest = ends > len(self.smallest)
        first, last = 0.0, self.duration_s
        if span is not None:
            first, last = span.start_s, span.end_s
        times_s = first + (np.arange(count) + 0.5) * ((last - first) / count)
        size = len(self.sketch[0])
        places = np.clip((times_s / max(self.duration_s, _EDGE) * size).astype(np.int64), 0, size - 1)
        smallest[rest] = self.sketch[0][places[rest]]
        largest[rest] = self.sketch[1][places[rest]]
        ink[rest] = SKETCHED

    @cached_property
    def _levels(self) -> tuple[tuple[Peaks, Peaks], tuple[Peaks, Peaks]]:
        whole = len(self.smallest) - len(self.smallest) % _LEVEL_PIECES
        return (
            (self.smallest, self.smallest[:whole].reshape(-1, _LEVEL_PIECES).min(axis=1)),
            (self.largest, self.largest[:whole].reshape(-1, _LEVEL_PIECES).max(axis=1)),
        )


def _extremes(
    levels: tuple[Peaks, Peaks], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64], pick: np.ufunc
) -> Peaks:
    """The extreme of each ``values[start:end]``, none of which is empty.

    The inside of long columns is taken from the higher level, and only their ends from the pieces.
    """
    values, higher = levels
    inner_starts = -(-starts // _LEVEL_PIECES)
    inner_ends = ends // _LEVEL_PIECES
    if len(higher) == 0 or (inner_ends - inner_starts).min() < 1:
        return _reduced(values, starts, ends, pick)
    found = _reduced(higher, inner_starts, inner_ends, pick)
    steps = np.arange(_LEVEL_PIECES - 1)
    heads = np.minimum(starts[:, None] + steps, inner_starts[:, None] * _LEVEL_PIECES)
    tails = np.maximum(ends[:, None] - 1 - steps, inner_ends[:, None] * _LEVEL_PIECES - 1)
    for places in (heads, tails):
        # Beyond its end it is a piece of the inside, which changes nothing.
        pick(found, pick.reduce(values[np.minimum(places, len(values) - 1)], axis=1), out=found)
    return found


def _reduced(
    values: Peaks, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64], pick: np.ufunc
) -> Peaks:
    edges = np.stack([starts, ends], axis=1).ravel()
    # An edge behind the last value would be refused.
    padded = np.append(values, values[-1:])
    found: npt.NDArray[Any] = pick.reduceat(padded, edges)[::2]
    return found.astype(np.int16, copy=False)
