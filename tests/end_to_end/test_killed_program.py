"""The real program is killed at any moment of a job; the next start finishes it, and there is one voice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.clone_bench import open_bench, open_client
from tests.fakes.fault_case import ServiceBooks
from tests.fakes.killed_program import AfterTheKill, Killing, Moment, clone_arguments
from tests.fakes.practice_jobs import quick_jobs, wav_bytes
from voiceclone_gui.practice.server import PracticeServer

# How a killed job can be found, and how many are killed in the short and in the long run.
KINDS = {"not begun", "interrupted", "unknown", "no-preview", "done"}
FEW, MANY = 20, 200
FEW_BUILT_IN, MANY_BUILT_IN = 5, 20


def seeds(few: int, many: int) -> list[object]:
    """Some for every run, the rest for the long one."""
    return [pytest.param(n, marks=[] if n < few else [pytest.mark.long]) for n in range(many)]


def killing_built_in(folder: Path, *, voice_id: str, job_s: float) -> Killing:
    arguments = clone_arguments(put_samples(folder), voice_id=voice_id)
    return Killing(folder=folder, arguments=arguments, token="", job_s=job_s)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A service in the test's process, and how long a job takes at it."""

    server: PracticeServer
    books: ServiceBooks
    job_s: float


def put_samples(folder: Path) -> Path:
    """A recording and a clip; the data folder is where both the program and the bench find them."""
    data = folder / "data"
    data.mkdir()
    (data / "recording.wav").write_bytes(wav_bytes(12.0))
    (data / "clip.wav").write_bytes(wav_bytes(5.0, level=90))
    return data


def killing_at(server: PracticeServer, folder: Path, *, voice_id: str, job_s: float) -> Killing:
    data = put_samples(folder)
    address = ("--profile", "gateway", "--base-url", server.base_url, "--prefix", "/minimaxi")
    arguments = (*clone_arguments(data, voice_id=voice_id), *address)
    return Killing(folder=folder, arguments=arguments, token=server.token, job_s=job_s)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("service")
    server = PracticeServer(state_dir=folder / "state", jobs=quick_jobs())
    server.start()
    lengths_s = []
    # The first start of all reads the program from the disk.
    for trial in ("trial-run-1", "trial-run-2"):
        (folder / trial).mkdir()
        lengths_s.append(killing_at(server, folder / trial, voice_id=trial, job_s=0.0).measure())
    yield Place(server=server, books=ServiceBooks(state_dir=folder / "state"), job_s=min(lengths_s))
    server.stop()


@pytest.fixture(scope="module")
def built_in_job_s(tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long a job takes at the built-in service."""
    return killing_built_in(tmp_path_factory.mktemp("trial"), voice_id="trial-run-1", job_s=0.0).measure()


@pytest.mark.parametrize("seed", seeds(FEW, MANY))
async def test_killed_with_the_service_elsewhere(place: Place, tmp_path: Path, seed: int) -> None:
    server, voice_id = place.server, f"killed-{seed:03d}-x1"
    killing = killing_at(server, tmp_path, voice_id=voice_id, job_s=place.job_s)
    moment = Moment.of(seed, upload_bytes=90_000 if seed % 2 else 40_000)
    await asyncio.to_thread(killing.kill_at, moment, faults=server.faults)
    async with open_client(server.base_url, server.token, clone_timeout_s=30.0) as (http, client):
        bench = await open_bench(killing.data_dir, server=server, http=http, client=client)
        after = AfterTheKill(
            bench=bench,
            books=place.books,
            voice_id=voice_id,
            profile_id="gateway",
            service=f"{server.base_url}/minimaxi",
        )
        try:
            found = await after.finish()
        finally:
            await bench.library.aclose()
    print(f"{moment}: {found}")
    assert found in KINDS


@pytest.mark.parametrize("seed", seeds(FEW_BUILT_IN, MANY_BUILT_IN))
async def test_killed_with_the_service_built_in(tmp_path: Path, built_in_job_s: float, seed: int) -> None:
    """The service dies with the program, and its own books have to be right too."""
    voice_id = f"killed-{seed:03d}-x1"
    killing = killing_built_in(tmp_path, voice_id=voice_id, job_s=built_in_job_s)
    moment = Moment.of(seed, by_time=True)
    await asyncio.to_thread(killing.kill_at, moment, faults=None)
    data = killing.data_dir
    state_dir = data / "practice-service"
    server = PracticeServer(state_dir=state_dir, jobs=quick_jobs())
    await asyncio.to_thread(server.start)
    try:
        async with open_client(server.base_url, server.token, clone_timeout_s=30.0) as (http, client):
            bench = await open_bench(data, server=server, http=http, client=client)
            after = AfterTheKill(
                bench=bench,
                books=ServiceBooks(state_dir=state_dir),
                voice_id=voice_id,
                profile_id="practice",
                service="practice",
            )
            try:
                found = await after.finish()
            finally:
                await bench.library.aclose()
    finally:
        await asyncio.to_thread(server.stop)
    print(f"{moment}: {found}")
    assert found in KINDS
