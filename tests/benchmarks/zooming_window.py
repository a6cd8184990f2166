"""A waveform of an hour, 2,400 pixels wide, that zooms, is selected in and plays; prints times as JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import numpy as np
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from voiceclone_gui.audio.waveform import PIECE_FRAMES, Waveform
from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.selectable_waveform import SelectableWaveform

WIDTH_PX = 2400
HEIGHT_PX = 188
DURATION_S = 3600.0
RATE_HZ = 44_100


class BareWidget(QWidget):
    """Paints one colour: what every widget pays."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name is Qt's
        QPainter(self).fillRect(event.rect(), self.palette().base())


def hour_of_sound() -> Waveform:
    """Loud and quiet by turns, the same in every run."""
    loudness = np.random.default_rng(7).normal(0, 6000, round(DURATION_S * RATE_HZ / PIECE_FRAMES))
    loud = np.abs(loudness).clip(0, 32_000).astype(np.int16)
    return Waveform(smallest=-loud, largest=loud, duration_s=DURATION_S)


class Frames:
    """Times of frames, each painted at once."""

    def __init__(self, *, theme: Theme, repeats: int) -> None:
        self._repeats = repeats
        self.view = SelectableWaveform(
            theme=theme, height_px=HEIGHT_PX, with_ticks=True, name="recording-waveform"
        )
        ratio = self.view.devicePixelRatioF()
        self.view.resize(round(WIDTH_PX / ratio), self.view.sizeHint().height())
        self.bare = BareWidget()
        self.bare.resize(self.view.size())
        self.view.show_waveform(hour_of_sound())
        self.view.show_selection(Span(start_s=600.0, end_s=3000.0))

    def measure(self) -> dict[str, list[float]]:
        """Milliseconds of each frame, by what it was for."""
        return {
            "bare": self._times(lambda _: self.bare.repaint()),
            "zoom": self._times(self._zoom),
            "select": self._times(self._select),
            "play head": self._times(self._play),
        }

    def _times(self, paint: Callable[[int], None]) -> list[float]:
        times_ms = []
        for number in range(self._repeats):
            begin_s = time.perf_counter()
            paint(number)
            times_ms.append((time.perf_counter() - begin_s) * 1000)
        return times_ms

    def _zoom(self, number: int) -> None:
        seen = self.view.visible_range.zoomed(1.02, around_s=1800.0)
        self.view._go_to(seen, animated=False)
        self.view.repaint()

    def _select(self, number: int) -> None:
        self.view.show_selection(Span(start_s=600.0, end_s=2000.0 + number))
        self.view.repaint()

    def _play(self, number: int) -> None:
        self.view.show_position(1800.0 + number / 20)
        place_px = round(self.view._x(self.view._position_s))
        self.view.repaint(place_px - 8, 0, 16, HEIGHT_PX)


def main() -> None:
    """Measure and print."""
    app = QApplication(sys.argv[:1])
    frames = Frames(theme=Theme(app=app, choice="light"), repeats=int(sys.argv[1]))
    for widget in (frames.view, frames.bare):
        widget.show()
    app.processEvents()
    print(json.dumps(frames.measure()))


if __name__ == "__main__":
    main()
