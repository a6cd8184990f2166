"""Icons by name, in the colours of the theme, sharp at every pixel ratio."""

from __future__ import annotations

from functools import cache
from importlib import resources

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer


def load_icon(name: str, color: QColor) -> QIcon:
    """The icon of that name (as in ``icons.toml``), drawn in ``color``. ``FileNotFoundError`` for none."""
    return QIcon(_SvgEngine(_svg(name).replace("currentColor", color.name()).encode()))


@cache
def _svg(name: str) -> str:
    file = resources.files("voiceclone_gui") / "_resources" / "icons" / f"{name}.svg"
    return file.read_text(encoding="utf-8")


class _SvgEngine(QIconEngine):
    def __init__(self, svg: bytes) -> None:
        super().__init__()
        self._svg = svg
        self._renderer: QSvgRenderer | None = None

    def paint(self, painter: QPainter, rect, mode: QIcon.Mode, state: QIcon.State) -> None:  # type: ignore[no-untyped-def] # noqa: ARG002
        if self._renderer is None:
            # When it is first painted: most icons belong to what isn't seen at the start.
            self._renderer = QSvgRenderer(QByteArray(self._svg))
        if mode is QIcon.Mode.Disabled:
            painter.setOpacity(0.45)
        self._renderer.render(painter, QRectF(rect))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:  # noqa: ARG002
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, pixmap.rect(), mode, state)
        painter.end()
        return pixmap

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def clone(self) -> QIconEngine:
        return _SvgEngine(self._svg)
