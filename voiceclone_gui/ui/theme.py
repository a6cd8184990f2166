"""The look: colours and sizes from one tokens file, as a palette and a style sheet on Fusion."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """The tokens of one theme: colours by name as ``#RRGGBB``, sizes in device-independent pixels."""

    name: str
    colors: dict[str, str]
    sizes: dict[str, float]

    def color(self, name: str) -> QColor:
        """The colour of that name. ``KeyError`` for none."""
        return QColor(self.colors[name])


def load_tokens() -> dict[str, Tokens]:
    """The light and the dark theme from ``themes/tokens.toml``."""
    tables = tomllib.loads((_folder() / "themes" / "tokens.toml").read_text(encoding="utf-8"))
    sizes = tables.pop("sizes")
    return {name: Tokens(name=name, colors=colors, sizes=sizes) for name, colors in tables.items()}


class Theme(QObject):
    """The theme in use. Signal ``changed()``: whoever paints for himself paints anew.

    ``choice`` is ``light``, ``dark`` or ``system``; what the system wants is a hint, and light where it
    doesn't say. ``text_scale`` multiplies every text and what must hold it. Without ``with_sheet`` the style
    sheet waits for :meth:`apply_sheet`: it is cheaper for a finished window, since Qt works it out anew for
    every widget that is put into another.
    """

    changed = Signal()

    def __init__(
        self,
        *,
        app: QApplication,
        choice: str = "system",
        text_scale: float = 1.0,
        with_sheet: bool = True,
    ) -> None:
        super().__init__()
        self._app = app
        self._themes = load_tokens()
        self._choice = choice
        self._text_scale = text_scale
        app.setStyle(QStyleFactory.create("Fusion"))
        app.styleHints().colorSchemeChanged.connect(self._follow_the_system)
        self._apply_palette()
        if with_sheet:
            self.apply_sheet()

    @property
    def tokens(self) -> Tokens:
        """The tokens in use."""
        return self._themes[self._name()]

    @property
    def text_scale(self) -> float:
        """How much larger than usual text is."""
        return self._text_scale

    def choose(self, *, choice: str | None = None, text_scale: float | None = None) -> None:
        """Change theme or text size."""
        before = (self._choice, self._text_scale)
        self._choice = choice or self._choice
        self._text_scale = text_scale or self._text_scale
        if before != (self._choice, self._text_scale):
            self.apply()

    def apply(self) -> None:
        """Give palette, font and style sheet to the application."""
        self._apply_palette()
        self.apply_sheet()
        self.changed.emit()

    def apply_sheet(self) -> None:
        """Give the style sheet to the application."""
        self._app.setStyleSheet(style_sheet(self.tokens, text_scale=self._text_scale))

    def _apply_palette(self) -> None:
        tokens = self.tokens
        font = QFont(self._app.font())
        font.setPixelSize(round(tokens.sizes["text_px"] * self._text_scale))
        self._app.setFont(font)
        self._app.setPalette(_palette(tokens))

    def _name(self) -> str:
        if self._choice in self._themes:
            return self._choice
        return "dark" if self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark else "light"

    def _follow_the_system(self) -> None:
        if self._choice == "system":
            self.apply()


def style_sheet(tokens: Tokens, *, text_scale: float) -> str:
    """The style sheet of a theme: sizes that hold text grow with it."""
    sizes = {}
    for name, size in tokens.sizes.items():
        grows = name.endswith(("_px", "_height"))
        sizes[name] = f"{round(size * text_scale) if grows else round(size)}px"
    soft = _mixed(tokens.color("accent"), tokens.color("card"), 0.45).name()
    more = {"accent_disabled": soft, "accent_hover": tokens.color("accent").darker(108).name()}
    more["check_image"] = (_folder() / "icons" / f"check-{tokens.name}.svg").as_posix()
    more["chevron_image"] = (_folder() / "icons" / "chevron.svg").as_posix()
    template = (_folder() / "themes" / "style.qss").read_text(encoding="utf-8")
    return Template(template).substitute(tokens.colors | sizes | more)


def _folder() -> Path:
    # Qt's style sheets read pictures from files, so the resources must be files: they are, in every build.
    return Path(str(resources.files("voiceclone_gui") / "_resources"))


def _palette(tokens: Tokens) -> QPalette:
    role = QPalette.ColorRole
    colors = {
        role.Window: "window",
        role.WindowText: "text",
        role.Base: "field",
        role.AlternateBase: "card",
        role.Text: "text",
        role.Button: "card",
        role.ButtonText: "text",
        role.BrightText: "on_accent",
        role.Highlight: "accent",
        role.HighlightedText: "on_accent",
        role.Link: "accent",
        role.LinkVisited: "accent",
        role.ToolTipBase: "card",
        role.ToolTipText: "text",
        role.PlaceholderText: "secondary_text",
        role.Accent: "accent",
    }
    palette = QPalette()
    for which, name in colors.items():
        palette.setColor(which, tokens.color(name))
    for which in (role.Text, role.ButtonText, role.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, tokens.color("secondary_text"))
    return palette


def _mixed(first: QColor, second: QColor, share: float) -> QColor:
    return QColor(
        *(
            round(a * share + b * (1 - share))
            for a, b in zip(first.getRgb()[:3], second.getRgb()[:3], strict=True)  # type: ignore[index]
        )
    )
