"""The waveform of a recording in a window of its own, with a mouse and a wheel, and what it has said."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from voiceclone_gui.audio.waveform import PIECE_FRAMES, Waveform
from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.selectable_waveform import SelectableWaveform
from voiceclone_gui.ui.widgets.visible_range import VisibleRange

WIDTH, HEIGHT = 800, 188
MIDDLE = HEIGHT // 2
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


def span(start_s: float, end_s: float) -> Span:
    """A part of the recording."""
    return Span(start_s=start_s, end_s=end_s)


def even_waveform(*, duration_s: float = 80.0, rate_hz: int = 16_000, share: float = 1.0) -> Waveform:
    """A recording that is equally loud all the time."""
    loud = np.full(round(duration_s * share * rate_hz / PIECE_FRAMES), 9000, dtype=np.int16)
    return Waveform(smallest=-loud, largest=loud, duration_s=duration_s, share=share)


class WaveformBench:
    """A view of 80 s, ten pixels a second."""

    def __init__(self, *, app: QApplication, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.view = view = SelectableWaveform(
            theme=Theme(app=app, choice="light"), height_px=HEIGHT, with_ticks=True, name="recording-waveform"
        )
        qtbot.addWidget(view)
        self.changed: list[Span] = []
        self.settled: list[Span] = []
        self.sought: list[float] = []
        self.details: list[Span] = []
        view.selection_changed.connect(self.changed.append)
        view.selection_settled.connect(self.settled.append)
        view.seek_wanted.connect(self.sought.append)
        view.detail_wanted.connect(self.details.append)
        view.show_waveform(even_waveform())
        view.resize(WIDTH, view.sizeHint().height())
        with qtbot.waitExposed(view):
            view.show()
        view.activateWindow()

    @property
    def seen(self) -> VisibleRange:
        """What is seen, once nothing moves any more."""
        self.qtbot.waitUntil(lambda: self.view._range == self.view.visible_range)
        return self.view.visible_range

    def drag(
        self,
        start_px: int,
        *stops_px: int,
        y: int = MIDDLE,
        held: Qt.KeyboardModifier = NONE,
        button: Qt.MouseButton = LEFT,
        release: bool = True,
    ) -> None:
        """Press, move to one place after the other, and let go."""
        QTest.mousePress(self.view, button, held, QPoint(start_px, y))
        for stop_px in stops_px:
            self.move(stop_px, y=y, held=held, button=button)
        if release:
            QTest.mouseRelease(self.view, button, held, QPoint(stops_px[-1], y))

    def move(
        self, x: int, *, y: int = MIDDLE, held: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT
    ) -> None:
        """Move the mouse while a button is down; QTest's own moves forget which."""
        place = QPointF(x, y)
        on_screen = QPointF(self.view.mapToGlobal(place))
        kind = QMouseEvent.Type.MouseMove
        event = QMouseEvent(kind, place, on_screen, Qt.MouseButton.NoButton, button, held)
        QApplication.sendEvent(self.view, event)

    def wheel(self, *, x: int, across: int = 0, upright: int = 0, held: Qt.KeyboardModifier = NONE) -> bool:
        """Turn the wheel, 120 to the notch; returns whether the view took it."""
        place = QPointF(x, MIDDLE)
        on_screen = QPointF(self.view.mapToGlobal(place))
        event = QWheelEvent(
            place,
            on_screen,
            QPoint(),
            QPoint(across, upright),
            Qt.MouseButton.NoButton,
            held,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.view, event)
        return event.isAccepted()
