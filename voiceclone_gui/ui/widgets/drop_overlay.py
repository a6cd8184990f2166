"""Dropping anywhere on the window: one target, or two where a recording is in place already."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.theme import Theme

_MARGIN_PX = 24


class DropOverlay(QWidget):
    """Covers the window while something is dragged over it; it only shows, the window takes the drop."""

    def __init__(self, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._covered = parent
        self.setObjectName("drop-overlay")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._theme = theme
        self._targets: tuple[str, ...] = ()
        self._over = ""
        self.hide()

    def open(self, targets: tuple[str, ...]) -> None:
        """Show the targets: ``recording`` or ``recording`` and ``clip``."""
        self._targets = targets
        self.setGeometry(self._covered.rect())
        self.raise_()
        self.show()

    def follow(self) -> None:
        """Cover the window again after it was resized."""
        self.setGeometry(self._covered.rect())

    def close_overlay(self) -> None:
        """Take it away."""
        self._targets = ()
        self.hide()

    def target_at(self, place: QPoint) -> str:
        """The target at ``place``; where there are two, the upper half is the recording."""
        for target, area in self._areas():
            if area.contains(place):
                self._over = target
                self.update()
                return target
        return self._targets[0] if self._targets else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._theme.tokens
        veil = tokens.color("window")
        veil.setAlphaF(0.86)
        painter.fillRect(event.rect(), veil)
        words = {
            "recording": tr("Drop here: the recording of the voice"),
            "clip": tr("Drop here: the example clip"),
        }
        font = self.font()
        font.setPixelSize(round(18 * self._theme.text_scale))
        painter.setFont(font)
        for target, area in self._areas():
            chosen = target == self._over
            painter.setPen(
                QPen(tokens.color("accent" if chosen else "field_border"), 2, Qt.PenStyle.DashLine)
            )
            painter.setBrush(tokens.color("accent_soft" if chosen else "card"))
            painter.drawRoundedRect(area, 12, 12)
            painter.setPen(tokens.color("text"))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words[target])

    def _areas(self) -> list[tuple[str, QRect]]:
        inside = self.rect().adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
        if len(self._targets) < 2:
            return [(target, inside) for target in self._targets]
        half = (inside.height() - _MARGIN_PX) // 2
        upper = QRect(inside.topLeft(), inside.size())
        upper.setHeight(half)
        lower = QRect(inside.left(), inside.top() + half + _MARGIN_PX, inside.width(), half)
        return [(self._targets[0], upper), (self._targets[1], lower)]
