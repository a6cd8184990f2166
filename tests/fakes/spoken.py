"""Speech as tests of its check need it: said by the built-in espeak, with noise of a known level."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voiceclone_gui.practice.espeak import load_espeak

RATE_HZ = 22_050
SAMPLE_RECORDING = Path(__file__).parents[2] / "resources" / "sample" / "austen-reading.wav"

_SENTENCES = (
    "The old harbour lies quiet in the morning, and only a few gulls are awake.",
    "Somebody carries baskets of bread from the bakery to the market place.",
    "By noon the boats come back, and the whole town smells of salt and fish.",
    "She asked him twice whether the letter had come, and twice he shook his head.",
    "Nobody knows exactly how long the bridge has stood here, or who paid for it.",
)

Samples = npt.NDArray[np.float32]


def spoken(seconds: float, *, voice: str = "en", pause_s: float = 0.4, level_dbfs: float = -20.0) -> Samples:
    """Sentences with digitally silent pauses between them; ``level_dbfs`` is that of the sentences."""
    pause = np.zeros(round(pause_s * RATE_HZ), dtype=np.float32)
    parts: list[Samples] = []
    while sum(map(len, parts)) < seconds * RATE_HZ:
        parts += [_sentence(len(parts) // 2 % len(_SENTENCES), voice, level_dbfs), pause]
    return np.concatenate(parts)[: round(seconds * RATE_HZ)]


def noise(size: int, *, level_dbfs: float, seed: int = 5) -> Samples:
    """White noise of that root mean square."""
    white = np.random.default_rng(seed).standard_normal(size, dtype=np.float32)
    return white * np.float32(10 ** (level_dbfs / 20))


def loud_level_dbfs(samples: Samples) -> float:
    """The level of what isn't silent."""
    frames = samples[: samples.size // 700 * 700].reshape(-1, 700)
    power = (frames.astype(np.float64) ** 2).mean(axis=1)
    return float(10 * np.log10(power[power > power.max() * 1e-3].mean()))


@cache
def _sentence(number: int, voice: str, level_dbfs: float) -> Samples:
    pcm = load_espeak().synthesise(_SENTENCES[number], voice=voice, limit_s=20.0)
    samples = np.frombuffer(pcm.samples, dtype=np.int16).astype(np.float32) / np.float32(32768)
    heard = np.flatnonzero(np.abs(samples) > 0.003)
    samples = samples[heard[0] : heard[-1] + 1]
    return samples * np.float32(10 ** ((level_dbfs - loud_level_dbfs(samples)) / 20))
