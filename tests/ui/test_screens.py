"""Every state of the window as a picture in ``build/screens``, and nothing cut in any of them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from tests.fakes.release_lists import release
from tests.fakes.window_bench import WindowBench
from voiceclone_gui.practice import fault_answers as answers
from voiceclone_gui.practice.faults import Break, Gate, Hold, Point, Step
from voiceclone_gui.services.open_jobs import OpenKind
from voiceclone_gui.ui.presenters.clone_state import OpenJobState
from voiceclone_gui.ui.presenters.updates_presenter import FoundRelease

SCREENS = Path(__file__).parents[2] / "build" / "screens"
LOOKS = [
    pytest.param(("light", 100, (1180, 760)), id="light"),
    pytest.param(("dark", 100, (1180, 760)), id="dark", marks=pytest.mark.long),
    pytest.param(("light", 200, (1180, 760)), id="200"),
    pytest.param(("light", 100, (900, 620)), id="small", marks=pytest.mark.long),
    pytest.param(("dark", 200, (900, 620)), id="small-200"),
]


class Screen:
    """Takes pictures of the window in one look."""

    def __init__(self, bench: WindowBench, look: str) -> None:
        self.bench = bench
        self.window = bench.program.window
        self.look = look

    async def take(self, state: str, *, of: QWidget | None = None) -> None:
        for _ in range(4):
            await asyncio.sleep(0.02)
        SCREENS.mkdir(parents=True, exist_ok=True)
        shown = of or self.window
        assert shown.grab().save(str(SCREENS / f"{state}-{self.look}.png"))
        assert cut_parts(shown) == []
        assert beside_the_view(shown) == []
        assert hidden_needs(self.window) == []


def cut_parts(shown: QWidget) -> list[str]:
    """The words that have less room than they need."""
    cut = []
    for part in shown.findChildren(QWidget):
        if not part.isVisible() or not isinstance(part, (QLabel, QAbstractButton, QComboBox)):
            continue
        needed = part.minimumSizeHint() if isinstance(part, QLabel) else part.sizeHint()
        wraps = isinstance(part, QLabel) and part.wordWrap()
        height = part.heightForWidth(part.width()) if wraps else needed.height()
        if isinstance(part, QComboBox):
            needed.setWidth(0)
        if (not wraps and part.width() < needed.width()) or part.height() < min(height, part.maximumHeight()):
            text = part.text() if not isinstance(part, QComboBox) else part.objectName()
            cut.append(f"{text!r}: {part.size().toTuple()} of {needed.toTuple()}, height {height}")
    return cut


def beside_the_view(shown: QWidget) -> list[str]:
    """What lies to the left or the right of what can be seen: nothing scrolls sideways."""
    lost = []
    for area in shown.findChildren(QScrollArea):
        view = area.viewport()
        for part in area.widget().findChildren(QWidget) if area.isVisible() else []:
            left = part.mapTo(view, QPoint(0, 0)).x()
            if part.isVisible() and (left < 0 or left + part.width() > view.width()):
                lost.append(f"{part.objectName() or part}: {left} to {left + part.width()} of {view.width()}")
    return lost


def hidden_needs(window: QWidget) -> list[str]:
    """What must always be in view and isn't: the button that clones or stops, and the player."""
    if not window.findChild(QWidget, "clone-card").isVisible():
        return []
    names = ("clone" if window.findChild(QPushButton, "clone").isVisible() else "stop", "player")
    missing = []
    for name in names:
        part = window.findChild(QWidget, name)
        corners = (part.rect().topLeft(), part.rect().bottomRight())
        whole = all(window.rect().contains(part.mapTo(window, corner)) for corner in corners)
        if not (part.isVisible() and whole and part.visibleRegion().boundingRect() == part.rect()):
            missing.append(name)
    return missing


@pytest.fixture
async def screen(bench: WindowBench, request: pytest.FixtureRequest) -> Screen:
    theme, percent, size = request.param
    bench.program.settings.change(theme=theme, text_percent=percent)
    bench.program.window.resize(*size)
    return Screen(bench, request.node.callspec.id)


HIGH = [
    pytest.param(("light", 100, (1180, 1200)), id="high"),
    pytest.param(("dark", 100, (900, 1400)), id="narrow-high"),
]


