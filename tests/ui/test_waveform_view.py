"""The waveform with its play head: what is painted anew while it plays."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from voiceclone_gui.audio.peaks import Waveform
from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.selectable_waveform import SelectableWaveform
from voiceclone_gui.ui.widgets.waveform_view import WaveformView


class WatchedView(WaveformView):
    """Remembers which parts were painted."""

    def __init__(self, *, theme: Theme) -> None:
        super().__init__(theme=theme, height_px=60, with_ticks=False, name="watched")
        self.painted: list[QRect] = []

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name is Qt's
        self.painted.append(event.rect())
        super().paintEvent(event)


@pytest.mark.parametrize(
    ("before_s", "after_s", "is_whole"), [(0.0, 0.1, True), (5.0, 0.0, True), (5.0, 5.1, False)]
)
def test_all_is_painted_where_the_colour_of_the_rest_changes(
    qapp: QApplication, qtbot: QtBot, before_s: float, after_s: float, is_whole: bool
) -> None:
    view = WatchedView(theme=Theme(app=qapp, choice="light"))
    qtbot.addWidget(view)
    loud = np.full(100, 9000, dtype=np.int16)
    view.show_waveform(Waveform(smallest=-loud, largest=loud, duration_s=10.0))
    view.show_position(before_s)
    view.resize(400, 60)
    view.show()
    qtbot.waitUntil(lambda: view.rect() in view.painted)
    view.painted.clear()
    view.show_position(after_s)
    qtbot.waitUntil(lambda: bool(view.painted))
    assert (view.rect() in view.painted) is is_whole


class WatchedSelectableView(SelectableWaveform):
    """Remembers which parts were painted."""

    def __init__(self, *, theme: Theme) -> None:
        super().__init__(theme=theme, height_px=60, with_ticks=True, name="watched")
        self.painted: list[QRect] = []

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name is Qt's
        self.painted.append(event.rect())
        super().paintEvent(event)


def test_only_the_strip_of_the_play_head_is_painted_while_a_selection_plays(
    qapp: QApplication, qtbot: QtBot
) -> None:
    view = WatchedSelectableView(theme=Theme(app=qapp, choice="light"))
    qtbot.addWidget(view)
    loud = np.full(100, 9000, dtype=np.int16)
    view.show_waveform(Waveform(smallest=-loud, largest=loud, duration_s=10.0))
    view.show_selection(Span(start_s=2.0, end_s=8.0))
    view.resize(400, view.sizeHint().height())
    view.show()
    qtbot.waitUntil(lambda: view.rect() in view.painted)
    for step in range(10):
        view.painted.clear()
        view.show_position(4.0 + step / 10)
        qtbot.waitUntil(lambda: bool(view.painted))
        # Where it was and where it is, with the grip of the one that has the keyboard.
        assert step == 0 or all(painted.width() < 60 for painted in view.painted)
        assert view.rect() not in view.painted


class PreviewedWaveform(Waveform):
    """Is known exactly on the left, and only from a few samples on the right."""

    def render(
        self, *, width_px: int, height_px: int, bar_px: int, gap_px: int, span: Span | None = None
    ) -> bytes:
        half = width_px // 2
        return (bytes([1]) * half + bytes([2]) * (width_px - half)) * height_px


def test_what_is_only_a_preview_is_drawn_paler(qapp: QApplication, qtbot: QtBot) -> None:
    theme = Theme(app=qapp, choice="light")
    view = WatchedView(theme=theme)
    qtbot.addWidget(view)
    silent = np.zeros(100, dtype=np.int16)
    view.show_waveform(PreviewedWaveform(smallest=silent, largest=silent, duration_s=10.0))
    view.resize(400, 60)
    drawn = view.grab().toImage()
    accent = theme.tokens.color("accent")
    exact, preview = (drawn.pixelColor(x, 30) for x in (100, 300))
    assert exact == accent
    assert accent.lightness() < preview.lightness() < 250
