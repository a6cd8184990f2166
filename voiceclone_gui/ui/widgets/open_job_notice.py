"""What is known of a job that isn't over, and the ways to settle it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QPushButton, QVBoxLayout

from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.presenters.clone_state import OpenJobState
from voiceclone_gui.ui.presenters.open_job_presenter import explain, log_lines
from voiceclone_gui.ui.widgets.parts import button, label, row, set_role

_LOOK_AGAIN_MS = 1000
_LOG_LINES = 6
# What can be done about each kind, by the names of the buttons.
_WAYS = {
    "interrupted": {"job-go-on", "job-discard"},
    "failed": {"job-discard"},
    "unknown": {"job-check", "job-ask-again", "job-made", "job-not-made", "job-later"},
}


class OpenJobNotice(QFrame):
    """Signals: ``go_on_wanted()``, ``discard_wanted()``, ``check_wanted()``, ``ask_again_wanted()``,
    ``word_given(bool)``: the user says that the voice was made, or wasn't; ``later_wanted()``.
    """

    go_on_wanted = Signal()
    discard_wanted = Signal()
    check_wanted = Signal()
    ask_again_wanted = Signal()
    word_given = Signal(bool)
    later_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("open-job")
        self._state: OpenJobState | None = None
        self._used: QPushButton | None = None
        self._wait = QTimer(self)
        self._wait.setInterval(_LOOK_AGAIN_MS)
        self._wait.timeout.connect(self._show_when_to_ask)
        self.hide()

    def show_state(self, state: OpenJobState | None) -> None:
        """Show the job, or nothing."""
        if state == self._state:
            return
        if self.layout() is None and state is not None:
            self._make_parts()
        self._state = state
        self.setVisible(state is not None)
        if state is None:
            self._wait.stop()
            return
        title, text = explain(state)
        set_role(self, "notice", tone="warning" if state.is_unknown else "information")
        set_role(self._title, "notice-title", tone="warning" if state.is_unknown else "information")
        self._title.setText(title)
        self._text.setText(f"{state.note} {text}" if state.note else text)
        self.setAccessibleName(title)
        self.setAccessibleDescription(self._text.text())
        ways = _WAYS[state.found.kind]
        self._used = next((way for way in self._buttons.values() if way.hasFocus()), self._used)
        for name, way in self._buttons.items():
            way.setVisible(name in ways)
            way.setEnabled(not state.is_busy)
        if not state.is_busy:
            self._give_back_focus()
        self._details.setPlainText("\n".join(log_lines(state.found)))
        self._fold.setVisible(bool(state.found.log))
        if state.is_unknown:
            self._wait.start()
        self._show_when_to_ask()

    def _give_back_focus(self) -> None:
        """What was pressed has the keyboard again, unless the user has gone elsewhere meanwhile."""
        used, self._used = self._used, None
        now = self.window().focusWidget()
        if used is not None and now is not None and now.isAncestorOf(self):
            used.setFocus()

    def _make_parts(self) -> None:
        """Its parts, when there is such a job at all: most starts see none."""
        self._title = label(role="notice-title", wraps=True)
        self._text = label(wraps=True)
        for words in (self._title, self._text):
            words.setMinimumWidth(1)
        self._details = QPlainTextEdit()
        self._details.setObjectName("job-log")
        self._details.setAccessibleName(tr("What happened"))
        self._details.setReadOnly(True)
        self._details.setMaximumHeight(_LOG_LINES * self._details.fontMetrics().lineSpacing())
        self._details.hide()
        self._buttons = {
            name: button(words, name=name, tip=tip, role=role, on_click=on_click)
            for name, words, tip, role, on_click in self._ways()
        }
        ways = self._buttons
        self._again = ways["job-ask-again"]
        self._fold = ways.pop("job-details")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(6)
        layout.addWidget(self._title)
        layout.addWidget(self._text)
        first = ("job-go-on", "job-discard", "job-check", "job-ask-again")
        layout.addLayout(row(*(ways[name] for name in first), None, self._fold))
        layout.addLayout(row(ways["job-made"], ways["job-not-made"], None, ways["job-later"]))
        layout.addWidget(self._details)

    def _ways(self) -> list[tuple[str, str, str, str, Callable[[], None]]]:
        """Name, words, tip, role and effect of each button."""
        go_on = tr("Clone with what was chosen; what is uploaded already isn't uploaded again")
        discard = tr("Empty the page; your own files stay where they are")
        check = tr("Ask the service whether it lists the voice; free")
        made = tr("You know that the voice was made, for instance from the service's own page")
        not_made = tr("You know that the voice wasn't made")
        later = tr("Free the page; the voice stays in the list as it is")
        details = tr("Show what happened, with the trace ids that the service's support asks for")
        return [
            ("job-go-on", tr("Go on"), go_on, "accent", self.go_on_wanted.emit),
            ("job-discard", tr("Discard"), discard, "", self.discard_wanted.emit),
            ("job-check", tr("Check"), check, "accent", self.check_wanted.emit),
            ("job-ask-again", tr("Ask again…"), "", "", self.ask_again_wanted.emit),
            ("job-made", tr("It exists"), made, "link", lambda: self.word_given.emit(True)),
            ("job-not-made", tr("It doesn't exist"), not_made, "link", lambda: self.word_given.emit(False)),
            ("job-later", tr("Decide later"), later, "link", self.later_wanted.emit),
            ("job-details", tr("Details"), details, "link", self._toggle_details),
        ]

    def _toggle_details(self) -> None:
        self._details.setVisible(not self._details.isVisibleTo(self))

    def _show_when_to_ask(self) -> None:
        state = self._state
        if state is None or not state.is_unknown:
            return
        earliest = state.found.can_be_asked_from
        too_early = earliest is not None and datetime.now(UTC) < earliest
        self._again.setEnabled(not too_early and not state.is_busy)
        tip = tr("Send the same request once more: no second voice can come of it")
        if too_early and earliest is not None:
            when = earliest.astimezone().strftime("%H:%M:%S")
            tip = tr("Possible from {when}: the first request may still be worked on", when=when)
        self._again.setToolTip(tip)
        self._again.setAccessibleDescription(tip)
