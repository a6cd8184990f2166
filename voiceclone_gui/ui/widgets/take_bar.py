"""How long the take is, with marks for what is enough."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.waveform_words import clock_time

_BAR_PX = 8
_MARK_PX = 14
_GAP_PX = 3
# The scale grows in steps, so that the bar doesn't creep back all the time.
_SCALES_S = (8.0, 90.0, 300.0, 1800.0, 3600.0)


class TakeBar(QWidget):
    """A bar that fills with time; its marks are named below it, and reached ones shown as such."""

    def __init__(self, *, theme: Theme, marks: tuple[tuple[float, str], ...], limit_s: float) -> None:
        super().__init__()
        self.setObjectName("take-bar")
        self.setAccessibleName(tr("Length of the recording"))
        self.setToolTip(tr("How long it is, and what is long enough"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._marks = marks
        self._limit_s = limit_s
        self._elapsed_s = 0.0
        self._pixel = 0
        theme.changed.connect(self._follow_theme)
        self.show_elapsed(0.0)

    def show_elapsed(self, elapsed_s: float) -> None:
        """Show another length."""
        self._elapsed_s = elapsed_s
        words = self.words()
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
        # Scale and pixel: either may move.
        pixel = self._x(elapsed_s) + round(self._scale_s()) * 10_000
        if pixel != self._pixel:
            self._pixel = pixel
            self.update()

    def words(self) -> str:
        """What the last mark that was reached means; empty before the first."""
        reached = [words for mark_s, words in self._marks if self._elapsed_s >= mark_s]
        return reached[-1] if reached else ""

    def sizeHint(self) -> QSize:
        return QSize(320, _MARK_PX + _GAP_PX + QFontMetrics(self._small_font()).height())

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        top_px = (_MARK_PX - _BAR_PX) / 2
        painter.setBrush(tokens.color("accent_soft"))
        painter.drawRoundedRect(QRectF(0, top_px, self.width(), _BAR_PX), 4, 4)
        painter.setBrush(tokens.color("good" if self.words() else "accent"))
        painter.drawRoundedRect(QRectF(0, top_px, self._x(self._elapsed_s), _BAR_PX), 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(self._small_font())
        metrics = painter.fontMetrics()
        base_px = _MARK_PX + _GAP_PX + metrics.ascent()
        for (mark_s, _), (left_px, text) in zip(self._marks, self.labels(metrics), strict=True):
            painter.fillRect(min(self._x(mark_s), self.width() - 2), 0, 2, _MARK_PX, tokens.color("text"))
            painter.setPen(tokens.color("good" if self._elapsed_s >= mark_s else "secondary_text"))
            painter.drawText(left_px, base_px, text)

    def labels(self, metrics: QFontMetrics) -> list[tuple[int, str]]:
        """Where each mark's words begin, in pixels, and the words: as near to the mark as there is room."""
        placed: list[tuple[int, str]] = []
        end_px = self.width()
        for mark_s, words in reversed(self._marks):
            text = f"{_short(mark_s)} · {words}"
            left_px = min(self._x(mark_s), end_px - metrics.horizontalAdvance(text))
            placed.insert(0, (left_px, text))
            end_px = left_px - metrics.height()
        return placed

    def _scale_s(self) -> float:
        needed_s = max(self._elapsed_s, self._marks[-1][0])
        return next(scale for scale in (*_SCALES_S, self._limit_s) if scale >= min(needed_s, self._limit_s))

    def _x(self, time_s: float) -> int:
        return round(min(time_s / self._scale_s(), 1.0) * self.width())

    def _small_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(round(self._theme.tokens.sizes["badge_text_px"] * self._theme.text_scale))
        return font

    def _follow_theme(self) -> None:
        self.updateGeometry()
        self.update()


def _short(time_s: float) -> str:
    return clock_time(time_s, tenths=time_s % 1 > 0)
