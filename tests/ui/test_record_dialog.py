"""The recording window: every control by key and name, and each state as a picture with nothing cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QWidget,
)

from tests.fakes.microphones import BUILT_IN, HEADSET
from tests.fakes.record_bench import RecordBench
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.services.record_take import TakePhase
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.level_meter import LevelMeter
from voiceclone_gui.ui.widgets.record_dialog import RecordDialog
from voiceclone_gui.ui.widgets.take_bar import TakeBar

SCREENS = Path(__file__).parents[2] / "build" / "screens"
LOOKS = [(choice, percent) for choice in ("light", "dark") for percent in (100, 200)]


class Shown:
    """The window on its bench."""

    def __init__(self, *, bench: RecordBench, theme: Theme) -> None:
        self.bench = bench
        self.dialog = RecordDialog(
            parent=None, presenter=bench.presenter, theme=theme, catalog=load_catalog()
        )
        self.closed = 0
        self.dialog.left_behind.connect(self._note_closed)
        self.dialog.show()
        # Keys reach the active window only.
        self.dialog.activateWindow()
        bench.begin()

    def part(self, name: str, kind: type[Any] = QWidget) -> Any:
        found = self.dialog.findChild(kind, name)
        assert found is not None, name
        return found

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.dialog.focusWidget() or self.dialog, key, modifier)

    async def until(self, holds: Callable[[], object]) -> Any:
        for _ in range(1000):
            self.bench.presenter.tick()
            if found := holds():
                return found
            await asyncio.sleep(0.01)
        raise AssertionError(f"it never came to that: {self.bench.state}")

    async def speak(self, *, seconds: float, peak: float = 0.25) -> None:
        for _ in range(round(seconds * 10)):
            self.bench.speak(seconds=0.1, peak=peak)
            await asyncio.sleep(0)

    async def record(self, *, seconds: float) -> None:
        await self.until(self.dialog.isActiveWindow)
        self.press(Qt.Key.Key_R)
        await self.until(lambda: self.bench.state.phase is TakePhase.RECORDING)
        await self.speak(seconds=seconds)
        self.press(Qt.Key.Key_S)
        await self.until(lambda: self.bench.state.can_use)

    def _note_closed(self) -> None:
        self.closed += 1


MakeShown = Callable[..., Shown]


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(app=qapp, choice="light")


@pytest.fixture
async def make(qapp: QApplication, tmp_path: Path, theme: Theme) -> AsyncIterator[MakeShown]:
    made: list[Shown] = []

    def new(**options: Any) -> Shown:
        made.append(Shown(bench=RecordBench(folder=tmp_path / "recordings", **options), theme=theme))
        return made[-1]

    yield new
    for shown in made:
        await shown.dialog.aclose()
        shown.dialog.deleteLater()


async def test_by_keys_alone_a_take_is_made_heard_and_used(make: MakeShown) -> None:
    shown = make()
    assert shown.dialog.focusWidget().objectName() == "record"
    shown.press(Qt.Key.Key_Space)
    await shown.until(lambda: shown.bench.state.phase is TakePhase.RECORDING)
    assert shown.part("record").text() == "Pause"
    await shown.speak(seconds=0.5)
    shown.press(Qt.Key.Key_R)
    await shown.until(lambda: shown.bench.state.phase is TakePhase.PAUSED)
    assert shown.part("record").text() == "Go on"
    assert not shown.part("record-use").isEnabled()
    shown.press(Qt.Key.Key_S)
    await shown.until(lambda: shown.bench.state.can_use)
    assert shown.part("record-elapsed").text() == "0:00.5"
    shown.press(Qt.Key.Key_L)
    await shown.until(lambda: shown.bench.player.is_playing)
    assert shown.part("record-listen").text() == "Stop listening"
    shown.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await shown.until(lambda: shown.closed)
    assert [path.suffix for path in shown.bench.taken] == [".wav"]
    assert not shown.dialog.isVisible()
    assert shown.bench.microphones.open_id == ""


async def test_a_key_that_is_held_presses_once(make: MakeShown) -> None:
    shown = make()
    keys = shown.dialog.findChildren(QShortcut)
    assert len(keys) >= 5
    assert [key.key().toString() for key in keys if key.autoRepeat()] == []


async def test_letters_that_are_typed_in_a_list_look_for_an_entry(make: MakeShown) -> None:
    shown = make()
    await shown.until(shown.dialog.isActiveWindow)
    languages = shown.part("record-language", QComboBox)
    languages.setFocus()
    shown.press(Qt.Key.Key_R)
    await shown.speak(seconds=0.2)
    assert shown.bench.state.phase is TakePhase.IDLE
    assert languages.currentText().startswith("R")
    shown.part("record-listen").setFocus()
    shown.part("record").setFocus()
    shown.press(Qt.Key.Key_R)
    await shown.until(lambda: shown.bench.state.phase is TakePhase.RECORDING)


async def test_esc_closes_at_once_where_nothing_is_recorded(make: MakeShown) -> None:
    shown = make()
    shown.press(Qt.Key.Key_Escape)
    await shown.until(lambda: shown.closed)
    assert shown.bench.taken == []


@pytest.mark.parametrize(("answer", "files"), [("throw-away", 0), ("keep", 1)])
async def test_esc_asks_before_a_take_is_thrown_away(make: MakeShown, answer: str, files: int) -> None:
    shown = make()
    await shown.record(seconds=0.3)
    for chosen in ("go-on", answer):
        assert shown.dialog.isVisible()
        shown.press(Qt.Key.Key_Escape)
        box = await shown.until(lambda: shown.dialog.findChild(QMessageBox, "question"))
        assert "recordings" in box.informativeText()
        next(part for part in box.buttons() if part.objectName() == f"answer-{chosen}").click()
        await shown.until(lambda: not shown.dialog.findChild(QMessageBox, "question"))
    await shown.until(lambda: shown.closed)
    assert shown.bench.taken == []
    assert len(list(shown.bench.folder.iterdir())) == files


async def test_where_the_takes_are_is_said(make: MakeShown) -> None:
    shown = make()
    folder = str(shown.bench.folder)
    takes = shown.part("record-takes", QLabel)
    assert folder in takes.text()
    await shown.record(seconds=0.2)
    await shown.record(seconds=0.2)
    assert takes.text().startswith("Takes so far: 2. ")


async def test_microphone_and_language_are_chosen(make: MakeShown) -> None:
    shown = make()
    shown.bench.microphones.plug(BUILT_IN, HEADSET)
    box = shown.part("record-microphone", QComboBox)
    assert [box.itemText(at) for at in range(box.count())] == ["Built-in microphone", "Headset"]
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert shown.bench.remembered == ["headset"]
    languages = shown.part("record-language", QComboBox)
    languages.activated.emit(languages.findData("Korean"))
    assert shown.part("record-text", QPlainTextEdit).toPlainText().startswith("어제는")
    assert languages.currentData() == "Korean"


async def test_a_screen_reader_hears_words_that_change_seldom(make: MakeShown) -> None:
    shown = make()
    meter, bar = shown.part("level-meter", LevelMeter), shown.part("take-bar", TakeBar)
    words = []
    for peak in (0.0005, 0.02, 0.2, 0.7, 1.0):
        await shown.speak(seconds=2.0, peak=peak)
        words.append(meter.accessibleDescription())
    assert words == ["Nothing is heard", "Quiet", "Good", "Loud", "Too loud"]
    assert bar.accessibleDescription() == ""
    bar.show_elapsed(10.0)
    assert bar.accessibleDescription() == "long enough"
    bar.show_elapsed(3599.0)
    assert bar.accessibleDescription() == "best"


async def test_every_control_has_a_name_and_a_tip(make: MakeShown) -> None:
    shown = make()
    controls = [
        part
        for part in shown.dialog.findChildren(QWidget)
        if part.focusPolicy() != Qt.FocusPolicy.NoFocus
        and part.isVisible()
        and isinstance(part, (QAbstractButton, QComboBox, QPlainTextEdit, LevelMeter, TakeBar))
    ]
    assert len(controls) >= 8
    for part in controls:
        assert part.objectName()
        assert part.toolTip(), part.objectName()
        assert part.accessibleName() or part.text(), part.objectName()


async def states(shown: Shown) -> AsyncIterator[str]:
    """The states that differ, one after the other."""
    bench = shown.bench
    await shown.speak(seconds=1.0, peak=0.0003)
    yield "ready"
    await shown.speak(seconds=3.0, peak=0.0003)
    yield "silent"
    bench.presenter.record_or_pause()
    await shown.until(lambda: bench.state.phase is TakePhase.RECORDING)
    await shown.speak(seconds=2.0, peak=0.3)
    yield "recording"
    await shown.speak(seconds=0.2, peak=1.0)
    bench.presenter.stop()
    await shown.until(lambda: bench.state.can_use)
    yield "clipped-take"
    if bench.state.purpose is Purpose.PROMPT_AUDIO:
        return
    bench.presenter.choose_language("Arabic")
    bench.presenter.record_or_pause()
    await shown.until(lambda: bench.state.phase is TakePhase.RECORDING)
    bench.microphones.say(seconds=64.0)
    await shown.until(lambda: bench.state.is_running and bench.elapsed[-1] > 60)
    await shown.speak(seconds=1.0, peak=0.2)
    yield "long"
    bench.presenter.choose_language("Chinese")
    bench.microphones.plug()
    await shown.until(lambda: bench.state.can_use)
    yield "lost"
    bench.presenter.choose_language("Japanese")
    bench.microphones.sound_system = False
    bench.microphones.plug(BUILT_IN)
    bench.microphones.plug()
    yield "no-server"


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize(("choice", "percent"), LOOKS)
async def test_nothing_is_cut_in_any_look(
    make: MakeShown, theme: Theme, choice: str, percent: int, purpose: Purpose
) -> None:
    theme.choose(choice=choice, text_scale=percent / 100)
    shown = make(purpose=purpose)
    SCREENS.mkdir(parents=True, exist_ok=True)
    seen = []
    async for state in states(shown):
        for _ in range(3):
            await asyncio.sleep(0.02)
        seen.append(shown.part("record-text").height())
        kind = "clip" if purpose is Purpose.PROMPT_AUDIO else "voice"
        picture = SCREENS / f"record-{kind}-{state}-{choice}-{percent}.png"
        assert shown.dialog.grab().save(str(picture))
        for part in shown.dialog.findChildren(QWidget):
            if part.isVisible() and isinstance(part, (QLabel, QAbstractButton)):
                check_whole(part)
        if shown.bench.state.is_running:
            text = shown.part("record-text")
            assert text.visibleRegion().boundingRect().height() == text.height()
        check_marks(shown.part("take-bar"))
    # What is read stays where it is, whatever is told of the microphone.
    assert len(set(seen)) == 1


def check_marks(bar: TakeBar) -> None:
    metrics = QFontMetrics(bar._small_font())
    ends = [(left, left + metrics.horizontalAdvance(text)) for left, text in bar.labels(metrics)]
    assert ends[0][0] >= 0
    assert ends[0][1] < ends[1][0]
    assert ends[1][1] <= bar.width()


def check_whole(part: QLabel | QAbstractButton) -> None:
    wraps = isinstance(part, QLabel) and part.wordWrap()
    height = part.heightForWidth(part.width()) if wraps else part.minimumSizeHint().height()
    assert part.height() >= min(height, part.maximumHeight()), f"{part.text()!r} is cut"
    if not wraps:
        assert part.width() >= part.minimumSizeHint().width(), f"{part.text()!r} is cut"
