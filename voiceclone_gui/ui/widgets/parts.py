"""Small parts that every card uses: labels, buttons, cards, rows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from voiceclone_gui.ui.icons import load_icon
from voiceclone_gui.ui.theme import Theme

ICON_SIZE_PX = 16


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


class FittingStack(QStackedWidget):
    """A stack as tall as the page that is shown, not as the tallest of all."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.currentChanged.connect(lambda _: self.updateGeometry())

    def sizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.sizeHint().expandedTo(page.minimumSize()) if page is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        if page is None:
            return super().minimumSizeHint()
        return page.minimumSizeHint().expandedTo(page.minimumSize())

    def hasHeightForWidth(self) -> bool:
        page = self.currentWidget()
        return page is not None and page.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        page = self.currentWidget()
        if page is None:
            return -1
        return max(page.heightForWidth(width), page.minimumHeight(), page.minimumSizeHint().height())


class Card(QFrame):
    """A card with a number, a title and a body; ``body`` takes the content."""

    def __init__(self, *, number: int | None = None, title: str = "", subtitle: str = "") -> None:
        super().__init__()
        set_role(self, "card")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 14, 16, 14)
        outer.setSpacing(8)
        if title:
            badge = label(str(number), role="badge")
            badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
            heading = label(title, role="title")
            self.setAccessibleName(title)
            parts: list[QWidget | int | None] = [badge, heading]
            if subtitle:
                parts.append(label(subtitle, role="hint"))
            outer.addLayout(row(*parts, None))
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        outer.addLayout(self.body)
