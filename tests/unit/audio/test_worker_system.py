"""The audio process and the system under it: signals, limits, descriptors, and what it knows of us.

Windows has none of these; there the tests of ``test_worker.py`` stand alone.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from tests.fakes import audio_jobs as jobs
from tests.fakes.worker_watch import LONG_S, audio_processes, begun, failure, until
from voiceclone_gui.audio.worker import AudioWorker
from voiceclone_gui.core.errors import WorkerFailed

MIB = 2**20

if sys.platform != "win32":
    import resource

    @pytest.mark.parametrize("free_descriptors", [0, 3, 6, 9, 12])
    async def test_a_system_that_refuses_pipes_is_said_and_forgiven(
        worker: AudioWorker, free_descriptors: int
    ) -> None:
        probe = os.dup(0)
        os.close(probe)
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (probe + free_descriptors, hard))
        try:
            error = await failure(worker, jobs.sleep, timeout_s=0.05)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert error.code in ({"worker-died"} if free_descriptors < 10 else {"worker-died", "worker-timeout"})
        assert await worker.run(jobs.add, 1, 2, timeout_s=LONG_S) == 3

    @pytest.mark.parametrize(
        ("job", "argument", "exit_code"),
        [
            (jobs.die_by, signal.SIGSEGV, -signal.SIGSEGV),
            (jobs.die_by, signal.SIGABRT, -signal.SIGABRT),
            (jobs.die_by, signal.SIGKILL, -signal.SIGKILL),
            (jobs.exit_at_once, 7, 7),
        ],
    )
    async def test_a_job_that_takes_its_process_down_is_said_and_the_next_one_works(
        worker: AudioWorker, job: Callable[..., Any], argument: int, exit_code: int
    ) -> None:
        error = await failure(worker, job, argument)
        assert (type(error), error.code, error.detail) == (
            WorkerFailed,
            "worker-died",
            f"exit code {exit_code}",
        )
        assert await worker.run(jobs.add, 1, 2, timeout_s=LONG_S) == 3

    async def test_a_process_that_died_between_two_jobs_is_reaped_and_replaced(worker: AudioWorker) -> None:
        idle = await worker.run(jobs.process_id, timeout_s=LONG_S)
        os.kill(idle, signal.SIGKILL)
        await until(lambda: not psutil.pid_exists(idle))
        await until(lambda: not any(t.name == "audio-process" for t in threading.enumerate()))
        assert await worker.run(jobs.process_id, timeout_s=LONG_S) != idle

    async def test_nothing_is_left_after_closing() -> None:
        threads = set(threading.enumerate())
        worker = AudioWorker()
        await worker.run(jobs.add, 1, 2, timeout_s=LONG_S)
        open_files = psutil.Process().num_fds()
        for _ in range(3):
            task, _ = await begun(worker, jobs.sleep)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await worker.aclose()
        assert audio_processes() == []
        assert set(threading.enumerate()) == threads
        assert psutil.Process().num_fds() < open_files

    async def test_the_process_ignores_ctrl_c(worker: AudioWorker) -> None:
        before = await worker.run(jobs.process_id, timeout_s=LONG_S)
        os.kill(before, signal.SIGINT)
        assert await worker.run(jobs.process_id, timeout_s=LONG_S) == before


if sys.platform == "linux":

    async def test_a_job_that_wants_too_much_memory_is_said_and_the_next_one_works() -> None:
        worker = AudioWorker(memory_limit_bytes=400 * MIB)
        before = await worker.run(jobs.process_id, timeout_s=LONG_S)
        assert await worker.run(jobs.allocate, 100 * MIB, timeout_s=LONG_S) == 100 * MIB
        assert (await failure(worker, jobs.allocate, 500 * MIB)).code == "worker-memory"
        assert await worker.run(jobs.process_id, timeout_s=LONG_S) != before
        assert (await failure(worker, jobs.allocate_like_onnxruntime)).code == "worker-memory"
        await worker.aclose()

    async def test_the_process_may_dump_no_memory_and_has_its_own_limit(worker: AudioWorker) -> None:
        found = await worker.run(jobs.limits, timeout_s=LONG_S)
        assert found == {"RLIMIT_DATA": (2 * 2**30, 2 * 2**30), "RLIMIT_CORE": (0, 0)}

    async def test_the_process_does_not_know_a_token_that_was_taken_out_of_the_environment(
        worker: AudioWorker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VOICECLONE_TOKEN", "sk-secret")
        monkeypatch.setenv("VOICECLONE_OTHER", "seen")
        monkeypatch.delenv("VOICECLONE_TOKEN")
        environment = await worker.run(jobs.environment, timeout_s=LONG_S)
        assert b"VOICECLONE_OTHER=seen" in environment
        assert b"VOICECLONE_TOKEN" not in environment
        assert b"sk-secret" not in environment
