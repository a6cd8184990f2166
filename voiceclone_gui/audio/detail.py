"""A short part of a recording, sample frame by sample frame; a job for the audio process."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from voiceclone_gui.audio.decode import decode_blocks
from voiceclone_gui.audio.peaks import as_int16
from voiceclone_gui.audio.recording import open_recording
from voiceclone_gui.audio.waveform import Peaks, Waveform
from voiceclone_gui.core.span import Span

# More than is ever seen at once where single frames can be told apart.
FRAMES_MAX = 4_000_000


def detail_of(path: Path, span: Span) -> Waveform:
    """The waveform of ``span`` in pieces of one frame; its times begin where the part begins.

    Decodes from the beginning: only that is exact in every kind of file. Raises
    :class:`SampleUnreadable` and :class:`SampleChanged`.
    """
    low: list[Peaks] = [np.empty(0, dtype=np.int16)]
    high: list[Peaks] = [np.empty(0, dtype=np.int16)]
    place, rate = 0, 0
    with open_recording(path) as recording:
        for block in decode_blocks(recording, limit_s=span.end_s):
            rate = rate or block.sample_rate_hz
            first = max(round(span.start_s * rate) - place, 0)
            place += block.values.shape[1]
            part = block.values[:, first : first + FRAMES_MAX]
            if part.size:
                low.append(as_int16(np.nan_to_num(part.min(axis=0))))
                high.append(as_int16(np.nan_to_num(part.max(axis=0))))
        recording.check()
        if not rate:
            raise recording.nothing_decoded()
    smallest, largest = np.concatenate(low), np.concatenate(high)
    return Waveform(
        smallest=smallest,
        largest=largest,
        duration_s=max(len(smallest), 1) / rate,
        sample_rate_hz=rate,
        piece_frames=1,
    )