@pytest.mark.parametrize("screen", HIGH, indirect=True)
async def test_nothing_scrolls_where_there_is_room_for_all_of_it(screen: Screen) -> None:
    bench = screen.bench
    bench.program.controller.try_sample()
    await bench.until(lambda: bench.state.clip and bench.state.clip.facts)
    await bench.until(lambda: bench.state.recording and bench.state.recording.plan)
    bench.program.clone.set_fields(prompt_text="")
    await screen.take("room")
    page = screen.window.findChild(QWidget, "clone-card").parentWidget()
    scrolling = [
        area
        for area in page.findChildren(QScrollArea)
        if area.isVisible() and area.verticalScrollBar().isVisible()
    ]
    assert scrolling == []


@pytest.mark.parametrize("screen", LOOKS, indirect=True)
async def test_each_state_is_whole(screen: Screen) -> None:
    bench = screen.bench
    bench.program.controller.choose_profile("practice")
    await screen.take("empty")
    bench.program.controller.try_sample()
    await bench.until(lambda: bench.state.recording and bench.state.recording.facts)
    await bench.until(lambda: bench.state.clip and bench.state.clip.facts)
    bench.program.clone.set_rights(True)
    await screen.take("loaded")
    bench.program.window.findChild(QPushButton, "advanced").setChecked(True)
    bench.program.clone.set_fields(text_validation="The words of the recording.")
    await screen.take("advanced")
    bench.program.window.findChild(QPushButton, "advanced").setChecked(False)
    bench.program.clone.set_fields(text_validation="")
    bench.program.controller.choose_profile("gateway")
    gate = Gate()
    bench.server.faults.add(Step.UPLOAD, Hold(gate=gate, at=Point.BEFORE_WORK))
    bench.click("clone")
    await bench.until(lambda: gate.wait_reached(timeout_s=0))
    await screen.take("running")
    gate.open()
    await bench.until(lambda: bench.state.result is not None)
    await bench.until(lambda: bench.program.player.state.playing)
    await screen.take("result")
    bench.program.controller.play_voice(bench.state.result.voice)
    bench.click("page-voices")
    await bench.until(lambda: bench.program.voices.state.rows)
    await screen.take("voices")
    bench.click("settings")
    bench.program.services.check()
    await bench.until(lambda: bench.program.services.state.report is not None)
    await screen.take("services")
    for panel in ("network", "prices", "look", "updates", "privacy", "report"):
        bench.program.settings_page.show_panel(panel)
        await screen.take(panel)


@pytest.mark.parametrize("screen", LOOKS, indirect=True)
async def test_each_refusal_is_whole(screen: Screen) -> None:
    bench = screen.bench
    await bench.load(6.2)
    bench.program.clone.set_fields(voice_id="1 short", text="x" * 1001)
    await screen.take("refused-fields")
    bench.program.clone.suggest_voice_id()
    bench.program.clone.set_fields(text="Good evening.")
    bench.program.controller.open_files([bench.recording(name="longer.wav")], target="recording")
    await bench.until(lambda: bench.state.recording.path.name == "longer.wav" and bench.state.recording.facts)
    broken = bench.folder / "broken.wav"
    broken.write_bytes(b"RIFF, and no more")
    bench.program.messages.clear()
    bench.program.controller.open_files([broken], target="recording")
    await bench.until(bench.program.window.banner.isVisible)
    await screen.take("refused-file")
    bench.program.messages.clear()
    bench.server.faults.add(Step.CLONE, answers.business_error(2049))
    bench.program.clone.set_rights(True)
    bench.click("clone")
    await bench.until(lambda: bench.state.message is not None)
    bench.program.window.findChild(QPushButton, "notice-details")
    await screen.take("error")


@pytest.mark.parametrize("screen", LOOKS, indirect=True)
async def test_a_job_that_is_not_over_is_whole(screen: Screen) -> None:
    bench = screen.bench
    await bench.load()
    bench.program.clone.set_rights(True)
    bench.server.faults.add(Step.UPLOAD, answers.too_many(retry_after=50))
    bench.server.faults.add(Step.CLONE, Break(at=Point.AFTER_WORK))
    bench.click("clone")
    await bench.until(lambda: bench.state.run is not None and bench.state.run.skip is not None)
    await screen.take("waiting-to-repeat")
    bench.click("try-now")
    await bench.until(lambda: bench.state.open_job is not None)
    await screen.take("job-unknown")
    bench.click("job-check")
    await bench.until(lambda: bench.state.open_job.note.startswith("The service doesn't list"))
    bench.click("job-details")
    await screen.take("job-unknown-details")
    found = replace(bench.state.open_job.found, kind=OpenKind.INTERRUPTED)
    bench.program.clone.show_open_job(OpenJobState(found=found))
    await screen.take("job-interrupted")


