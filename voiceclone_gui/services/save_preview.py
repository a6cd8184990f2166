"""Saving a preview where the user wants it: the bytes as they came, or as WAV."""

from __future__ import annotations

import asyncio
from pathlib import Path

from voiceclone_gui.audio.jobs import wav_of
from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.services.prepare_sample import Worker
from voiceclone_gui.storage.files import write_atomic

CONVERSION_LIMIT_S = 60.0


async def save_preview(
    preview: Path, target: Path, *, as_wav: bool, sample_rate_hz: int, worker: Worker
) -> None:
    """Write ``preview`` to ``target``. Raises ``StorageFailed``, ``SampleError`` or ``WorkerFailed``."""
    if as_wav and preview.suffix.lower() != ".wav":
        content = await worker.run(wav_of, preview, sample_rate_hz, timeout_s=CONVERSION_LIMIT_S)
    else:
        try:
            content = await asyncio.to_thread(preview.read_bytes)
        except OSError as error:
            raise StorageFailed("preview-gone", path=str(preview)) from error
    await asyncio.to_thread(write_atomic, target, content)
