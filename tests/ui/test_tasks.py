"""Tasks with an owner, on the real loop."""

from __future__ import annotations

import asyncio
import gc

import pytest

from voiceclone_gui.ui.event_loop import QtLoop
from voiceclone_gui.ui.tasks import TaskScope


class Watched:
    """A scope whose signals are kept."""

    def __init__(self) -> None:
        self.scope = TaskScope()
        self.failures: list[Exception] = []
        self.busy: list[bool] = []
        self.scope.failed.connect(self.failures.append)
        self.scope.busy_changed.connect(self.busy.append)


@pytest.fixture
def watched(qapp) -> Watched:
    return Watched()


async def test_the_tests_run_on_the_loop_of_the_program() -> None:
    assert isinstance(asyncio.get_running_loop(), QtLoop)


async def test_a_task_runs_and_its_owner_is_busy_meanwhile(watched: Watched) -> None:
    async def work() -> int:
        await asyncio.sleep(0.001)
        return 5

    task = watched.scope.replace(work(), name="a")
    assert task is not None
    assert watched.busy == [True]
    assert await task == 5
    await asyncio.sleep(0)
    assert watched.busy == [True, False]
    assert watched.failures == []


async def test_a_failure_is_told_exactly_once(watched: Watched) -> None:
    async def work() -> None:
        raise ValueError("no")

    task = watched.scope.start_unique(work(), name="a")
    assert task is not None
    await asyncio.wait([task])
    await watched.scope.aclose()
    del task
    gc.collect()
    assert [str(e) for e in watched.failures] == ["no"]


async def test_a_pending_task_is_held_although_nobody_else_holds_it(watched: Watched) -> None:
    done: list[int] = []

    async def wait_and_note() -> None:
        await asyncio.sleep(0.01)
        done.append(1)

    watched.scope.replace(wait_and_note(), name="a")
    gc.collect()
    await asyncio.sleep(0.03)
    assert done == [1]


async def test_replace_cancels_the_older_of_the_same_name_only(watched: Watched) -> None:
    ended: list[str] = []

    async def work(label: str) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append(label)
            raise

    watched.scope.replace(work("older"), name="a")
    watched.scope.replace(work("other"), name="b")
    await asyncio.sleep(0)
    watched.scope.replace(work("newer"), name="a")
    await asyncio.sleep(0.01)
    assert ended == ["older"]
    assert watched.scope.is_running("a")
    await watched.scope.aclose()
    assert sorted(ended) == ["newer", "older", "other"]
    assert watched.failures == []


async def test_start_unique_refuses_a_second_of_the_same_name(watched: Watched) -> None:
    started: list[int] = []

    async def work(number: int) -> None:
        started.append(number)
        await asyncio.sleep(0.005)

    first = watched.scope.start_unique(work(1), name="pay")
    assert watched.scope.start_unique(work(2), name="pay") is None
    assert first is not None
    await first
    await asyncio.sleep(0)
    third = watched.scope.start_unique(work(3), name="pay")
    assert third is not None
    await third
    assert started == [1, 3]


async def test_closing_waits_for_the_clean_up_and_nothing_starts_afterwards(watched: Watched) -> None:
    cleaned: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.005)
            cleaned.append("clean")

    watched.scope.replace(work(), name="a")
    await asyncio.sleep(0)
    await watched.scope.aclose()
    assert cleaned == ["clean"]
    assert watched.scope.replace(work(), name="a") is None
    assert watched.scope.start_unique(work(), name="a") is None


async def test_blocking_calls_have_threads_of_their_own() -> None:
    import threading

    name = await asyncio.to_thread(lambda: threading.current_thread().name)
    assert name.startswith("blocking")
