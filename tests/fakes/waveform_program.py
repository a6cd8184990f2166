"""A window with the waveform of the shipped reading, as a card holds it.

Shown until it is ended, or with a folder as argument: leaves pictures there, prints how many pixels of a
waveform are drawn differently from how they were rendered, and ends. The pixel ratio is the environment's.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from voiceclone_gui.audio.peaks import examine_sample
from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.parts import Card, row
from voiceclone_gui.ui.widgets.selectable_waveform import SelectableWaveform
from voiceclone_gui.ui.widgets.waveform_controls import WaveformButtons, WaveformScrollBar
from voiceclone_gui.ui.widgets.waveform_view import WaveformView

READING = Path(__file__).parents[2] / "resources" / "sample" / "austen-reading.wav"
PAUSES_S = (6.4, 8.0, 10.3)


class WaveformWindow(QWidget):
    """The waveform with all that belongs to it; it seeks by itself."""

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self.setWindowTitle("A waveform")
        self.facts, self.waveform = examine_sample(READING)
        self.view = SelectableWaveform(theme=theme, height_px=188, with_ticks=True, name="recording-waveform")
        self.view.seek_wanted.connect(self.view.show_position)
        self.small = WaveformView(theme=theme, height_px=36, with_ticks=False, name="clip-waveform")
        card = Card(number=1, title="Recording of the voice")
        card.body.setSpacing(4)
        card.body.addWidget(self.view)
        card.body.addWidget(WaveformScrollBar(view=self.view, name="recording-scroll"))
        card.body.addLayout(row(WaveformButtons(view=self.view, theme=theme, name="recording"), None))
        card.body.addWidget(self.small)
        QVBoxLayout(self).addWidget(card)
        for view in (self.view, self.small):
            view.show_waveform(self.waveform)
        self.view.show_pauses([Span(start_s=s - 0.1, end_s=s + 0.1) for s in PAUSES_S])


class Pictures:
    """Takes a picture of each state in each look."""

    def __init__(self, *, app: QApplication, folder: Path, theme: Theme, window: WaveformWindow) -> None:
        self._app = app
        self._folder = folder
        self._theme = theme
        self._window = window

    def take_all(self) -> None:
        """All states, light and dark, at both text sizes."""
        for choice in ("light", "dark"):
            for percent in (100, 200):
                self._theme.choose(choice=choice, text_scale=percent / 100)
                self._take_states(f"{choice}-{percent}")

    def _take_states(self, look: str) -> None:
        view = self._window.view
        view.show_whole()
        view.show_selection(None)
        view.show_position(0.0)
        self._take("all", look)
        view.show_selection(Span(start_s=2.7, end_s=16.3))
        view.show_position(9.4)
        self._window.small.show_position(9.4)
        self._take("selected", look)
        view.findChild(QWidget, "recording-waveform-start").setFocus(Qt.FocusReason.TabFocusReason)
        view.show_span(Span(start_s=2.0, end_s=9.0))
        self._take("zoomed", look)
        view.show_span(Span(start_s=9.35, end_s=9.45))
        self._take("close", look)

    def _take(self, state: str, look: str) -> None:
        view = self._window.view
        while view._range != view.visible_range:
            self._app.processEvents()
        self._app.processEvents()
        ratio = self._window.devicePixelRatioF()
        name = f"waveform-{state}-{look}-at-{ratio:g}-{self._app.platformName()}.png"
        self._folder.mkdir(parents=True, exist_ok=True)
        assert self._window.grab().save(str(self._folder / name))


def wrong_pixels(window: WaveformWindow, *, theme: Theme) -> int:
    """In how many pixels the small waveform isn't what the audio layer rendered."""
    view = window.small
    view.show_position(0.0)
    view.clearFocus()
    ratio = view.devicePixelRatioF()
    drawn = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    width, height = drawn.width(), drawn.height()
    pixels = np.frombuffer(drawn.constBits(), dtype=np.uint32).reshape(height, -1)[:, :width]
    rendered = window.waveform.render(
        width_px=width, height_px=height, bar_px=max(1, round(2 * ratio)), gap_px=max(1, round(ratio))
    )
    wanted = np.frombuffer(rendered, dtype=np.uint8).reshape(height, width)
    return int(((pixels == theme.tokens.color("accent").rgb()) != (wanted == 1)).sum())


def main() -> None:
    """Show it, or leave its pictures."""
    app = QApplication(sys.argv[:1])
    theme = Theme(app=app, choice="light")
    window = WaveformWindow(theme=theme)
    window.resize(680, 400)
    window.show()
    if len(sys.argv) == 1:
        sys.exit(app.exec())
    app.processEvents()
    print(wrong_pixels(window, theme=theme), flush=True)
    Pictures(app=app, folder=Path(sys.argv[1]), theme=theme, window=window).take_all()


if __name__ == "__main__":
    main()
