"""The window used hard: at the wrong moment, with what nobody should type, and with much too long names."""

from __future__ import annotations

import asyncio

from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QListWidget,
    QMessageBox,
)

from tests.fakes.keyrings import GatedKeyring
from tests.fakes.window_bench import WindowBench
from voiceclone_gui.storage.token_store import TokenStore

TOKEN = "sk-typed-by-hand-000000004711"


def answer(bench: WindowBench, name: str) -> None:
    bench.find(QMessageBox, "question").findChild(QAbstractButton, f"answer-{name}").click()


async def open_services(bench: WindowBench, keyring: object) -> None:
    bench.program.services._accounts._store = TokenStore(open_backend=lambda: keyring)
    bench.click("settings")
    await bench.until(lambda: bench.program.services.state.keyring is not None)


def look_at(bench: WindowBench, service_id: str) -> None:
    ids = [choice.service_id for choice in bench.program.services.state.choices]
    bench.find(QListWidget, "services").setCurrentRow(ids.index(service_id))


def token(bench: WindowBench, service_id: str = "hingnet") -> str:
    return bench.program.connection.choice(service_id).token.reveal()


async def test_a_keyring_that_answers_late_does_not_undo_the_next_choice(bench: WindowBench) -> None:
    keyring = GatedKeyring()
    keyring.kept["VoiceClone hingnet", "token"] = TOKEN
    bench.program.services._accounts._store = TokenStore(open_backend=lambda: keyring)
    bench.program.controller.choose_profile("hingnet")
    await bench.until(keyring.reached.is_set)
    bench.program.controller.choose_profile("practice")
    keyring.gate.set()
    await asyncio.gather(*(asyncio.to_thread(thread.join) for thread in keyring.threads))
    await bench.until(lambda: not bench.program._tasks.is_running("connect"))
    assert bench.program.connection.active.service_id == "practice"


async def test_the_clone_key_works_only_where_the_clone_is_seen(bench: WindowBench) -> None:
    await bench.ready()
    bench.click("settings")
    pressed: list[str] = []
    bench.program.window.clone_key.connect(lambda: pressed.append(page))
    for page in ("settings", "voices", "clone"):
        bench.program.window.show_page(page)
        for shortcut in bench.program.window.findChildren(QShortcut):
            assert not shortcut.autoRepeat()
            if shortcut.key().toString() == "Ctrl+Return":
                shortcut.activated.emit()
    assert pressed == ["clone"]
    await bench.until(lambda: bench.state.result)
