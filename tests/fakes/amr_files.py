"""AMR as telephones record it, made by hand: the system's ffmpeg reads it and writes none."""

from __future__ import annotations

import random

# 12.2 kbit/s: the kind of frame and its quality, then 31 bytes of parameters for 20 ms (RFC 4867).
_HEAD, _FRAME_HEAD, _FRAME_BYTES, _FRAME_S = b"#!AMR\n", b"\x3c", 31, 0.02


def amr_bytes(seconds: float, *, seed: int = 0) -> bytes:
    """A file of that length; what it sounds like is left to chance."""
    chance = random.Random(seed)
    frames = round(seconds / _FRAME_S)
    return _HEAD + b"".join(_FRAME_HEAD + chance.randbytes(_FRAME_BYTES) for _ in range(frames))
