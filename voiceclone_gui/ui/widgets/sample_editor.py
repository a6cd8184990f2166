"""A recording or an example clip on the page: to be seen, played, cut, judged, and sent."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from voiceclone_gui.core.errors import Action
from voiceclone_gui.core.problems import Problem, Severity
from voiceclone_gui.core.sample import Stereo
from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.i18n import say, tr
from voiceclone_gui.ui.messages import Message, message_for_problem
from voiceclone_gui.ui.presenters.clone_state import SampleState
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.lights_row import LightsRow
from voiceclone_gui.ui.widgets.notice import Notice
from voiceclone_gui.ui.widgets.outgoing_row import OutgoingRow
from voiceclone_gui.ui.widgets.parts import button, set_icon
from voiceclone_gui.ui.widgets.replace_button import ReplaceButton
from voiceclone_gui.ui.widgets.selectable_waveform import SelectableWaveform
from voiceclone_gui.ui.widgets.span_fields import SpanFields
from voiceclone_gui.ui.widgets.waveform_controls import WaveformButtons, WaveformScrollBar

_CHOOSING = {Action.CHOOSE_RECORDING, Action.TRIM_RECORDING, Action.CHOOSE_PROMPT_CLIP}
CURES = {
    Action.USE_BEST_PART,
    Action.REDUCE_NOISE,
    Action.EVEN_OUT_VOLUME,
    Action.TAKE_LEFT,
    Action.TAKE_RIGHT,
    Action.RECORD_AGAIN,
}
_STEREO_CHANNELS = 2
# What the service refuses for its length can be cut, where there is more of it.
_CUT = {"sample-long", "prompt-long"}


class SampleEditor(QWidget):
    """The parts of one sample; the card lays them out where it wants them.

    Signals: ``choose_wanted()``, ``play_wanted()``, ``seek_wanted(float)`` in seconds, ``best_wanted()``,
    ``selection_changed(Span)`` while an end moves, ``selection_settled(Span)``; ``action_wanted(Action)``:
    the cure of a light. ``outgoing`` and ``replace`` have their own.
    """

    choose_wanted = Signal()
    play_wanted = Signal()
    seek_wanted = Signal(float)
    best_wanted = Signal()
    selection_changed = Signal(object)
    selection_settled = Signal(object)
    action_wanted = Signal(object)

    def __init__(self, *, name: str, what: str, theme: Theme, height_px: int, is_brief: bool = False) -> None:
        """``name`` begins the names of the parts; ``what`` is the sample in words ("the recording").

        A brief one has no ticks, and only those lights that aren't green.
        """
        super().__init__()
        self._theme = theme
        self._what = what
        self._shown: SampleState | None = None
        self._duration_s = 0.0
        self.waveform = SelectableWaveform(
            theme=theme, height_px=height_px, with_ticks=not is_brief, name=f"{name}-waveform"
        )
        self.waveform.seek_wanted.connect(self.seek_wanted)
        self.waveform.selection_changed.connect(self.selection_changed)
        self.waveform.selection_settled.connect(self.selection_settled)
        self.scroll_bar = WaveformScrollBar(view=self.waveform, name=f"{name}-scroll")
        self.zoom = WaveformButtons(view=self.waveform, theme=theme, name=name)
        self.span = SpanFields(name=name)
        self.span.span_wanted.connect(self.selection_settled)
        self.play: QPushButton = button(
            "", name=f"play-{name}", tip=tr("Play or pause {what}", what=what), role="square"
        )
        self.play.clicked.connect(self.play_wanted)
        self.best = button(
            tr("Use best part"),
            name=f"best-{name}",
            tip=tr("Select the part with the most and clearest speech"),
        )
        self.best.clicked.connect(self.best_wanted)
        self.replace = ReplaceButton(name=f"replace-{name}", what=what)
        self.replace.choose_wanted.connect(self.choose_wanted)
        self.notice = Notice(actions={*_CHOOSING, *CURES})
        self.notice.action_wanted.connect(self._act)
        self.lights = LightsRow(theme=theme, name=name, actions=CURES, only_troubles=is_brief)
        self.lights.action_wanted.connect(self.action_wanted)
        self.outgoing = OutgoingRow(name=name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.waveform)
        layout.addWidget(self.scroll_bar)
        self.show_playing(playing=False, position_s=0.0)

    def show_sample(self, sample: SampleState, *, can_change: bool) -> None:
        """Show the sample, and of its problems the first that refuses, else the first that warns."""
        self._show_waveform(sample)
        self._shown = sample
        # While it is being examined all that is seen of it is selected.
        selected = sample.selected or sample.span or Span(start_s=0.0, end_s=self._duration_s)
        self.span.show_span(selected, duration_s=self._duration_s)
        self.lights.show_lights(sample.lights)
        plan = sample.plan
        is_stereo = sample.facts is not None and sample.facts.channels == _STEREO_CHANNELS
        asks = is_stereo and sample.facts is not None and sample.facts.stereo is not Stereo.EQUAL
        is_refused = any(problem.severity is Severity.REFUSAL for problem in sample.problems)
        words = " ".join(say(said).title for said in plan.said) if plan and not is_refused else ""
        self.outgoing.show_words(
            tr("Will be sent: {what}", what=words) if words else "",
            channels=sample.channels if asks else None,
            can_change=can_change,
        )
        ordered = sorted(sample.problems, key=lambda p: p.severity is Severity.WARNING)
        self.notice.show_message(_message(ordered[0]) if ordered else None)
        for control in (self.replace, self.best, self.span, self.waveform):
            control.setEnabled(can_change or control is self.waveform)
        self.best.setEnabled(can_change and sample.features is not None)

    def show_playing(self, *, playing: bool, position_s: float) -> None:
        """Show how far it is played; position 0 and not playing is the beginning."""
        set_icon(self.play, "pause" if playing else "play", theme=self._theme)
        self.play.setAccessibleName(
            tr("Pause {what}", what=self._what) if playing else tr("Play {what}", what=self._what)
        )
        self.waveform.show_position(position_s)

    def _show_waveform(self, sample: SampleState) -> None:
        before = self._shown
        if before is not None and before.path != sample.path:
            self.waveform.show_waveform(None)
        facts, waveform = sample.facts, sample.waveform
        self._duration_s = facts.duration_s if facts else waveform.duration_s if waveform else 0.0
        self.waveform.show_waveform(waveform)
        self.waveform.show_selection(sample.span)
        if before is None or before.features is not sample.features:
            self.waveform.show_pauses(sample.features.pauses() if sample.features is not None else ())

    def _act(self, action: Action) -> None:
        if action in _CHOOSING:
            self.choose_wanted.emit()
        else:
            self.action_wanted.emit(action)


def _message(problem: Problem) -> Message:
    message = message_for_problem(problem)
    return replace(message, action=Action.USE_BEST_PART) if problem.code in _CUT else message
