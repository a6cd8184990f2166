"""What can be done to a sound. FFmpeg's filters do it, on one channel of floating point samples.

Nothing is mixed down here: FFmpeg's own mix of two equal channels would be 3 dB too loud.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph
from av.filter.context import FilterContext

from voiceclone_gui.audio.sound import Samples, Sound, from_frames, joined

CEILING_DBFS = -1.0
_LUFS_SHORTEST_S = 0.5
_LUFS_SILENCE = -69.0
_NOISE_FLOORS_DBFS = (-80.0, -20.0)
_NOISE_REDUCTION_DB = 30.0
# Always the same noise, so that the same work gives the same sound.
_NOISE_SEED = 20_251
_EDGE_S = 0.01

# A filter's name and its arguments, as FFmpeg writes them.
Step = tuple[str, str]


def at_tempo(sound: Sound, *, factor: float) -> Sound:
    """``factor`` times as fast (0.5 to 2), at the same pitch."""
    return sound if factor == 1 else _filtered(sound, ("atempo", f"{factor:.6f}"))


def at_pitch(sound: Sound, *, factor: float) -> Sound:
    """``factor`` times as high (0.5 to 2), as long as before; the voice's colour is shifted too."""
    rate = sound.sample_rate_hz
    shifted_rate = round(rate * factor)
    if shifted_rate == rate:
        return sound
    tempo = ("atempo", f"{rate / shifted_rate:.6f}")
    return _filtered(sound, ("asetrate", str(shifted_rate)), ("aresample", str(rate)), tempo)


def with_gain(sound: Sound, *, gain_db: float, ceiling_dbfs: float = CEILING_DBFS) -> Sound:
    """Louder or quieter; a limiter holds what would rise above ``ceiling_dbfs``."""
    louder = Sound(
        samples=sound.samples * np.float32(10 ** (gain_db / 20)), sample_rate_hz=sound.sample_rate_hz
    )
    ceiling = 10 ** (ceiling_dbfs / 20)
    if peak(louder.samples) <= ceiling:
        return louder
    return _filtered(louder, ("alimiter", f"limit={ceiling:.6f}:level=0:latency=1"))


def loudness_lufs(sound: Sound) -> float | None:
    """Integrated loudness by EBU R128; ``None`` for silence. What is shorter than a block is repeated."""
    shortest = round(_LUFS_SHORTEST_S * sound.sample_rate_hz)
    if 0 < sound.samples.size < shortest:
        sound = Sound(samples=np.resize(sound.samples, shortest), sample_rate_hz=sound.sample_rate_hz)
    value = _LUFS_SILENCE
    for frame in _run(sound, ("ebur128", "metadata=1")):
        value = float(frame.metadata.get("lavfi.r128.I", value))
    return value if math.isfinite(value) and value > _LUFS_SILENCE else None


def at_loudness(sound: Sound, *, target_lufs: float) -> Sound:
    """Brought to ``target_lufs`` with one gain for the whole; silence stays."""
    measured = loudness_lufs(sound)
    return sound if measured is None else with_gain(sound, gain_db=target_lufs - measured)


def with_noise(sound: Sound, *, level_dbfs: float) -> Sound:
    """With white noise of that root mean square under all of it."""
    noise = noise_samples(sound.samples.size, level_dbfs=level_dbfs)
    return Sound(samples=sound.samples + noise, sample_rate_hz=sound.sample_rate_hz)


def without_noise(sound: Sound, *, noise_dbfs: float) -> Sound:
    """Without steady background noise, whose level is ``noise_dbfs`` now."""
    lowest, highest = _NOISE_FLOORS_DBFS
    floor = min(max(noise_dbfs, lowest), highest)
    # The filter gives everything this much later and doesn't say so.
    delay = 2 * (sound.sample_rate_hz // 80)
    padding = Sound(samples=np.zeros(delay, dtype=np.float32), sample_rate_hz=sound.sample_rate_hz)
    padded = joined([sound, padding], sample_rate_hz=sound.sample_rate_hz)
    cleaned = _filtered(padded, ("afftdn", f"nr={_NOISE_REDUCTION_DB}:nf={floor:.1f}"))
    return Sound(samples=cleaned.samples[delay:], sample_rate_hz=sound.sample_rate_hz)


def breath(duration_s: float, *, level_dbfs: float, sample_rate_hz: int) -> Sound:
    """Noise that swells and fades, as breath does."""
    size = round(duration_s * sample_rate_hz)
    swell = np.sin(np.linspace(0, np.pi, size, dtype=np.float32)) ** 2
    return Sound(samples=noise_samples(size, level_dbfs=level_dbfs) * swell, sample_rate_hz=sample_rate_hz)


def tone(duration_s: float, *, pitch_hz: float, level_dbfs: float, sample_rate_hz: int) -> Sound:
    """A sine of that root mean square, with soft ends."""
    time_s = np.arange(round(duration_s * sample_rate_hz)) / sample_rate_hz
    edge = np.clip(np.minimum(time_s, time_s[::-1]) / _EDGE_S, 0, 1)
    wave = math.sqrt(2) * 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * pitch_hz * time_s) * edge
    return Sound(samples=wave.astype(np.float32), sample_rate_hz=sample_rate_hz)


def noise_samples(size: int, *, level_dbfs: float) -> Samples:
    """White noise of that root mean square."""
    white = np.random.default_rng(_NOISE_SEED).standard_normal(size, dtype=np.float32)
    return white * np.float32(10 ** (level_dbfs / 20))


def peak(samples: Samples) -> float:
    """The largest distance from zero."""
    return float(np.abs(samples).max()) if samples.size else 0.0


def _filtered(sound: Sound, *steps: Step) -> Sound:
    rate = sound.sample_rate_hz
    as_before = ("aformat", f"sample_fmts=flt:channel_layouts=mono:sample_rates={rate}")
    return from_frames(list(_run(sound, *steps, as_before)), sample_rate_hz=rate)


def _run(sound: Sound, *steps: Step) -> Iterator[av.AudioFrame]:
    graph = Graph()
    rate = sound.sample_rate_hz
    source = graph.add_abuffer(sample_rate=rate, format="flt", layout="mono", time_base=Fraction(1, rate))
    nodes = [source, *(graph.add(name, arguments) for name, arguments in steps), graph.add("abuffersink")]
    graph.link_nodes(*nodes).configure()
    for frame in [*sound.frames(), None]:
        source.push(frame)
        yield from _pulled(nodes[-1])


def _pulled(sink: FilterContext) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = sink.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        assert isinstance(frame, av.AudioFrame)  # noqa: S101 - an audio graph gives nothing else
        yield frame
