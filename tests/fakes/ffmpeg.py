"""The system's ffmpeg: makes recordings of every kind, and reads files by itself. Nothing of the program."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

# How each kind is encoded; the ending is the kind's unless it says otherwise.
KINDS: dict[str, list[str]] = {
    "wav": ["-c:a", "pcm_s16le"],
    "wav24": ["-c:a", "pcm_s24le", "-f", "wav"],
    "wav32": ["-c:a", "pcm_s32le", "-f", "wav"],
    "wavfloat": ["-c:a", "pcm_f32le", "-f", "wav"],
    "mp3": ["-c:a", "libmp3lame", "-b:a", "128k"],
    "m4a": ["-c:a", "aac", "-b:a", "128k", "-f", "ipod"],
    "aac": ["-c:a", "aac", "-b:a", "128k", "-f", "adts"],
    "flac": ["-c:a", "flac"],
    "ogg": ["-c:a", "libvorbis", "-f", "ogg"],
    "opus": ["-c:a", "libopus", "-f", "ogg"],
    "webm": ["-c:a", "libopus", "-f", "webm"],
    "wma": ["-c:a", "wmav2", "-f", "asf"],
    "aiff": ["-c:a", "pcm_s16be", "-f", "aiff"],
    "caf": ["-c:a", "pcm_s16be", "-f", "caf"],
    "alac": ["-c:a", "alac", "-f", "ipod"],
    "mp4": ["-c:a", "aac", "-b:a", "128k", "-f", "mp4"],
    "mov": ["-c:a", "pcm_s16le", "-f", "mov"],
    "mkv": ["-c:a", "flac", "-f", "matroska"],
}
FILMS = {"mp4", "mov", "mkv"}
_PICTURE = ["-f", "lavfi", "-i", "color=black:size=32x32:rate=5"]


def run(*arguments: str | Path) -> bytes:
    """What ffmpeg writes to its standard output."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, timeout=120).stdout


def encode(
    sound: npt.NDArray[np.float32],
    path: Path,
    *,
    kind: str,
    rate_hz: int,
    tags: dict[str, str] | None = None,
    more: Sequence[str] = (),
    times: int = 1,
) -> Path:
    """A recording of ``sound`` of shape (channels, frames) at ``path``; films get a black picture.

    ``more`` tells the encoder what the kind leaves open; the sound is there ``times`` over.
    """
    raw = path.with_suffix(".raw")
    raw.write_bytes(np.ascontiguousarray(sound.T, dtype="<f4").tobytes())
    layout = [
        "-f",
        "f32le",
        "-ar",
        str(rate_hz),
        "-ac",
        str(len(sound)),
        "-stream_loop",
        str(times - 1),
        "-i",
        raw,
    ]
    picture = [*_PICTURE, "-shortest", "-c:v", "mpeg4"] if kind in FILMS else []
    named = [part for name, value in (tags or {}).items() for part in ("-metadata", f"{name}={value}")]
    run(*layout, *picture, *KINDS[kind], *more, *named, path)
    raw.unlink()
    return path


def decoded(path: Path) -> npt.NDArray[np.float64]:
    """All channels of a file at its own rate, shape (channels, frames), full scale being 1."""
    channels = int(probe(path)["channels"])
    raw = np.frombuffer(run("-i", path, "-vn", "-f", "f64le", "-"), dtype="<f8")
    return raw.reshape(-1, channels).T


def probe(path: Path) -> dict[str, Any]:
    """What ffprobe says of the sound in a file: codec, rate, channels, container, tags, number of streams."""
    command = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(path)]
    said = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    stream = next(one for one in said["streams"] if one["codec_type"] == "audio")
    return stream | {
        "container": said["format"]["format_name"],
        "tags": {**said["format"].get("tags", {}), **stream.get("tags", {})},
        "streams": len(said["streams"]),
        "duration_s": float(said["format"]["duration"]),
    }


def part(path: Path, *, first: int, last: int) -> npt.NDArray[np.float64]:
    """The sample frames from ``first`` up to ``last``, counted from the beginning; otherwise as `decoded`."""
    channels = int(probe(path)["channels"])
    cut = f"atrim=start_sample={first}:end_sample={last}"
    raw = np.frombuffer(run("-i", path, "-vn", "-af", cut, "-f", "f64le", "-"), dtype="<f8")
    return raw.reshape(-1, channels).T
