"""How far up a voice goes: power in bands of 125 Hz up to 8 kHz, one row for each 32 frames.

A row holds sums, so that rows of any part add up to the part's spectrum, in which loud speech outweighs all.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voiceclone_gui.audio.voice_activity import FRAME_SAMPLES

SPECTRUM_FRAMES = 32
BAND_HZ = 125.0
BANDS = 64
_BINS_A_BAND = 4
# What telephones and low sample rates do, and no voice: bands between, drop, and below which it has to end.
# The second is what is left of the drop when such a sound was brought to a higher rate by a soft filter.
_DROPS = ((3, 25.0, 7_000.0), (8, 30.0, 5_500.0))
_LOWEST_HZ, _HIGHEST_HZ = 1_500.0, 7_000.0
# Above such an end everything is quiet, else it is a gap between two tones.
_STAYS_BELOW_DB = 20.0
_ENDS_DB = 10.0
_FLOOR_DB = 110.0

Rows = npt.NDArray[np.float32]


def band_power(frames: npt.NDArray[np.float32]) -> Rows:
    """Rows of the frames (count, 512) of 16 kHz; a last row may be of fewer than 32 frames."""
    window = np.hanning(FRAME_SAMPLES + 1)[:-1].astype(np.float32)
    spectrum = np.fft.rfft(frames * window, axis=1)[:, : BANDS * _BINS_A_BAND]
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    bands = power.reshape(len(frames), BANDS, _BINS_A_BAND).sum(axis=2)
    return np.add.reduceat(bands, np.arange(0, len(frames), SPECTRUM_FRAMES), axis=0).astype(np.float32)


def abrupt_end_hz(rows: Rows, *, limit_hz: float) -> float | None:
    """Where the sound of ``rows`` ends abruptly below 7 kHz, ``None`` if it goes on.

    ``limit_hz`` is half the recording's sample rate: nothing can be above it.
    """
    limit = limit_hz if limit_hz < _HIGHEST_HZ else None
    total = rows.sum(axis=0, dtype=np.float64)
    if not total.size or total.max() <= 0:
        return limit
    level_db = 10 * np.log10(np.maximum(total, total.max() * 10 ** (-_FLOOR_DB / 10)))
    ends = [_end_band(level_db, *drop) for drop in _DROPS]
    found = [end * BAND_HZ for end in ends if end is not None]
    return min([*found, *([] if limit is None else [limit])], default=None)


def _end_band(
    level_db: npt.NDArray[np.float64], distance: int, drop_db: float, below_hz: float
) -> int | None:
    """The first band behind a drop of ``drop_db`` within ``distance`` bands that ends below ``below_hz``."""
    above = np.arange(int(_LOWEST_HZ / BAND_HZ), int(below_hz / BAND_HZ) - distance)
    drops = level_db[above] - level_db[above + distance]
    for band in above[drops >= drop_db]:
        if level_db[band + distance :].max() <= level_db[band] - _STAYS_BELOW_DB:
            return int(band + np.argmax(level_db[band:] <= level_db[band] - _ENDS_DB))
    return None