@pytest.mark.parametrize("screen", LOOKS, indirect=True)
async def test_the_prices_are_whole(screen: Screen) -> None:
    prices = screen.bench.program.prices
    screen.bench.click("settings")
    screen.window.findChild(QWidget, "settings-list").parentWidget().show_panel("prices")
    await screen.take("prices-unknown")
    prices.choose("minimax-mainland")
    await screen.take("prices")
    prices.edit(currency="?", hd_per_10k="three and a half, or so", activation="", as_of="1.11.2026")
    await screen.take("prices-refused")


@pytest.mark.parametrize("screen", LOOKS, indirect=True)
async def test_a_lost_preview_is_whole(screen: Screen) -> None:
    bench = screen.bench
    await bench.ready()
    bench.server.faults.add(Step.DEMO, answers.html(200))
    bench.click("clone")
    await bench.until(lambda: bench.program.recovery.state.messages)
    await screen.take("lost-preview")
    gate = Gate()
    bench.server.faults.add(Step.SYNTHESIS, Hold(gate=gate, at=Point.AFTER_WORK))
    bench.click("make-preview")
    await bench.until(lambda: bench.program.window.findChild(QMessageBox, "question"))
    asked = bench.program.window.findChild(QMessageBox, "question")
    await screen.take("lost-preview-question", of=asked)
    asked.findChild(QPushButton, "answer-make").click()
    await bench.until(lambda: gate.wait_reached(timeout_s=0))
    await screen.take("lost-preview-running")
    bench.click("page-voices")
    await screen.take("lost-preview-running-voices")
    bench.program.recovery._cancel()
    await bench.until(lambda: not bench.program.recovery.state.is_busy)
    await screen.take("lost-preview-voices")
    gate.open()
    bench.server.faults.add(Step.SYNTHESIS, answers.html(502))
    bench.click("make-preview")
    await bench.until(lambda: bench.program.window.findChild(QMessageBox, "question"))
    bench.program.window.findChild(QMessageBox, "question").findChild(QPushButton, "answer-make").click()
    await bench.until(lambda: not bench.program.recovery.state.is_busy)
    await screen.take("lost-preview-unknown")


async def test_what_is_asked_is_whole(bench: WindowBench) -> None:
    screen = Screen(bench, "light")
    bench.program.controller.choose_profile("hingnet")
    await bench.until(lambda: bench.program.window.findChild(QWidget, "connection-dialog"))
    await screen.take("connection", of=bench.program.window.findChild(QWidget, "connection-dialog"))
    bench.program.window.findChild(QWidget, "connection-dialog").reject()
    await bench.load()
    bench.program.controller.open_files([bench.recording(name="second.wav")])
    await bench.until(lambda: bench.program.window.findChild(QMessageBox, "question"))
    await screen.take("question", of=bench.program.window.findChild(QMessageBox, "question"))
    bench.program.window.findChild(QMessageBox, "question").reject()


async def test_where_to_drop_is_shown(bench: WindowBench) -> None:
    screen = Screen(bench, "light")
    await bench.load()
    offered = QMimeData()
    offered.setUrls([QUrl.fromLocalFile(str(bench.recording(name="second.wav")))])
    window = bench.program.window
    bench.enter(offered, QPoint(window.width() // 2, window.height() // 4))
    await screen.take("drop")


async def test_right_to_left_and_many_scripts_are_shown(bench: WindowBench) -> None:
    screen = Screen(bench, "light")
    bench.find(QPlainTextEdit, "preview-text").setPlainText(
        "שלום עולם · مرحبا بالعالم · 你好，世界 · 👋🏽 · नमस्ते"
    )
    await screen.take("scripts")
    assert bench.find(QPlainTextEdit, "preview-text").layoutDirection() is Qt.LayoutDirection.LeftToRight


@pytest.mark.parametrize("screen", LOOKS, indirect=True)
async def test_a_newer_version_is_whole(screen: Screen) -> None:
    bench, updates = screen.bench, screen.bench.program.updates
    newer = release("0.10.0-rc.1")
    found = FoundRelease(release=newer, packages=newer.packages * 2, own="0.1.0")
    updates._set(notice=found)
    await screen.take("newer")
    updates.close_notice()
    bench.program.controller.show_settings("updates")
    updates._set(
        found=found, asked_at="2026-11-23 12:00", address="https://example.com/voiceclone/releases.json"
    )
    await screen.take("updates-found")
    updates.type_address("http://example.com/voiceclone/releases.json")
    updates.save_address()
    await screen.take("updates-refused")
    updates.type_address("")
    updates.check_now()
    await bench.until(lambda: updates.state.outcome is not None)
    await screen.take("updates-outcome")
