"""How the ends of a selection look."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

_LINE_PX = 2.0
_PILL_PX, _PILL_HEIGHT_PX, _PILL_RADIUS_PX = 10.0, 24.0, 4.0


def paint_handle(
    painter: QPainter, place_px: float, *, width_px: float, height_px: float, color: QColor
) -> QRectF:
    """Paint the end of a selection at ``place_px`` of a waveform; returns where it can be taken hold of.

    At an edge of the waveform it stands inside, so that all of it is seen.
    """
    line_px = _inside(place_px, _LINE_PX, width_px)
    painter.fillRect(QRectF(line_px - _LINE_PX / 2, 0, _LINE_PX, height_px), color)
    middle_px = _inside(place_px, _PILL_PX, width_px)
    top_px = (height_px - _PILL_HEIGHT_PX) / 2
    pill = QRectF(middle_px - _PILL_PX / 2, top_px, _PILL_PX, _PILL_HEIGHT_PX)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(pill, _PILL_RADIUS_PX, _PILL_RADIUS_PX)
    painter.restore()
    return pill


def _inside(place_px: float, thick_px: float, width_px: float) -> float:
    return min(max(place_px, thick_px / 2), width_px - thick_px / 2)
