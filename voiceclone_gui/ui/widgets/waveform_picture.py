"""The picture of a waveform, made once for each view of it and then painted in any colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from voiceclone_gui.core.span import Span

if TYPE_CHECKING:
    from voiceclone_gui.audio.waveform import Waveform

_BAR_PX, _GAP_PX = 2, 1
# How much of its colour is left of what is only a preview.
_PREVIEW_SHARE = 0.45


class _Wanted(NamedTuple):
    """What a picture was made for: another one is only made when any of it changes."""

    source: Waveform
    span: Span
    width_px: int
    height_px: int
    ratio: float


class WaveformPicture:
    """Keeps the picture that was painted last, in each colour that it was painted in."""

    def __init__(self) -> None:
        self._image: QImage | None = None
        self._colored: dict[int, QImage] = {}
        self._ratio = 1.0
        self._made_for: _Wanted | None = None
        self._detail: tuple[Waveform, Span] | None = None

    def show_detail(self, detail: tuple[Waveform, Span] | None) -> None:
        """Paint this waveform, of that part of the recording, where it covers all that is seen."""
        self._detail = detail

    def prepare(self, waveform: Waveform, *, span: Span, size_px: tuple[int, int], ratio: float) -> None:
        """Make the picture of ``span`` for ``size_px`` (width and height), unless it is that one already."""
        source = waveform
        if self._detail is not None and _covers(self._detail[1], span):
            source, behind_s = self._detail[0], self._detail[1].start_s
            span = Span(start_s=max(span.start_s - behind_s, 0.0), end_s=span.end_s - behind_s)
        width_px, height_px = (max(1, round(length_px * ratio)) for length_px in size_px)
        wanted = _Wanted(source, span, width_px, height_px, ratio)
        if wanted != self._made_for:
            self._image = _image_of(wanted)
            self._colored.clear()
            self._ratio = ratio
            self._made_for = wanted

    def paint(self, painter: QPainter, part: QRectF, color: QColor) -> None:
        """Paint a part of the picture, given in the widget's pixels, in ``color``."""
        if self._image is None or part.width() <= 0:
            return
        colored = self._colored.get(color.rgba())
        if colored is None:
            colored = self._colored[color.rgba()] = _colored(self._image, color)
        painter.save()
        painter.setClipRect(part, Qt.ClipOperation.IntersectClip)
        # Pixel by pixel: Qt would scale it at ratios such as 1.5, though it has the right size.
        painter.scale(1 / self._ratio, 1 / self._ratio)
        painter.drawImage(QPointF(0, 0), colored)
        painter.restore()


def _colored(image: QImage, color: QColor) -> QImage:
    """The picture in one colour, as Qt draws it as it is: with a colour table that takes far longer."""
    paler = QColor(color)
    paler.setAlphaF(color.alphaF() * _PREVIEW_SHARE)
    image.setColorTable([0, color.rgba(), paler.rgba()])
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _covers(outer: Span, inner: Span) -> bool:
    return outer.start_s <= inner.start_s and inner.end_s <= outer.end_s


def _image_of(wanted: _Wanted) -> QImage:
    bar_px, gap_px = (max(1, round(px * wanted.ratio)) for px in (_BAR_PX, _GAP_PX))
    size = (wanted.width_px, wanted.height_px)
    pixels = wanted.source.render(
        width_px=size[0], height_px=size[1], bar_px=bar_px, gap_px=gap_px, span=wanted.span
    )
    # A copy: QImage only borrows the bytes that it is given.
    return QImage(pixels, *size, size[0], QImage.Format.Format_Indexed8).copy()
