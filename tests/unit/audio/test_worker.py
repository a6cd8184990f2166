"""The audio process: what it does, how it ends, and that nothing of it stays."""

from __future__ import annotations

import asyncio
import os
import pickle
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import qasync

from tests.fakes import audio_jobs as jobs
from tests.fakes.worker_watch import LONG_S, audio_processes, begun, failure, until
from voiceclone_gui.audio.worker import AudioWorker
from voiceclone_gui.core.errors import SampleUnreadable, WorkerFailed

MIB = 2**20


# -- work -------------------------------------------------------------------------------------------------


async def test_a_job_returns_its_result(worker: AudioWorker) -> None:
    assert await worker.run(jobs.add, 2, 3, timeout_s=LONG_S) == 5


async def test_jobs_share_one_warm_process_that_is_not_ours(worker: AudioWorker) -> None:
    worker.start()
    first = await worker.run(jobs.process_id, timeout_s=LONG_S)
    worker.start()
    assert await worker.run(jobs.process_id, timeout_s=LONG_S) == first != os.getpid()
    assert [process.pid for process in audio_processes()] == [first]


def test_start_needs_no_running_loop() -> None:
    worker = AudioWorker()
    worker.start()

    async def use() -> int:
        try:
            return await worker.run(jobs.add, 1, 1, timeout_s=LONG_S)
        finally:
            await worker.aclose()

    assert asyncio.run(use()) == 2


async def test_queued_jobs_run_one_after_another_in_order(worker: AudioWorker, tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    await asyncio.gather(*(worker.run(jobs.spans, marks, name, timeout_s=LONG_S) for name in "abc"))
    expected = [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]
    assert marks.read_text(encoding="utf-8").splitlines() == expected


async def test_a_queued_job_can_be_cancelled_without_harm_to_the_running_one(worker: AudioWorker) -> None:
    running, _ = await begun(worker, jobs.sleep)
    queued = asyncio.create_task(worker.run(jobs.add, 1, 1, timeout_s=LONG_S))
    await asyncio.sleep(0)
    queued.cancel()
    with pytest.raises(asyncio.CancelledError):
        await queued
    assert not running.done()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_large_arguments_and_results_come_through_whole(worker: AudioWorker) -> None:
    sound = np.arange(4 * MIB, dtype=np.float32)
    assert np.array_equal(await worker.run(jobs.echo, sound, timeout_s=LONG_S), sound)


async def test_a_job_that_cannot_be_pickled_is_a_fault_of_the_caller(worker: AudioWorker) -> None:
    with pytest.raises((AttributeError, pickle.PicklingError), match="lambda"):
        await worker.run(lambda: 1, timeout_s=LONG_S)


# -- progress ---------------------------------------------------------------------------------------------


async def test_progress_arrives_in_order_on_the_loop_and_before_the_result(worker: AudioWorker) -> None:
    heard: list[object] = []
    threads: set[int] = set()

    def listen(value: object) -> None:
        heard.append(value)
        threads.add(threading.get_ident())

    assert await worker.run(jobs.count_to, 1000, timeout_s=LONG_S, on_progress=listen) == 1000
    assert heard == list(range(1000))
    assert threads == {threading.get_ident()}


async def test_a_listener_that_fails_does_not_spoil_the_job(worker: AudioWorker) -> None:
    contexts: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: contexts.append(context))

    def listen(value: object) -> None:
        raise KeyError(value)

    assert await worker.run(jobs.count_to, 3, timeout_s=LONG_S, on_progress=listen) == 3
    assert [type(context["exception"]) for context in contexts] == [KeyError] * 3


async def test_no_progress_comes_after_a_cancel(worker: AudioWorker) -> None:
    heard: list[object] = []
    began = asyncio.Event()

    def listen(value: object) -> None:
        heard.append(value)
        began.set()

    task = asyncio.create_task(worker.run(jobs.count_to, 10**9, timeout_s=LONG_S, on_progress=listen))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    known = len(heard)
    assert await worker.run(jobs.add, 1, 2, timeout_s=LONG_S) == 3
    assert len(heard) == known


def test_a_job_reports_to_nobody_outside_a_process() -> None:
    assert jobs.count_to(3) == 3


# -- cancelling and time limits ---------------------------------------------------------------------------


