"""Small parts that every card uses: labels, buttons, cards, rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from voiceclone_gui.ui.icons import load_icon
from voiceclone_gui.ui.theme import Theme

ICON_SIZE_PX = 16
CARD_MARGIN_PX = 16


def set_role(widget: QWidget, role: str, **properties: str) -> None:
    """Give ``widget`` its role in the style sheet, with further properties such as a tone."""
    changed = widget.property("role") != role
    widget.setProperty("role", role)
    for name, value in properties.items():
        changed = changed or widget.property(name) != value
        widget.setProperty(name, value)
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def label(text: str = "", *, role: str = "", wraps: bool = False, buddy: QWidget | None = None) -> QLabel:
    """A label; with ``buddy`` it names that control, for the keyboard and for screen readers."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wraps)
    if role:
        set_role(made, role)
    if buddy is not None:
        made.setBuddy(buddy)
        if not buddy.accessibleName():
            buddy.setAccessibleName(text)
    return made


class ElidedLabel(QLabel):
    """A line that is cut in its middle where there is less room: a long name must push nothing away."""

    def __init__(self, *, role: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""
        set_role(self, role)

    def setText(self, text: str) -> None:
        self._whole = text
        self._cut()

    def minimumSizeHint(self) -> QSize:
        return QSize(1, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, self.width())
        if shown != self.text():
            super().setText(shown)
        self.setAccessibleName(self._whole)


def button(
    text: str,
    *,
    name: str,
    tip: str,
    on_click: Callable[[], None] | None = None,
    role: str = "",
) -> QPushButton:
    """A button with words, the sentence that explains it, and a name for tests and screen readers."""
    made = QPushButton(text)
    made.setObjectName(name)
    made.setToolTip(tip)
    made.setAutoDefault(False)
    if not text:
        made.setAccessibleName(tip)
    made.setAccessibleDescription(tip)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    if role:
        set_role(made, role)
    if on_click is not None:
        # Without the lambda the signal's own argument would be handed on.
        made.clicked.connect(lambda: on_click())  # noqa: PLW0108
    return made


def set_icon(target: QPushButton, icon: str, *, theme: Theme, color: str = "text") -> None:
    """Put an icon on a button; it follows the theme."""

    def draw() -> None:
        size = round(ICON_SIZE_PX * theme.text_scale)
        shown, shown_color = target.property("themed_icon")
        target.setIcon(load_icon(shown, theme.tokens.color(shown_color)))
        target.setIconSize(QSize(size, size))

    before = target.property("themed_icon")
    if before is None:
        theme.changed.connect(draw)
    if before is None or tuple(before) != (icon, color):
        target.setProperty("themed_icon", [icon, color])
        draw()


def row(*widgets: QWidget | int | None, gap: int = 8) -> QHBoxLayout:
    """Widgets side by side; ``None`` is a stretch, a number is a space of so many pixels."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    for widget in widgets:
        if widget is None:
            layout.addStretch(1)
        elif isinstance(widget, int):
            layout.addSpacing(widget)
        else:
            layout.addWidget(widget)
    return layout


def put_in_tab_order(behind: QWidget, stops: Iterable[QWidget]) -> None:
    """Let the keyboard reach ``stops`` after ``behind``: what is made later would come last of all."""
    for stop in stops:
        QWidget.setTabOrder(behind, stop)
        behind = stop


class FittingStack(QWidget):
    """Pages of which one is shown, as tall as that one: Qt's own stack is as tall as the tallest."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: list[QWidget] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    def add_page(self, page: QWidget) -> None:
        """Add a page; the first one is shown."""
        self.layout().addWidget(page)  # type: ignore[union-attr] # made above
        # Once it has its place: without one it would be a window of its own for a moment.
        page.setVisible(not self._pages)
        self._pages.append(page)

    def show_page(self, position: int) -> None:
        """Show the page that was added as number ``position``."""
        for number, page in enumerate(self._pages):
            if number != position:
                page.setVisible(False)
        self._pages[position].setVisible(True)


class Card(QFrame):
    """A card with a number and a title; ``body`` takes the content, ``heading`` what stands by the title."""

    def __init__(self, *, number: int | None = None, title: str = "", subtitle: str = "") -> None:
        super().__init__()
        set_role(self, "card")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(CARD_MARGIN_PX, 14, CARD_MARGIN_PX, 14)
        outer.setSpacing(8)
        if title:
            heading = label(title, role="title")
            self.setAccessibleName(title)
            parts: list[QWidget | int | None] = [heading]
            if number is not None:
                badge = label(str(number), role="badge")
                badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
                parts.insert(0, badge)
            if subtitle:
                parts.append(label(subtitle, role="hint"))
            self.heading = row(*parts, None)
            outer.addLayout(self.heading)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        outer.addLayout(self.body)
