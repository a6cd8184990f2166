"""Selecting a part of the recording with a real mouse and a real keyboard."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from voiceclone_gui.audio.waveform import Waveform
from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.selectable_waveform import SelectableWaveform

WIDTH, HEIGHT = 800, 188
MIDDLE = HEIGHT // 2
LEFT = Qt.MouseButton.LeftButton


def span(start_s: float, end_s: float) -> Span:
    return Span(start_s=start_s, end_s=end_s)


class Bench:
    """A view of 80 s, ten pixels a second, that tells what it has said."""

    def __init__(self, view: SelectableWaveform) -> None:
        self.view = view
        self.changed: list[Span] = []
        self.settled: list[Span] = []
        self.sought: list[float] = []
        view.selection_changed.connect(self.changed.append)
        view.selection_settled.connect(self.settled.append)
        view.seek_wanted.connect(self.sought.append)

    def drag(
        self,
        start_px: int,
        *stops_px: int,
        y: int = MIDDLE,
        held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        release: bool = True,
    ) -> None:
        QTest.mousePress(self.view, LEFT, held, QPoint(start_px, y))
        for stop_px in stops_px:
            self.move(stop_px, y=y, held=held)
        if release:
            QTest.mouseRelease(self.view, LEFT, held, QPoint(stops_px[-1], y))

    def move(
        self,
        x: int,
        *,
        y: int = MIDDLE,
        held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        button: Qt.MouseButton = LEFT,
    ) -> None:
        place = QPointF(x, y)
        event = QMouseEvent(
            QMouseEvent.Type.MouseMove,
            place,
            QPointF(self.view.mapToGlobal(place)),
            Qt.MouseButton.NoButton,
            button,
            held,
        )
        QApplication.sendEvent(self.view, event)


@pytest.fixture
def bench(qapp: QApplication, qtbot: QtBot) -> Bench:
    view = SelectableWaveform(
        theme=Theme(app=qapp, choice="light"), height_px=HEIGHT, with_ticks=True, name="recording-waveform"
    )
    qtbot.addWidget(view)
    loud = np.full(5000, 9000, dtype=np.int16)
    view.show_waveform(Waveform(smallest=-loud, largest=loud, duration_s=80.0))
    view.resize(WIDTH, view.sizeHint().height())
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    return Bench(view)


# -- mouse


def test_a_click_seeks_and_selects_nothing(bench: Bench) -> None:
    bench.view.show_selection(span(10, 30))
    QTest.mouseClick(bench.view, LEFT, pos=QPoint(200, MIDDLE))
    assert bench.sought == [pytest.approx(20.0)]
    assert bench.changed == bench.settled == []


@pytest.mark.parametrize("stops", [(300, 400), (50, 400)], ids=["forward", "past-the-start"])
def test_a_drag_selects_and_settles_once(bench: Bench, stops: tuple[int, ...]) -> None:
    bench.drag(200, *stops)
    assert bench.changed[-1] == span(20, 40)
    assert len(bench.changed) == 2
    assert bench.settled == [span(20, 40)]
    assert bench.sought == []


def test_a_drag_to_the_left_selects_too(bench: Bench) -> None:
    bench.drag(400, 300, 200)
    assert bench.settled == [span(20, 40)]


def test_a_drag_beyond_the_edge_ends_at_the_end(bench: Bench) -> None:
    bench.drag(400, 600, 2000)
    assert bench.settled == [span(40, 80)]


@pytest.mark.parametrize("off_px", [-7, 0, 7])
def test_an_end_is_dragged_from_anywhere_near_it(bench: Bench, off_px: int) -> None:
    bench.view.show_selection(span(10, 30))
    bench.drag(300 + off_px, 350 + off_px, 500 + off_px)
    assert bench.settled == [span(10, 50)]


def test_an_end_that_passes_the_other_takes_its_role(bench: Bench) -> None:
    bench.view.show_selection(span(10, 30))
    bench.drag(100, 250, 450)
    assert bench.settled == [span(30, 45)]


@pytest.mark.parametrize(("at_px", "to_px", "expected"), [(3, 103, (10, 80)), (797, 697, (0, 70))])
def test_all_has_ends_that_can_be_dragged(
    bench: Bench, at_px: int, to_px: int, expected: tuple[float, float]
) -> None:
    bench.drag(at_px, to_px)
    assert bench.settled == [span(*expected)]


@pytest.mark.parametrize(("to_px", "expected"), [(300, (20, 40)), (-500, (0, 20)), (2000, (60, 80))])
def test_the_bar_at_the_top_moves_all_of_it(bench: Bench, to_px: int, expected: tuple[float, float]) -> None:
    bench.view.show_selection(span(10, 30))
    bench.drag(200, to_px, y=3)
    assert bench.settled == [span(*expected)]


def test_below_the_bar_a_drag_inside_selects_anew(bench: Bench) -> None:
    bench.view.show_selection(span(10, 50))
    bench.drag(200, 300)
    assert bench.settled == [span(20, 30)]


def test_a_double_click_selects_from_pause_to_pause_and_then_all(bench: Bench) -> None:
    bench.view.show_pauses([span(9, 11), span(39, 41)])
    QTest.mouseDClick(bench.view, LEFT, pos=QPoint(200, MIDDLE))
    QTest.mouseDClick(bench.view, LEFT, pos=QPoint(200, MIDDLE))
    assert bench.settled == [span(10, 40), span(0, 80)]


def test_ends_snap_to_the_middle_of_a_pause(bench: Bench) -> None:
    bench.view.show_pauses([span(19.2, 20.2), span(40, 41)])
    bench.drag(200, 250, 399)
    assert bench.settled == [span(19.7, 40.5)]


def test_the_pointer_tells_what_a_press_would_do(bench: Bench) -> None:
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


def test_what_is_shown_meanwhile_leaves_a_drag_alone(bench: Bench) -> None:
    bench.drag(200, 300, release=False)
    bench.view.show_selection(span(1, 2))
    QTest.mouseRelease(bench.view, LEFT, pos=QPoint(300, MIDDLE))
    assert bench.settled == [span(20, 30)]


def test_nothing_is_selected_where_there_is_no_waveform(bench: Bench) -> None:
    bench.view.show_waveform(None)
    bench.drag(200, 300)
    QTest.mouseDClick(bench.view, LEFT, pos=QPoint(200, MIDDLE))
    assert bench.settled == bench.sought == []


# -- keyboard


@pytest.fixture
def handle(bench: Bench) -> Callable[[str], object]:
    def focused(which: str) -> object:
        found = bench.view.findChild(object, f"recording-waveform-{which}")
        found.setFocus(Qt.FocusReason.TabFocusReason)
        assert found.hasFocus()
        return found

    return focused


def test_tab_reaches_play_head_start_and_end(bench: Bench) -> None:
    bench.view.setFocus()
    reached = []
    for _ in range(3):
        reached.append(QApplication.focusWidget().objectName())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert reached == ["recording-waveform", "recording-waveform-start", "recording-waveform-end"]


SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
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
    bench: Bench,
    handle: Callable[[str], object],
    key: Qt.Key,
    held: Qt.KeyboardModifier,
    expected: tuple[float, float],
) -> None:
    bench.view.show_pauses([span(4, 6), span(14, 15)])
    bench.view.show_selection(span(10, 30))
    QTest.keyClick(handle("start"), key, held)
    assert bench.settled == bench.changed == [span(*expected)]
    assert bench.sought == []


def test_a_key_that_is_held_settles_once(bench: Bench, handle: Callable[[str], object]) -> None:
    bench.view.show_selection(span(10, 30))
    end = handle("end")
    for _ in range(5):
        QTest.keyPress(end, Qt.Key.Key_Right, SHIFT)
    assert bench.settled == []
    QTest.keyRelease(end, Qt.Key.Key_Right, SHIFT)
    assert bench.settled == [span(10, 35)]


def test_keys_move_the_play_head_where_it_has_the_keyboard(bench: Bench) -> None:
    bench.view.show_position(20.0)
    bench.view.setFocus()
    QTest.keyClick(bench.view, Qt.Key.Key_Right)
    QTest.keyClick(bench.view, Qt.Key.Key_Left, SHIFT)
    assert bench.sought == [pytest.approx(20.1), pytest.approx(19.0)]
    assert bench.changed == []


# -- screen readers


def test_what_is_selected_is_told(bench: Bench) -> None:
    assert bench.view.accessibleDescription() == "All is selected, 1:20.00"
    bench.view.show_selection(span(7.2, 72.05))
    told = "Selected 0:07.20 to 1:12.05, 64.85 seconds, of 1:20.00"
    assert bench.view.accessibleDescription() == told
