"""The Voices page: a plain list of what was made, with its preview and its fields."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QPlainTextEdit,
    QScrollArea,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from voiceclone_gui.core.voice import VoiceState
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.presenters.voices_presenter import VoiceRow, VoicesPresenter, VoicesState
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.parts import Card, button, label, row, set_role
from voiceclone_gui.ui.widgets.recovery_box import RecoveryBox

_Index = QModelIndex | QPersistentModelIndex
_SOON_DAYS = 2


def state_words(entry: VoiceRow) -> str:
    """Where a voice stands, in words."""
    if entry.days_left is not None:
        return tr("New · {days} days left", days=f"{entry.days_left:.0f}")
    return {
        VoiceState.KEPT: tr("Kept"),
        VoiceState.EXPIRED: tr("Expired"),
        VoiceState.GONE: tr("Gone: expired or deleted"),
        VoiceState.UNKNOWN: tr("Unknown: may have been made"),
    }.get(entry.state, entry.state.value)


class VoicesTable(QAbstractTableModel):
    """Rows of voices for a table view."""

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[VoiceRow, ...] = ()

    def show_rows(self, rows: tuple[VoiceRow, ...]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_at(self, position: int) -> VoiceRow:
        """The row at that position."""
        return self._rows[position]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("Voice ID"), tr("Service"), tr("Made"), tr("State"))[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            voice = entry.voice
            made = (voice.made_at or voice.asked_at).astimezone().strftime("%Y-%m-%d %H:%M")
            service = tr("Practice service") if voice.profile_id == "practice" else voice.service
            return (voice.voice_id, service, made, state_words(entry))[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 3:
            urgent = entry.state is not VoiceState.KEPT and (entry.days_left or 0) < _SOON_DAYS
            return self._theme.tokens.color("refusal" if urgent else "good")
        return None


class VoicesPage(QWidget):
    """Signals: ``play_wanted(Voice)``, ``clone_wanted()``, ``settle_wanted(Voice)``: what became of a voice
    that nobody knows of is to be found out.
    """

    play_wanted = Signal(object)
    clone_wanted = Signal()
    settle_wanted = Signal(object)

    def __init__(self, *, presenter: VoicesPresenter, recovery: RecoveryBox, theme: Theme) -> None:
        super().__init__()
        set_role(self, "page")
        self._recovery = recovery
        self._table = VoicesTable(theme=theme)
        self._view = self._make_view()
        self._stack = QStackedWidget()
        self._pages = {
            "list": self._make_list(),
            "empty": self._make_empty(),
            "unread": self._make_unread(presenter),
        }
        for page in self._pages.values():
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 0)
        layout.addWidget(self._stack)
        presenter.state_changed.connect(self.show_state)
        self.show_state(presenter.state)

    def show_state(self, state: VoicesState) -> None:
        """Show all voices; the chosen one stays chosen."""
        chosen = self._chosen()
        self._table.show_rows(state.rows)
        # Never "none" where nobody could look.
        page = "list" if state.rows else "empty" if state.loaded else "unread"
        self._stack.setCurrentWidget(self._pages[page])
        ids = [entry.voice.job_id for entry in state.rows]
        position = ids.index(chosen.voice.job_id) if chosen and chosen.voice.job_id in ids else 0
        if state.rows:
            self._view.selectRow(position)
        self._show_chosen()

    def _make_view(self) -> QTableView:
        view = _View()
        view.setObjectName("voices")
        view.setAccessibleName(tr("Voices"))
        view.setModel(self._table)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setShowGrid(False)
        view.setTabKeyNavigation(False)
        view.setWordWrap(False)
        view.verticalHeader().hide()
        view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        view.horizontalHeader().setHighlightSections(False)
        view.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        view.selectionModel().selectionChanged.connect(lambda *_: self._show_chosen())
        view.doubleClicked.connect(lambda _: self._play())
        return view

    def _make_empty(self) -> QWidget:
        clone = button(
            tr("Clone a voice"), name="go-clone", tip=tr("Go to the page that clones"), role="accent"
        )
        clone.clicked.connect(self.clone_wanted)
        hint = tr("A voice that you clone appears here, with its preview.")
        return _make_notice(tr("No voices yet"), hint, clone)

    def _make_unread(self, presenter: VoicesPresenter) -> QWidget:
        again = button(
            tr("Try again"),
            name="read-voices-again",
            tip=tr("Read the list of voices once more"),
            role="accent",
            on_click=presenter.load,
        )
        hint = tr("Once what is in the way is gone, try again.")
        return _make_notice(tr("The list of voices couldn't be read yet"), hint, again)

    def _make_list(self) -> QWidget:
        page = QWidget()
        set_role(page, "page")
        self._play_button = button(
            tr("Play the preview"), name="play-voice", tip=tr("Play this voice's preview")
        )
        self._play_button.clicked.connect(self._play)
        copy = button(
            tr("Copy the ID"), name="copy-voice-id", tip=tr("Copy the voice ID to paste it elsewhere")
        )
        copy.clicked.connect(self._copy_id)
        self._fields = QPlainTextEdit()
        self._fields.setObjectName("voice-fields")
        self._fields.setReadOnly(True)
        self._fields.setAccessibleName(tr("The request that made this voice"))
        self._fields.setToolTip(tr("The request that made this voice"))
        card = Card()
        self._settle_button = button(
            tr("Settle it…"),
            name="settle-voice",
            tip=tr("Find out whether it was made: ask the service, or say what you know"),
            role="accent",
            on_click=self._settle,
        )
        card.body.addLayout(row(self._settle_button, self._play_button, copy, None))
        card.body.addWidget(self._recovery)
        card.body.addWidget(self._fields)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 16)
        layout.setSpacing(16)
        layout.addWidget(self._view, 1)
        layout.addWidget(_Details(card))
        return page

    def _chosen(self) -> VoiceRow | None:
        rows = self._view.selectionModel().selectedRows()
        return self._table.row_at(rows[0].row()) if rows else None

    def _show_chosen(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            self._recovery.show_voice(None)
            return
        preview = chosen.voice.preview_file
        is_here = bool(preview) and Path(preview).is_file()
        self._play_button.setEnabled(is_here)
        self._settle_button.setVisible(chosen.state is VoiceState.UNKNOWN)
        self._recovery.show_voice(None if is_here else chosen.voice)
        facts = dict(chosen.voice.request)
        self._fields.setPlainText(json.dumps(facts, ensure_ascii=False, indent=2))

    def _play(self) -> None:
        chosen = self._chosen()
        if chosen is not None and chosen.voice.preview_file:
            # It may have gone since the voice was chosen; then the ways to get it are shown.
            self._show_chosen()
            self.play_wanted.emit(chosen.voice)

    def _settle(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.settle_wanted.emit(chosen.voice)

    def _copy_id(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            QGuiApplication.clipboard().setText(chosen.voice.voice_id)


def _make_notice(headline: str, hint: str, action: QWidget) -> QWidget:
    """What stands in place of the list."""
    page = Card()
    page.body.addStretch(1)
    for words, role in ((headline, "headline"), (hint, "hint")):
        text = label(words, role=role)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        page.body.addWidget(text)
    page.body.addLayout(row(None, action, None))
    page.body.addStretch(1)
    return page


class _View(QTableView):
    """A table that never has less room than its header and one row need."""

    def minimumSizeHint(self) -> QSize:
        needed = super().minimumSizeHint()
        lines_px = self.horizontalHeader().sizeHint().height() + self.verticalHeader().defaultSectionSize()
        needed.setHeight(max(needed.height(), lines_px + 2 * self.frameWidth()))
        return needed


class _Details(QScrollArea):
    """What is told of the chosen voice: it scrolls where there is less room than it needs."""

    def __init__(self, card: QWidget) -> None:
        super().__init__()
        set_role(self, "page")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(card)
        self.setWidget(content)
        content.installEventFilter(self)

    def sizeHint(self) -> QSize:
        # All of it: Qt's own hint ends at a few lines.
        content = self.widget()
        return content.sizeHint() if content is not None else super().sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
