"""The pitch of each 32 ms in semitones, and whether its spread looks like more than one voice.

That is a guess: two voices of one pitch look like one, and one that plays parts like two.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voiceclone_gui.audio.voice_activity import FRAME_SAMPLES, MODEL_RATE_HZ

# 65 to 400 Hz, as lags of the sound against itself.
_SHORTEST_LAG, _LONGEST_LAG = 40, 246
_VOICED = 0.6
# A peak that is nearly as high at a shorter lag is the pitch, the others are multiples of it.
_AS_HIGH = 0.9
_LOWEST_HZ = 60.0
SEMITONES = 36

_FEWEST_FRAMES = 300
_SMALLER_SHARE, _APART, _VALLEY = 0.2, 6, 0.4

Semitones = npt.NDArray[np.uint8]


def semitones(frames: npt.NDArray[np.float32]) -> Semitones:
    """The pitch of frames (count, 512) at 16 kHz: 1 is 60 Hz, each step a semitone; 0 where there is none."""
    window = np.hanning(FRAME_SAMPLES + 1)[:-1].astype(np.float32)
    likeness = _autocorrelation(frames * window)
    # The window alone makes long lags less alike.
    fades = _autocorrelation(window[np.newaxis])[0]
    lags = likeness / np.maximum(likeness[:, :1], 1e-9) * (fades[0] / fades)
    inner = lags[:, _SHORTEST_LAG:_LONGEST_LAG]
    rises = inner >= lags[:, _SHORTEST_LAG - 1 : _LONGEST_LAG - 1]
    falls = inner > lags[:, _SHORTEST_LAG + 1 : _LONGEST_LAG + 1]
    peaks = np.where(rises & falls, inner, 0)
    highest = peaks.max(axis=1)
    lag = _SHORTEST_LAG + np.argmax(peaks >= _AS_HIGH * highest[:, np.newaxis], axis=1)
    found = 1 + 12 * np.log2(MODEL_RATE_HZ / lag / _LOWEST_HZ)
    limited = np.clip(np.rint(found), 1, SEMITONES - 1)
    return np.where(highest >= _VOICED, limited, 0).astype(np.uint8)


def looks_like_several(pitch: Semitones) -> bool:
    """Whether the pitches fall into two groups far apart, with hardly anything between."""
    counts = np.bincount(pitch, minlength=SEMITONES)[1:].astype(np.float64)
    if counts.sum() < _FEWEST_FRAMES:
        return False
    smooth = np.convolve(counts, (0.25, 0.5, 0.25), mode="same")
    # The best way to part them is where both sides differ most (Otsu).
    below = np.cumsum(counts)[:-1]
    above = counts.sum() - below
    moment = np.cumsum(counts * np.arange(counts.size))
    low = moment[:-1] / np.maximum(below, 1)
    high = (moment[-1] - moment[:-1]) / np.maximum(above, 1)
    split = 1 + int(np.argmax(below * above * (high - low) ** 2))
    left, right = int(smooth[:split].argmax()), split + int(smooth[split:].argmax())
    smaller = min(below[split - 1], above[split - 1])
    if smaller < _SMALLER_SHARE * counts.sum() or right - left < _APART:
        return False
    valley = smooth[left : right + 1].min()
    return bool(valley <= _VALLEY * min(smooth[left], smooth[right]))


def _autocorrelation(frames: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    spectrum = np.fft.rfft(frames, 2 * FRAME_SAMPLES, axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    found = np.fft.irfft(power, axis=1)[:, : _LONGEST_LAG + 1]
    return found.astype(np.float32)
