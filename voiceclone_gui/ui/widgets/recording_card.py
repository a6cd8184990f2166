"""Card 1: the recording of the voice, from the empty place to drop it to its waveform."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from voiceclone_gui.core.sample import PROMPT_LIMIT_S
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.presenters.clone_state import CloneState, SampleState
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.flow_layout import FlowLayout
from voiceclone_gui.ui.widgets.parts import (
    CARD_MARGIN_PX,
    Card,
    ElidedLabel,
    FittingStack,
    button,
    label,
    put_in_tab_order,
    row,
    set_role,
)
from voiceclone_gui.ui.widgets.replace_button import add_files
from voiceclone_gui.ui.widgets.waveform_view import clock_time

if TYPE_CHECKING:
    from voiceclone_gui.ui.widgets.sample_editor import SampleEditor

_WAVEFORM_PX = 150
_DROP_PX = 300
_NAME_CHARACTERS = 12


class RecordingCard(Card):
    """Shows the recording. Signals: ``choose_wanted()``, ``sample_wanted()``, ``use_as_clip_wanted()``,
    ``recent_wanted(Path)``, ``record_wanted()``; ``editor_made(SampleEditor)``: once, when it is needed or
    nobody waits.
    """

    choose_wanted = Signal()
    sample_wanted = Signal()
    record_wanted = Signal()
    editor_made = Signal(object)
    use_as_clip_wanted = Signal()
    recent_wanted = Signal(object)

    def __init__(self, *, theme: Theme) -> None:
        super().__init__(number=1, title=tr("Recording of the voice"))
        self.setObjectName("recording-card")
        self._theme = theme
        self._position_s = 0.0
        self._duration_s = 0.0
        self._editor: SampleEditor | None = None
        self._has_recording = False
        self._files: Sequence[str] = ()
        self._recent_menu = QMenu(self)
        self._recent_menu.setToolTipsVisible(True)
        self._record = self._make_record()
        self._recent = self._make_recent()
        self._name = ElidedLabel(role="hint")
        self._name.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.heading.addWidget(self._name, 4)
        beside = _Yielding()
        self._zoom_beside = row()
        beside.setLayout(self._zoom_beside)
        self.heading.addWidget(beside)
        self._stack = FittingStack()
        self._stack.add_page(self._make_empty())
        self.body.addWidget(self._stack)

    def show_state(self, state: CloneState) -> None:
        """Show the recording of ``state``, or the place to drop one."""
        recording = state.recording
        self._has_recording = recording is not None
        if recording is not None:
            self.make_editor()
        self._stack.show_page(0 if recording is None else 1)
        self._name.setVisible(recording is not None)
        if self._editor is not None:
            self._editor.zoom.setVisible(self._has_recording)
        for control in (self._recent, self._record):
            control.setEnabled(not state.is_running)
        if recording is not None:
            self._show_recording(recording, state)

    def make_editor(self) -> None:
        """Make what a recording needs, unless it is there: with the card it would hold up the first paint."""
        if self._editor is not None:
            return
        self._editor = self._make_editor()
        self._stack.add_page(self._make_loaded(self._editor))
        self._editor.replace.show_recent(self._files)
        put_in_tab_order(self._last_of_empty, self._stops(self._editor))
        self._place_zoom()
        self._editor.zoom.setVisible(self._has_recording)
        self.editor_made.emit(self._editor)

    def show_recent(self, files: Sequence[str]) -> None:
        """Offer the files that were used before."""
        self._files = tuple(files)
        self._recent_menu.clear()
        add_files(self._recent_menu, files, wanted=self.recent_wanted.emit)
        self._recent.setVisible(bool(files))
        if self._editor is not None:
            self._editor.replace.show_recent(files)

    def show_playing(self, *, playing: bool, position_s: float) -> None:
        """Show how far it is played; position 0 and not playing is the beginning."""
        self._position_s = position_s
        if self._editor is not None:
            self._editor.show_playing(playing=playing, position_s=position_s)
            self._show_times()

    def _make_empty(self) -> QWidget:
        drop = QFrame()
        set_role(drop, "drop")
        drop.setMinimumHeight(_DROP_PX)
        headline = label(tr("Drop a recording of the voice here"), role="headline")
        hint = label(
            tr("Any sound or film · 10 seconds to 5 minutes of one person speaking"), role="hint", wraps=True
        )
        choose = button(
            tr("Choose a file…"),
            name="choose-recording",
            tip=tr("Pick the recording whose voice is cloned"),
            role="accent",
        )
        choose.clicked.connect(self.choose_wanted)
        sample = button(
            tr("Try the sample recording"),
            name="try-sample",
            tip=tr("Fill everything with a short reading that is yours to use"),
        )
        sample.clicked.connect(self.sample_wanted)
        self._last_of_empty = sample
        layout = QVBoxLayout(drop)
        layout.setSpacing(8)
        layout.addStretch(1)
        for text in (headline, hint):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(text)
        layout.addSpacing(8)
        layout.addLayout(row(None, choose, self._record, None))
        layout.addLayout(row(None, self._recent, sample, None))
        layout.addStretch(1)
        return drop

    def _make_record(self) -> QPushButton:
        made = button(
            tr("Record…"),
            name="record-recording",
            tip=tr("Record the voice from a microphone, with a text to read"),
        )
        made.clicked.connect(self.record_wanted)
        return made

    def _make_recent(self) -> QPushButton:
        made = button(tr("Recent ▾"), name="recent", tip=tr("Take a recording that was used before"))
        made.setAccessibleName(tr("Recent recordings"))
        made.setMenu(self._recent_menu)
        made.setVisible(False)
        return made

    def _make_editor(self) -> SampleEditor:
        from voiceclone_gui.ui.widgets.sample_editor import SampleEditor

        editor = SampleEditor(
            name="recording",
            what=tr("the recording"),
            theme=self._theme,
            height_px=_WAVEFORM_PX,
        )
        editor.choose_wanted.connect(self.choose_wanted)
        editor.replace.record_wanted.connect(self.record_wanted)
        editor.replace.recent_wanted.connect(self.recent_wanted)
        return editor

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_zoom()

    def _place_zoom(self) -> None:
        """Beside the title, unless the file's name would have no room left there."""
        if self._editor is None:
            return
        zoom = self._editor.zoom
        taken_px = self.heading.minimumSize().width() + zoom.sizeHint().width()
        room_px = self.contentsRect().width() - 2 * CARD_MARGIN_PX - taken_px
        is_beside = room_px >= _NAME_CHARACTERS * self.fontMetrics().averageCharWidth()
        here, there = (self._zoom_beside, self._zoom_below)[:: 1 if is_beside else -1]
        if here.indexOf(zoom) < 0:
            focused = next((made for made in zoom.tab_stops() if made.hasFocus()), None)
            there.removeWidget(zoom)
            here.addWidget(zoom)
            if focused is not None:
                # It was hidden for a moment, and the keyboard went elsewhere.
                QTimer.singleShot(0, focused, focused.setFocus)
        self._below.setVisible(not is_beside)

    def _make_loaded(self, editor: SampleEditor) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._times = label()
        self._as_clip = button(
            tr("Use it as the example clip"),
            name="use-as-clip",
            tip=tr("A recording under 8 seconds makes a good example clip"),
            role="accent",
        )
        self._as_clip.clicked.connect(self.use_as_clip_wanted)
        actions = FlowLayout(gap_px=8, line_gap_px=8)
        self._below = QWidget()
        self._zoom_below = row(editor.zoom)
        self._below.setLayout(self._zoom_below)
        for part in (editor.play, self._times, editor.span, self._below, editor.best, editor.replace):
            actions.addWidget(part)
        layout.addWidget(editor)
        layout.addLayout(actions)
        layout.addWidget(editor.lights)
        layout.addWidget(editor.outgoing)
        layout.addWidget(editor.notice)
        layout.addLayout(row(self._as_clip, None))
        layout.addStretch(1)
        return page

    def _stops(self, editor: SampleEditor) -> tuple[QWidget, ...]:
        """What the keyboard reaches, as it is read."""
        return (
            *editor.zoom.tab_stops(),
            *editor.waveform.tab_stops(),
            editor.play,
            *editor.span.tab_stops(),
            editor.best,
            editor.replace,
            *editor.lights.tab_stops(),
            *editor.outgoing.tab_stops(),
            self._as_clip,
        )

    def _show_recording(self, recording: SampleState, state: CloneState) -> None:
        assert self._editor is not None  # noqa: S101 - made just before
        self._editor.show_sample(recording, can_change=not state.is_running)
        facts, waveform = recording.facts, recording.waveform
        self._duration_s = facts.duration_s if facts else waveform.duration_s if waveform else 0.0
        self._show_times()
        self._name.setText(
            recording.path.name if facts else tr("Examining {name} …", name=recording.path.name)
        )
        self._name.setToolTip(recording.path.name)
        can_move = state.clip is None and not state.is_running and recording.span is None
        short = any(p.code == "sample-short" for p in recording.problems)
        self._as_clip.setVisible(short and can_move and self._duration_s < PROMPT_LIMIT_S)

    def _show_times(self) -> None:
        duration = clock_time(self._duration_s, tenths=True)
        self._times.setText(f"{clock_time(self._position_s, tenths=True)} / {duration}")


class _Yielding(QWidget):
    """Asks for no width: what it holds moves elsewhere before it would be cut.

    It is always as tall as a button, and so as the heading of the card beside it: nothing jumps.
    """

    def __init__(self) -> None:
        super().__init__()
        self._like = button("", name="", tip="", role="tool")
        self._like.setParent(self)
        self._like.hide()
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(0, self._like.sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(1, self.sizeHint().height())
