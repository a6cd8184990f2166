"""A newer release with its files: where it is, and how to check what was downloaded."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout

from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.presenters.updates_presenter import FoundRelease
from voiceclone_gui.ui.widgets.parts import button, label, row, set_role

_FILE_LINES, _LINES_MAX = 2, 8


class ReleaseBox(QFrame):
    """Shows one release or nothing. Signal ``open_wanted(FoundRelease)``."""

    open_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("found-release")
        set_role(self, "notice", tone="information")
        self._found: FoundRelease | None = None
        self._title = label(role="notice-title", wraps=True)
        self._text = label(wraps=True)
        self._open = button(
            tr("Open the page"),
            name="open-found",
            tip=tr("Open what is told of it in the browser"),
            role="accent",
            on_click=self._want_page,
        )
        hint = label(
            tr("Compare the SHA-256 of the file that you download with the one here: they must be equal."),
            role="hint",
            wraps=True,
        )
        self._sums = QPlainTextEdit()
        self._sums.setObjectName("release-sums")
        self._sums.setAccessibleName(tr("Files of this version with their SHA-256"))
        self._sums.setToolTip(tr("The files of this version for this computer; they can be copied from here"))
        self._sums.setReadOnly(True)
        # A sum is one long word.
        self._sums.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(6)
        layout.addWidget(self._title)
        layout.addWidget(self._text)
        layout.addLayout(row(self._open, None))
        layout.addWidget(hint)
        layout.addWidget(self._sums)
        self.hide()

    def show_found(self, found: FoundRelease | None) -> None:
        """Show ``found``, or nothing."""
        if found == self._found:
            return
        self._found = found
        self.setVisible(found is not None)
        if found is None:
            return
        self._title.setText(came_out(found))
        self._text.setText(nothing_is_installed(found))
        self._open.setToolTip(page_tip(found))
        self._open.setAccessibleDescription(page_tip(found))
        self._sums.setPlainText("\n".join(sum_lines(found)))
        # With room for what is wrapped; whatever is longer scrolls.
        lines = min(_FILE_LINES * len(found.packages), _LINES_MAX) + 2
        self._sums.setFixedHeight(lines * self._sums.fontMetrics().lineSpacing())
        self.setAccessibleName(self._title.text())
        self.setAccessibleDescription(self._text.text())

    def _want_page(self) -> None:
        if self._found is not None:
            self.open_wanted.emit(self._found)


def came_out(found: FoundRelease) -> str:
    """Which version there is, and since when."""
    release = found.release
    return tr(
        "VoiceClone {version} came out on {date}.", version=release.version, date=release.day.isoformat()
    )


def nothing_is_installed(found: FoundRelease) -> str:
    """Which version is in use, and that it stays so."""
    return tr("You have {version}. Nothing is installed by itself.", version=found.own)


def page_tip(found: FoundRelease) -> str:
    """Where the button leads."""
    return tr("Open {page} in your browser", page=found.release.page)


def sum_lines(found: FoundRelease) -> list[str]:
    """What is to be known of each file before it is used."""
    return [
        f"{package.file} · {QLocale().formattedDataSize(package.size_bytes)}\nSHA-256 {package.sha256}"
        for package in found.packages
    ]
