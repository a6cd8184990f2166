"""The card that clones: the rights, the button with its price, and the steps while it runs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from voiceclone_gui.core.cost import CostEstimate
from voiceclone_gui.core.errors import Action
from voiceclone_gui.core.spending import Spending
from voiceclone_gui.services.clone_events import CloneStep
from voiceclone_gui.ui.i18n import say, tr
from voiceclone_gui.ui.money import characters, money, spent_in_short
from voiceclone_gui.ui.presenters.clone_state import CloneState, RunState
from voiceclone_gui.ui.widgets.notice import Notice
from voiceclone_gui.ui.widgets.open_job_notice import OpenJobNotice
from voiceclone_gui.ui.widgets.parts import Card, FittingStack, button, label, row, set_role
from voiceclone_gui.ui.widgets.waveform_view import clock_time

# What the page can do about a clone that failed.
CLONE_ACTIONS = {
    Action.OPEN_CONNECTION,
    Action.TRY_AGAIN,
    Action.UPLOAD_AGAIN,
    Action.CHOOSE_RECORDING,
    Action.TRIM_RECORDING,
    Action.CHOOSE_PROMPT_CLIP,
    Action.SUGGEST_VOICE_ID,
    Action.CLEAN_TEXT,
    Action.EDIT_FIELD,
}


def step_names() -> dict[CloneStep, str]:
    """The steps in words."""
    return {
        CloneStep.PREPARE: tr("Prepare"),
        CloneStep.UPLOAD: tr("Recording"),
        CloneStep.UPLOAD_CLIP: tr("Example clip"),
        CloneStep.CLONE: tr("Clone"),
        CloneStep.PREVIEW: tr("Preview"),
    }


def cost_words(cost: CostEstimate) -> str:
    """What the preview costs, as far as known, and what is free."""
    if cost.amount is None:
        if cost.is_free:
            return tr("Free here: nothing leaves this computer.")
        if not cost.characters:
            return tr("No preview text: nothing is billed now.")
        return tr("Preview: {length}; this service's price isn't known.", length=characters(cost.characters))
    amount = money(cost.amount, cost.currency)
    if cost.is_free:
        return tr("Preview: free here. A real service charges about {amount}.", amount=amount)
    return tr("Preview ≈ {length} ≈ {amount}", length=characters(cost.characters), amount=amount)


class CloneCard(Card):
    """Signals: ``rights_changed(bool)``, ``clone_wanted()``, ``stop_wanted()``, ``action_wanted(Action)``.

    ``open_job`` shows a job that isn't over, with signals of its own.
    """

    rights_changed = Signal(bool)
    clone_wanted = Signal()
    stop_wanted = Signal()
    action_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("clone-card")
        self._run: RunState | None = None
        self._estimated: CostEstimate | None = None
        self._spent = ""
        self._is_compact = False
        self.rights = QCheckBox(tr("I have the right to clone this voice"))
        self.rights.setObjectName("rights")
        self.rights.setToolTip(tr("It is your own voice, or its owner agreed; kept on record with the voice"))
        self.rights.clicked.connect(self.rights_changed)
        self._notice = Notice(actions=CLONE_ACTIONS)
        self._notice.action_wanted.connect(self.action_wanted)
        self._stack = FittingStack()
        self._stack.add_page(self._make_ready())
        self._stack.add_page(self._make_running())
        self.open_job = OpenJobNotice()
        self.body.addWidget(self.rights)
        self.body.addWidget(self.open_job)
        self.body.addWidget(self._notice)
        self.body.addWidget(self._stack)
        self._clock = QTimer(self)
        self._clock.setInterval(100)
        self._clock.timeout.connect(self._show_time)

    def show_compact(self, compact: bool) -> None:
        """Take less height; the page moves ``rights`` and ``open_job`` elsewhere, and here they come back."""
        self._is_compact = compact
        margin_px = 6 if compact else 14
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(16, margin_px, 16, margin_px)
        if not compact:
            self.body.insertWidget(0, self.rights)
            self.body.insertWidget(1, self.open_job)

    def show_state(self, state: CloneState) -> None:
        """Show what can be started, or what runs."""
        self._run = state.run
        self.rights.setChecked(state.has_rights)
        self.rights.setEnabled(not state.is_running)
        self._notice.show_message(state.message)
        self.open_job.show_state(state.open_job)
        if self._stop.hasFocus() and state.run is None:
            # The button that had the focus goes away; the next thing to do takes it over.
            self.rights.setFocus()
        self._stack.show_page(1 if state.run else 0)
        obstacle = state.obstacle
        self._clone.setEnabled(obstacle is None and not state.is_running)
        reason = say(obstacle) if obstacle else None
        why = (
            f"{reason.title} {reason.cure}"
            if reason
            else tr("Upload the recording and clone the voice (Ctrl+Enter)")
        )
        self._clone.setToolTip(why)
        self._clone.setAccessibleDescription(why)
        self._cost.setText(cost_words(state.cost))
        self._estimated = state.cost
        self._explain_cost()
        if state.run is not None:
            self._show_run(state.run)
            self._clock.start()
        else:
            self._clock.stop()

    def show_spent(self, spending: Sequence[Spending]) -> None:
        """Tell with the cost what was spent before."""
        self._spent = spent_in_short(spending)
        self._explain_cost()

    def _explain_cost(self) -> None:
        cost = self._estimated
        lines = [self._spent] if self._spent else []
        if cost is not None and cost.amount is not None:
            lines.insert(0, tr("An estimate from the prices of {date}", date=cost.as_of))
        self._cost.setToolTip("\n".join(lines))
        self._cost.setAccessibleDescription(self._cost.toolTip())

    def _make_ready(self) -> QWidget:
        page = QWidget()
        self._clone = button(tr("Clone voice"), name="clone", tip="", role="primary")
        self._clone.clicked.connect(self.clone_wanted)
        self._cost = label(role="hint", wraps=True)
        self._cost.setObjectName("cost")
        layout = QHBoxLayout(page)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self._clone)
        layout.addWidget(self._cost, 1)
        return page

    def _make_running(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._steps = {step: label(words, role="step") for step, words in step_names().items()}
        self._bar = QProgressBar()
        self._bar.setObjectName("progress")
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Progress of the clone"))
        self._status = label(role="hint", wraps=True)
        self._skip = button(
            tr("Try now"), name="try-now", tip=tr("Don't wait; try again at once"), on_click=self._skip_wait
        )
        self._stop = button(tr("Cancel"), name="stop", tip="")
        self._stop.clicked.connect(self.stop_wanted)
        layout.addLayout(row(*self._steps.values(), None, gap=4))
        layout.addWidget(self._bar)
        status = row(self._status, self._skip, self._stop)
        status.setStretch(0, 1)
        layout.addLayout(status)
        return page

    def _show_run(self, run: RunState) -> None:
        reached = run.steps.index(run.step)
        names = step_names()
        for step, chip in self._steps.items():
            # Where there is little room, only the step that is on.
            shown = step == run.step if self._is_compact else step in run.steps
            chip.setVisible(shown)
            if not shown:
                continue
            position = run.steps.index(step)
            state = "done" if position < reached else "now" if position == reached else "later"
            words = f"✓ {names[step]}" if state == "done" else names[step]
            if state == "now" and run.share is not None:
                words = f"{words} {run.share:.0%}"
            if self._is_compact:
                words = tr(
                    "{number} of {count}: {step}", number=position + 1, count=len(run.steps), step=words
                )
            chip.setText(words)
            set_role(chip, "step", state=state)
        if run.share is None:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(run.share * 1000))
        self._stop.setText(tr("Stop waiting") if run.is_sent else tr("Cancel"))
        if run.made is not None:
            tip = tr("The voice is made; only its preview is still on the way")
        elif run.is_sent:
            tip = tr("The request has left: the voice may be made all the same")
        else:
            tip = tr("End it; no voice is made")
        self._stop.setToolTip(tip)
        self._stop.setAccessibleDescription(tip)
        self._stop.setEnabled(not run.is_stopping)
        self._show_time()

    def _skip_wait(self) -> None:
        if self._run is not None and self._run.skip is not None:
            self._run.skip()

    def _show_time(self) -> None:
        run = self._run
        if run is None:
            return
        self._skip.setVisible(run.skip is not None and not run.is_stopping)
        elapsed = clock_time(time.monotonic() - run.started_s)
        parts = [elapsed]
        if run.total_bytes:
            done, total = f"{run.done_bytes / 1000:.0f}", f"{run.total_bytes / 1000:.0f}"
            parts.insert(0, tr("{done} KB of {total} KB", done=done, total=total))
            if run.bytes_per_s:
                parts.insert(1, tr("{speed} MB/s", speed=f"{run.bytes_per_s / 1e6:.1f}"))
        if run.waits_until_s is not None:
            left_s = max(0.0, run.waits_until_s - time.monotonic())
            words = tr(
                "{reason} Trying again in {seconds} s", reason=run.wait_reason, seconds=f"{ceil(left_s)}"
            )
            parts.insert(0, words)
        elif run.note:
            parts.insert(0, run.note)
        if run.is_stopping:
            parts.insert(0, tr("Stopping …"))
        self._status.setText(" · ".join(parts))
