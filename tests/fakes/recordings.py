"""Recordings as tests need them: sound of an exact length, encoded for real, and files that only claim."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

RATE_HZ = 16_000
_CODECS = {
    "wav": "pcm_s16le",
    "mp3": "libmp3lame",
    "m4a": "aac",
    "mp4": "aac",
    "flac": "flac",
    "ogg": "libopus",
}
_FORMATS = {"m4a": "ipod"}
_FAST = {kind: {"aac_coder": "fast"} for kind in ("m4a", "mp4")}
_CHUNK_FRAMES = 1024

Sound = npt.NDArray[np.int16]


def tone(
    seconds: float, *, rate_hz: int = RATE_HZ, channels: int = 1, level: float = 0.5, pitch_hz: float = 220.0
) -> Sound:
    """A sine of exactly ``round(seconds * rate_hz)`` frames, shape (channels, frames); peak ``level`` (0-1)."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    wave = np.round(level * 32767 * np.sin(2 * np.pi * pitch_hz * time_s)).astype(np.int16)
    return np.repeat(wave[np.newaxis, :], channels, axis=0)


def silence(seconds: float, *, rate_hz: int = RATE_HZ, channels: int = 1) -> Sound:
    """Digital silence, shape (channels, frames)."""
    return np.zeros((channels, round(seconds * rate_hz)), dtype=np.int16)


def record(
    path: Path,
    sound: Sound,
    *,
    kind: str = "",
    codec: str = "",
    rate_hz: int = RATE_HZ,
    with_video: bool = False,
    with_cover: bool = False,
    tags: dict[str, str] | None = None,
) -> Path:
    """Encode ``sound`` to ``path``; ``kind`` is what its ending means, whatever the path's own ending is."""
    kind = kind or path.suffix.removeprefix(".")
    options = {"movflags": "faststart"} if kind in {"m4a", "mp4"} else {}
    with av.open(str(path), "w", format=_FORMATS.get(kind, kind), options=options) as container:
        container.metadata.update(tags or {})
        stream = container.add_stream(codec or _CODECS[kind], rate=rate_hz, options=_FAST.get(kind, {}))
        stream.layout = {1: "mono", 2: "stereo", 6: "5.1"}[sound.shape[0]]
        picture = _add_picture(container, moving=with_video) if with_video or with_cover else None
        if picture is not None:
            picture(container)
        for start in range(0, sound.shape[1], _CHUNK_FRAMES):
            chunk = np.ascontiguousarray(sound[:, start : start + _CHUNK_FRAMES].T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(chunk, format="s16", layout=stream.layout)
            frame.sample_rate = rate_hz
            # Without running times the encoder's delay is not written to the edit list.
            frame.pts, frame.time_base = start, Fraction(1, rate_hz)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def film(path: Path) -> Path:
    """A video without sound."""
    with av.open(str(path), "w", format="mp4") as container:
        _add_picture(container, moving=True)(container)
    return path


def wav_bytes(
    sound: Sound,
    *,
    rate_hz: int = RATE_HZ,
    claimed_bytes: int | None = None,
    tag: bytes = b"",
) -> bytes:
    """A PCM WAV written by hand, so that its header can claim any length and its title be any bytes."""
    body = np.ascontiguousarray(sound.T).tobytes()
    channels = sound.shape[0]
    size = len(body) if claimed_bytes is None else claimed_bytes
    width = channels * 2
    layout = struct.pack("<HHIIHH", 1, channels, rate_hz, rate_hz * width % 2**32, width, 16)
    chunks = _chunk(b"fmt ", layout)
    if tag:
        chunks += _chunk(b"LIST", b"INFO" + _chunk(b"INAM", tag))
    content = b"WAVE" + chunks + b"data" + struct.pack("<I", size) + body
    return b"RIFF" + struct.pack("<I", (len(content) - len(body) + size) % 2**32) + content


def png_bytes() -> bytes:
    """A picture of one pixel."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\xff\0\0")),
        (b"IEND", b""),
    )
    chunks = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def overwritten(content: bytes, *, start: int, size: int) -> bytes:
    """``content`` with ``size`` bytes from ``start`` replaced by noise that is always the same."""
    noise = np.random.default_rng(7).integers(0, 256, size=size, dtype=np.uint8).tobytes()
    return content[:start] + noise + content[start + size :]


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _add_picture(
    container: av.container.OutputContainer, *, moving: bool
) -> Callable[[av.container.OutputContainer], None]:
    stream = container.add_stream("mpeg4" if moving else "png", rate=5)
    stream.width = stream.height = 64
    stream.pix_fmt = "yuv420p" if moving else "rgb24"
    if not moving:
        stream.disposition = av.stream.Disposition.attached_pic

    def write(target: av.container.OutputContainer) -> None:
        for number in range(5 if moving else 1):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), number * 40, np.uint8), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 5)
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))

    return write