@pytest.mark.parametrize("job", [jobs.sleep, jobs.hold_the_lock, jobs.decode_for_ever])
async def test_a_cancelled_job_is_killed_and_the_next_one_gets_a_fresh_process(
    worker: AudioWorker, job: Callable[..., Any]
) -> None:
    task, process = await begun(worker, job)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: not psutil.pid_exists(process))
    assert await worker.run(jobs.process_id, timeout_s=LONG_S) != process


async def test_a_cancel_while_the_process_starts_leaves_it_for_the_next_job(worker: AudioWorker) -> None:
    task = asyncio.create_task(worker.run(jobs.sleep, timeout_s=LONG_S))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await worker.run(jobs.add, 1, 2, timeout_s=LONG_S) == 3
    assert len(audio_processes()) == 1


async def test_a_job_beyond_its_time_limit_is_killed(worker: AudioWorker) -> None:
    first = await worker.run(jobs.process_id, timeout_s=LONG_S)
    with pytest.raises(WorkerFailed) as caught:
        await worker.run(jobs.hold_the_lock, timeout_s=0.05)
    assert caught.value.code == "worker-timeout"
    assert caught.value.title == "Examining the audio took longer than 0.05 s."
    await until(lambda: not psutil.pid_exists(first))
    assert await worker.run(jobs.add, 1, 2, timeout_s=LONG_S) == 3


# -- failures ---------------------------------------------------------------------------------------------


async def test_our_own_errors_come_back_as_themselves_without_their_cause(worker: AudioWorker) -> None:
    error = await failure(worker, jobs.refuse, "voice.wav")
    assert (type(error), error.code) == (SampleUnreadable, "sample-empty")
    assert str(error) == "voice.wav is empty. Choose another recording."
    assert error.__cause__ is None
    assert "path" not in repr(vars(error))


@pytest.mark.parametrize(
    ("job", "args", "reason"),
    [
        (jobs.fail, ("/home/somebody/voice.wav",), "ZeroDivisionError"),
        (jobs.leave, (3,), "SystemExit"),
        (jobs.unreadable_result, (), "ValueError"),
        (jobs.unreadable_progress, (), "ValueError"),
    ],
)
async def test_any_other_error_is_a_fault_that_names_its_type_alone(
    worker: AudioWorker, job: Callable[..., Any], args: tuple[object, ...], reason: str
) -> None:
    error = await failure(worker, job, *args)
    assert (type(error), error.code) == (WorkerFailed, "worker-fault")
    assert str(error) == f"The audio process failed: {reason} Try another file."
    assert error.detail
    assert await worker.run(jobs.add, 1, 2, timeout_s=LONG_S) == 3


@pytest.mark.parametrize("job", [jobs.unpicklable_result, jobs.unpicklable_progress])
async def test_what_cannot_be_sent_back_is_a_fault(worker: AudioWorker, job: Callable[..., Any]) -> None:
    assert (await failure(worker, job)).code == "worker-fault"
    assert await worker.run(jobs.add, 1, 2, timeout_s=LONG_S) == 3


async def test_a_long_fault_is_told_in_short(worker: AudioWorker) -> None:
    assert len((await failure(worker, jobs.fail, "x" * 10_000)).detail) == 300


# -- closing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("begin", [False, True])
async def test_closing_an_idle_or_starting_worker_twice_is_harmless(begin: bool) -> None:
    worker = AudioWorker()
    if begin:
        worker.start()
    await worker.aclose()
    await worker.aclose()
    worker.start()
    assert audio_processes() == []
    assert (await failure(worker, jobs.add, 1, 2)).code == "worker-died"


async def test_closing_ends_the_running_job_and_the_queued_ones() -> None:
    worker = AudioWorker()
    running, _ = await begun(worker, jobs.sleep)
    queued = asyncio.create_task(worker.run(jobs.add, 1, 2, timeout_s=LONG_S))
    await asyncio.sleep(0)
    await worker.aclose()
    results = await asyncio.gather(running, queued, return_exceptions=True)
    assert [getattr(result, "code", result) for result in results] == ["worker-died", "worker-died"]
    assert audio_processes() == []


# -- the window's loop ------------------------------------------------------------------------------------


def test_it_works_under_the_loop_of_the_window(qapp: Any) -> None:
    heard: list[object] = []

    async def use() -> int:
        worker = AudioWorker()
        task, _ = await begun(worker, jobs.sleep)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        try:
            return await worker.run(jobs.count_to, 100, timeout_s=LONG_S, on_progress=heard.append)
        finally:
            await worker.aclose()

    with qasync.QEventLoop(qapp) as loop:
        assert loop.run_until_complete(use()) == 100
    assert heard == list(range(100))
