"""A waveform that can be looked at, sought in, and read out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.visible_range import VisibleRange
from voiceclone_gui.ui.widgets.waveform_picture import WaveformPicture
from voiceclone_gui.ui.widgets.waveform_words import clock_time, tick_step_s, tick_words

if TYPE_CHECKING:
    from voiceclone_gui.audio.waveform import Waveform

__all__ = ["WaveformView", "clock_time"]

_TICK_WIDTH_PX = 90
_STEP_S = 1.0
_FOCUS_RADIUS_PX = 6


class WaveformView(QWidget):
    """Draws a waveform with its play head. Signal ``seek_wanted(float)``: a place in seconds.

    The picture comes from the audio layer as one byte a pixel; it is kept until what is seen, the size, the
    pixel ratio or the waveform changes, and only the strip around the play head is painted while it moves.
    """

    seek_wanted = Signal(float)

    def __init__(self, *, theme: Theme, height_px: int, with_ticks: bool, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._theme = theme
        self._height_px = height_px
        self._with_ticks = with_ticks
        self._waveform: Waveform | None = None
        self._range = VisibleRange()
        self._position_s = 0.0
        self._picture = WaveformPicture()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Waveform"))
        self.setToolTip(tr("Click to play from there; the arrow keys move by a second"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(240, self._height_px + (self._ticks_height() if self._with_ticks else 0))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    @property
    def height_px(self) -> int:
        """How tall it is, without its ticks."""
        return self._height_px

    def set_height(self, height_px: int) -> None:
        """Take more or less room."""
        if height_px != self._height_px:
            self._height_px = height_px
            self.updateGeometry()
            self.update()

    def show_waveform(self, waveform: Waveform | None) -> None:
        """Draw another waveform, also an unfinished one."""
        if waveform is not self._waveform:
            before, self._waveform = self._waveform, waveform
            self._fit_range(before)
            self.setAccessibleDescription(self._description())
            self.update()

    def show_position(self, position_s: float) -> None:
        """Move the play head."""
        if position_s == self._position_s:
            return
        before_s, self._position_s = self._position_s, position_s
        self._repaint_head(before_s)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        if self._waveform is not None:
            span = Span(start_s=self._range.start_s, end_s=self._range.end_s)
            size_px = (self.width(), self._height_px)
            self._picture.prepare(self._waveform, span=span, size_px=size_px, ratio=self.devicePixelRatioF())
            self._paint_waveform(painter)
            if self._with_ticks and event.rect().bottom() >= self._height_px:
                self._paint_ticks(painter)
        if self._has_keyboard():
            self._paint_focus(painter)

    def _has_keyboard(self) -> bool:
        return self.hasFocus()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._seek_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek_to(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        places = {
            Qt.Key.Key_Left: self._position_s - _STEP_S,
            Qt.Key.Key_Right: self._position_s + _STEP_S,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: self._duration_s,
        }
        place_s = places.get(Qt.Key(event.key()))
        if place_s is None or self._waveform is None:
            super().keyPressEvent(event)
            return
        self.seek_wanted.emit(min(max(place_s, 0.0), self._duration_s))

    # -- what a waveform that can do more does differently

    def _fit_range(self, before: Waveform | None) -> None:  # noqa: ARG002 - for those that zoom
        self._range = VisibleRange.whole(self._duration_s)

    def _description(self) -> str:
        if self._waveform is None:
            return ""
        return tr("{seconds} seconds of sound", seconds=f"{self._duration_s:.1f}")

    def _repaint_head(self, before_s: float) -> None:
        if before_s == 0 or self._position_s == 0:
            # What is still to come is drawn in another colour then.
            self.update()
        else:
            self._repaint_strip(*sorted((self._x(before_s), self._x(self._position_s))))

    def _paint_waveform(self, painter: QPainter) -> None:
        head = min(max(self._x(self._position_s), 0.0), float(self.width()))
        rest = "waveform_rest" if self._position_s > 0 else "accent"
        self._paint_part(painter, 0, head, "accent")
        self._paint_part(painter, head, self.width(), rest)
        self._paint_head(painter)

    def _paint_focus(self, painter: QPainter) -> None:
        painter.setPen(QPen(self._theme.tokens.color("accent"), 2))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(1, 1, -1, -1), _FOCUS_RADIUS_PX, _FOCUS_RADIUS_PX
        )

    # -- parts

    @property
    def _duration_s(self) -> float:
        return self._waveform.duration_s if self._waveform is not None else 0.0

    def _seek_to(self, x: float) -> None:
        if self._waveform is not None and self.width() > 0:
            self.seek_wanted.emit(self._range.time_at(x, width_px=self.width()))

    def _x(self, time_s: float) -> float:
        return self._range.place_of(min(time_s, self._duration_s), width_px=self.width())

    def _repaint_strip(self, left: float, right: float) -> None:
        self.update(QRectF(left - 4, 0, right - left + 8, self.height()).toAlignedRect())

    def _paint_part(self, painter: QPainter, left: float, right: float, color: str) -> None:
        part = QRectF(left, 0, right - left, self._height_px)
        self._picture.paint(painter, part, self._theme.tokens.color(color))

    def _paint_head(self, painter: QPainter) -> None:
        if self._position_s > 0:
            head = self._x(self._position_s)
            painter.setPen(QPen(self._theme.tokens.color("text"), 1.5))
            painter.drawLine(QPointF(head, 0), QPointF(head, self._height_px))

    def _paint_ticks(self, painter: QPainter) -> None:
        if self._duration_s <= 0 or self.width() <= 0:
            return
        painter.setPen(self._theme.tokens.color("secondary_text"))
        font = self.font()
        font.setPixelSize(max(9, round(font.pixelSize() * 0.82)))
        painter.setFont(font)
        metrics = painter.fontMetrics()
        second_per_px = self._range.length_s / self.width()
        # Twice as wide as its words: the last one may have to give way by its own width.
        step_s = tick_step_s(second_per_px * max(_TICK_WIDTH_PX, 2 * metrics.horizontalAdvance("00:00")))
        if step_s < 1:
            fine_px = 2 * metrics.horizontalAdvance("00:00.00")
            step_s = tick_step_s(second_per_px * max(_TICK_WIDTH_PX, fine_px))
        baseline = self._height_px + metrics.ascent() + 6
        number = -int(-self._range.start_s // step_s)
        while number * step_s <= self._range.end_s + 1e-9:
            text = tick_words(number * step_s, step_s=step_s)
            x = min(self._x(number * step_s), self.width() - metrics.horizontalAdvance(text))
            painter.drawText(QPointF(x, baseline), text)
            number += 1

    def _ticks_height(self) -> int:
        return round(20 * self._theme.text_scale)
