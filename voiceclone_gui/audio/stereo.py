"""What the channels of a recording are to each other, found block by block while it is decoded."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from voiceclone_gui.core.sample import Stereo

# A channel this far below the loudest is the noise of an input that nothing is plugged into.
_SILENT_DB = 30.0
# What is left of two channels when one is taken from the other: less is the same sound, encoded with loss.
_EQUAL_DB = 40.0
# One voice reaches both microphones of a room; two people with one microphone each have little in common.
_TWO_VOICES_CORRELATION = 0.3
# One is the other upside down, as a wrong cable makes it: their mean would be silence.
_OPPOSITE_CORRELATION = -0.9
_STEREO = 2


class StereoMeter:
    """Adds up the products of channels; a change of their number in the middle begins anew."""

    def __init__(self) -> None:
        self._products = np.zeros((0, 0))

    def add(self, values: npt.NDArray[Any]) -> None:
        """Take a block of shape (channels, frames), of any sample type."""
        if len(values) == 1:
            if len(self._products) != 1:
                self._products = np.zeros((1, 1))
            return
        sound = values.astype(np.float32)
        if values.dtype == np.uint8:
            sound -= 128.0
        elif np.issubdtype(values.dtype, np.floating):
            np.clip(np.nan_to_num(sound, copy=False), -1.0, 1.0, out=sound)
        else:
            sound *= np.float32(2.0 ** (1 - 8 * values.dtype.itemsize))
        if len(self._products) != len(values):
            self._products = np.zeros((len(values), len(values)))
        self._products += sound @ sound.T

    def result(self) -> tuple[Stereo, tuple[int, ...]]:
        """The kind, and the channels that have sound in them; the first where none has."""
        energies = np.diag(self._products)
        if len(energies) <= 1 or energies.max() <= 0:
            kind = Stereo.MONO if len(energies) <= 1 else Stereo.EQUAL
            return kind, (0,)
        live = tuple(int(n) for n in np.flatnonzero(energies > energies.max() * 10 ** (-_SILENT_DB / 10)))
        if len(energies) > _STEREO:
            return Stereo.MANY, live
        if len(live) == 1:
            return Stereo.ONE_SILENT, live
        left, right = energies
        shared = self._products[0, 1]
        if left + right - 2 * shared <= (left + right) / 2 * 10 ** (-_EQUAL_DB / 10):
            return Stereo.EQUAL, live
        correlation = shared / np.sqrt(left * right)
        if correlation < _OPPOSITE_CORRELATION:
            # The louder one; where rounding alone makes a difference, the left.
            return Stereo.EQUAL, (int(right > 1.01 * left),)
        return (Stereo.TWO_VOICES if abs(correlation) < _TWO_VOICES_CORRELATION else Stereo.REAL), live
