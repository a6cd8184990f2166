"""The window in which a recording is made: microphone, level, a text to read, and the takes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.ui.dialogs import Question, ask
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.languages import language_name
from voiceclone_gui.ui.presenters.record_presenter import RecordPresenter
from voiceclone_gui.ui.presenters.record_state import RecordState
from voiceclone_gui.ui.tasks import TaskScope
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.flow_layout import FlowLayout
from voiceclone_gui.ui.widgets.level_meter import LevelMeter
from voiceclone_gui.ui.widgets.notice import Notice
from voiceclone_gui.ui.widgets.parts import button, label, row, set_icon, set_role
from voiceclone_gui.ui.widgets.record_keys import RecordKeys
from voiceclone_gui.ui.widgets.record_words import clip_tip, marks, record_words, takes_words, voice_tip
from voiceclone_gui.ui.widgets.take_bar import TakeBar
from voiceclone_gui.ui.widgets.waveform_words import clock_time

_SIZE_PX = (720, 700)
_TEXT_LEAST_LINES = 4
# Title and cure of a notice in usual and in large text, and its margins.
_TOLD_LINES, _TOLD_LINES_LARGE, _TOLD_EDGES_PX = 3, 5, 34
_LARGE_TEXT = 1.4
_FRAME_PX = 40


class RecordDialog(QDialog):
    """Shows a :class:`RecordPresenter`'s state and forwards what is wanted. ``open()`` it; it closes itself
    when all is decided. Signal ``left_behind()``: it is closed, with the microphone let go.
    """

    left_behind = Signal()

    def __init__(
        self, *, parent: QWidget | None, presenter: RecordPresenter, theme: Theme, catalog: Catalog
    ) -> None:
        super().__init__(parent)
        self.setObjectName("record-dialog")
        self._presenter = presenter
        self._theme = theme
        self._catalog = catalog
        self._tasks = TaskScope(self)
        self._shown = presenter.state
        is_clip = presenter.state.purpose is Purpose.PROMPT_AUDIO
        title = tr("Record the example clip") if is_clip else tr("Record the voice")
        self.setWindowTitle(title)
        self._make_parts()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(10)
        layout.addWidget(label(title, role="headline"))
        self._area = self._scrolling()
        layout.addWidget(self._area, 1)
        layout.addLayout(row(self._elapsed, self._bar, gap=14))
        actions = FlowLayout(gap_px=8, line_gap_px=8)
        for part in (self._record, self._stop, self._listen):
            actions.addWidget(part)
        layout.addLayout(actions)
        layout.addLayout(row(None, self._cancel, self._use))
        self._add_keys()
        self._bind()
        self._fit_text()
        room = self.screen().availableSize()
        width_px, height_px = (round(side * min(theme.text_scale, 1.4)) for side in _SIZE_PX)
        self.resize(min(width_px, room.width()), min(height_px, room.height() - _FRAME_PX))

    def reject(self) -> None:
        """Leave: at once where nothing is recorded, else after a question."""
        if self._shown.has_takes:
            self._tasks.start_unique(self._ask_and_leave(), name="leave the recording")
        else:
            self._presenter.leave(keeps=True)

    async def aclose(self) -> None:
        """Close it because the program ends; takes stay for the next start."""
        self._presenter.close()
        await self._tasks.aclose()
        self.done(QDialog.DialogCode.Rejected)

    def show_state(self, state: RecordState) -> None:
        """Show another state."""
        before, self._shown = self._shown, state
        self._show_microphones(state)
        self._show_text(state, anew=state.language != before.language)
        self._show_buttons(state)
        message = state.problem or state.warning
        if message is not None:
            self._notice.show_message(message)
        self._notice.setVisible(message is not None)
        self._tip.setVisible(message is None)
        self._takes.setText(takes_words(state))
        if state.is_running and not before.is_running:
            self._area.ensureVisible(0, self._text.y() + self._text.height(), 0, 0)
        if state.can_record and not before.can_record:
            # Disabled until there is a microphone, it couldn't take the keyboard.
            self._record.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange} and hasattr(self, "_text"):
            self._fit_text()

    def _scrolling(self) -> QScrollArea:
        """What needs more room than a small screen has with large text; the buttons stay in sight."""
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        choices = row(gap=12)
        choices.addLayout(self._line(tr("Microphone"), self._microphones), 3)
        choices.addLayout(self._line(tr("Text to read"), self._languages), 2)
        layout.addLayout(choices)
        layout.addWidget(self._meter)
        layout.addWidget(self._told)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._takes)
        area = QScrollArea()
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setWidget(inner)
        # The dialog's own colour, not that of a page.
        inner.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        return area

    def _make_parts(self) -> None:
        self._microphones = self._combo("record-microphone", tr("The microphone that is listened to"))
        self._languages = self._combo("record-language", tr("The language that you want to read"))
        self._meter = LevelMeter(theme=self._theme)
        self._notice = Notice(actions=())
        is_clip = self._presenter.state.purpose is Purpose.PROMPT_AUDIO
        self._tip = label(clip_tip() if is_clip else voice_tip(), role="hint", wraps=True)
        self._told = QWidget()
        told = QVBoxLayout(self._told)
        told.setContentsMargins(0, 0, 0, 0)
        told.addWidget(self._tip)
        told.addWidget(self._notice)
        told.addStretch(1)
        self._text = QPlainTextEdit()
        self._text.setObjectName("record-text")
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setAccessibleName(tr("Text to read"))
        self._text.setToolTip(
            tr("Read it aloud as you would tell it to a friend; any other words do as well")
        )
        set_role(self._text, "reading")
        self._elapsed = label("0:00.0", role="name")
        self._elapsed.setObjectName("record-elapsed")
        self._bar = TakeBar(
            theme=self._theme, marks=marks(self._presenter.state), limit_s=self._presenter.state.limit_s
        )
        self._takes = label(role="hint", wraps=True)
        self._takes.setObjectName("record-takes")
        self._takes.setMinimumWidth(1)
        self._takes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._make_buttons(self._presenter)

    def _make_buttons(self, presenter: RecordPresenter) -> None:
        self._record = button(tr("Record"), name="record", tip="", on_click=presenter.record_or_pause)
        self._stop = button(
            tr("Stop"), name="record-stop", tip=tr("End the take (S)"), on_click=presenter.stop
        )
        set_icon(self._stop, "stop", theme=self._theme)
        self._listen = button(
            tr("Listen"), name="record-listen", tip=tr("Hear the take (L)"), on_click=presenter.listen
        )
        set_icon(self._listen, "listen", theme=self._theme)
        self._cancel = button(
            tr("Cancel"), name="record-cancel", tip=tr("Use no recording (Esc)"), on_click=self.reject
        )
        self._use = button(
            tr("Use it"),
            name="record-use",
            tip=tr("Put the take on the page (Ctrl+Enter)"),
            role="primary",
            on_click=presenter.use,
        )

    def _add_keys(self) -> None:
        keys = {
            "R": self._record,
            "S": self._stop,
            "L": self._listen,
            "Ctrl+Return": self._use,
            "Ctrl+Enter": self._use,
        }
        RecordKeys(window=self, keys=keys, lists=(self._microphones, self._languages))

    def _bind(self) -> None:
        presenter = self._presenter
        for text in presenter.state.texts:
            self._languages.addItem(language_name(text.language, self._catalog), text.language)
        self._microphones.activated.connect(
            lambda at: presenter.choose_microphone(self._microphones.itemData(at))
        )
        self._languages.activated.connect(lambda at: presenter.choose_language(self._languages.itemData(at)))
        presenter.state_changed.connect(self.show_state)
        presenter.heard.connect(self._meter.show_reading)
        presenter.elapsed.connect(self._show_elapsed)
        presenter.left.connect(self._end)
        self.show_state(presenter.state)
        self._show_text(presenter.state, anew=True)

    def _show_microphones(self, state: RecordState) -> None:
        with QSignalBlocker(self._microphones):
            shown = [(one.id, one.name) for one in state.microphones]
            box = self._microphones
            if shown != [(box.itemData(at), box.itemText(at)) for at in range(box.count())]:
                box.clear()
                for microphone_id, name in shown:
                    box.addItem(name, microphone_id)
            box.setCurrentIndex(box.findData(state.microphone_id))
            box.setPlaceholderText(tr("No microphone"))
            box.setEnabled(bool(shown) and not state.is_running)

    def _show_text(self, state: RecordState, *, anew: bool) -> None:
        self._languages.setCurrentIndex(self._languages.findData(state.language))
        if anew:
            self._text.setPlainText(state.text)

    def _show_buttons(self, state: RecordState) -> None:
        text, icon, tip = record_words(state)
        self._record.setText(text)
        self._record.setToolTip(tip)
        self._record.setAccessibleDescription(tip)
        set_icon(self._record, icon, theme=self._theme, color="text" if icon == "pause" else "refusal")
        self._record.setEnabled(state.can_record)
        self._stop.setEnabled(state.is_running)
        self._listen.setEnabled(state.can_use)
        self._listen.setText(tr("Stop listening") if state.is_playing else tr("Listen"))
        self._use.setEnabled(state.can_use)
        self._cancel.setEnabled(not state.is_leaving)

    def _show_elapsed(self, elapsed_s: float) -> None:
        self._elapsed.setText(clock_time(elapsed_s, tenths=True))
        self._bar.show_elapsed(elapsed_s)

    async def _ask_and_leave(self) -> None:
        question = Question(
            title=tr("Throw away what you recorded?"),
            text=tr("Kept, it stays in {folder}.", folder=self._shown.folder),
            answers={
                "go-on": tr("Go on"),
                "keep": tr("Keep it in the folder"),
                "throw-away": tr("Throw away"),
            },
        )
        answer = await ask(question, parent=self)
        if answer != "go-on":
            self._presenter.leave(keeps=answer == "keep")

    def _end(self) -> None:
        self._presenter.close()
        self.done(QDialog.DialogCode.Accepted)
        self.left_behind.emit()

    def _fit_text(self) -> None:
        """Some lines of the text can be read, however small the window is, and nothing jumps: what is told
        of the microphone and the numbers keep their room.
        """
        lines = _TOLD_LINES_LARGE if self._theme.text_scale > _LARGE_TEXT else _TOLD_LINES
        self._told.setMinimumHeight(lines * self._tip.fontMetrics().lineSpacing() + _TOLD_EDGES_PX)
        self._text.setMinimumHeight(_TEXT_LEAST_LINES * self._text.fontMetrics().lineSpacing())
        self._elapsed.setMinimumWidth(self._elapsed.fontMetrics().horizontalAdvance("00:00.0"))

    def _combo(self, name: str, tip: str) -> QComboBox:
        box = QComboBox()
        box.setObjectName(name)
        box.setToolTip(tip)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # A long name is cut off: it must not make the window wider than the screen.
        box.setMinimumContentsLength(12)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        return box

    def _line(self, words: str, field: QWidget) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(label(words, role="label", buddy=field))
        column.addWidget(field)
        return column
