"""Undo and redo in the real window: one history for the whole page, by keys and by buttons."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from tests.fakes.window_bench import WindowBench
from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.widgets.waveform_view import WaveformView

CTRL, CTRL_SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
)


def text_of(bench: WindowBench) -> str:
    return bench.find(QPlainTextEdit, "preview-text").toPlainText()


async def type_into(bench: WindowBench, name: str, words: str) -> QWidget:
    field = bench.find(QWidget, name)
    field.setFocus()
    await asyncio.sleep(0)
    QTest.keyClicks(field, words)
    return field


async def test_typing_is_undone_where_it_was_typed_and_done_again(bench: WindowBench) -> None:
    before = text_of(bench)
    field = await type_into(bench, "preview-text", "More. ")
    assert text_of(bench) != before
    QTest.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert text_of(bench) == before
    QTest.keyClick(field, Qt.Key.Key_Z, CTRL_SHIFT)
    assert text_of(bench) != before
    QTest.keyClick(field, Qt.Key.Key_Z, CTRL)
    QTest.keyClick(field, Qt.Key.Key_Y, CTRL)
    assert text_of(bench) != before


async def test_keys_take_back_the_last_step_wherever_the_keyboard_is(bench: WindowBench) -> None:
    await bench.load(24.0)
    bench.program.clone.settle_selection("recording", Span(start_s=2.0, end_s=14.0))
    field = await type_into(bench, "voice-id", "x")
    assert isinstance(field, QLineEdit)
    typed = field.text()
    QTest.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert field.text() != typed
    QTest.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert bench.state.recording.span is None
    QTest.keyClick(field, Qt.Key.Key_Y, CTRL)
    assert bench.state.recording.span == Span(start_s=2.0, end_s=14.0)


async def test_buttons_say_what_they_do_and_rest_where_there_is_nothing(bench: WindowBench) -> None:
    undo, redo = bench.find(QPushButton, "undo"), bench.find(QPushButton, "redo")
    assert (undo.isEnabled(), redo.isEnabled()) == (False, False)
    bench.program.clone.set_fields(need_noise_reduction=True)
    assert undo.isEnabled()
    assert "noise reduction" in undo.toolTip()
    bench.click("undo")
    assert not bench.state.fields.need_noise_reduction
    assert (undo.isEnabled(), redo.isEnabled()) == (False, True)
    bench.click("redo")
    assert bench.state.fields.need_noise_reduction


async def test_a_recording_comes_back_with_its_selection(bench: WindowBench) -> None:
    await bench.load(24.0)
    first = bench.state.recording.path
    bench.program.clone.settle_selection("recording", Span(start_s=1.0, end_s=13.0))
    bench.program.clone.clear()
    assert bench.state.recording is None
    bench.click("undo")
    assert bench.state.recording.path == first
    assert bench.state.recording.selected == Span(start_s=1.0, end_s=13.0)


async def test_a_recording_that_was_moved_away_meanwhile_is_told_and_may_come_back(
    bench: WindowBench,
) -> None:
    await bench.load(24.0)
    path = bench.state.recording.path
    away = path.with_name("away.wav")
    path.rename(away)
    bench.program.window.came_back.emit()
    await bench.until(lambda: bench.state.recording.on_disk)
    assert any("grandma.wav is gone" in label.text() for label in shown_labels(bench))
    assert bench.state.obstacle.code == "sample-vanished"
    away.rename(path)
    bench.program.window.came_back.emit()
    await bench.until(lambda: bench.state.recording.on_disk is None)
    assert not any("grandma.wav is gone" in label.text() for label in shown_labels(bench))


def shown_labels(bench: WindowBench) -> list[QLabel]:
    return [label for label in bench.program.window.findChildren(QLabel) if label.isVisible()]


async def test_composing_a_character_is_not_disturbed(bench: WindowBench) -> None:
    field = bench.find(QPlainTextEdit, "preview-text")
    field.setFocus()
    before = text_of(bench)
    QApplication.sendEvent(field, QInputMethodEvent("ni", []))
    assert text_of(bench) == before
    done = QInputMethodEvent("", [])
    done.setCommitString("你")
    QApplication.sendEvent(field, done)
    assert "你" in text_of(bench)
    QTest.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert text_of(bench) == before


async def test_a_drag_that_was_given_up_is_in_no_step(bench: WindowBench) -> None:
    """The next step began where that drag did: undoing it took along whatever was typed between the two."""
    await bench.load(24.0)
    view = bench.find(WaveformView, "recording-waveform")
    before = text_of(bench)

    def drag(*, ends: Callable[[], None]) -> None:
        middle = view.height() // 3
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(view.width() // 3, middle))
        for share in (2, 3):
            QTest.mouseMove(view, QPoint(view.width() * share // 5 + 40, middle))
        ends()

    drag(ends=lambda: QTest.keyClick(view, Qt.Key.Key_Escape))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton)
    assert bench.state.recording.span is None
    await type_into(bench, "preview-text", "More. ")
    typed = text_of(bench)
    drag(ends=lambda: QTest.mouseRelease(view, Qt.MouseButton.LeftButton))
    assert bench.state.recording.span is not None
    bench.click("undo")
    assert bench.state.recording.span is None
    assert text_of(bench) == typed != before
    bench.click("undo")
    assert text_of(bench) == before
