"""Looking at an audio process from outside: whether it runs, has begun, has failed, is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from voiceclone_gui.audio.worker import AudioWorker
from voiceclone_gui.core.errors import VoiceCloneError

LONG_S = 60.0


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.005)


async def begun(worker: AudioWorker, job: Callable[..., Any]) -> tuple[asyncio.Task[Any], int]:
    """A running job that first says which process it is in, and that process."""
    told: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(worker.run(job, timeout_s=LONG_S, on_progress=told.set_result))
    return task, await told


def audio_processes() -> list[psutil.Process]:
    children = psutil.Process().children(recursive=True)
    children = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in children if "resource_tracker" not in " ".join(child.cmdline())]


async def failure(
    worker: AudioWorker, job: Callable[..., Any], *args: object, timeout_s: float = LONG_S
) -> VoiceCloneError:
    with pytest.raises(VoiceCloneError) as caught:
        await worker.run(job, *args, timeout_s=timeout_s)
    return caught.value
