"""What is heard at 16 kHz: the spectrum, the pitch, and where somebody speaks.

The model needs the sound itself, which would be large for hours. Up to 20 minutes are kept, as 43 MB; of
what is longer, the five pieces of two minutes that promise most speech by energy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voiceclone_gui.audio.spectrum import BANDS, band_power
from voiceclone_gui.audio.voice_activity import FRAME_SAMPLES, Mask, by_energy, by_model
from voiceclone_gui.audio.voice_pitch import Semitones, semitones

_BLOCK_FRAMES = 256
_TILE_BLOCKS = 15
_TILE_FRAMES = _BLOCK_FRAMES * _TILE_BLOCKS
# 1,229 s; the first tile beyond makes a recording a long one.
_TILES_OF_ALL = 10
_TILES_OF_MUCH = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Heard:
    """What was heard of each frame; ``spectrum`` has a row for every 32.

    ``speech`` and ``pitch`` count only where the model has ``judged``.
    """

    spectrum: npt.NDArray[np.float32]
    speech: Mask
    judged: Mask
    pitch: Semitones


class Hearing:
    """Collects one channel of 16 kHz, in pieces of any length."""

    def __init__(self) -> None:
        self._block = np.zeros(_BLOCK_FRAMES * FRAME_SAMPLES, dtype=np.float32)
        self._filled = 0
        self._blocks = 0
        self._spectrum = [np.empty((0, BANDS), dtype=np.float32)]
        self._power: list[npt.NDArray[np.float32]] = []
        self._pitch = [np.empty(0, dtype=np.uint8)]
        self._tiles: dict[int, list[npt.NDArray[np.int16]]] = {}
        self._is_long = False

    def add(self, samples: npt.NDArray[np.float32]) -> None:
        """Take the next ``samples``."""
        while samples.size:
            room = self._block.size - self._filled
            part, samples = samples[:room], samples[room:]
            self._block[self._filled : self._filled + part.size] = part
            self._filled += part.size
            if self._filled == self._block.size:
                self._finish_block()

    def finish(self, *, frames: int) -> Heard:
        """What was heard, for ``frames`` frames in all."""
        if self._filled:
            self._finish_block()
        speech, judged = np.zeros(frames, dtype=np.bool_), np.zeros(frames, dtype=np.bool_)
        for first, tiles in self._neighbours():
            found = by_model(block for tile in tiles for block in tile)
            at = slice(first * _TILE_FRAMES, min(first * _TILE_FRAMES + len(found), frames))
            speech[at] = found[: max(at.stop - at.start, 0)]
            judged[at] = True
        if not self._is_long:
            judged[:] = True
        pitch = np.concatenate([*self._pitch, np.zeros(frames, dtype=np.uint8)])[:frames]
        return Heard(
            spectrum=np.concatenate(self._spectrum),
            speech=speech,
            judged=judged,
            pitch=np.where(speech, pitch, np.uint8(0)),
        )

    def _finish_block(self) -> None:
        count = -(-self._filled // FRAME_SAMPLES)
        # A constant part, as cheap sound cards add it, is no sound but confuses the model.
        self._block[: self._filled] -= self._block[: self._filled].mean()
        self._block[self._filled :] = 0
        frames = self._block[: count * FRAME_SAMPLES].reshape(count, FRAME_SAMPLES)
        self._spectrum.append(band_power(frames))
        self._pitch.append(semitones(frames))
        self._power.append(np.einsum("ij,ij->i", frames, frames) / np.float32(FRAME_SAMPLES))
        tile = self._tiles.setdefault(self._blocks // _TILE_BLOCKS, [])
        kept = np.clip(np.rint(self._block[: self._filled] * 32767), -32768, 32767)
        tile.append(kept.astype(np.int16))
        self._blocks += 1
        self._filled = 0
        if self._blocks % _TILE_BLOCKS == 0:
            self._drop_tiles()

    def _drop_tiles(self) -> None:
        """Keep what promises most; a tile that isn't full yet is left in peace."""
        self._is_long = self._is_long or len(self._tiles) > _TILES_OF_ALL
        if not self._is_long:
            return
        active = by_energy(np.concatenate(self._power))
        promise = {
            tile: int(active[tile * _TILE_FRAMES : (tile + 1) * _TILE_FRAMES].sum()) for tile in self._tiles
        }
        best = sorted(promise, key=lambda tile: (-promise[tile], tile))[:_TILES_OF_MUCH]
        self._tiles = {tile: self._tiles[tile] for tile in sorted(best)}

    def _neighbours(self) -> list[tuple[int, list[list[npt.NDArray[np.int16]]]]]:
        """Tiles that follow each other as one: the first one's number, and all of them."""
        groups: list[tuple[int, list[list[npt.NDArray[np.int16]]]]] = []
        for number in sorted(self._tiles):
            if groups and number == groups[-1][0] + len(groups[-1][1]):
                groups[-1][1].append(self._tiles[number])
            else:
                groups.append((number, [self._tiles[number]]))
        return groups
