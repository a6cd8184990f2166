"""The window used hard: at the wrong moment, with what nobody should type, and with much too long names."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from tests.fakes.keyrings import GatedKeyring, MemoryKeyring
from tests.fakes.window_bench import WindowBench
from voiceclone_gui.app.window import WindowProgram
from voiceclone_gui.arguments import WindowOptions
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.token import Token
from voiceclone_gui.practice.faults import Gate, Hold, Point, Step
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


# -- tokens


async def test_a_token_that_was_typed_for_one_service_is_not_offered_to_another(bench: WindowBench) -> None:
    await open_services(bench, MemoryKeyring())
    look_at(bench, "hingnet")
    bench.type_into("service-token", TOKEN)
    look_at(bench, "minimax-global")
    assert bench.find(QLineEdit, "service-token").text() == ""


async def test_what_cannot_be_a_token_stays_in_its_field_and_the_one_in_use_stays(bench: WindowBench) -> None:
    await open_services(bench, MemoryKeyring())
    look_at(bench, "hingnet")
    bench.type_into("service-token", TOKEN)
    bench.click("token-for-this-run")
    field = bench.find(QLineEdit, "service-token")
    field.setText("sk-жетон")
    bench.click("token-for-this-run")
    assert (token(bench), field.text()) == (TOKEN, "sk-жетон")
    assert "token" in bench.find(QLabel, "token-state").text().lower()
    assert "in use" not in bench.find(QLabel, "token-state").text()


async def test_enter_while_a_token_is_being_kept_takes_no_second_one(bench: WindowBench) -> None:
    keyring = GatedKeyring(at="set")
    await open_services(bench, keyring)
    look_at(bench, "hingnet")
    bench.type_into("service-token", TOKEN)
    bench.click("keep-token")
    await bench.until(keyring.reached.is_set)
    bench.type_into("service-token", "sk-another-0000000000002")
    QTest.keyClick(bench.find(QLineEdit, "service-token"), Qt.Key.Key_Return)
    keyring.gate.set()
    await bench.until(lambda: not bench.program.services.state.is_keeping)
    assert token(bench) == TOKEN == keyring.kept["VoiceClone hingnet", "token"]
    assert bench.find(QLineEdit, "service-token").text() == "sk-another-0000000000002"


async def test_without_a_keyring_tokens_and_services_can_still_be_taken_away(bench: WindowBench) -> None:
    await open_services(bench, NoKeyring())
    look_at(bench, "hingnet")
    bench.type_into("service-token", TOKEN)
    bench.click("token-for-this-run")
    bench.click("forget-token")
    await bench.until(lambda: not token(bench))
    bench.program.services.add("gateway")
    added = bench.program.services.state.selected
    bench.click("remove-service")
    await bench.until(lambda: bench.program.window.findChildren(QMessageBox, "question"))
    answer(bench, "remove")
    await bench.until(lambda: added not in {c.service_id for c in bench.program.services.state.choices})


# -- services


async def test_a_keyring_that_answers_late_does_not_undo_the_next_choice(bench: WindowBench) -> None:
    keyring = GatedKeyring()
    keyring.kept["VoiceClone hingnet", "token"] = TOKEN
    bench.program.services._accounts._store = TokenStore(open_backend=lambda: keyring)
    bench.program.controller.choose_profile("hingnet")
    await bench.until(keyring.reached.is_set)
    bench.program.controller.choose_profile("practice")
    keyring.gate.set()
    await asyncio.gather(*(asyncio.to_thread(thread.join) for thread in keyring.threads))
    await bench.until(lambda: not bench.program.tasks.is_running("connect"))
    assert bench.program.connection.active.service_id == "practice"


async def test_a_service_keeps_its_name_where_an_empty_one_is_typed(bench: WindowBench) -> None:
    await open_services(bench, MemoryKeyring())
    look_at(bench, "hingnet")
    name = bench.find(QLineEdit, "service-name")
    name.setFocus()
    bench.type_into("service-name", " ")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert name.text() == bench.program.connection.choice("hingnet").name == "hingnet"


@pytest.mark.parametrize(
    "address", ["https://me:pass-4711@host.example", "https://host.example/?key=pass-4711"]
)
async def test_an_address_with_a_secret_is_not_written_down(bench: WindowBench, address: str) -> None:
    bench.program.services.change("gateway", base_url=address, name="Mine")
    written = bench.folder / "data"
    await bench.until(lambda: any(b"Mine" in path.read_bytes() for path in written.glob("*.json")))
    assert not any(b"pass-4711" in path.read_bytes() for path in written.glob("*.json"))


async def test_what_was_typed_into_a_setting_is_kept_when_the_window_is_closed(bench: WindowBench) -> None:
    await open_services(bench, MemoryKeyring())
    look_at(bench, "hingnet")
    bench.find(QLineEdit, "service-address").setFocus()
    bench.type_into("service-address", "https://mine.example")
    finished = asyncio.Event()
    bench.program.controller.finished.connect(finished.set)
    bench.program.window.close()
    await finished.wait()
    await bench.program.aclose()
    assert any(b"mine.example" in path.read_bytes() for path in (bench.folder / "data").glob("*.json"))


# -- keys, drops and questions at the wrong moment


async def test_the_clone_key_works_only_where_the_clone_is_seen(bench: WindowBench) -> None:
    await bench.ready()
    bench.click("settings")
    pressed: list[str] = []
    bench.program.window.clone_key.connect(lambda: pressed.append(page))
    for page in ("settings", "voices", "clone"):
        bench.program.window.show_page(page)
        for shortcut in bench.program.window.findChildren(QShortcut):
            # Held, keys may take back step after step, but nothing else.
            takes_back = shortcut.parent() is bench.program.page
            assert takes_back or not shortcut.autoRepeat(), shortcut.key().toString()
            if shortcut.key().toString() == "Ctrl+Return":
                shortcut.activated.emit()
    assert pressed == ["clone"]
    await bench.until(lambda: bench.state.result)


async def test_files_that_come_while_a_clone_runs_are_refused_in_words(bench: WindowBench) -> None:
    await bench.ready()
    gate = Gate()
    bench.server.faults.add(Step.UPLOAD, Hold(gate=gate, at=Point.BEFORE_WORK))
    bench.click("clone")
    assert await asyncio.to_thread(gate.wait_reached)
    bench.drop(bench.recording(11, "one.wav"), bench.recording(12, "two.wav"))
    await bench.until(bench.program.window.banner.isVisible)
    assert "being cloned" in bench.program.window.banner.accessibleName()
    gate.open()
    await bench.until(lambda: bench.state.result)


async def test_closing_asks_again_when_the_request_has_left_meanwhile(bench: WindowBench) -> None:
    await bench.ready()
    upload, clone = Gate(), Gate()
    bench.server.faults.add(Step.UPLOAD, Hold(gate=upload, at=Point.BEFORE_WORK))
    bench.server.faults.add(Step.CLONE, Hold(gate=clone, at=Point.BEFORE_WORK))
    bench.click("clone")
    assert await asyncio.to_thread(upload.wait_reached)
    finished = asyncio.Event()
    bench.program.controller.finished.connect(finished.set)
    bench.program.window.close()
    await bench.until(lambda: bench.program.window.findChildren(QMessageBox, "question"))
    first = bench.find(QMessageBox, "question")
    upload.open()
    await bench.until(lambda: bench.state.run.is_sent)
    answer(bench, "close")
    await bench.until(
        lambda: [
            b for b in bench.program.window.findChildren(QMessageBox) if b.isVisible() and b is not first
        ]
    )
    assert "has left" in bench.find(QMessageBox, "question").informativeText()
    answer(bench, "stay")
    clone.open()
    await bench.until(lambda: bench.state.result)
    assert not finished.is_set()


@pytest.mark.parametrize("name", ["preview-text", "voice-id"])
async def test_a_file_that_is_dropped_on_a_field_does_not_become_text(bench: WindowBench, name: str) -> None:
    field = bench.find(QWidget, name)
    target = field.viewport() if isinstance(field, QPlainTextEdit) else field
    offered = QMimeData()
    offered.setUrls([QUrl.fromLocalFile(str(bench.recording()))])
    # What a widget doesn't take goes on to the window, which takes files.
    assert not target.acceptDrops()
    bench.enter(offered, target.mapTo(bench.program.window, QPoint(5, 5)))


async def test_a_sample_sentence_can_be_undone(bench: WindowBench) -> None:
    bench.type_into("preview-text", "What I wrote myself.")
    bench.find(QPushButton, "samples").menu().actions()[0].trigger()
    field = bench.find(QPlainTextEdit, "preview-text")
    assert field.toPlainText() != "What I wrote myself."
    bench.click("undo")
    assert field.toPlainText() == "What I wrote myself." == bench.state.fields.text


async def test_the_newest_result_is_shown_while_an_older_preview_is_looked_into(bench: WindowBench) -> None:
    await bench.ready()
    never = asyncio.Event()

    async def look_for_ever() -> None:
        await never.wait()

    bench.program.tasks.start_unique(look_for_ever(), name="show the preview")
    bench.click("clone")
    await bench.until(lambda: bench.state.result)
    await bench.until(lambda: bench.program.player.state.source == "clone")


# -- the library, and names


async def test_a_library_that_was_locked_at_the_start_is_opened_when_it_is_needed(
    qapp: QApplication, tmp_path: Path
) -> None:
    options = WindowOptions(data_dir=tmp_path / "data", files=(), theme="light", text_scale=1.0)
    program = WindowProgram(options=options, token=Token(""), catalog=load_catalog(), app=qapp)
    path = program._late.folder.library
    path.parent.mkdir(parents=True)
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")
    said: list[str] = []
    program.messages.posted.connect(lambda message: said.append(message.title))
    await program.start()
    other.close()
    assert len(said) == 1
    assert await program._late.library.voices() == ()
    await program.aclose()
    program.window.deleteLater()


async def test_long_names_leave_every_control_in_the_window(bench: WindowBench) -> None:
    long = "x" * 200
    bench.program.services.change("gateway", name=long)
    await bench.load()
    bench.program.controller.open_files([bench.recording(name=f"{long}.wav")], target="recording")
    await bench.until(lambda: bench.program.window.banner.isVisible() and bench.state.recording.facts)
    bench.program.window.resize(900, 620)
    replace = bench.find(QPushButton, "replace-recording")
    right = replace.mapTo(bench.program.window, QPoint(replace.width(), 0)).x()
    assert right < bench.find(QWidget, "voice-card").mapTo(bench.program.window, QPoint(0, 0)).x()
    assert bench.program.window.centralWidget().minimumSizeHint().width() <= 900
