"""A running practice service with quick ears and voice, one for each test module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.practice_caller import PracticeCaller
from tests.fakes.practice_jobs import MovableClock, quick_jobs
from voiceclone_gui.practice.faults import FaultScript, Habits
from voiceclone_gui.practice.server import PracticeServer


@pytest.fixture(scope="module")
def shared_clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="module")
def shared_server(
    tmp_path_factory: pytest.TempPathFactory, shared_clock: MovableClock
) -> Iterator[PracticeServer]:
    server = PracticeServer(
        state_dir=tmp_path_factory.mktemp("practice"), clock=shared_clock, jobs=quick_jobs()
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture
def server(shared_server: PracticeServer) -> Iterator[PracticeServer]:
    yield shared_server
    unused = shared_server.faults.left()
    shared_server.faults.clear()
    shared_server.faults.habits = Habits()
    assert unused == 0, "scripted faults that no request has met"


@pytest.fixture
def script(server: PracticeServer) -> FaultScript:
    return server.faults


@pytest.fixture(scope="module")
def shared_caller(shared_server: PracticeServer) -> Iterator[PracticeCaller]:
    with PracticeCaller(server=shared_server) as plain:
        yield plain


@pytest.fixture
def caller(server: PracticeServer, shared_caller: PracticeCaller) -> PracticeCaller:
    return shared_caller
