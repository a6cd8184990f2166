"""Async tests below ``tests/ui`` run on the program's own loop: asyncio on Qt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.fakes.keyrings import MemoryKeyring
from tests.fakes.patient_loop import make_patient_loop
from tests.fakes.practice_jobs import audible_jobs
from tests.fakes.window_bench import WindowBench
from voiceclone_gui.app.window import WindowProgram
from voiceclone_gui.arguments import WindowOptions
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.token import Token
from voiceclone_gui.practice.server import PracticeServer
from voiceclone_gui.storage.token_store import TokenStore


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    def on_qt() -> asyncio.AbstractEventLoop:
        app = QApplication.instance() or QApplication([])
        assert isinstance(app, QApplication)
        return make_patient_loop(app)

    return {"qt": on_qt}


@pytest.fixture
def keyring() -> MemoryKeyring:
    """The keyring of the window's computer; a test may ask for another one."""
    return MemoryKeyring()


@pytest.fixture
async def bench(qapp: QApplication, tmp_path: Path, keyring: MemoryKeyring) -> AsyncIterator[WindowBench]:
    server = PracticeServer(state_dir=tmp_path / "practice", jobs=audible_jobs())
    await asyncio.to_thread(server.start)
    options = WindowOptions(data_dir=tmp_path / "data", files=(), theme="light", text_scale=1.0)
    program = WindowProgram(options=options, token=Token(""), catalog=load_catalog(), app=qapp)
    program.token_store = TokenStore(open_backend=lambda: keyring)
    program.connection.change(
        "gateway", base_url=server.base_url, prefix="/minimaxi", token=Token(server.token)
    )
    program.controller.choose_profile("gateway")
    program.window.show()
    await program.start()
    yield WindowBench(program=program, server=server, folder=tmp_path)
    await program.aclose()
    program.window.deleteLater()
    await asyncio.to_thread(server.stop)
