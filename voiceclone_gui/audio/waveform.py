"""What a waveform is drawn from: the smallest and largest sample of every short piece of sound.

The window draws it, so it needs numpy and nothing that decodes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from voiceclone_gui.core.span import Span

PIECE_FRAMES = 256
FULL_SCALE = 32767
SILENCE_DBFS = -100.0


@dataclass(frozen=True, eq=False)
class Waveform:
    """Smallest and largest sample (int16) of each piece of 256 sample frames, all channels together.

    ``share`` (0-1) tells how much of the recording it covers while it is still being decoded.
    ``speech_dbfs`` is the root mean square of what is loud in it, pauses left out; ``power`` the mean square
    of each piece, full scale being 1 and all channels counting the same.
    """

    smallest: npt.NDArray[np.int16]
    largest: npt.NDArray[np.int16]
    duration_s: float
    share: float = 1.0
    speech_dbfs: float = SILENCE_DBFS
    power: npt.NDArray[np.float32] = field(default_factory=lambda: np.empty(0, dtype=np.float32))
    sample_rate_hz: int = 0

    def columns(
        self, count: int, *, span: Span | None = None
    ) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16]]:
        """Smallest and largest sample of ``count`` columns of equal length over ``span``, or all of it."""
        pieces = max(1, round(len(self.smallest) / max(self.share, 1e-6)))
        first, last = 0, pieces
        if span is not None and self.duration_s > 0:
            first, last = (round(end_s / self.duration_s * pieces) for end_s in (span.start_s, span.end_s))
            last = max(last, first + 1)
        edges = first + np.arange(count + 1) * (last - first) // count
        starts = np.minimum(edges[:-1], pieces - 1)
        ends = np.maximum(np.minimum(edges[1:], pieces), starts + 1)
        return _extremes(self.smallest, starts, ends, np.minimum), _extremes(
            self.largest, starts, ends, np.maximum
        )

    def render(
        self, *, width_px: int, height_px: int, bar_px: int, gap_px: int, span: Span | None = None
    ) -> bytes:
        """The picture as ``height_px`` rows of ``width_px`` bytes: 1 where a bar is, 0 elsewhere.

        Each bar is ``bar_px`` wide with ``gap_px`` behind it and shows its column's extremes; silence is a
        thin line in the middle.
        """
        pitch = bar_px + gap_px
        smallest, largest = self.columns(max(1, -(-width_px // pitch)), span=span)
        middle = (height_px - 1) / 2
        top = np.floor(middle - largest / FULL_SCALE * middle).astype(np.int32)
        bottom = np.ceil(middle - smallest / FULL_SCALE * middle).astype(np.int32)
        across = np.arange(width_px)
        bar = across // pitch
        rows = np.arange(height_px)[:, None]
        inside = (rows >= top[bar]) & (rows <= bottom[bar]) & (across % pitch < bar_px)
        return inside.astype(np.uint8).tobytes()


def _extremes(
    values: npt.NDArray[np.int16], starts: npt.NDArray[Any], ends: npt.NDArray[Any], pick: np.ufunc
) -> npt.NDArray[np.int16]:
    """The extreme of each ``values[start:end]``; 0 where nothing is decoded yet."""
    found = np.zeros(len(starts), dtype=np.int16)
    known = ends <= len(values)
    if known.any():
        edges = np.stack([starts[known], ends[known]], axis=1).ravel()
        padded = np.append(values, values[-1:])
        found[known] = pick.reduceat(padded, edges)[::2]
    return found
