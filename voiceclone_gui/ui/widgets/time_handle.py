"""A time in a waveform as a control of its own: reached by Tab, and read out by screen readers."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractSlider, QWidget

from voiceclone_gui.core.clock_text import exact_time
from voiceclone_gui.ui.i18n import tr

_STEPS_PER_S = 100


class TimeHandle(QAbstractSlider):
    """Has the keyboard and the words of one time; its waveform paints it, moves it and handles its keys.

    A slider's value is a whole number, here of hundredths of a second, so the time is told in the name too.
    Signals: ``moved(float)``: a screen reader has moved it, to seconds; ``focus_changed(bool)``: whether it
    has the keyboard.
    """

    moved = Signal(float)
    focus_changed = Signal(bool)

    def __init__(self, *, parent: QWidget, name: str, words: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._words = words
        # No click reaches it, but only with this does it get the keyboard of one on its waveform.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(words)
        self.setAccessibleDescription(
            tr(
                "The arrow keys move it by a tenth of a second, with Shift by a second, with Ctrl to the "
                "next pause. The value is in hundredths of a second."
            )
        )
        self.valueChanged.connect(lambda value: self.moved.emit(value / _STEPS_PER_S))

    def show_time(self, time_s: float, *, duration_s: float) -> None:
        """Tell where in a recording of ``duration_s`` it is."""
        words = tr("{what}, {time}", what=self._words, time=exact_time(time_s))
        if words != self.accessibleName():
            self.setAccessibleName(words)
        with QSignalBlocker(self):
            self.setRange(0, round(duration_s * _STEPS_PER_S))
            self.setValue(round(time_s * _STEPS_PER_S))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit(False)
