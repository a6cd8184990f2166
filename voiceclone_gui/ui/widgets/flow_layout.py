"""Widgets side by side that go on in the next line where the room ends."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem


class FlowLayout(QLayout):
    """Lines of widgets, each in the size that it wants; words that are longer than a line break.

    Qt itself has no such layout.
    """

    def __init__(self, *, gap_px: int, line_gap_px: int = 2) -> None:
        super().__init__()
        self._gap_px = gap_px
        self._line_gap_px = line_gap_px
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width_px: int) -> int:
        return self._place(QRect(0, 0, width_px, 0), moves=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, moves=True)

    def sizeHint(self) -> QSize:
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width_px = sum(size.width() for size in shown) + self._gap_px * max(0, len(shown) - 1)
        return QSize(width_px, max((size.height() for size in shown), default=0))

    def minimumSize(self) -> QSize:
        size = QSize(0, 0)
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, moves: bool) -> int:
        """Put all in their places, in the middle of their lines, or only find out the height they take."""
        y = rect.y()
        for number, line in enumerate(self._lines(rect.width())):
            y += self._line_gap_px if number else 0
            line_height = max(size.height() for _, size in line)
            x = rect.x()
            for item, size in line:
                if moves:
                    item.setGeometry(QRect(QPoint(x, y + (line_height - size.height()) // 2), size))
                x += size.width() + self._gap_px
            y += line_height
        return y - rect.y()

    def _lines(self, width_px: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        left_px = 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if size.width() > width_px:
                size.setWidth(max(width_px, 1))
                if item.hasHeightForWidth():
                    size.setHeight(item.heightForWidth(size.width()))
            if not lines or size.width() > left_px:
                lines.append([])
                left_px = width_px
            lines[-1].append((item, size))
            left_px -= size.width() + self._gap_px
        return lines
