"""Zooming and panning with real wheels, pinches, keys and buttons, and the detail that is asked for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.fakes.waveform_bench import MIDDLE, WIDTH, WaveformBench, even_waveform, span
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.waveform_controls import WaveformButtons, WaveformScrollBar

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
MIDDLE_BUTTON = Qt.MouseButton.MiddleButton


@pytest.fixture
def bench(qapp: QApplication, qtbot: QtBot) -> WaveformBench:
    return WaveformBench(app=qapp, qtbot=qtbot)


def zoom_to(bench: WaveformBench, start_s: float, end_s: float) -> None:
    seen = bench.view.visible_range
    bench.view._go_to(seen.between(start_s, end_s), animated=False)


def ends(bench: WaveformBench) -> tuple[float, float]:
    return (pytest.approx(bench.seen.start_s), pytest.approx(bench.seen.end_s))


def test_the_wheel_zooms_around_the_pointer_with_ctrl(bench: WaveformBench) -> None:
    assert bench.wheel(x=200, upright=120, held=CTRL)
    assert bench.wheel(x=200, upright=120, held=CTRL)
    assert bench.seen.length_s == pytest.approx(80 / 1.25**2)
    assert bench.seen.time_at(200, width_px=WIDTH) == pytest.approx(20)
    assert bench.wheel(x=200, upright=-240, held=CTRL)
    assert bench.seen.is_whole


def test_the_page_gets_the_wheel_without_a_key(bench: WaveformBench) -> None:
    assert not bench.wheel(x=200, upright=120)
    assert not bench.wheel(x=200, across=120)
    zoom_to(bench, 20, 30)
    assert not bench.wheel(x=200, upright=120)
    assert ends(bench) == (20, 30)


@pytest.mark.parametrize(
    "turned", [{"across": -120}, {"upright": -120, "held": SHIFT}], ids=["across", "shift"]
)
def test_the_wheel_pans_to_the_side_and_with_shift(bench: WaveformBench, turned: dict[str, object]) -> None:
    zoom_to(bench, 20, 30)
    assert bench.wheel(x=200, **turned)
    assert ends(bench) == (21, 31)


def test_the_middle_button_drags_the_waveform_along(bench: WaveformBench) -> None:
    zoom_to(bench, 20, 30)
    bench.drag(400, 300, 240, button=MIDDLE_BUTTON)
    assert ends(bench) == (22, 32)
    assert bench.settled == bench.sought == []


def test_a_pinch_zooms(bench: WaveformBench) -> None:
    place = QPointF(200, MIDDLE)
    on_screen = QPointF(bench.view.mapToGlobal(place))
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2,
        place, place, on_screen, 1.0, QPointF(), 1,
    )  # fmt: skip
    QApplication.sendEvent(bench.view, pinch)
    assert bench.seen.length_s == pytest.approx(40)
    assert bench.seen.time_at(200, width_px=WIDTH) == pytest.approx(20)


def test_two_fingers_zoom(bench: WaveformBench) -> None:
    finger = QTest.createTouchDevice()
    left, right = QPoint(350, MIDDLE), QPoint(450, MIDDLE)
    QTest.touchEvent(bench.view, finger).press(0, left).press(1, right).commit()
    for apart_px in range(5, 105, 5):
        out = QPoint(apart_px, 0)
        QTest.touchEvent(bench.view, finger).move(0, left - out).move(1, right + out).commit()
    QTest.touchEvent(bench.view, finger).release(0, left - out).release(1, right + out).commit()
    # Fingers 300 px apart that began with 100; Qt takes some of it to see that it is a pinch.
    assert 80 / 3.1 <= bench.seen.length_s < 80 / 2
    assert bench.seen.time_at(400, width_px=WIDTH) == pytest.approx(40, abs=0.5)
    assert bench.settled == bench.sought == []
    assert bench.view._selection in {None, span(0, 80)}


def test_keys_zoom_around_the_play_head_and_turn_pages(bench: WaveformBench) -> None:
    bench.view.setFocus()
    bench.view.show_position(20.0)
    QTest.keyClick(bench.view, Qt.Key.Key_Plus)
    QTest.keyClick(bench.view, Qt.Key.Key_Equal)
    assert ends(bench) == (15, 35)
    QTest.keyClick(bench.view, Qt.Key.Key_PageDown)
    assert ends(bench) == (31, 51)
    QTest.keyClick(bench.view, Qt.Key.Key_Minus)
    assert bench.seen.length_s == pytest.approx(40)
    QTest.keyClick(bench.view, Qt.Key.Key_0)
    assert bench.seen.is_whole


def test_s_shows_what_is_selected(bench: WaveformBench) -> None:
    bench.view.show_selection(span(20, 30))
    bench.view.setFocus()
    QTest.keyClick(bench.view, Qt.Key.Key_S)
    assert ends(bench) == (19.5, 30.5)


def test_zooming_in_ends_at_ten_frames(bench: WaveformBench) -> None:
    for _ in range(40):
        bench.view.zoom_in()
    assert bench.seen.length_s == pytest.approx(10 / 16_000)


def test_buttons_zoom_and_switch_snapping(bench: WaveformBench, qapp: QApplication, qtbot: QtBot) -> None:
    buttons = WaveformButtons(view=bench.view, theme=Theme(app=qapp, choice="light"), name="recording")
    qtbot.addWidget(buttons)

    def press(name: str) -> float:
        buttons.findChild(QPushButton, f"recording-{name}").click()
        return bench.seen.length_s

    bench.view.show_selection(span(20, 30))
    lengths = [press(name) for name in ("zoom-selection", "zoom-in", "zoom-out", "zoom-whole")]
    assert lengths == pytest.approx([11, 5.5, 11, 80])
    press("snap")
    assert not bench.view.snaps


def test_the_scroll_bar_is_there_to_pan(bench: WaveformBench, qtbot: QtBot) -> None:
    bar = WaveformScrollBar(view=bench.view, name="recording-scroll")
    qtbot.addWidget(bar)
    assert bar.isHidden()
    zoom_to(bench, 20, 30)
    assert not bar.isHidden()
    assert (bar.value(), bar.pageStep()) == (25_000, 12_500)
    bar.setValue(50_000)
    assert ends(bench) == (40, 50)
    bench.view.show_whole()
    qtbot.waitUntil(bar.isHidden)


def test_the_play_head_is_followed_while_it_plays(bench: WaveformBench) -> None:
    zoom_to(bench, 20, 30)
    bench.view.show_position(29.9)
    assert ends(bench) == (20, 30)
    bench.view.show_position(30.1)
    assert ends(bench) == (29.1, 39.1)


def test_who_has_panned_away_from_the_play_head_stays_there(bench: WaveformBench) -> None:
    zoom_to(bench, 20, 30)
    bench.view.show_position(25.0)
    bench.view.pan_to(50)
    bench.view.show_position(25.1)
    assert ends(bench) == (50, 60)
    bench.view.show_position(3.0)
    assert bench.seen.start_s < 3 < bench.seen.end_s


def test_a_drag_beyond_the_edge_pans_on_until_it_ends(bench: WaveformBench) -> None:
    zoom_to(bench, 20, 30)
    bench.drag(400, 700, 900, release=False)
    bench.qtbot.waitUntil(lambda: bench.view.visible_range.end_s > 40)
    bench.move(400)
    before = bench.view.visible_range
    assert not bench.view._auto_pan.isActive()
    assert bench.changed[-1].start_s == pytest.approx(25)
    assert bench.changed[-1].end_s == pytest.approx((before.start_s + before.end_s) / 2, abs=0.01)


def test_tab_to_an_end_that_isnt_seen_brings_it_into_view(bench: WaveformBench) -> None:
    bench.view.show_selection(span(5, 70))
    zoom_to(bench, 20, 30)
    bench.view.setFocus()
    QTest.keyClick(bench.view, Qt.Key.Key_Tab)
    assert bench.seen.start_s < 5 < bench.seen.end_s


def test_keys_take_fine_steps_from_close_by(bench: WaveformBench) -> None:
    bench.view.show_position(20.0)
    bench.view.setFocus()
    zoom_to(bench, 19, 21)
    QTest.keyClick(bench.view, Qt.Key.Key_Right)
    assert bench.sought == [pytest.approx(20.01)]


# -- waveforms that are still decoded, and detail


def test_what_is_seen_stays_while_more_is_decoded(bench: WaveformBench) -> None:
    bench.view.show_waveform(even_waveform(duration_s=90.0, share=0.2))
    assert bench.seen.is_whole
    zoom_to(bench, 20, 30)
    bench.view.show_waveform(even_waveform(duration_s=85.0, share=0.4))
    assert ends(bench) == (20, 30)
    bench.view.show_waveform(even_waveform(duration_s=40.0, share=0.1))
    assert bench.seen.is_whole


def test_detail_is_asked_for_once_and_only_from_close_by(bench: WaveformBench) -> None:
    # 256 frames of 16 kHz are 16 ms: the view holds 800 of them.
    zoom_to(bench, 20, 33)
    bench.view._ask_for_detail()
    assert bench.details == []
    zoom_to(bench, 20, 22)
    bench.qtbot.waitUntil(lambda: bool(bench.details))
    assert bench.details == [span(19, 23)]
    bench.view.show_detail(even_waveform(duration_s=4.0, rate_hz=16_000 * 256), span(19, 23))
    zoom_to(bench, 19.5, 21.5)
    bench.view._ask_for_detail()
    assert len(bench.details) == 1
    zoom_to(bench, 18, 20)
    bench.qtbot.waitUntil(lambda: len(bench.details) == 2)


def test_detail_is_drawn_where_it_covers_what_is_seen(bench: WaveformBench) -> None:
    zoom_to(bench, 20, 22)
    silent = even_waveform(duration_s=4.0, rate_hz=16_000 * 256)
    silent.smallest[:] = silent.largest[:] = 0

    def loud_pixels() -> int:
        image = bench.view.grab().toImage()
        accent = Theme(app=QApplication.instance(), choice="light").tokens.color("accent")
        return sum(image.pixelColor(x, MIDDLE - 20) == accent for x in range(20, WIDTH - 20))

    assert loud_pixels() > WIDTH / 2
    bench.view.show_detail(silent, span(19, 23))
    assert loud_pixels() == 0
    zoom_to(bench, 18, 20)
    assert loud_pixels() > WIDTH / 2
