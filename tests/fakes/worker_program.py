"""A small program with an audio process, for tests of how the two end: ``python -m`` it with a mode and a job."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from typing import Any

from tests.fakes import audio_jobs
from voiceclone_gui.audio.worker import AudioWorker

LIMIT_S = 60.0


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


async def run_once(job: str) -> None:
    """Start, work, close."""
    worker = AudioWorker()
    await worker.run(getattr(audio_jobs, job), timeout_s=LIMIT_S)
    await worker.aclose()


async def run_on(job: str) -> None:
    """Say the process's number, and go on until killed."""
    worker = AudioWorker()
    if job == "idle":
        say(await worker.run(audio_jobs.process_id, timeout_s=LIMIT_S))
        await asyncio.Event().wait()
    await worker.run(getattr(audio_jobs, job), timeout_s=LIMIT_S, on_progress=say)


def forget(job: str) -> None:
    """Leave while the job runs, without closing anything."""
    logging.disable()  # asyncio would complain of the forgotten task
    loop = asyncio.new_event_loop()
    worker = AudioWorker()
    told: asyncio.Future[Any] = loop.create_future()
    task = loop.create_task(
        worker.run(getattr(audio_jobs, job), timeout_s=LIMIT_S, on_progress=told.set_result)
    )
    say(loop.run_until_complete(told))
    assert not task.done()


async def under_ctrl_c(_job: str) -> None:
    """Ctrl-C again and again, to this whole group of processes, from before the start to the result."""
    signal.signal(signal.SIGINT, lambda *_: None)
    worker = AudioWorker()
    task = asyncio.create_task(worker.run(audio_jobs.add, 1, 2, timeout_s=LIMIT_S))
    while not task.done():
        os.killpg(0, signal.SIGINT)
        await asyncio.sleep(0.001)
    say(await task)
    await worker.aclose()


if __name__ == "__main__":
    mode, name = sys.argv[1:]
    result = {"once": run_once, "on": run_on, "forget": forget, "ctrl-c": under_ctrl_c}[mode](name)
    if result is not None:
        asyncio.run(result)
