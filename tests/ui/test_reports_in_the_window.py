"""What went wrong, shown to the user alone: the report, its dialog, its panel, and the errors of this run."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QWidget

from tests.conftest import ExpectedLog
from tests.fakes.window_bench import WindowBench
from voiceclone_gui.app.diagnostics import Diagnostics
from voiceclone_gui.core.proxy import ProxyMode
from voiceclone_gui.core.token import Token
from voiceclone_gui.practice import fault_answers as answers
from voiceclone_gui.practice.faults import Step

CANARY = "sk-canary-3f9d2a71"


@pytest.fixture
async def diagnostics(bench: WindowBench) -> AsyncIterator[Diagnostics]:
    """As the program itself has it: the log and the hooks are open."""
    folder = bench.folder / "data" / "crash"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "2026-11-20_10-11-12_77.txt").write_text(
        f"Fatal Python error, token {CANARY}", encoding="utf-8"
    )
    (folder / "2026-11-20_10-11-12_77.running").touch()
    bench.program.redaction.register(Token(CANARY))
    level = logging.getLogger("voiceclone_gui").level
    made = bench.program.diagnostics
    made.open(asyncio.get_running_loop())
    yield made
    made.close()
    logging.getLogger("voiceclone_gui").setLevel(level)


async def test_a_run_that_ended_unexpectedly_is_told_read_and_thrown_away(
    bench: WindowBench, diagnostics: Diagnostics
) -> None:
    diagnostics.offer_left_behind()
    banner = bench.program.window.banner
    assert banner.accessibleName() == "The program ended unexpectedly the last time."
    assert "nothing of it was sent" in banner.accessibleDescription()
    bench.click("notice-action")
    await bench.until(lambda: bench.program.window.findChild(QPlainTextEdit, "report-text"))
    text = bench.program.window.findChild(QPlainTextEdit, "report-text").toPlainText()
    assert "Fatal Python error" in text
    assert CANARY not in text
    assert bench.program.window.findChild(QWidget, "report-dialog").isVisible()
    bench.program.window.findChild(QPushButton, "report-throw-away").click()
    crash = bench.folder / "data" / "crash"
    await bench.until(lambda: len(list(crash.glob("2026-11-20*"))) == 0)
    assert not banner.isVisible()


async def test_the_report_says_what_helps_and_nothing_that_is_secret(
    bench: WindowBench, diagnostics: Diagnostics, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.ready()
    bench.program.clone.set_fields(text="Something that only I should read.")
    bench.server.faults.add(Step.CLONE, answers.business_error(1008))
    bench.click("clone")
    await bench.until(lambda: bench.state.message is not None)
    settings = bench.program.settings
    proxy = settings.state.proxy
    settings.change(proxy=type(proxy)(mode=ProxyMode.OWN, address="http://proxy.example.com:8080"))
    text = await diagnostics.report()
    for expected in ("version 0.", "Python 3.", "PySide6-Essentials 6.", "platform offscreen", "outputs"):
        assert expected in text
    assert "voice_clone at 127.0.0.1: HTTP 200" in text
    assert "service-1008" in text
    assert "trace id " in text.partition("== Last calls")[2]
    assert "not-made service-1008" in text
    for secret in (CANARY, bench.server.token, "only I should read", "grandma.wav", str(Path.home())):
        assert secret not in text


async def test_a_report_is_saved_where_the_user_wants_it(
    bench: WindowBench, diagnostics: Diagnostics
) -> None:
    saving = asyncio.ensure_future(diagnostics.save())
    await bench.until(lambda: bench.program.window.findChild(QWidget, "file-dialog"))
    dialog = bench.program.window.findChild(QWidget, "file-dialog")
    assert dialog.selectedFiles()[0].endswith(".txt")
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    name.setText(str(bench.folder / "report.txt"))
    dialog.accept()
    await saving
    assert "== VoiceClone" in (bench.folder / "report.txt").read_text(encoding="utf-8")
    assert "report.txt" in bench.program.window.banner.accessibleName()


def fail_in_a_slot() -> None:
    QTimer.singleShot(0, lambda: {}["in a slot"])


def fail_in_a_thread() -> None:
    thread = threading.Thread(target=lambda: {}["in a thread"])
    thread.start()
    thread.join()


def fail_in_a_callback() -> None:
    asyncio.get_running_loop().call_soon(lambda: {}["in a callback"])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("fail", [fail_in_a_thread, fail_in_a_callback])
async def test_an_error_that_nobody_caught_is_said_logged_and_kept(
    bench: WindowBench, diagnostics: Diagnostics, expected_log: ExpectedLog, fail: object
) -> None:
    expected_log("voiceclone_gui.crash", "KeyError in")
    fail()  # type: ignore[operator]
    banner = bench.program.window.banner
    await bench.until(lambda: "The program made a mistake: KeyError" in banner.accessibleName())
    text = "".join(
        path.read_text(encoding="utf-8") for path in (bench.folder / "data" / "crash").glob("*.txt")
    )
    assert fail.__name__.removeprefix("fail_").replace("_", " ") in text  # type: ignore[attr-defined]


async def test_the_hooks_are_given_back(bench: WindowBench, diagnostics: Diagnostics) -> None:
    ours = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    diagnostics._path.remove()
    theirs = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    assert not any(one == other for one, other in zip(ours, theirs, strict=True))
    assert bench.program.window.isVisible()


async def test_the_panel_shows_the_log_as_it_grows_and_copies_it(
    bench: WindowBench, diagnostics: Diagnostics
) -> None:
    assert diagnostics.log.path.parent.is_dir()
    bench.program.controller.show_settings("report")
    log = bench.find(QPlainTextEdit, "log")
    await bench.until(lambda: "starts" in log.toPlainText())
    logging.getLogger("voiceclone_gui.test").info("one more line")
    await bench.until(lambda: "one more line" in log.toPlainText())
    bench.click("copy-log")
    assert "one more line" in QGuiApplication.clipboard().text()
