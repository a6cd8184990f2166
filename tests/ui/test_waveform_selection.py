"""Selecting a part of the recording with a real mouse and a real keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.waveform_bench import LEFT, MIDDLE, WaveformBench, even_waveform, span

ALT = Qt.KeyboardModifier.AltModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def bench(qapp: QApplication, qtbot: QtBot) -> WaveformBench:
    return WaveformBench(app=qapp, qtbot=qtbot)


# -- mouse


def test_a_click_seeks_and_selects_nothing(bench: WaveformBench) -> None:
    bench.view.show_selection(span(10, 30))
    QTest.mouseClick(bench.view, LEFT, pos=QPoint(200, MIDDLE))
    assert bench.sought == [pytest.approx(20.0)]
    assert bench.changed == bench.settled == []


@pytest.mark.parametrize("stops", [(300, 400), (50, 400)], ids=["forward", "past-the-start"])
def test_a_drag_selects_and_settles_once(bench: WaveformBench, stops: tuple[int, ...]) -> None:
    bench.drag(200, *stops)
    assert bench.changed[-1] == span(20, 40)
    assert len(bench.changed) == 2
    assert bench.settled == [span(20, 40)]
    assert bench.sought == []


def test_a_drag_to_the_left_selects_too(bench: WaveformBench) -> None:
    bench.drag(400, 300, 200)
    assert bench.settled == [span(20, 40)]


def test_a_drag_beyond_the_edge_ends_at_the_end(bench: WaveformBench) -> None:
    bench.drag(400, 600, 2000)
    assert bench.settled == [span(40, 80)]


@pytest.mark.parametrize("off_px", [-7, 0, 7])
def test_an_end_is_dragged_from_anywhere_near_it(bench: WaveformBench, off_px: int) -> None:
    bench.view.show_selection(span(10, 30))
    bench.drag(300 + off_px, 350 + off_px, 500 + off_px)
    assert bench.settled == [span(10, 50)]


def test_an_end_that_passes_the_other_takes_its_role(bench: WaveformBench) -> None:
    bench.view.show_selection(span(10, 30))
    bench.drag(100, 250, 450)
    assert bench.settled == [span(30, 45)]


@pytest.mark.parametrize(("at_px", "to_px", "expected"), [(3, 103, (10, 80)), (797, 697, (0, 70))])
def test_all_has_ends_that_can_be_dragged(
    bench: WaveformBench, at_px: int, to_px: int, expected: tuple[float, float]
) -> None:
    bench.drag(at_px, to_px)
    assert bench.settled == [span(*expected)]


@pytest.mark.parametrize(("to_px", "expected"), [(300, (20, 40)), (-500, (0, 20)), (2000, (60, 80))])
def test_the_bar_at_the_top_moves_all_of_it(
    bench: WaveformBench, to_px: int, expected: tuple[float, float]
) -> None:
    bench.view.show_selection(span(10, 30))
    bench.drag(200, to_px, y=3)
    assert bench.settled == [span(*expected)]


def test_below_the_bar_a_drag_inside_selects_anew(bench: WaveformBench) -> None:
    bench.view.show_selection(span(10, 50))
    bench.drag(200, 300)
    assert bench.settled == [span(20, 30)]


def test_a_double_click_selects_from_pause_to_pause_and_then_all(bench: WaveformBench) -> None:
    bench.view.show_pauses([span(9, 11), span(39, 41)])
    QTest.mouseDClick(bench.view, LEFT, pos=QPoint(200, MIDDLE))
    QTest.mouseDClick(bench.view, LEFT, pos=QPoint(200, MIDDLE))
    assert bench.settled == [span(10, 40), span(0, 80)]


def test_ends_snap_to_the_middle_of_a_pause(bench: WaveformBench) -> None:
    bench.view.show_pauses([span(19.2, 20.2), span(40, 41)])
    bench.drag(200, 250, 399)
    assert bench.settled == [span(19.7, 40.5)]


def test_ends_dont_snap_from_further_away_or_with_alt_or_where_it_is_off(bench: WaveformBench) -> None:
    bench.view.show_pauses([span(40, 41)])
    bench.drag(200, 250, 395)
    bench.view.show_selection(None)
    bench.drag(200, 250, 404, held=ALT)
    bench.view.show_selection(None)
    said: list[bool] = []
    bench.view.snap_changed.connect(said.append)
    bench.view.set_snapping(False)
    bench.drag(200, 250, 404)
    assert bench.settled == [span(20, 39.5), span(20, 40.4), span(20, 40.4)]
    assert said == [False]


def test_a_selection_snaps_with_either_end_when_it_is_moved(bench: WaveformBench) -> None:
    bench.view.show_pauses([span(50, 51)])
    bench.view.show_selection(span(10, 30))
    bench.drag(200, 402, y=3)
    assert bench.settled == [span(30.5, 50.5)]


def test_a_drag_with_shift_moves_the_nearer_end(bench: WaveformBench) -> None:
    bench.view.show_selection(span(20, 40))
    bench.drag(600, 650, held=SHIFT)
    bench.drag(100, 110, held=SHIFT)
    assert bench.settled == [span(20, 65), span(11, 65)]


def test_esc_gives_a_drag_up(bench: WaveformBench) -> None:
    bench.view.show_selection(span(10, 30))
    bench.drag(300, 350, 500, release=False)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    QTest.mouseRelease(bench.view, LEFT, pos=QPoint(500, MIDDLE))
    assert bench.changed[-1] == span(10, 30)
    assert bench.settled == bench.sought == []


def test_a_recording_that_turns_out_shorter_keeps_what_is_left_of_the_selection(bench: WaveformBench) -> None:
    bench.view.show_selection(span(20, 70))
    bench.view.show_waveform(even_waveform(duration_s=50.0))
    bench.drag(400, 500, y=3)
    assert bench.settled == [span(20, 50)]


def test_the_end_that_was_dragged_has_the_keyboard_then(bench: WaveformBench) -> None:
    bench.view.show_selection(span(10, 30))
    bench.drag(300, 350, 500)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
    assert bench.settled == [span(10, 50), span(10, 49.9)]


def test_the_pointer_tells_what_a_press_would_do(bench: WaveformBench) -> None:
    bench.view.show_selection(span(10, 30))
    shapes = []
    for x, y in ((100, MIDDLE), (300, MIDDLE), (200, 3), (200, MIDDLE), (500, 3)):
        bench.move(x, y=y, button=Qt.MouseButton.NoButton)
        shapes.append(bench.view.cursor().shape())
    shape = Qt.CursorShape
    assert shapes == [
        shape.SizeHorCursor,
        shape.SizeHorCursor,
        shape.OpenHandCursor,
        shape.IBeamCursor,
        shape.IBeamCursor,
    ]


def test_what_is_shown_meanwhile_leaves_a_drag_alone(bench: WaveformBench) -> None:
    bench.drag(200, 300, release=False)
    bench.view.show_selection(span(1, 2))
    QTest.mouseRelease(bench.view, LEFT, pos=QPoint(300, MIDDLE))
    assert bench.settled == [span(20, 30)]


def test_nothing_is_selected_where_there_is_no_waveform(bench: WaveformBench) -> None:
    bench.view.show_waveform(None)
    bench.drag(200, 300)
    QTest.mouseDClick(bench.view, LEFT, pos=QPoint(200, MIDDLE))
    assert bench.settled == bench.sought == []


# -- keyboard


@pytest.fixture
def handle(bench: WaveformBench) -> Callable[[str], QWidget]:
    def focused(which: str) -> QWidget:
        found = bench.view.findChild(QWidget, f"recording-waveform-{which}")
        found.setFocus(Qt.FocusReason.TabFocusReason)
        assert found.hasFocus()
        return found

    return focused


def test_tab_reaches_play_head_start_and_end(bench: WaveformBench) -> None:
    bench.view.setFocus()
    reached = []
    for _ in range(3):
        reached.append(QApplication.focusWidget().objectName())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert reached == ["recording-waveform-head", "recording-waveform-start", "recording-waveform-end"]


NONE = Qt.KeyboardModifier.NoModifier
KEYS = [
    (Qt.Key.Key_Right, NONE, (10.1, 30)),
    (Qt.Key.Key_Left, NONE, (9.9, 30)),
    (Qt.Key.Key_Right, SHIFT, (11, 30)),
    (Qt.Key.Key_Right, CTRL, (14.5, 30)),
    (Qt.Key.Key_Left, CTRL, (5, 30)),
    (Qt.Key.Key_Home, NONE, (0, 30)),
    (Qt.Key.Key_End, NONE, (29.99, 30)),
]


@pytest.mark.parametrize(("key", "held", "expected"), KEYS)
def test_keys_move_the_end_that_has_the_keyboard(
    bench: WaveformBench,
    handle: Callable[[str], QWidget],
    key: Qt.Key,
    held: Qt.KeyboardModifier,
    expected: tuple[float, float],
) -> None:
    bench.view.show_pauses([span(4, 6), span(14, 15)])
    bench.view.show_selection(span(10, 30))
    QTest.keyClick(handle("start"), key, held)
    assert bench.settled == bench.changed == [span(*expected)]
    assert bench.sought == []


def test_a_key_that_is_held_settles_once(bench: WaveformBench, handle: Callable[[str], QWidget]) -> None:
    bench.view.show_selection(span(10, 30))
    end = handle("end")
    for _ in range(5):
        QTest.keyPress(end, Qt.Key.Key_Right, SHIFT)
    assert bench.settled == []
    QTest.keyRelease(end, Qt.Key.Key_Right, SHIFT)
    assert bench.settled == [span(10, 35)]


def test_a_click_gives_the_play_head_the_keyboard(
    bench: WaveformBench, handle: Callable[[str], QWidget]
) -> None:
    handle("start")
    QTest.mouseClick(bench.view.window().windowHandle(), LEFT, pos=QPoint(300, MIDDLE))
    assert QApplication.focusWidget().objectName() == "recording-waveform-head"


def test_keys_move_the_play_head_where_it_has_the_keyboard(bench: WaveformBench) -> None:
    bench.view.show_position(20.0)
    bench.view.setFocus()
    QTest.keyClick(bench.view, Qt.Key.Key_Right)
    QTest.keyClick(bench.view, Qt.Key.Key_Left, SHIFT)
    assert bench.sought == [pytest.approx(20.1), pytest.approx(19.0)]
    assert bench.changed == []


def test_ends_are_set_to_the_play_head_and_all_is_selected(bench: WaveformBench) -> None:
    bench.view.setFocus()
    bench.view.show_position(20.0)
    QTest.keyClick(bench.view, Qt.Key.Key_I)
    bench.view.show_position(33.3)
    QTest.keyClick(bench.view, Qt.Key.Key_BracketRight)
    QTest.keyClick(bench.view, Qt.Key.Key_A, CTRL)
    assert bench.settled == [span(20, 80), span(20, 33.3), span(0, 80)]


# -- screen readers


def test_what_is_selected_is_told(bench: WaveformBench) -> None:
    assert bench.view.accessibleDescription() == "All is selected, 1:20.00"
    bench.view.show_selection(span(7.2, 72.05))
    told = "Selected 0:07.20 to 1:12.05, 64.85 seconds, of 1:20.00"
    assert bench.view.accessibleDescription() == told


def test_each_end_and_the_play_head_tell_their_time(
    bench: WaveformBench, handle: Callable[[str], QWidget]
) -> None:
    bench.view.show_selection(span(7.2, 72.05))
    bench.view.show_position(61.0)
    bench.qtbot.waitUntil(lambda: handle("head").accessibleName() == "Play head, 1:01.00")
    assert handle("start").accessibleName() == "Start of the selection, 0:07.20"
    assert handle("end").accessibleName() == "End of the selection, 1:12.05"


def test_a_screen_reader_can_move_them(bench: WaveformBench, handle: Callable[[str], QWidget]) -> None:
    bench.view.show_selection(span(10, 30))
    handle("start").setValue(1234)
    handle("end").setValue(500)
    handle("head").setValue(2000)
    assert bench.settled == [span(12.34, 30), span(12.34, 12.35)]
    assert handle("end").value() == 1235
    assert bench.sought == [20.0]


def test_a_play_head_that_plays_is_told_only_when_it_rests(
    bench: WaveformBench, handle: Callable[[str], QWidget]
) -> None:
    for step in range(1, 20):
        bench.view.show_position(step / 20)
        assert handle("head").value() == 0
    bench.qtbot.waitUntil(lambda: handle("head").value() == 95)
