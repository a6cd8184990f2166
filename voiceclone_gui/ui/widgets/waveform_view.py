"""A waveform that can be looked at, sought in, and read out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.theme import Theme

if TYPE_CHECKING:
    from voiceclone_gui.audio.peaks import Waveform

_BAR_PX, _GAP_PX = 2, 1
_TICK_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_TICK_WIDTH_PX = 90
_STEP_S = 1.0


def clock_time(seconds: float, *, tenths: bool = False) -> str:
    """``seconds`` as minutes and seconds: ``1:07``, with ``tenths`` ``1:07.3``."""
    whole = int(seconds)
    text = f"{whole // 60}:{whole % 60:02d}"
    return f"{text}.{int(seconds * 10) % 10}" if tenths else text


class WaveformView(QWidget):
    """Draws a waveform with its play head. Signal ``seek_wanted(float)``: a place in seconds.

    The picture comes from the audio layer as one byte a pixel; it is kept until the size, the pixel ratio
    or the waveform changes, and only the strip around the play head is painted while it moves.
    """

    seek_wanted = Signal(float)

    def __init__(self, *, theme: Theme, height_px: int, with_ticks: bool, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._theme = theme
        self._height_px = height_px
        self._with_ticks = with_ticks
        self._waveform: Waveform | None = None
        self._position_s = 0.0
        self._image: QImage | None = None
        self._rendered_for: tuple[int, int] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Waveform"))
        self.setToolTip(tr("Click to play from there; the arrow keys move by a second"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(240, self._height_px + (self._ticks_height() if self._with_ticks else 0))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def show_waveform(self, waveform: Waveform | None) -> None:
        """Draw another waveform, also an unfinished one."""
        if waveform is not self._waveform:
            self._waveform = waveform
            self._rendered_for = None
            self.setAccessibleDescription(
                tr("{seconds} seconds of sound", seconds=f"{waveform.duration_s:.1f}") if waveform else ""
            )
            self.update()

    def show_position(self, position_s: float) -> None:
        """Move the play head."""
        if position_s == self._position_s:
            return
        leaves_or_reaches_start = 0.0 in {self._position_s, position_s}
        before, self._position_s = self._x(self._position_s), position_s
        after = self._x(position_s)
        if leaves_or_reaches_start:
            # What is still to come is drawn in another colour then.
            self.update()
            return
        left, right = sorted((before, after))
        self.update(QRectF(left - 4, 0, right - left + 8, self.height()).toAlignedRect())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        tokens = self._theme.tokens
        if self._waveform is not None:
            head = self._x(self._position_s)
            self._paint_part(painter, QRectF(0, 0, head, self._height_px), "accent")
            rest = "waveform_rest" if self._position_s > 0 else "accent"
            self._paint_part(painter, QRectF(head, 0, self.width() - head, self._height_px), rest)
            if self._position_s > 0:
                painter.setPen(QPen(tokens.color("text"), 1.5))
                painter.drawLine(QPointF(head, 0), QPointF(head, self._height_px))
            if self._with_ticks:
                self._paint_ticks(painter)
        if self.hasFocus():
            painter.setPen(QPen(tokens.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._rendered_for = None
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._seek_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek_to(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        duration_s = self._waveform.duration_s if self._waveform else 0.0
        places = {
            Qt.Key.Key_Left: self._position_s - _STEP_S,
            Qt.Key.Key_Right: self._position_s + _STEP_S,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: duration_s,
        }
        place_s = places.get(Qt.Key(event.key()))
        if place_s is None or self._waveform is None:
            super().keyPressEvent(event)
            return
        self.seek_wanted.emit(min(max(place_s, 0.0), duration_s))

    def _seek_to(self, x: float) -> None:
        if self._waveform is not None and self.width() > 0:
            share = min(max(x / self.width(), 0.0), 1.0)
            self.seek_wanted.emit(share * self._waveform.duration_s)

    def _x(self, position_s: float) -> float:
        if self._waveform is None or self._waveform.duration_s <= 0:
            return 0.0
        return min(position_s / self._waveform.duration_s, 1.0) * self.width()

    def _paint_part(self, painter: QPainter, part: QRectF, color: str) -> None:
        image = self._rendered()
        if image is None or part.width() <= 0:
            return
        ratio = self.devicePixelRatioF()
        image.setColorTable([0, self._theme.tokens.color(color).rgba()])
        source = QRectF(part.x() * ratio, 0, part.width() * ratio, image.height())
        painter.drawImage(part, image, source)

    def _rendered(self) -> QImage | None:
        ratio = self.devicePixelRatioF()
        size = (max(1, round(self.width() * ratio)), max(1, round(self._height_px * ratio)))
        if self._waveform is not None and self._rendered_for != size:
            pixels = self._waveform.render(
                width_px=size[0],
                height_px=size[1],
                bar_px=max(1, round(_BAR_PX * ratio)),
                gap_px=max(1, round(_GAP_PX * ratio)),
            )
            # A copy: QImage only borrows the bytes that it is given.
            self._image = QImage(pixels, *size, size[0], QImage.Format.Format_Indexed8).copy()
            self._rendered_for = size
        return self._image

    def _paint_ticks(self, painter: QPainter) -> None:
        duration_s = self._waveform.duration_s if self._waveform else 0.0
        if duration_s <= 0:
            return
        painter.setPen(self._theme.tokens.color("secondary_text"))
        font = self.font()
        font.setPixelSize(max(9, round(font.pixelSize() * 0.82)))
        painter.setFont(font)
        wanted_s = duration_s * _TICK_WIDTH_PX * self._theme.text_scale / max(1, self.width())
        step_s = next((s for s in _TICK_STEPS_S if s >= wanted_s), _TICK_STEPS_S[-1])
        metrics = painter.fontMetrics()
        baseline = self._height_px + metrics.ascent() + 6
        tick_s = 0.0
        while tick_s <= duration_s:
            text = clock_time(tick_s)
            x = min(self._x(tick_s), self.width() - metrics.horizontalAdvance(text))
            painter.drawText(QPointF(x, baseline), text)
            tick_s += step_s

    def _ticks_height(self) -> int:
        return round(20 * self._theme.text_scale)
