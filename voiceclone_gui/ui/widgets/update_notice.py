"""The notice of a newer version: a line and what can be done, so that it takes little of the window."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.presenters.updates_presenter import FoundRelease
from voiceclone_gui.ui.widgets.parts import button, label, row, set_role
from voiceclone_gui.ui.widgets.release_box import came_out, nothing_is_installed, page_tip


class UpdateNotice(QFrame):
    """Shows one release or nothing. Signals: ``open_wanted(FoundRelease)``, ``more_wanted()``: its files,
    ``dismiss_wanted()``: this version isn't to be shown again, ``close_wanted()``.
    """

    open_wanted = Signal(object)
    more_wanted = Signal()
    dismiss_wanted = Signal()
    close_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("update-notice")
        set_role(self, "notice", tone="information")
        self._found: FoundRelease | None = None
        self.hide()

    def show_found(self, found: FoundRelease | None) -> None:
        """Show ``found``, or nothing."""
        if found == self._found:
            return
        if self.layout() is None and found is not None:
            self._make_parts()
        self._found = found
        self.setVisible(found is not None)
        if found is None:
            return
        self._title.setText(came_out(found))
        self._open.setToolTip(page_tip(found))
        self._open.setAccessibleDescription(page_tip(found))
        self.setAccessibleName(came_out(found))
        self.setAccessibleDescription(nothing_is_installed(found))

    def _make_parts(self) -> None:
        """Its parts, when there is a release to show at all."""
        self._title = label(role="notice-title", wraps=True)
        self._title.setMinimumWidth(1)
        self._open = button(
            tr("Open the page"), name="open-release", tip="", role="link", on_click=self._want_page
        )
        more = button(
            tr("More…"),
            name="more-of-release",
            tip=tr("Show the files for this computer, each with its SHA-256"),
            role="link",
            on_click=self.more_wanted.emit,
        )
        dismiss = button(
            tr("Don't show this version again"),
            name="dismiss-release",
            tip=tr("Tell of the next version only"),
            role="link",
            on_click=self.dismiss_wanted.emit,
        )
        close = button(
            tr("Close"),
            name="close-release",
            tip=tr("Take this notice away for now"),
            role="link",
            on_click=self.close_wanted.emit,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(2)
        layout.addWidget(self._title)
        layout.addLayout(row(self._open, more, None, dismiss, close))

    def _want_page(self) -> None:
        if self._found is not None:
            self.open_wanted.emit(self._found)
