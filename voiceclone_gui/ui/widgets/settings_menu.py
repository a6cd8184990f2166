"""The gear: the settings that need no page of their own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from voiceclone_gui.core.settings import Settings
from voiceclone_gui.ui.i18n import tr


class SettingsMenu(QMenu):
    """Signal ``changed(dict)``: settings by name."""

    changed = Signal(dict)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("settings-menu")
        self._plays = self.addAction(tr("Play a new preview by itself"))
        self._plays.setObjectName("plays-by-itself")
        self._plays.setCheckable(True)
        self._plays.triggered.connect(lambda checked: self.changed.emit({"plays_by_itself": checked}))
        themes = [("system", tr("Like the system")), ("light", tr("Light")), ("dark", tr("Dark"))]
        self._themes = self._choice(tr("Theme"), "theme", themes)
        sizes = [(percent, f"{percent} %") for percent in (100, 125, 150, 175, 200)]
        self._sizes = self._choice(tr("Text size"), "text_percent", sizes)

    def show_settings(self, settings: Settings) -> None:
        """Mark what is chosen."""
        self._plays.setChecked(settings.plays_by_itself)
        for group, value in ((self._themes, settings.theme), (self._sizes, settings.text_percent)):
            for action in group.actions():
                action.setChecked(action.data() == value)

    def _choice(self, title: str, setting: str, values: Sequence[tuple[object, str]]) -> QActionGroup:
        menu = self.addMenu(title)
        menu.setObjectName(f"{setting}-menu")
        group = QActionGroup(self)
        for value, words in values:
            action: QAction = menu.addAction(words)
            action.setObjectName(f"{setting}-{value}")
            action.setCheckable(True)
            action.setData(value)
            action.triggered.connect(lambda _=False, v=value: self.changed.emit({setting: v}))
            group.addAction(action)
        return group
