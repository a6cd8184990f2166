"""The top of the window: the pages, the service in use, and what the practice service is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QWidget

from voiceclone_gui.services.connection import ServiceChoice
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.parts import button, label, set_icon, set_role


class Header(QWidget):
    """Signals: ``page_wanted(str)``, ``profile_wanted(str)``, ``connection_wanted()``."""

    page_wanted = Signal(str)
    profile_wanted = Signal(str)
    connection_wanted = Signal()

    def __init__(self, *, choices: tuple[ServiceChoice, ...], theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "header")
        self._tabs = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(8)
        layout.addWidget(label("VoiceClone", role="name"))
        layout.addSpacing(16)
        for page, words, tip in (
            ("clone", tr("Clone"), tr("Clone a voice (Ctrl+1)")),
            ("voices", tr("Voices"), tr("The voices made here (Ctrl+2)")),
        ):
            tab = button(words, name=f"page-{page}", tip=tip, role="tab")
            tab.setCheckable(True)
            # A click must not leave a ring behind; the keyboard reaches it all the same.
            tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            tab.clicked.connect(lambda _=False, p=page: self.page_wanted.emit(p))
            self._tabs.addButton(tab)
            layout.addWidget(tab)
        layout.addStretch(1)
        self._service = button("", name="service", tip=tr("Choose the service that clones the voice"))
        self._menu = QMenu(self._service)
        self._group = QActionGroup(self._menu)
        self.show_choices(choices)
        self._service.setMenu(self._menu)
        layout.addWidget(self._service)
        gear = button("", name="settings", tip=tr("Settings (Ctrl+,)"), role="square")
        gear.setCheckable(True)
        set_icon(gear, "settings", theme=theme)
        gear.clicked.connect(lambda: self.page_wanted.emit("settings"))
        self._gear = gear
        layout.addWidget(gear)

    def show_choices(self, choices: tuple[ServiceChoice, ...]) -> None:
        """Offer these services."""
        self._menu.clear()
        for choice in choices:
            action = self._menu.addAction(choice.name.replace("&", "&&"))
            action.setObjectName(f"profile-{choice.service_id}")
            action.setCheckable(True)
            action.setData(choice.service_id)
            action.triggered.connect(lambda _=False, s=choice.service_id: self.profile_wanted.emit(s))
            self._group.addAction(action)
        self._menu.addSeparator()
        connect = self._menu.addAction(tr("Services and tokens…"))
        connect.setObjectName("open-connection")
        connect.triggered.connect(self.connection_wanted)

    def show_page(self, page: str) -> None:
        """Mark the page that is open."""
        # Where another page is open, none of them is marked; an exclusive group would keep one.
        self._tabs.setExclusive(False)
        for tab in self._tabs.buttons():
            tab.setChecked(tab.objectName() == f"page-{page}")
        self._tabs.setExclusive(page != "settings")
        self._gear.setChecked(page == "settings")

    def show_waiting(self, choice: ServiceChoice) -> None:
        """Say that the keyring is asked for the token of a service that was chosen."""
        name = self._short(choice.name)
        self._service.setText(tr("{name}: waiting for the keyring … ▾", name=name))
        waits = tr("Service: {name}, waiting for the system's keyring", name=choice.name)
        self._service.setAccessibleName(waits)

    def show_service(self, choice: ServiceChoice) -> None:
        """Name the service in use; one that lacks something says so."""
        missing = tr(" (not connected)") if choice.problems() else ""
        self._service.setText(f"{self._short(choice.name)}{missing} ▾")
        set_icon(
            self._service,
            "dot",
            theme=self._theme,
            color="warning" if choice.is_practice or choice.problems() else "good",
        )
        self._service.setAccessibleName(tr("Service: {name}", name=choice.name + missing))
        for action in self._group.actions():
            action.setChecked(action.data() == choice.service_id)

    def _short(self, name: str) -> str:
        """The name as a button shows it, cut in the middle where it is long."""
        metrics = self._service.fontMetrics()
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, metrics.averageCharWidth() * 32)
        return shown.replace("&", "&&")


class PracticeStrip(QWidget):
    """Says what the practice service is, wherever it is in use. Signal: ``connect_wanted()``."""

    connect_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "strip")
        text = tr(
            "You are using the practice service: nothing leaves this computer, and the preview is a "
            "stand-in voice, not a clone."
        )
        self._words = label(text, wraps=True)
        self._short_words = label(tr("Practice service: a stand-in voice, not a clone."), wraps=True)
        self._short_words.setVisible(False)
        connect = button(
            tr("Connect a service"), name="connect-a-service", tip=tr("Choose a real service"), role="link"
        )
        connect.clicked.connect(self.connect_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 4, 16, 4)
        layout.addWidget(self._words, 1)
        layout.addWidget(self._short_words, 1)
        layout.addWidget(connect)

    def show_compact(self, compact: bool) -> None:
        """Say it in fewer words where there is little height."""
        self._words.setVisible(not compact)
        self._short_words.setVisible(compact)
