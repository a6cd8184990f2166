"""An audio process for a test, and its end."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from voiceclone_gui.audio.worker import AudioWorker


@pytest.fixture
async def worker() -> AsyncIterator[AudioWorker]:
    worker = AudioWorker()
    yield worker
    await worker.aclose()
