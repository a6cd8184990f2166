"""How loud the microphone is, as a bar from -60 dBFS to full scale."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.presenters.level_reading import LevelReading
from voiceclone_gui.ui.theme import Theme

_FLOOR_DBFS = -60.0
_TICKS_DBFS = (-60, -48, -36, -24, -12, -6, 0)
# Speech that peaks in here is neither lost in noise nor near to clipping.
_GOOD_FROM_DBFS, _LOUD_FROM_DBFS, _CLIPS_FROM_DBFS = -24.0, -6.0, -1.0
_BAR_PX = 12
_GAP_PX = 3


class LevelMeter(QWidget):
    """Shows the mean as a full bar, the peak as a paler one, and the held peak as a line.

    It paints anew only where a pixel changes. A screen reader gets words, and only when they change.
    """

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("level-meter")
        self.setAccessibleName(tr("Level of the microphone"))
        self.setToolTip(tr("How loud you are. Loud words should come near to -6, and never to 0"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._reading = LevelReading()
        self._pixels = (0, 0, 0)
        theme.changed.connect(self._follow_theme)
        self.show_reading(self._reading)

    def show_reading(self, reading: LevelReading) -> None:
        """Show another level."""
        self._reading = reading
        words = _words(reading.held_dbfs)
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
        pixels = (self._x(reading.rms_dbfs), self._x(reading.peak_dbfs), self._x(reading.held_dbfs))
        if pixels != self._pixels:
            self._pixels = pixels
            self.update(0, 0, self.width(), _BAR_PX)

    def sizeHint(self) -> QSize:
        return QSize(320, _BAR_PX + _GAP_PX + QFontMetrics(self._small_font()).height())

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(tokens.color("accent_soft"))
        painter.drawRoundedRect(QRectF(0, 0, self.width(), _BAR_PX), 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        color = tokens.color(_color(self._reading.held_dbfs))
        mean_px, peak_px, held_px = (self._x(value) for value in self._values())
        painter.setOpacity(0.45)
        painter.fillRect(0, 0, peak_px, _BAR_PX, color)
        painter.setOpacity(1.0)
        painter.fillRect(0, 0, mean_px, _BAR_PX, color)
        if held_px > 0:
            painter.fillRect(max(held_px - 2, 0), 0, 2, _BAR_PX, color)
        if event.rect().bottom() > _BAR_PX:
            self._paint_ticks(painter)

    def _paint_ticks(self, painter: QPainter) -> None:
        font = self._small_font()
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(self._theme.tokens.color("secondary_text"))
        free_from_px = 0
        base_px = _BAR_PX + _GAP_PX + metrics.ascent()
        last_px = self.width() - metrics.horizontalAdvance("0")
        for tick in _TICKS_DBFS:
            text = str(tick).replace("-", "\N{MINUS SIGN}")
            width_px = metrics.horizontalAdvance(text)
            left_px = min(max(0, self._x(tick) - width_px // 2), self.width() - width_px)
            fits = tick == 0 or left_px + width_px + metrics.height() // 2 <= last_px
            if left_px >= free_from_px and fits:
                painter.drawText(left_px, base_px, text)
                free_from_px = left_px + width_px + metrics.height() // 2

    def _values(self) -> tuple[float, float, float]:
        return self._reading.rms_dbfs, self._reading.peak_dbfs, self._reading.held_dbfs

    def _x(self, dbfs: float) -> int:
        share = (min(dbfs, 0.0) - _FLOOR_DBFS) / -_FLOOR_DBFS
        return round(max(share, 0.0) * self.width())

    def _small_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(round(self._theme.tokens.sizes["badge_text_px"] * self._theme.text_scale))
        return font

    def _follow_theme(self) -> None:
        self.updateGeometry()
        self.update()


def _color(peak_dbfs: float) -> str:
    if peak_dbfs >= _CLIPS_FROM_DBFS:
        return "refusal"
    return "warning" if peak_dbfs >= _LOUD_FROM_DBFS else "good"


def _words(peak_dbfs: float) -> str:
    if peak_dbfs <= _FLOOR_DBFS:
        return tr("Nothing is heard")
    if peak_dbfs < _GOOD_FROM_DBFS:
        return tr("Quiet")
    if peak_dbfs < _LOUD_FROM_DBFS:
        return tr("Good")
    return tr("Loud") if peak_dbfs < _CLIPS_FROM_DBFS else tr("Too loud")
