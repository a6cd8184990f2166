"""What a recording and an example clip have in common: to be seen, played, sought in and replaced."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton

from voiceclone_gui.core.errors import Action
from voiceclone_gui.core.problems import Severity
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.messages import message_for_problem
from voiceclone_gui.ui.presenters.clone_state import SampleState
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.notice import Notice
from voiceclone_gui.ui.widgets.parts import button, set_icon
from voiceclone_gui.ui.widgets.waveform_view import WaveformView

_CHOOSING = {Action.CHOOSE_RECORDING, Action.TRIM_RECORDING, Action.CHOOSE_PROMPT_CLIP}


class SampleControls(QObject):
    """Waveform, play, replace and notice of one sample; the card lays them out where it wants them.

    Signals: ``choose_wanted()``, ``play_wanted()``, ``seek_wanted(float)`` in seconds.
    """

    choose_wanted = Signal()
    play_wanted = Signal()
    seek_wanted = Signal(float)

    def __init__(self, *, name: str, what: str, theme: Theme, height_px: int, with_ticks: bool) -> None:
        """``name`` begins the names of the parts; ``what`` is the sample in words ("the recording")."""
        super().__init__()
        self._theme = theme
        self._what = what
        self.waveform = WaveformView(
            theme=theme, height_px=height_px, with_ticks=with_ticks, name=f"{name}-waveform"
        )
        self.waveform.seek_wanted.connect(self.seek_wanted)
        self.play: QPushButton = button(
            "", name=f"play-{name}", tip=tr("Play or pause {what}", what=what), role="square"
        )
        self.play.clicked.connect(self.play_wanted)
        self.replace: QPushButton = button(
            tr("Replace…"), name=f"replace-{name}", tip=tr("Choose another file instead of {what}", what=what)
        )
        self.replace.clicked.connect(self.choose_wanted)
        self.notice = Notice(actions=_CHOOSING)
        self.notice.action_wanted.connect(self._act)
        self.show_playing(playing=False, position_s=0.0)

    def show_sample(self, sample: SampleState) -> None:
        """Show the waveform, and of the problems the first that refuses, else the first that warns."""
        self.waveform.show_waveform(sample.waveform)
        ordered = sorted(sample.problems, key=lambda p: p.severity is Severity.WARNING)
        self.notice.show_message(message_for_problem(ordered[0]) if ordered else None)

    def show_playing(self, *, playing: bool, position_s: float) -> None:
        """Show how far it is played; position 0 and not playing is the beginning."""
        set_icon(self.play, "pause" if playing else "play", theme=self._theme)
        self.play.setAccessibleName(
            tr("Pause {what}", what=self._what) if playing else tr("Play {what}", what=self._what)
        )
        self.waveform.show_position(position_s)

    def _act(self, action: Action) -> None:
        if action in _CHOOSING:
            self.choose_wanted.emit()
