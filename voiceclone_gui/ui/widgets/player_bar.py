"""The bar at the bottom: the preview plays here, beside the recording it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSlider, QStackedWidget, QWidget

from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.parts import button, label, row, set_icon, set_role
from voiceclone_gui.ui.widgets.waveform_view import WaveformView, clock_time

if TYPE_CHECKING:
    from voiceclone_gui.audio.peaks import Waveform

_WAVEFORM_PX = 36
_FOLD_BELOW_PX = 1080
_MARGIN_PX, _COMPACT_MARGIN_PX = 8, 2


class PlayerBar(QWidget):
    """Signals: ``play_wanted()``, ``seek_wanted(float)``, ``source_wanted(str)``: ``recording`` or
    ``clone``, ``volume_wanted(float)``, ``save_wanted(str)``: ``as-is`` or ``wav``,
    ``copy_wanted(str)``: ``curl``, ``json`` or ``trace-id``.
    """

    play_wanted = Signal()
    seek_wanted = Signal(float)
    source_wanted = Signal(str)
    volume_wanted = Signal(float)
    save_wanted = Signal(str)
    copy_wanted = Signal(str)

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("player")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "player")
        self._theme = theme
        self._duration_s = 0.0
        self._stack = QStackedWidget()
        self._stack.addWidget(label(tr("The preview will play here."), role="hint"))
        self._stack.addWidget(self._make_player())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, _MARGIN_PX, 16, _MARGIN_PX)
        layout.addWidget(self._stack)

    def show_compact(self, compact: bool) -> None:
        """Take less height."""
        margin_px = _COMPACT_MARGIN_PX if compact else _MARGIN_PX
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(16, margin_px, 16, margin_px)

    def tab_stops(self) -> tuple[QWidget, ...]:
        """What the keyboard reaches here, from left to right."""
        return (
            self._play, self._waveform, self._recording, self._clone,
            self._volume, self._save, self._copy, self._more,
        )  # fmt: skip

    def show_nothing(self) -> None:
        """There is no preview yet."""
        self._stack.setCurrentIndex(0)

    def show_preview(self, *, is_stand_in: bool) -> None:
        """There is a preview to play; a stand-in voice is always called one."""
        self._stack.setCurrentIndex(1)
        self._stand_in.setVisible(is_stand_in)

    def show_has_recording(self, has_recording: bool) -> None:
        """Whether the recording that the voice was made from is there to compare with."""
        self._sources.setVisible(has_recording)

    def show_volume(self, volume: float) -> None:
        """Show how loud it plays, from 0 to 1."""
        with QSignalBlocker(self._volume):
            self._volume.setValue(round(volume * 100))

    def show_source(self, source: str, *, waveform: Waveform | None) -> None:
        """Show which of the two is loaded, and its waveform."""
        self._recording.setChecked(source == "recording")
        self._clone.setChecked(source == "clone")
        self._waveform.show_waveform(waveform)
        self._duration_s = waveform.duration_s if waveform else 0.0
        self._show_times(0.0)

    def show_playing(self, *, playing: bool, position_s: float) -> None:
        """Show where it plays."""
        set_icon(self._play, "pause" if playing else "play", theme=self._theme, color="on_accent")
        self._play.setAccessibleName(tr("Pause") if playing else tr("Play"))
        self._waveform.show_position(position_s)
        self._show_times(position_s)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        folded = self.width() < _FOLD_BELOW_PX * self._theme.text_scale
        for wide in (self._save, self._copy, self._volume):
            wide.setVisible(not folded)
        self._more.setVisible(folded)

    def _make_player(self) -> QWidget:
        page = QWidget()
        self._play = button("", name="play", tip=tr("Play or pause (Space)"), role="round")
        self._play.clicked.connect(self.play_wanted)
        set_icon(self._play, "play", theme=self._theme, color="on_accent")
        self._waveform = WaveformView(
            theme=self._theme, height_px=_WAVEFORM_PX, with_ticks=False, name="player-waveform"
        )
        self._waveform.seek_wanted.connect(self.seek_wanted)
        self._times = label()
        self._times.setObjectName("player-times")
        self._sources = QWidget()
        self._sources.setVisible(False)
        self._recording = self._source_button(tr("Recording"), "recording", "left")
        self._clone = self._source_button(tr("Clone"), "clone", "right")
        sources = row(self._recording, self._clone, gap=0)
        self._sources.setLayout(sources)
        self._stand_in = label(tr("stand-in voice"), role="pill")
        self._stand_in.setToolTip(tr("Made by the practice service: not a clone of the voice"))
        self._volume = QSlider(Qt.Orientation.Horizontal)
        self._volume.setObjectName("volume")
        self._volume.setRange(0, 100)
        self._volume.setValue(100)
        self._volume.setFixedWidth(80)
        self._volume.setToolTip(tr("Volume"))
        self._volume.setAccessibleName(tr("Volume"))
        self._volume.valueChanged.connect(lambda value: self.volume_wanted.emit(value / 100))
        self._save = self._menu_button(tr("Save"), "save", tr("Save the preview"), self._save_choices())
        self._copy = self._menu_button(
            tr("Copy request"),
            "copy-request",
            tr("Copy the request, without the token"),
            self._copy_choices(),
        )
        more = {**self._save_choices(), **self._copy_choices()}
        self._more = self._menu_button(tr("More"), "more", tr("Save the preview, copy the request"), more)
        layout = row(
            self._play, self._waveform, self._times, self._sources, None, self._stand_in,
            self._volume, self._save, self._copy, self._more,
        )  # fmt: skip
        layout.setStretch(1, 3)
        layout.setAlignment(self._stand_in, Qt.AlignmentFlag.AlignVCenter)
        page.setLayout(layout)
        return page

    def _save_choices(self) -> dict[str, tuple[str, SignalInstance, str]]:
        return {
            "save-as-is": (tr("Save the preview as it came…"), self.save_wanted, "as-is"),
            "save-wav": (tr("Save the preview as WAV…"), self.save_wanted, "wav"),
        }

    def _copy_choices(self) -> dict[str, tuple[str, SignalInstance, str]]:
        return {
            "copy-curl": (tr("Copy the request as curl"), self.copy_wanted, "curl"),
            "copy-json": (tr("Copy the request as JSON"), self.copy_wanted, "json"),
            "copy-trace": (tr("Copy the trace id"), self.copy_wanted, "trace-id"),
        }

    def _menu_button(
        self, text: str, name: str, tip: str, choices: dict[str, tuple[str, SignalInstance, str]]
    ) -> QPushButton:
        made = button(f"{text} ▾", name=name, tip=tip)
        made.setAccessibleName(text)
        menu = QMenu(made)
        for action_name, (words, signal, value) in choices.items():
            action = menu.addAction(words)
            action.setObjectName(action_name)
            action.triggered.connect(lambda _=False, s=signal, v=value: s.emit(v))
        made.setMenu(menu)
        return made

    def _source_button(self, text: str, source: str, role: str) -> QPushButton:
        tip = tr("Switch between recording and clone at the same place (Ctrl+B)")
        made = button(text, name=f"source-{source}", tip=tip, role=role)
        made.setCheckable(True)
        made.clicked.connect(lambda: self.source_wanted.emit(source))
        return made

    def _show_times(self, position_s: float) -> None:
        duration = clock_time(self._duration_s, tenths=True)
        self._times.setText(f"{clock_time(position_s, tenths=True)} / {duration}")
