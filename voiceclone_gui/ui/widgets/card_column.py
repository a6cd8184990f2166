"""A column of cards that scrolls where there is less room than they need."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from voiceclone_gui.ui.widgets.parts import set_role

GAP_PX = 16


class CardColumn(QScrollArea):
    """Cards below each other: as tall as they are, and scrolling where there is less room.

    Signal ``content_changed()``: they may need another height than before.
    """

    content_changed = Signal()

    def __init__(self, *cards: QWidget) -> None:
        super().__init__()
        set_role(self, "page")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        self._cards = QVBoxLayout(content)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(GAP_PX)
        for card in cards:
            self._cards.addWidget(card)
        self._cards.addStretch(1)
        self.setWidget(content)
        content.installEventFilter(self)

    def take(self, card: QWidget) -> None:
        """Move ``card`` to the end of this column."""
        self._cards.insertWidget(self._cards.count() - 1, card)

    def put_first(self, card: QWidget) -> None:
        """Move ``card`` to the beginning of this column."""
        self._cards.insertWidget(0, card)

    def bring_into_view(self, card: QWidget) -> None:
        """Scroll so far that ``card`` is seen, once everything has its place."""
        QTimer.singleShot(0, card, lambda: self._scroll_to(card))

    def height_without_bar(self) -> int:
        """The height that all cards take where nothing scrolls."""
        content = self.widget()
        return content.heightForWidth(self.maximumViewportSize().width()) if content is not None else 0

    def sizeHint(self) -> QSize:
        content = self.widget()
        if content is None:
            return super().sizeHint()
        # At the width that there is: lines of buttons break, and need more height.
        return QSize(content.sizeHint().width(), content.heightForWidth(self.viewport().width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        # Never narrower than its cards: there is no way to scroll sideways.
        content, bar = self.widget(), self.verticalScrollBar()
        width_px = content.minimumSizeHint().width() + bar.sizeHint().width() if content is not None else 200
        return QSize(width_px, 80)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self.content_changed.emit()
        return super().eventFilter(watched, event)

    def _scroll_to(self, card: QWidget) -> None:
        content = self.widget()
        layout = content.layout() if content is not None else None
        if layout is not None:
            layout.activate()
        self.ensureWidgetVisible(card, 0, 0)
