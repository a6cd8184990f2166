"""Every fault at every step, against the table of the contract; what came of it is kept in ``build/``."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fakes.clone_bench import open_bench, open_client
from tests.fakes.fault_case import Case, CaseRun, ServiceBooks, all_cases
from tests.fakes.fault_rows import At
from tests.fakes.forked_program import ForkedProgram
from tests.fakes.practice_jobs import quick_jobs, wav_bytes
from tests.fakes.spoilt_line import SpoiltLine, strange_places
from voiceclone_gui.api.client import ServiceClient
from voiceclone_gui.api.network import HttpClient
from voiceclone_gui.practice.server import PracticeServer

ROOT = Path(__file__).parents[2]
CASES = tuple(all_cases())
# Small ones: that large files come whole is shown elsewhere.
FILES = {"recording.wav": wav_bytes(12.0, rate_hz=1000), "clip.wav": wav_bytes(5.0, level=90, rate_hz=1000)}
# One loop for all: the HTTP client and the service are made once.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Workshop:
    """What all cases share."""

    server: PracticeServer
    books: ServiceBooks
    program: ForkedProgram
    line: SpoiltLine
    http: HttpClient
    client: ServiceClient
    lines: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def fast_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory where the system has one: nothing here is about what a power cut leaves."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        yield tmp_path_factory.mktemp("matrix")
        return
    folder = Path(tempfile.mkdtemp(dir=memory, prefix="voiceclone-test-"))
    yield folder
    shutil.rmtree(folder)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workshop(fast_folder: Path) -> AsyncIterator[Workshop]:
    state_dir = fast_folder / "practice"
    server = PracticeServer(state_dir=state_dir, jobs=quick_jobs())
    await asyncio.to_thread(server.start)
    with ExitStack() as parts:
        program = parts.enter_context(ForkedProgram())
        places = parts.enter_context(strange_places())
        async with open_client(server.base_url, server.token, clone_timeout_s=30.0) as (http, client):
            shared = Workshop(
                server=server,
                books=ServiceBooks(state_dir=state_dir),
                program=program,
                line=SpoiltLine(http=http, places=places),
                http=http,
                client=client,
            )
            yield shared
    await asyncio.to_thread(server.stop)
    write_table(shared.lines)


def write_table(lines: dict[str, str]) -> None:
    """Keep what came of the cases, in the order of the table."""
    path = ROOT / "build" / "fault-matrix.txt"
    path.parent.mkdir(exist_ok=True)
    head = (
        f"{len(lines)} of {len(CASES)} cases as they must be.\n"
        "case; state after the fault; voices in the end; repeats by itself; sentence; [action]\n\n"
    )
    told = "\n".join(lines[case.name] for case in CASES if case.name in lines)
    path.write_text(f"{head}{told}\n", encoding="utf-8")


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=[pytest.mark.long] if case.is_long else []) for case in CASES],
    ids=[case.name for case in CASES],
)
async def test_nothing_is_lost_or_made_twice(workshop: Workshop, fast_folder: Path, case: Case) -> None:
    number = CASES.index(case)
    folder = fast_folder / f"case-{number}"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    workshop.line.clear()
    bench = await open_bench(folder, server=workshop.server, http=workshop.http, client=workshop.client)
    run = CaseRun(
        case=case,
        bench=bench,
        books=workshop.books,
        line=workshop.line,
        program=workshop.program,
        start=f"case{number:03d}",
    )
    try:
        await run.play()
    finally:
        await bench.library.aclose()
        shutil.rmtree(folder)
    workshop.lines[case.name] = run.line_of_table


async def test_the_table_is_as_large_as_it_was_promised() -> None:
    names = Counter(case.name for case in CASES)
    assert sum(not case.is_long for case in CASES) >= 250
    assert [name for name, times in names.items() if times > 1] == []
    assert {case.at for case in CASES} == set(At)
