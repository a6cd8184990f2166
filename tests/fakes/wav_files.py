"""WAV files of floating point or 16 bit, as a program writes them that doesn't know ours."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

_FLOAT, _PCM = 3, 1
_READING = Path(__file__).parents[2] / "resources" / "sample" / "austen-reading.wav"


def write_wav(path: Path, samples: npt.NDArray[np.floating], *, rate_hz: int, as_float: bool = False) -> Path:
    """``samples`` of shape (frames,) or (channels, frames), full scale being 1; 16 bit unless ``as_float``."""
    channels = np.atleast_2d(samples)
    if as_float:
        kind, values = _FLOAT, channels.astype("<f4")
    else:
        kind, values = _PCM, np.clip(np.rint(channels * 32767), -32768, 32767).astype("<i2")
    body = np.ascontiguousarray(values.T).tobytes()
    width = values.itemsize * len(values)
    layout = struct.pack("<HHIIHH", kind, len(values), rate_hz, rate_hz * width, width, 8 * values.itemsize)
    chunks = b"WAVE" + _chunk(b"fmt ", layout) + _chunk(b"data", body)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(chunks)) + chunks)
    return path


def hours_of_wav(path: Path, *, hours: float) -> Path:
    """Stereo of 16 bit and 48 kHz, mostly silence, which takes no room on the disk."""
    rate_hz, frame_bytes = 48_000, 4
    size = round(hours * 3600 * rate_hz) * frame_bytes
    form = struct.pack("<HHIIHH", _PCM, 2, rate_hz, rate_hz * frame_bytes, frame_bytes, 16)
    talk = _READING.read_bytes()[44:]
    with path.open("wb") as file:
        file.write(struct.pack("<4sI4s", b"RIFF", 36 + size, b"WAVE") + _chunk(b"fmt ", form))
        file.write(struct.pack("<4sI", b"data", size))
        for place in range(20):
            file.seek(44 + size // 20 // frame_bytes * frame_bytes * place)
            file.write(talk)
        file.truncate(44 + size)
    return path


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
