"""How the ends of a selection and the play head look where they can be taken hold of."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

_LINE_PX = 2.0
_PILL_PX, _PILL_HEIGHT_PX, _PILL_RADIUS_PX = 10.0, 24.0, 4.0
_RING_PX, _RING_GAP_PX = 2.0, 3.0


@dataclass(frozen=True, kw_only=True)
class HandleLook:
    """Its own colour, and what the ring of the one that has the keyboard is made of."""

    color: QColor
    ring: QColor
    gap: QColor


def paint_handle(
    painter: QPainter,
    place_px: float,
    *,
    size_px: tuple[float, float],
    height_share: float,
    look: HandleLook,
    is_focused: bool,
) -> None:
    """Paint a line at ``place_px`` of a waveform of that width and height, and a grip on it.

    ``height_share`` is how far down the grip is. At an edge both stand inside, so that they are seen whole.
    """
    width_px, height_px = size_px
    line_px = _inside(place_px, _LINE_PX, width_px)
    painter.fillRect(QRectF(line_px - _LINE_PX / 2, 0, _LINE_PX, height_px), look.color)
    around_px = 2 * (_RING_GAP_PX + _RING_PX) if is_focused else 0.0
    middle_px = _inside(place_px, _PILL_PX + around_px, width_px)
    top_px = (height_px - _PILL_HEIGHT_PX) * height_share
    pill = QRectF(middle_px - _PILL_PX / 2, top_px, _PILL_PX, _PILL_HEIGHT_PX)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if is_focused:
        # On a ground of its own: among the bars of the waveform the ring would not be seen.
        out_px = _RING_GAP_PX + _RING_PX / 2
        painter.setPen(QPen(look.ring, _RING_PX))
        painter.setBrush(look.gap)
        radius_px = _PILL_RADIUS_PX + out_px
        painter.drawRoundedRect(pill.adjusted(-out_px, -out_px, out_px, out_px), radius_px, radius_px)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color)
    painter.drawRoundedRect(pill, _PILL_RADIUS_PX, _PILL_RADIUS_PX)
    painter.restore()


def _inside(place_px: float, thick_px: float, width_px: float) -> float:
    return min(max(place_px, thick_px / 2), width_px - thick_px / 2)
