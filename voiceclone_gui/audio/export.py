"""Sound in other containers; jobs for the audio process."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np

from voiceclone_gui.audio.decode import decode_mono

LIMIT_S = 3600.0


def wav_of(path: Path, sample_rate_hz: int) -> bytes:
    """The recording at ``path`` as a mono WAV of 16 bit. Raises like :func:`decode_mono`."""
    samples = decode_mono(path, sample_rate_hz=sample_rate_hz, limit_s=LIMIT_S)
    values = np.clip(np.rint(samples * 32767.0), -32768, 32767).astype("<i2")
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate_hz)
        file.writeframes(values.tobytes())
    return target.getvalue()
