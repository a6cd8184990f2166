"""The window: header, pages, player; it takes drops and keys and hands them on."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from voiceclone_gui.core.errors import Action
from voiceclone_gui.services.connection import ServiceChoice
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.incoming import may_hold_files, paths_in
from voiceclone_gui.ui.messages import Message, MessageBus
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.drop_overlay import DropOverlay
from voiceclone_gui.ui.widgets.header import Header, PracticeStrip
from voiceclone_gui.ui.widgets.notice import Notice
from voiceclone_gui.ui.widgets.parts import set_role
from voiceclone_gui.ui.widgets.player_bar import PlayerBar

BANNER_ACTIONS = {
    Action.PUT_BACK,
    Action.READ_REPORT,
    Action.OPEN_CONNECTION,
    Action.CHOOSE_RECORDING,
    Action.TRIM_RECORDING,
    Action.CHOOSE_PROMPT_CLIP,
}
FIRST_SIZE_PX = (1180, 760)
SMALLEST_SIZE_PX = (640, 480)
COMPACT_BELOW_PX = 640


class MainWindow(QMainWindow):
    """Signals: ``close_requested()``, ``files_received(list, str)``: paths and target,
    ``clone_key()``, ``switch_key()``, ``play_key()``, ``compact_changed(bool)``: there is little height for
    the size of the text; ``came_back()``: the user was elsewhere, and is here again.

    The first close only asks: the program stops everything and then calls :meth:`close_for_good`.
    """

    close_requested = Signal()
    files_received = Signal(list, str)
    clone_key = Signal()
    switch_key = Signal()
    play_key = Signal()
    compact_changed = Signal(bool)
    came_back = Signal()

    def __init__(self, *, theme: Theme, messages: MessageBus, choices: tuple[ServiceChoice, ...]) -> None:
        super().__init__()
        self.setObjectName("main-window")
        self.setWindowTitle("VoiceClone")
        self.resize(*FIRST_SIZE_PX)
        self.setMinimumSize(*SMALLEST_SIZE_PX)
        self.setAcceptDrops(True)
        self._theme = theme
        self._is_compact = False
        self._may_close = False
        self._has_recording = False
        self.header = Header(choices=choices, theme=theme)
        self.strip = PracticeStrip()
        self.banner = Notice(actions=BANNER_ACTIONS, can_be_dismissed=True)
        self.banner.setObjectName("banner")
        self.player = PlayerBar(theme=theme)
        self._pages = QStackedWidget()
        self._page_names: dict[str, QWidget] = {}
        content = QWidget()
        set_role(content, "page")
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._waiting = QWidget()
        QVBoxLayout(self._waiting).setContentsMargins(0, 0, 0, 0)
        for part in (self.header, self.strip, self.banner, self._waiting):
            layout.addWidget(part)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.player)
        self.setCentralWidget(content)
        self._overlay = DropOverlay(parent=content, theme=theme)
        self._messages = messages
        messages.posted.connect(self._show_banner)
        messages.cleared.connect(lambda: self._show_banner(None))
        self.banner.dismissed.connect(messages.dismiss)
        theme.changed.connect(self._fit_height)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._rest_focus)
        self._bind_keys()

    def add_page(self, name: str, page: QWidget) -> None:
        """Add a page; the first one added is shown."""
        self._page_names[name] = page
        for field in (*page.findChildren(QLineEdit), *page.findChildren(QPlainTextEdit)):
            # Else a file that is dropped there becomes text instead of a recording.
            field.setAcceptDrops(False)
        self._pages.addWidget(page)
        self._tab_to_player_last()
        if len(self._page_names) == 1:
            self.show_page(name)

    def add_notice(self, notice: QWidget) -> None:
        """Add a notice that can wait: it stands where messages stand, while there is none."""
        self._waiting.layout().addWidget(notice)  # type: ignore[union-attr] # made above
        self._tab_to_player_last()

    def show_page(self, name: str) -> None:
        """Turn to a page."""
        if name in self._page_names:
            self._pages.setCurrentWidget(self._page_names[name])
            self.header.show_page(name)

    def show_service(self, choice: ServiceChoice) -> None:
        """Name the service in use; the practice service always says what it is."""
        self.header.show_service(choice)
        self.strip.setVisible(choice.is_practice)

    def show_has_recording(self, has_recording: bool) -> None:
        """With a recording in place a drop has two targets."""
        self._has_recording = has_recording

    def come_to_front(self, activation: str = "") -> None:
        """Be seen, and have the keyboard; ``activation`` is the desktop's leave to do so."""
        if activation:
            # Qt takes it from there, and uses it once.
            os.environ["XDG_ACTIVATION_TOKEN"] = activation
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def close_for_good(self) -> None:
        """Close; everything has been stopped."""
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            super().closeEvent(event)
            return
        event.ignore()
        self.close_requested.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if may_hold_files(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._overlay.open(("recording", "clip") if self._has_recording else ("recording",))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._overlay.target_at(event.position().toPoint())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._overlay.close_overlay()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        target = self._overlay.target_at(event.position().toPoint())
        self._overlay.close_overlay()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.files_received.emit(paths_in(event.mimeData()), target)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.came_back.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._overlay.follow()
        self._fit_height()

    def _fit_height(self) -> None:
        """Where there is little height, everything around the page takes less of it."""
        compact = self.height() < COMPACT_BELOW_PX * self._theme.text_scale
        if compact != self._is_compact:
            self._is_compact = compact
            for part, role in ((self.header, "header"), (self.player, "player")):
                set_role(part, role, compact="true" if compact else "false")
            self.strip.show_compact(compact)
            self.player.show_compact(compact)
            self.compact_changed.emit(compact)

    def _rest_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        """A button that goes away leaves the keyboard to the page, and not to whatever comes next: another
        press of the same key must not do something else.
        """
        if before is None or now is None or before.window() is not self or now.window() is not self:
            return
        page = self._pages.currentWidget()
        is_gone = not before.isVisible() or not before.isEnabled()
        if (
            is_gone
            and page is not None
            and now is not page
            and page.focusPolicy() is not Qt.FocusPolicy.NoFocus
        ):
            page.setFocus()

    def _tab_to_player_last(self) -> None:
        """Tab reaches a page, which is added later, before the player that stands below it."""
        last = self.previousInFocusChain()
        while last is not None and last.focusPolicy() is Qt.FocusPolicy.NoFocus:
            last = last.previousInFocusChain()
        for stop in self.player.tab_stops():
            if last is not None:
                self.setTabOrder(last, stop)
            last = stop

    def _show_banner(self, message: Message | None) -> None:
        self.banner.show_message(message)
        self._waiting.setVisible(message is None)

    def _bind_keys(self) -> None:
        keys = {
            "Ctrl+Return": self._clone,
            "Ctrl+Enter": self._clone,
            "Ctrl+B": self.switch_key.emit,
            "Ctrl+P": self.play_key.emit,
            "Ctrl+1": lambda: self.header.page_wanted.emit("clone"),
            "Ctrl+2": lambda: self.header.page_wanted.emit("voices"),
            "Ctrl+,": lambda: self.header.page_wanted.emit("settings"),
            "Ctrl+Shift+V": self._paste,
            "Ctrl+Q": self.close,
        }
        for keys_text, act in keys.items():
            shortcut = QShortcut(QKeySequence(keys_text), self)
            # Held, a key would clone again and again wherever a clone is refused at once.
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)

    def _clone(self) -> None:
        # Only what is seen is cloned: it may be billed.
        if self._pages.currentWidget() is self._page_names.get("clone"):
            self.clone_key.emit()

    def _paste(self) -> None:
        paths: list[Path] = paths_in(QGuiApplication.clipboard().mimeData())
        if paths:
            self.files_received.emit(paths, "")
        else:
            self._messages.post(Message(title=tr("There is no file to paste."), cure=tr("Copy one first.")))
