"""Beside a voice without a preview: why it is missing, and the ways to get it."""

from __future__ import annotations

import time
from math import ceil

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from voiceclone_gui.core.errors import Action
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.presenters.recovery_presenter import RecoveryPresenter
from voiceclone_gui.ui.presenters.recovery_state import LostPreview, RecoveryRun
from voiceclone_gui.ui.widgets.notice import Notice
from voiceclone_gui.ui.widgets.parts import button, label, row
from voiceclone_gui.ui.widgets.waveform_view import clock_time


class RecoveryBox(QWidget):
    """Shows one voice's lost preview, or nothing. Signal ``connection_wanted()``.

    It ``names_voice`` where nothing else beside it does.
    """

    connection_wanted = Signal()

    def __init__(self, *, presenter: RecoveryPresenter, names_voice: bool) -> None:
        super().__init__()
        self.setObjectName("recovery")
        self._presenter = presenter
        self._voice: Voice | None = None
        self._run: RecoveryRun | None = None
        self._notice = Notice(actions={Action.OPEN_CONNECTION})
        self._notice.action_wanted.connect(lambda _: self.connection_wanted.emit())
        self._clock = QTimer(self)
        self._clock.setInterval(100)
        self._clock.timeout.connect(self._show_time)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._name = label(role="label", wraps=True)
        self._name.setObjectName("recovered-voice")
        self._name.setMinimumWidth(1)
        layout.addWidget(self._name)
        # Once it has its place: without one it would be a window of its own.
        self._name.setVisible(names_voice)
        layout.addWidget(self._notice)
        layout.addWidget(self._make_ways())
        layout.addWidget(self._make_running())
        presenter.state_changed.connect(lambda _: self._show())
        self.hide()

    def show_voice(self, voice: Voice | None) -> None:
        """Show the ways to a preview of ``voice``, which has none; ``None`` shows nothing."""
        self._voice = voice
        if voice is not None:
            self._name.setText(tr("Preview of the voice {voice_id}", voice_id=voice.voice_id))
        self._show()

    def _make_ways(self) -> QWidget:
        self._ways = QWidget()
        self._fetch = button(
            tr("Fetch the preview again"),
            name="fetch-preview",
            tip=tr("Download it by the link that the service gave; it costs nothing"),
            on_click=self._want_fetch,
        )
        self._make = button(
            tr("Make a new preview…"),
            name="make-preview",
            tip=tr("Let the voice speak, which keeps it; what it costs is asked first"),
            on_click=self._want_new,
        )
        self._ways.setLayout(row(self._fetch, self._make, None))
        return self._ways

    def _make_running(self) -> QWidget:
        self._running = QWidget()
        self._bar = QProgressBar()
        self._bar.setObjectName("recovery-progress")
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Progress of the preview"))
        self._status = label(role="hint", wraps=True)
        self._status.setObjectName("recovery-status")
        self._stop = button(
            tr("Cancel"),
            name="stop-preview",
            tip=tr("End it; nothing is billed"),
            on_click=self._presenter.stop,
        )
        self._skip = button(
            tr("Try now"),
            name="try-preview-now",
            tip=tr("Don't wait; try again at once"),
            on_click=self._skip_wait,
        )
        status = row(self._status, self._skip, self._stop)
        status.setStretch(0, 1)
        layout = QVBoxLayout(self._running)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._bar)
        layout.addLayout(status)
        return self._running

    def _want_fetch(self) -> None:
        if self._voice is not None:
            self._presenter.fetch(self._voice)

    def _want_new(self) -> None:
        if self._voice is not None:
            self._presenter.make(self._voice)

    def _show(self) -> None:
        lost = self._presenter.lost(self._voice) if self._voice is not None else None
        self.setVisible(lost is not None)
        if lost is None:
            self._clock.stop()
            return
        self._run = lost.run
        # What an earlier attempt came to is no news while another one is on its way.
        self._notice.show_message(None if lost.run is not None else lost.message)
        self._show_ways(lost)
        self._running.setVisible(lost.run is not None)
        if lost.run is not None:
            self._show_run(lost.run)
            self._clock.start()
        else:
            self._clock.stop()

    def _show_ways(self, lost: LostPreview) -> None:
        self._ways.setVisible(lost.run is None)
        for way, offered in ((self._fetch, lost.can_fetch), (self._make, lost.can_make)):
            way.setVisible(offered)
            way.setEnabled(not lost.is_busy)

    def _show_run(self, run: RecoveryRun) -> None:
        if run.share is None:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(run.share * 1000))
        is_billed = run.is_paid and run.is_sent
        self._stop.setText(tr("Stop waiting") if is_billed else tr("Cancel"))
        tip = (
            tr("The request has left: the voice may be kept and billed all the same")
            if is_billed
            else tr("End it; nothing is billed")
        )
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
        words = tr("The voice speaks") if run.is_paid else tr("Fetching the preview")
        parts = [words, clock_time(time.monotonic() - run.started_s)]
        if run.total_bytes:
            done, total = f"{run.done_bytes / 1000:.0f}", f"{run.total_bytes / 1000:.0f}"
            parts.insert(1, tr("{done} KB of {total} KB", done=done, total=total))
        self._skip.setVisible(run.skip is not None and not run.is_stopping)
        if run.waits_until_s is not None:
            seconds = f"{ceil(max(0.0, run.waits_until_s - time.monotonic()))}"
            parts.insert(
                0, tr("{reason} Trying again in {seconds} s", reason=run.wait_reason, seconds=seconds)
            )
        if run.is_stopping:
            parts.insert(0, tr("Stopping …"))
        self._status.setText(" · ".join(parts))
