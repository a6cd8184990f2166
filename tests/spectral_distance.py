"""How alike two recordings of speech sound, whoever speaks: cepstra, aligned in time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

RATE_HZ = 16_000
_WINDOW, _HOP = 512, 256
_BANDS, _CEPSTRA = 26, 13
_LOWEST_HZ, _HIGHEST_HZ = 100.0, 5500.0
_FLOOR_DB = 40.0

Values = npt.NDArray[np.float64]


def distance(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    """Mean distance of the aligned cepstra of two recordings at ``RATE_HZ``: 0 for the same recording."""
    first, second = cepstra(one), cepstra(other)
    cost = np.sqrt(np.square(first[:, np.newaxis] - second[np.newaxis]).sum(axis=2))
    return _warped(cost) / (len(first) + len(second))


def cepstra(samples: npt.NDArray[np.float32]) -> Values:
    """Mel cepstra, one row each 16 ms, without the mean: that is the microphone and the speaker."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP] * np.hanning(_WINDOW)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    bands_db = 10 * np.log10(power @ _mel_bank().T + 1e-12)
    bands_db = np.maximum(bands_db, np.percentile(bands_db.max(axis=1), 95) - _FLOOR_DB)
    found = bands_db @ _cosines().T
    centred: Values = (found - found.mean(axis=0)) / found.std(axis=0)
    return centred


def _mel_bank() -> Values:
    mels = np.linspace(_mel(_LOWEST_HZ), _mel(_HIGHEST_HZ), _BANDS + 2)
    edges_hz = 700 * (np.exp(mels / 1127) - 1)
    bins_hz = np.fft.rfftfreq(_WINDOW, 1 / RATE_HZ)
    low, middle, high = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    return np.clip(np.minimum((bins_hz - low) / (middle - low), (high - bins_hz) / (high - middle)), 0, None)


def _mel(frequency_hz: float) -> float:
    return float(1127 * np.log(1 + frequency_hz / 700))


def _cosines() -> Values:
    orders = np.arange(1, _CEPSTRA + 1)[:, np.newaxis]
    return np.cos(np.pi * orders * (np.arange(_BANDS) + 0.5) / _BANDS)


def _warped(cost: Values) -> float:
    """The cheapest path from corner to corner; a diagonal step counts twice, as two straight ones do.

    Taken along anti-diagonals, of which each needs only the two before it.
    """
    rows, columns = cost.shape
    total = np.full((rows + 1, columns + 1), np.inf)
    total[0, 0] = 0.0
    for diagonal in range(2, rows + columns + 1):
        i = np.arange(max(1, diagonal - columns), min(rows, diagonal - 1) + 1)
        j = diagonal - i
        step = cost[i - 1, j - 1]
        straight = np.minimum(total[i - 1, j], total[i, j - 1]) + step
        total[i, j] = np.minimum(straight, total[i - 1, j - 1] + 2 * step)
    return float(total[rows, columns])
