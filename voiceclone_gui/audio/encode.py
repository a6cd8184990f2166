"""A sound as the bytes of a file."""

from __future__ import annotations

import io
from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream

from voiceclone_gui.audio.sound import Sound, frames_of

CONTAINERS = ("mp3", "wav", "flac", "pcm")
MP3_BITRATE = 128_000
_CODECS = {"mp3": "libmp3lame", "wav": "pcm_s16le", "flac": "flac"}
_SAMPLE_FORMATS = {"mp3": "s16p", "wav": "s16", "flac": "s16"}


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """An encoded sound; ``bitrate`` is in bit/s, ``duration_s`` that of the sound that went in."""

    audio: bytes
    duration_s: float
    sample_rate_hz: int
    bitrate: int
    channels: int = 1


def encode(
    sound: Sound, *, container: str, sample_rate_hz: int | None = None, mp3_bitrate: int = MP3_BITRATE
) -> Encoded:
    """``sound`` as one channel of 16 bit in one of ``CONTAINERS``, at its own or another rate.

    ``pcm`` is bare samples, little end first. Anything above full scale is clipped. An mp3 comes out
    0.45 dB quieter: its encoder keeps that much room by itself.
    """
    at_rate = sound.resampled(sample_rate_hz=sample_rate_hz or sound.sample_rate_hz)
    rate, duration_s = at_rate.sample_rate_hz, at_rate.duration_s
    samples = at_rate.as_pcm16()
    if container == "pcm":
        audio = samples.astype("<i2").tobytes()
    else:
        audio = _mux(samples, container=container, sample_rate_hz=rate, mp3_bitrate=mp3_bitrate)
    average = round(8 * len(audio) / duration_s) if duration_s else 0
    return Encoded(
        audio=audio,
        duration_s=duration_s,
        sample_rate_hz=rate,
        bitrate=mp3_bitrate if container == "mp3" else average,
    )


def _mux(samples: npt.NDArray[np.int16], *, container: str, sample_rate_hz: int, mp3_bitrate: int) -> bytes:
    buffer = io.BytesIO()
    sample_format = _SAMPLE_FORMATS[container]
    with av.open(buffer, "w", format=container) as output:
        stream = output.add_stream(_CODECS[container], rate=sample_rate_hz)
        assert isinstance(stream, AudioStream)  # noqa: S101 - the codec's kind
        stream.layout = "mono"
        # Named, since an encoder may choose another depth by itself.
        stream.format = sample_format
        if container == "mp3":
            stream.bit_rate = mp3_bitrate
        for frame in frames_of(samples, sample_rate_hz=sample_rate_hz, sample_format=sample_format):
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return buffer.getvalue()
