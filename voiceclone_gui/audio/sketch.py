"""A first idea of a long recording, by jumping through it: seen at once, and soon drawn over."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np

from voiceclone_gui.audio.decode import scaled_frame
from voiceclone_gui.audio.recording import Recording, open_recording
from voiceclone_gui.audio.waveform import FULL_SCALE, Peaks
from voiceclone_gui.core.errors import SampleError

# Shorter ones are decoded before anybody would see it; jumping through them takes as long as half of that.
LONG_S = 600.0
_PLACES = 128
_PASSES = (0, 4, 2, 6, 1, 5, 3, 7)
_BUDGET_S = 0.1


def is_worth_a_sketch(recording: Recording) -> bool:
    """Whether it is long, and slower to decode than to jump through."""
    return recording.claimed_s >= LONG_S and not recording.codec.startswith("pcm_")


def sketches_of(path: Path) -> Iterator[tuple[float, tuple[Peaks, Peaks]]]:
    """The length that a recording claims, and its extremes at places all over it, more each time.

    It opens the file by itself, since nobody can read on exactly after jumping. Nothing where the file
    can't jump: a sketch is never worth an error or half a second.
    """
    try:
        with open_recording(path) as recording:
            for sketch in _sketched(recording):
                yield recording.claimed_s, sketch
    except (SampleError, av.FFmpegError, OSError, ValueError):
        return


def _sketched(recording: Recording) -> Iterator[tuple[Peaks, Peaks]]:
    found: dict[int, tuple[int, int]] = {}
    began_s = time.monotonic()
    for first in _PASSES:
        for place in range(first, _PLACES, len(_PASSES)):
            if time.monotonic() - began_s > _BUDGET_S:
                return
            frame = recording.frame_at((place + 0.5) / _PLACES * recording.claimed_s)
            if frame is None:
                return
            sound = np.nan_to_num(scaled_frame(frame))
            low, high = (
                int(np.clip(end * FULL_SCALE, -32768, FULL_SCALE)) for end in (sound.min(), sound.max())
            )
            found[place] = (low, high)
        yield _filled(found)


def _filled(found: dict[int, tuple[int, int]]) -> tuple[Peaks, Peaks]:
    """Places between those that are known look like the nearest one before them."""
    known = np.array(sorted(found))
    nearest = known[np.maximum(np.searchsorted(known, np.arange(_PLACES), side="right") - 1, 0)]
    both = np.array([found[int(place)] for place in nearest], dtype=np.int16)
    return both[:, 0].copy(), both[:, 1].copy()
