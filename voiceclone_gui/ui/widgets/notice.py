"""A message in its place: what is wrong, why, the cure as a button, and what support asks for."""

from __future__ import annotations

import re
from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout

from voiceclone_gui.core.errors import Action
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.messages import Message
from voiceclone_gui.ui.widgets.parts import button, label, row, set_role

# Words need so much room beside the buttons; in less they would break too often.
_ROOM_CHARACTERS = 45
_LONG_WORD = 24


def _breakable(words: str) -> str:
    """``words`` with places to break in each that is longer than a line, such as a file's name."""
    return re.sub(rf"\S{{{_LONG_WORD}}}(?=\S)", "\\g<0>\u200b", words)


def action_words() -> dict[Action, str]:
    """What the button of each action says."""
    return {
        Action.OPEN_CONNECTION: tr("Open the connection…"),
        Action.TRY_AGAIN: tr("Try again"),
        Action.CHOOSE_RECORDING: tr("Choose a recording…"),
        Action.CHOOSE_PROMPT_CLIP: tr("Choose another clip…"),
        Action.TRIM_RECORDING: tr("Choose another recording…"),
        Action.EDIT_FIELD: tr("Go to the field"),
        Action.CLEAN_TEXT: tr("Clean the text"),
        Action.SUGGEST_VOICE_ID: tr("Take a fresh ID"),
        Action.UPLOAD_AGAIN: tr("Upload again"),
        Action.PUT_BACK: tr("Put it back"),
        Action.USE_BEST_PART: tr("Use best part"),
        Action.REDUCE_NOISE: tr("Switch on Reduce noise"),
        Action.EVEN_OUT_VOLUME: tr("Switch on Even out volume"),
        Action.TAKE_LEFT: tr("Take the left channel"),
        Action.TAKE_RIGHT: tr("Take the right channel"),
        Action.RECORD_AGAIN: tr("Record again…"),
        Action.READ_REPORT: tr("Read the report…"),
        Action.TRY_OTHER_REGION: tr("Try the other region"),
        Action.UNLOCK_AND_TRY_AGAIN: tr("Try again"),
        Action.KEEP_FOR_THIS_RUN: tr("Keep it for this run only"),
    }


class Notice(QFrame):
    """Shows one message or nothing. Signals: ``action_wanted(Action)``, ``dismissed()``.

    Only an action out of ``actions`` gets a button: whoever shows the notice has to do it.
    """

    action_wanted = Signal(object)
    dismissed = Signal()

    def __init__(self, *, actions: Collection[Action], can_be_dismissed: bool = False) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._actions = frozenset(actions)
        self._can_be_dismissed = can_be_dismissed
        self._message: Message | None = None
        self.hide()

    def _make_parts(self) -> None:
        """Its parts, at the first message: most notices never have one."""
        self._title = label(role="notice-title", wraps=True)
        self._cure = label(wraps=True)
        for text in (self._title, self._cure):
            # A long file name is one word: it must not make the window wider than the screen.
            text.setMinimumWidth(1)
        self._action = button("", name="notice-action", tip="", role="accent", on_click=self._want_action)
        self._details_button = button(
            tr("Details"),
            name="notice-details",
            tip=tr("Show what the service said, and the trace id that its support asks for"),
            role="link",
            on_click=self._toggle_details,
        )
        self._details = label(role="hint", wraps=True)
        self._details.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._copy = button(
            tr("Copy trace id"),
            name="copy-trace-id",
            tip=tr("Copy the id that the service's support asks for"),
            on_click=self._copy_trace_id,
        )
        self._dismiss = button(
            tr("Close"), name="notice-close", tip=tr("Take this message away"), role="link"
        )
        self._dismiss.clicked.connect(self.dismissed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(6)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._cure)
        words.addStretch(1)
        self._line = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._line.setSpacing(6)
        self._line.addLayout(words, 1)
        self._buttons = row(self._action, None, self._details_button, self._dismiss)
        self._line.addLayout(self._buttons)
        layout.addLayout(self._line)
        # Once it has its place: without one it would be a window of its own for a moment.
        self._dismiss.setVisible(self._can_be_dismissed)
        layout.addWidget(self._details)
        layout.addLayout(row(self._copy, None))

    def show_message(self, message: Message | None) -> None:
        """Show ``message``, or nothing."""
        if message == self._message and message is not None:
            return
        if self.layout() is None and message is not None:
            self._make_parts()
        self._message = message
        self.setVisible(message is not None)
        if message is None:
            return
        set_role(self, "notice", tone=message.tone.value)
        set_role(self._title, "notice-title", tone=message.tone.value)
        self._title.setText(_breakable(message.title))
        self._cure.setText(_breakable(message.cure))
        self._cure.setVisible(bool(message.cure))
        words = action_words()[message.action] if message.action in self._actions else None
        self._action.setVisible(words is not None)
        self._action.setText(words or "")
        self._action.setToolTip(message.cure)
        self._details_button.setVisible(message.has_details)
        self._show_details(False)
        self._fold()
        self.setAccessibleName(message.title)
        self.setAccessibleDescription(message.cure)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Where it is wide, the buttons stand beside the words: what it is about keeps its room."""
        if self.layout() is None:
            return
        room_px = self.width() - self._buttons.sizeHint().width()
        wide = room_px >= _ROOM_CHARACTERS * self.fontMetrics().averageCharWidth()
        self._line.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        )

    def _toggle_details(self) -> None:
        self._show_details(not self._details.isVisibleTo(self))

    def _show_details(self, visible: bool) -> None:
        message = self._message
        if message is None:
            return
        lines = [message.detail] if message.detail else []
        if message.service_code is not None:
            lines.append(tr("Code {code}", code=message.service_code))
        if message.trace_id:
            lines.append(tr("Trace id {trace_id}", trace_id=message.trace_id))
        self._details.setText("\n".join(lines))
        self._details.setVisible(visible)
        self._copy.setVisible(visible and bool(message.trace_id))

    def _want_action(self) -> None:
        if self._message is not None and self._message.action is not None:
            self.action_wanted.emit(self._message.action)

    def _copy_trace_id(self) -> None:
        if self._message is not None:
            QGuiApplication.clipboard().setText(self._message.trace_id)
