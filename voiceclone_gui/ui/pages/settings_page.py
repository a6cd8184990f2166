"""The settings: a list of their kinds, and the panel of the one that is chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QListWidget, QScrollArea, QSizePolicy, QStackedWidget, QWidget

from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.parts import set_role

_GAP_PX = 16
_LIST_PX = 180
_LIST_PADDING_PX = 16
_SIDE_BY_SIDE_PX = 760
QWIDGETSIZE_MAX = (1 << 24) - 1
_PANEL_MAX_PX = 760


class SettingsPage(QWidget):
    """Shows panels; each does its own work."""

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        set_role(self, "page")
        self._theme = theme
        self._names: list[str] = []
        self._contents: list[QWidget] = []
        self._list = QListWidget()
        self._list.setObjectName("settings-list")
        self._list.setAccessibleName(tr("Kinds of settings"))
        self._list.setToolTip(tr("Choose what to set"))
        self._list.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)
        self._list.setMinimumWidth(_LIST_PX)
        self._panels = QStackedWidget()
        self._list.currentRowChanged.connect(self._panels.setCurrentIndex)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(_GAP_PX, _GAP_PX, _GAP_PX, 0)
        self._layout.setSpacing(_GAP_PX)
        self._layout.addWidget(self._list)
        self._layout.addWidget(self._panels, 1)
        theme.changed.connect(self._fit)

    def add_panel(self, name: str, title: str, panel: QWidget) -> None:
        """Add a panel under ``title``; ``name`` is for :meth:`show_panel`."""
        area = QScrollArea()
        set_role(area, "page")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        area.setWidget(panel)
        self._names.append(name)
        self._contents.append(panel)
        self._panels.addWidget(area)
        self._list.addItem(title)
        if len(self._names) == 1:
            self._list.setCurrentRow(0)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._fold(self.width() < _SIDE_BY_SIDE_PX * self._theme.text_scale)

    def _fold(self, folded: bool) -> None:
        """The list lies above the panel where there is no room beside it."""
        for panel in self._contents:
            panel.setMaximumWidth(round(_PANEL_MAX_PX * self._theme.text_scale))
        self._layout.setDirection(
            QBoxLayout.Direction.TopToBottom if folded else QBoxLayout.Direction.LeftToRight
        )
        self._list.setFlow(QListWidget.Flow.LeftToRight if folded else QListWidget.Flow.TopToBottom)
        # Beside each other they may be more than fit: then they scroll, and only that way.
        upright = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if folded else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self._list.setVerticalScrollBarPolicy(upright)
        bar_px = self._list.horizontalScrollBar().sizeHint().height()
        height_px = self._list.sizeHintForRow(0) + _LIST_PADDING_PX + bar_px
        self._list.setMaximumHeight(height_px if folded else QWIDGETSIZE_MAX)
        self._list.setSizePolicy(
            QSizePolicy.Policy.Expanding if folded else QSizePolicy.Policy.Maximum,
            QSizePolicy.Policy.Expanding,
        )

    def show_panel(self, name: str) -> None:
        """Turn to a panel. ``ValueError`` for one that isn't there."""
        self._list.setCurrentRow(self._names.index(name))
