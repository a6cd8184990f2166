"""asyncio on Qt, in the one place that knows how."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QApplication

from tests.fakes import patient_loop
from voiceclone_gui.ui.event_loop import make_event_loop, run_event_loop


def test_what_is_pending_when_a_run_ends_goes_on_in_the_next_run(qapp: QApplication) -> None:
    loop = make_event_loop(qapp)
    seen: list[object] = []

    async def later() -> None:
        for _ in range(5):
            await asyncio.sleep(0)
            seen.append(asyncio.get_running_loop())

    async def first() -> asyncio.Task[None]:
        return asyncio.ensure_future(later())

    try:
        task = loop.run_until_complete(first())
        loop.run_until_complete(task)
        assert seen == [loop] * 5
    finally:
        loop.close()


def test_the_result_and_the_error_of_the_main_task_come_back(qapp: QApplication) -> None:
    async def answer() -> int:
        await asyncio.sleep(0)
        return 5

    async def fail() -> int:
        raise ValueError("no")

    assert run_event_loop(qapp, answer) == 5
    with pytest.raises(ValueError, match="no"):
        run_event_loop(qapp, fail)


def test_a_test_that_waits_in_vain_is_ended_and_so_are_its_fixtures(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_loop, "PATIENCE_WITH_FIXTURES_S", 0.05)
    loop = patient_loop.make_patient_loop(qapp, patience_s=0.05)
    try:
        for _ in range(2):
            with pytest.raises(asyncio.CancelledError, match="waited too long"):
                loop.run_until_complete(asyncio.Event().wait())
    finally:
        loop.close()
