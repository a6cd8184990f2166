"""Where somebody speaks: by energy at once, by Silero's model for the verdict.

Frames are 32 ms long throughout. What judges by energy needs numpy alone, so the window can use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from voiceclone_gui.audio.waveform import SILENCE_DBFS

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

FRAME_S = 0.032
MODEL_RATE_HZ = 16_000
FRAME_SAMPLES = 512
Mask = npt.NDArray[np.bool_]
Power = npt.NDArray[np.float32]

_MODEL = "silero_vad_16k_sequence.onnx"
_CONTEXT_SAMPLES = 64
_STATE_SHAPE = (1, 1, 128)
# One call of the model takes this much, some 16 s.
_CALL_FRAMES = 512

_QUIET_PERCENT, _LOUD_PERCENT = 10, 95
_LEAST_RANGE_DB = 6.0
_MINUTE_FRAMES = 1_875
_SHARE_OF_RANGE, _FARTHEST_DB = 0.6, 25.0
_NOTHING_DBFS = -65.0

_SURE, _STILL = 0.5, 0.35
# In frames: what is shorter is no speech, a gap that is shorter no pause.
_SHORTEST_SPEECH, _SHORTEST_GAP = 4, 3


def dbfs(power: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Mean squares as levels, full scale being 0; ``SILENCE_DBFS`` is the least."""
    levels: npt.NDArray[np.float64] = 10 * np.log10(np.maximum(power, 10 ** (SILENCE_DBFS / 10)))
    return levels


def by_energy(power: Power) -> Mask:
    """Which frames are loud enough for speech: a guess that takes music for speech too.

    Sound that never changes its level, as hum or a tone, is none.
    """
    if not power.size:
        return np.zeros(0, dtype=np.bool_)
    level_dbfs = dbfs(power)
    audible = level_dbfs[level_dbfs > SILENCE_DBFS + 10]
    if not audible.size:
        return np.zeros(power.size, dtype=np.bool_)
    quiet, loud = np.percentile(level_dbfs, (_QUIET_PERCENT, _LOUD_PERCENT))
    if loud < max(quiet + _LEAST_RANGE_DB, _NOTHING_DBFS):
        loud = _loudest_minute_dbfs(level_dbfs)
    # Speech with hardly a pause has no quiet end; a tone or noise hasn't either, but its range is smaller.
    if loud < _NOTHING_DBFS or loud - quiet < _LEAST_RANGE_DB:
        return np.zeros(power.size, dtype=np.bool_)
    threshold = loud - min(_SHARE_OF_RANGE * (loud - quiet), _FARTHEST_DB)
    return smoothed(level_dbfs >= threshold)


def _loudest_minute_dbfs(level_dbfs: npt.NDArray[np.float64]) -> float:
    """How loud it is where it is loudest: in a night of sound a talk of minutes is next to nothing."""
    whole = level_dbfs.size - level_dbfs.size % _MINUTE_FRAMES
    minutes = level_dbfs[:whole].reshape(-1, _MINUTE_FRAMES) if whole else level_dbfs[np.newaxis]
    return float(np.percentile(minutes, _LOUD_PERCENT, axis=1).max())


def by_model(pieces: Iterable[npt.NDArray[np.int16]]) -> Mask:
    """Which frames of 512 samples at 16 kHz are speech, as Silero's model hears them.

    ``pieces`` follow each other and hold whole frames; only the last one may end in the middle of one.
    """
    found = [np.empty(0, dtype=np.float32), *_speech_probability(pieces)]
    return _with_hysteresis(np.concatenate(found))


def _speech_probability(pieces: Iterable[npt.NDArray[np.int16]]) -> Iterator[npt.NDArray[np.float32]]:
    """How surely each frame is speech, from 0 to 1."""
    session = _session()
    hidden = cell = np.zeros(_STATE_SHAPE, dtype=np.float32)
    context = np.zeros(_CONTEXT_SAMPLES, dtype=np.float32)
    step = _CALL_FRAMES * FRAME_SAMPLES
    for part in (piece[start : start + step] for piece in pieces for start in range(0, len(piece), step)):
        frames = np.zeros((-(-len(part) // FRAME_SAMPLES), FRAME_SAMPLES), dtype=np.float32)
        frames.reshape(-1)[: len(part)] = part / np.float32(32768)
        contexts = np.concatenate([context[np.newaxis], frames[:-1, -_CONTEXT_SAMPLES:]])
        context = frames[-1, -_CONTEXT_SAMPLES:]
        probability, hidden, cell = session.run(
            ["speech_probs", "hn", "cn"],
            {"input": np.concatenate([contexts, frames], axis=1), "h": hidden, "c": cell},
        )
        yield probability.reshape(-1)


def smoothed(speech: Mask) -> Mask:
    """Without gaps in speech, and then without speech, of less than a tenth of a second."""
    filled = speech.copy()
    for start, end in runs(~speech):
        if end - start < _SHORTEST_GAP and start > 0 and end < speech.size:
            filled[start:end] = True
    for start, end in runs(filled):
        if end - start < _SHORTEST_SPEECH:
            filled[start:end] = False
    return filled


def runs(mask: Mask) -> npt.NDArray[np.intp]:
    """Where ``mask`` holds: rows of (start, end), the end not included."""
    edges = np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8))
    return np.stack([np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)], axis=1)


def _with_hysteresis(probability: npt.NDArray[np.float32]) -> Mask:
    """Speech begins where the model is sure and lasts as long as it finds it likely."""
    likely = runs(probability >= _STILL)
    sure = np.concatenate([[0], np.cumsum(probability >= _SURE)])
    speech = np.zeros(probability.size, dtype=np.bool_)
    for start, end in likely[sure[likely[:, 1]] > sure[likely[:, 0]]]:
        speech[start:end] = True
    return smoothed(speech)


@cache
def _session() -> InferenceSession:
    """The model, loaded once for the process; it has no state of its own."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    model = resources.files("voiceclone_gui") / "_resources" / "models" / _MODEL
    return onnxruntime.InferenceSession(
        model.read_bytes(), sess_options=options, providers=["CPUExecutionProvider"]
    )
