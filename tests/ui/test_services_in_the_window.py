"""Settings › Services in the real window: tokens in a keyring, several services, the check."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from keyring.backend import KeyringBackend
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPushButton,
    QWidget,
)

from tests.fakes.keyrings import LockedKeyring, MemoryKeyring
from tests.fakes.window_bench import WindowBench
from voiceclone_gui.app.window import WindowProgram
from voiceclone_gui.arguments import WindowOptions
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.token import Token
from voiceclone_gui.practice import fault_answers as answers
from voiceclone_gui.practice.faults import Step
from voiceclone_gui.services.connection import TokenSource
from voiceclone_gui.storage.token_store import TokenStore

TOKEN = "sk-typed-by-hand-000000004711"


def use_keyring(program: WindowProgram, keyring: KeyringBackend) -> None:
    program.token_store = TokenStore(open_backend=lambda: keyring)


@pytest.fixture
def keyring() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
async def settings(bench: WindowBench, keyring: MemoryKeyring) -> WindowBench:
    """The panel, opened, with a keyring."""
    bench.program.services._accounts._store = TokenStore(open_backend=lambda: keyring)
    bench.click("settings")
    await bench.until(lambda: bench.program.services.state.keyring is not None)
    return bench


@asynccontextmanager
async def another_start(
    bench: WindowBench, qapp: QApplication, token: str = ""
) -> AsyncIterator[WindowProgram]:
    """The program as it is after a restart: the same data folder, nothing else."""
    options = WindowOptions(data_dir=bench.folder / "data", files=(), theme="light", text_scale=1.0)
    program = WindowProgram(options=options, token=Token(token), catalog=load_catalog(), app=qapp)
    program.window.show()
    yield program
    await program.aclose()
    program.window.deleteLater()


def select(bench: WindowBench, name: str) -> None:
    services = bench.find(QListWidget, "services")
    texts = [services.item(row).text() for row in range(services.count())]
    services.setCurrentRow(next(row for row, text in enumerate(texts) if text.startswith(name)))


def written(bench: WindowBench) -> bytes:
    files = [path for path in (bench.folder / "data").rglob("*") if path.is_file()]
    return b"".join(path.read_bytes() for path in files)


def answer(bench: WindowBench, name: str) -> None:
    box = bench.find(QMessageBox, "question")
    box.findChild(QAbstractButton, f"answer-{name}").click()


async def keep(bench: WindowBench, text: str) -> None:
    select(bench, "hingnet")
    bench.type_into("service-token", text)
    bench.click("keep-token")


async def test_a_token_is_kept_and_found_again_after_a_restart(
    settings: WindowBench, keyring: MemoryKeyring, qapp: QApplication
) -> None:
    await keep(settings, f"  Bearer {TOKEN} ")
    await settings.until(lambda: settings.program.services.state.choice.token_source is TokenSource.KEYRING)
    assert keyring.get_password("VoiceClone hingnet", "token") == TOKEN
    assert "••••4711 is in use." in settings.find(QLabel, "token-state").text()
    settings.click("use-selected")
    await settings.until(lambda: b'"active_service": "hingnet"' in written(settings))
    assert TOKEN.encode() not in written(settings)
    async with another_start(settings, qapp) as program:
        use_keyring(program, keyring)
        assert program.connection.active.service_id == "hingnet"
        assert program.connection.active.problems()
        await program.start()
        await settings.until(lambda: not program.connection.active.problems())
        assert program.connection.active.token == Token(TOKEN)


async def test_a_forgotten_token_is_gone_everywhere(settings: WindowBench, keyring: MemoryKeyring) -> None:
    await keep(settings, TOKEN)
    await settings.until(lambda: keyring.get_password("VoiceClone hingnet", "token"))
    await settings.until(lambda: settings.find(QPushButton, "forget-token").isEnabled())
    settings.click("forget-token")
    await settings.until(lambda: not settings.program.services.state.choice.token)
    assert keyring.get_password("VoiceClone hingnet", "token") is None
    assert settings.find(QLabel, "token-state").text() == "No token yet."


async def test_a_token_for_this_run_never_comes_near_the_keyring(
    settings: WindowBench, keyring: MemoryKeyring
) -> None:
    select(settings, "hingnet")
    settings.type_into("service-token", TOKEN)
    settings.click("token-for-this-run")
    assert settings.program.connection.choice("hingnet").token == Token(TOKEN)
    assert keyring.get_password("VoiceClone hingnet", "token") is None
    assert "For this run only." in settings.find(QLabel, "token-state").text()


@pytest.mark.parametrize("choice", ["run", "again"])
async def test_a_locked_keyring_leaves_a_choice(bench: WindowBench, choice: str) -> None:
    locked, opened = LockedKeyring(), MemoryKeyring()
    rings: list[KeyringBackend] = [locked]
    bench.program.services._accounts._store = TokenStore(open_backend=lambda: rings[-1])
    bench.click("settings")
    await keep(bench, TOKEN)
    await bench.until(lambda: bench.program.window.findChild(QMessageBox, "question"))
    box = bench.find(QMessageBox, "question")
    assert "locked" in box.text()
    rings.append(opened)
    answer(bench, choice)
    source = TokenSource.RUN if choice == "run" else TokenSource.KEYRING
    await bench.until(lambda: not bench.program.services.state.is_keeping)
    assert bench.program.connection.choice("hingnet").token == Token(TOKEN)
    assert bench.program.connection.choice("hingnet").token_source is source
    assert opened.get_password("VoiceClone hingnet", "token") == (None if choice == "run" else TOKEN)


async def test_two_accounts_of_one_service_have_each_their_own_token(
    settings: WindowBench, keyring: MemoryKeyring, qapp: QApplication
) -> None:
    await keep(settings, TOKEN)
    await settings.until(lambda: keyring.get_password("VoiceClone hingnet", "token"))
    await settings.until(lambda: not settings.program.services.state.is_keeping)
    settings.program.services.add("hingnet")
    second = settings.program.services.state.choice
    assert (second.name, bool(second.token)) == ("hingnet 2", False)
    settings.type_into("service-name", "The studio's")
    settings.find(QLineEdit, "service-name").editingFinished.emit()
    settings.type_into("service-token", "sk-another-0815")
    settings.click("keep-token")
    await settings.until(lambda: keyring.get_password(f"VoiceClone {second.service_id}", "token"))
    assert keyring.get_password("VoiceClone hingnet", "token") == TOKEN
    await settings.until(lambda: b"The studio's" in written(settings))
    async with another_start(settings, qapp) as program:
        assert "The studio's" in [choice.name for choice in program.connection.choices()]


async def test_a_removed_service_takes_its_token_along(settings: WindowBench, keyring: MemoryKeyring) -> None:
    settings.program.services.add("gateway")
    added = settings.program.services.state.selected
    settings.program.services.change(added, base_url="https://gateway.example")
    settings.program.services.set_token(added, TOKEN, keep=True)
    await settings.until(lambda: keyring.get_password(f"VoiceClone {added}", "token"))
    settings.program.services.use(added)
    # The keyring has it before the window knows: until then the token is being kept, and stays.
    await settings.until(lambda: settings.find(QWidget, "remove-service").isEnabled())
    settings.click("remove-service")
    await settings.until(lambda: settings.program.window.findChild(QMessageBox, "question"))
    answer(settings, "remove")
    await settings.until(lambda: settings.program.connection.active.is_practice)
    assert keyring.get_password(f"VoiceClone {added}", "token") is None
    assert added not in [choice.service_id for choice in settings.program.connection.choices()]


async def test_a_good_connection_is_told_free_of_charge(settings: WindowBench) -> None:
    select(settings, "Own gateway")
    settings.click("check-service")
    await settings.until(lambda: settings.program.services.state.report is not None)
    report = settings.find(QLabel, "check-report").text().splitlines()
    assert report[0] == "Reachable: yes"
    assert report[3] == "Token: yes"
    assert report[5].startswith("Cloning allowed: can't be told without making a voice")
    assert (settings.server.counters.clones, settings.server.counters.billed_characters) == (0, 0)


async def test_a_wrong_token_is_told_as_that(settings: WindowBench) -> None:
    settings.server.faults.add(Step.FILES_LIST, answers.business_error(1004))
    settings.server.faults.add(Step.CLONE, answers.business_error(1004))
    select(settings, "Own gateway")
    settings.click("check-service")
    await settings.until(lambda: settings.program.services.state.report is not None)
    assert "Token: no" in settings.find(QLabel, "check-report").text()


async def test_a_token_of_the_environment_is_said_to_be_in_use(
    bench: WindowBench, qapp: QApplication
) -> None:
    async with another_start(bench, qapp, token=TOKEN) as program:
        await program.start()
        program.services.select("hingnet")
        program.controller.show_settings("services")
        words = program.window.findChild(QLabel, "token-state").text()
        assert "From VOICECLONE_TOKEN, for this run only." in words


async def test_the_header_finds_a_kept_token_before_it_asks(
    settings: WindowBench, keyring: MemoryKeyring
) -> None:
    keyring.set_password("VoiceClone hingnet", "token", TOKEN)
    settings.program.controller.choose_profile("hingnet")
    await settings.until(lambda: settings.program.connection.active.service_id == "hingnet")
    assert settings.program.window.findChild(QDialog, "connection-dialog") is None
    assert settings.find(QPushButton, "service").text() == "hingnet ▾"
    await asyncio.sleep(0)
