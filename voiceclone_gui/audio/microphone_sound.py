"""What a microphone delivers, as a take is written: 48 kHz, mono, 16 bit; and how loud it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from voiceclone_gui.core.microphone import TAKE_RATE_HZ, Level, SampleKind, SoundFormat

if TYPE_CHECKING:
    import av

Samples = npt.NDArray[np.float32]

_TYPES = {
    SampleKind.UINT8: np.uint8,
    SampleKind.INT16: np.int16,
    SampleKind.INT32: np.int32,
    SampleKind.FLOAT32: np.float32,
}
_FULL_SCALE = {SampleKind.UINT8: 128.0, SampleKind.INT16: 32768.0, SampleKind.INT32: 2.0**31}
# The largest value of 8 bit is no nearer to 1.
_CLIPPED = 0.99
# A channel this much quieter than the loudest has no microphone behind it.
_SILENT_CHANNEL = 10 ** (-30 / 10)
# Channels that cancel each other out are one signal with both polarities, as from a balanced line.
_CANCELLED = 10 ** (-20 / 10)
_AUDIBLE_POWER = 10 ** (-50 / 10)
_DECIDED_AFTER_S = 0.5


class MicrophoneSound:
    """Converts one microphone's sound piece by piece.

    Channels are mixed by equal shares of all that hear something; which those are is decided once half a
    second of sound was heard, and stays. The mix is made here, not by FFmpeg: that adds 3 dB.
    """

    def __init__(self, *, sound_format: SoundFormat) -> None:
        self._format = sound_format
        self._type = np.dtype(_TYPES[sound_format.kind])
        self._rest = b""
        self._weights = _equal_weights(sound_format.channels)
        self._heard_frames = 0
        self._products = np.zeros((sound_format.channels, sound_format.channels))
        self._resampler: av.AudioResampler | None = None

    @property
    def weights(self) -> tuple[float, ...]:
        """The share of each channel in what is written."""
        return tuple(float(weight) for weight in self._weights)

    def convert(self, raw: bytes) -> tuple[bytes, Level]:
        """The next piece as it is written, and its level; half a frame waits for the next."""
        channels = self._samples(raw)
        self._decide(channels)
        mono: Samples = channels @ self._weights
        heard = np.abs(channels[:, self._weights > 0])
        peak = float(heard.max(initial=0.0))
        power = float(np.mean(np.square(mono, dtype=np.float64))) if len(mono) else 0.0
        level = Level(frames=len(mono), peak=peak, mean_square=power, is_clipped=peak >= _CLIPPED)
        if self._format.rate_hz != TAKE_RATE_HZ and len(mono):
            mono = self._resample(mono)
        return _as_written(mono), level

    def finish(self) -> bytes:
        """What the resampler still holds back; nothing can be converted after it."""
        return _as_written(self._flushed()) if self._resampler is not None else b""

    def _samples(self, raw: bytes) -> Samples:
        content = self._rest + raw
        width = self._type.itemsize * self._format.channels
        whole = len(content) // width * width
        self._rest = content[whole:]
        read = np.frombuffer(content[:whole], dtype=self._type).reshape(-1, self._format.channels)
        samples = read.astype(np.float32)
        if self._format.kind is SampleKind.FLOAT32:
            return np.nan_to_num(samples, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
        if self._format.kind is SampleKind.UINT8:
            samples -= 128
        samples /= np.float32(_FULL_SCALE[self._format.kind])
        return samples

    def _decide(self, channels: Samples) -> None:
        if self._format.channels == 1 or self._heard_frames >= self._format.rate_hz * _DECIDED_AFTER_S:
            return
        # In pieces of 10 ms: one handed over may be mostly silence.
        step = max(1, self._format.rate_hz // 100)
        for piece in (channels[start : start + step] for start in range(0, len(channels), step)):
            products = piece.T.astype(np.float64) @ piece.astype(np.float64)
            if float(products.diagonal().max()) >= _AUDIBLE_POWER * len(piece):
                self._products += products
                self._heard_frames += len(piece)
        if self._heard_frames >= self._format.rate_hz * _DECIDED_AFTER_S:
            self._weights = _weights(self._products)

    def _resample(self, mono: Samples) -> Samples:
        import av  # only for microphones of another rate: loading it takes a while

        if self._resampler is None:
            self._resampler = av.AudioResampler(format="flt", layout="mono", rate=TAKE_RATE_HZ)
        frame = av.AudioFrame.from_ndarray(mono.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = self._format.rate_hz
        return _joined(self._resampler.resample(frame))

    def _flushed(self) -> Samples:
        assert self._resampler is not None  # noqa: S101 - asked for by the caller
        return _joined(self._resampler.resample(None))


def _joined(frames: list[av.AudioFrame]) -> Samples:
    parts = [frame.to_ndarray().reshape(-1) for frame in frames]
    return np.concatenate(parts).astype(np.float32) if parts else np.zeros(0, dtype=np.float32)


def _as_written(mono: Samples) -> bytes:
    return bytes(np.clip(np.rint(mono * np.float32(32768)), -32768, 32767).astype("<i2").tobytes())


def _equal_weights(count: int) -> Samples:
    return np.full(count, 1 / count, dtype=np.float32)


def _weights(products: npt.NDArray[np.float64]) -> Samples:
    powers = products.diagonal()
    live = powers >= powers.max() * _SILENT_CHANNEL
    weights: Samples = (live / live.sum()).astype(np.float32)
    mixed = float(weights @ products @ weights)
    if mixed < float(powers[live].mean()) * _CANCELLED:
        weights = np.zeros_like(weights)
        weights[int(powers.argmax())] = 1
    return weights
