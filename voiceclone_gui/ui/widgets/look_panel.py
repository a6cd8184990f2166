"""Settings › Look and sound: theme, text size, and whether a new preview plays by itself."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QVBoxLayout, QWidget

from voiceclone_gui.core.settings import TEXT_PERCENTS, Settings
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.presenters.settings_presenter import SettingsPresenter
from voiceclone_gui.ui.widgets.parts import Card, label


class LookPanel(QWidget):
    """Bound to the settings; a change is in use at once."""

    def __init__(self, *, settings: SettingsPresenter) -> None:
        super().__init__()
        self._settings = settings
        self._plays = QCheckBox(tr("Play a new preview by itself"))
        self._plays.setObjectName("plays-by-itself")
        self._plays.setToolTip(tr("Otherwise it waits for the play button"))
        self._plays.clicked.connect(lambda checked: settings.change(plays_by_itself=checked))
        self._theme = self._choice("theme", tr("Colours of the window"))
        for theme, words in (("system", tr("Like the system")), ("light", tr("Light")), ("dark", tr("Dark"))):
            self._theme.addItem(words, theme)
        self._theme.activated.connect(lambda _: settings.change(theme=self._theme.currentData()))
        self._size = self._choice("text-percent", tr("Size of all text"))
        for percent in TEXT_PERCENTS:
            self._size.addItem(f"{percent} %", percent)
        self._size.activated.connect(lambda _: settings.change(text_percent=self._size.currentData()))
        card = Card(title=tr("Look and sound"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        rows = ((tr("Theme"), self._theme), (tr("Text size"), self._size))
        for position, (words, control) in enumerate(rows):
            grid.addWidget(label(words, role="label", buddy=control), position, 0)
            grid.addWidget(control, position, 1)
        card.body.addLayout(grid)
        card.body.addWidget(self._plays)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(card)
        layout.addStretch(1)
        settings.state_changed.connect(self._show)
        self._show(settings.state)

    def _choice(self, name: str, tip: str) -> QComboBox:
        made = QComboBox()
        made.setObjectName(name)
        made.setToolTip(tip)
        return made

    def _show(self, settings: Settings) -> None:
        self._plays.setChecked(settings.plays_by_itself)
        self._theme.setCurrentIndex(self._theme.findData(settings.theme))
        self._size.setCurrentIndex(self._size.findData(settings.text_percent))
