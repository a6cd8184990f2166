"""The Clone page: three cards and the button, bound to their presenters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.errors import Action
from voiceclone_gui.core.spending import Spending
from voiceclone_gui.ui.presenters.clone_presenter import ClonePresenter
from voiceclone_gui.ui.presenters.clone_state import CloneState, SampleState
from voiceclone_gui.ui.presenters.player_presenter import PlayerPresenter, PlayerState
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.card_column import GAP_PX, CardColumn
from voiceclone_gui.ui.widgets.clip_card import ClipCard
from voiceclone_gui.ui.widgets.clone_card import CloneCard
from voiceclone_gui.ui.widgets.open_job_notice import OpenJobNotice
from voiceclone_gui.ui.widgets.parts import set_role
from voiceclone_gui.ui.widgets.recording_card import RecordingCard
from voiceclone_gui.ui.widgets.undo_keys import UndoButtons, UndoKeys
from voiceclone_gui.ui.widgets.voice_card import VoiceCard

if TYPE_CHECKING:
    from pathlib import Path

    from voiceclone_gui.ui.widgets.recovery_box import RecoveryBox
    from voiceclone_gui.ui.widgets.sample_editor import SampleEditor

_TWO_COLUMNS_PX = 860
# The waveform of the recording: as it is where the page scrolls anyway, and what else leaves it.
_WAVEFORM_PX, _LEAST_PX, _MOST_PX = 150, 80, 200
_HELD_MS = 200
# A file, and whether it is examined.
_Stage: TypeAlias = "tuple[Path, bool]"


class ClonePage(QWidget):
    """Lays out and binds; decides nothing. Signals: ``choose_recording_wanted()``,
    ``choose_clip_wanted()``, ``sample_wanted()``, ``connection_wanted()``, ``recent_wanted(Path)``;
    ``listen_wanted(str)``, ``save_sent_wanted(str)``: what is sent of ``recording`` or ``clip``;
    ``record_wanted(str)``: one of the two is to be recorded.
    """

    choose_recording_wanted = Signal()
    choose_clip_wanted = Signal()
    sample_wanted = Signal()
    connection_wanted = Signal()
    recent_wanted = Signal(object)
    listen_wanted = Signal(str)
    save_sent_wanted = Signal(str)
    record_wanted = Signal(str)

    def __init__(
        self, *, presenter: ClonePresenter, player: PlayerPresenter, catalog: Catalog, theme: Theme
    ) -> None:
        super().__init__()
        set_role(self, "page")
        # Takes the focus at the start, so that no control wears a ring that nobody asked for.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._presenter = presenter
        self._player = player
        self._theme = theme
        self._recording = RecordingCard(theme=theme)
        self._clip = ClipCard(theme=theme)
        self._voice = VoiceCard(catalog=catalog, theme=theme)
        self._clone = CloneCard()
        self._recovery: RecoveryBox | None = None
        self._editors: dict[str, SampleEditor] = {}
        self._seen: tuple[_Stage | None, _Stage | None] = (None, None)
        # Not at once: what has changed is laid out first.
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.timeout.connect(self._fit_waveform)
        self._undo = UndoButtons(theme=theme)
        self._voice.heading.addWidget(self._undo)
        self._lay_out()
        self._undo_keys = UndoKeys(page=self, undo=presenter.undo, redo=presenter.redo)
        self._bind()
        presenter.state_changed.connect(self.show_state)
        player.state_changed.connect(self._show_playing)
        self.show_state(presenter.state)

    def show_state(self, state: CloneState) -> None:
        """Show the presenter's state in all cards."""
        self._recording.show_state(state)
        self._clip.show_state(state)
        self._voice.show_state(state)
        self._clone.show_state(state)
        if self._recovery is not None:
            self._recovery.show_voice(state.lost_voice)
        for source, sample in (("recording", state.recording), ("clip", state.clip)):
            self._player.set_source(source, sample.path if sample is not None else None)
            self._player.set_span(source, sample.span if sample is not None else None)
        self._follow_clip(state)

    async def make_editors(self) -> None:
        """Make what files need before there is one, while nobody waits for it."""
        import asyncio  # not above: the window is seen before it is loaded

        self._recording.make_editor()
        await asyncio.sleep(0)
        self._clip.make_editor()

    def add_recovery(self, box: RecoveryBox) -> None:
        """Show, above the button that clones, the ways to a preview that was lost."""
        self._recovery = box
        self._clone.body.insertWidget(self._clone.body.count() - 1, box)

    def show_recent(self, files: Sequence[str]) -> None:
        """Offer the recordings that were used before."""
        self._recording.show_recent(files)

    def show_spent(self, spending: Sequence[Spending]) -> None:
        """Tell beside the cost what was spent before."""
        self._clone.show_spent(spending)

    @property
    def open_job(self) -> OpenJobNotice:
        """Where a job that isn't over is settled."""
        return self._clone.open_job

    def show_compact(self, compact: bool) -> None:
        """Where there is little height only the button stays in view, and the rest scrolls."""
        if compact:
            self._voice.body.addWidget(self._clone.rights)
            self._left.put_first(self._clone.open_job)
        self._clone.show_compact(compact)
        for layout in (self._sides, self._right_side):
            layout.setSpacing(GAP_PX // 2 if compact else GAP_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold(self.width() < _TWO_COLUMNS_PX * self._theme.text_scale)
        self._fitting.start(0)

    def _fit_waveform(self) -> None:
        """Let the recording's waveform have the room that the rest of its column leaves."""
        editor = self._editors.get("recording")
        if editor is None or self._presenter.state.recording is None:
            return
        if any(one.waveform.is_held for one in self._editors.values()):
            # Nothing moves away from under a mouse.
            self._fitting.start(_HELD_MS)
            return
        margins = self._sides.contentsMargins()
        room_px = self.height() - margins.top() - margins.bottom()
        # What was changed inside may not have reached the column yet.
        part = editor.waveform.parentWidget()
        while part is not None and part is not self._left:
            layout = part.layout()
            if layout is not None:
                layout.activate()
            part = part.parentWidget()
        height_px = editor.waveform.height_px + room_px - self._left.height_without_bar()
        if self._is_folded or height_px < _LEAST_PX:
            height_px = _WAVEFORM_PX
        editor.waveform.set_height(min(height_px, _MOST_PX))

    def _follow_clip(self, state: CloneState) -> None:
        """Show the clip that was just added to a recording: its card may lie below the window's end."""
        recording, clip = _stage(state.recording), _stage(state.clip)
        before, self._seen = self._seen, (recording, clip)
        if clip is not None and clip != before[1] and recording == before[0]:
            self._left.bring_into_view(self._clip)

    def _lay_out(self) -> None:
        self._left = CardColumn(self._recording, self._clip)
        self._left.content_changed.connect(lambda: self._fitting.start(0))
        self._right = CardColumn(self._voice)
        self._right_side = QVBoxLayout()
        self._right_side.setContentsMargins(0, 0, 0, 0)
        self._right_side.setSpacing(GAP_PX)
        self._right_side.addWidget(self._right)
        # Outside of what scrolls: the button is always in view.
        self._right_side.addWidget(self._clone)
        self._right_side.addStretch(1)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._sides.setContentsMargins(GAP_PX, GAP_PX, GAP_PX, GAP_PX // 2)
        self._sides.setSpacing(GAP_PX)
        left_side = QVBoxLayout()
        left_side.setContentsMargins(0, 0, 0, 0)
        left_side.addWidget(self._left)
        left_side.addStretch(0)
        self._sides.addLayout(left_side, 644)
        self._sides.addLayout(self._right_side, 488)
        self._is_folded = False

    def _fold(self, folded: bool) -> None:
        """One column where two don't fit: the fields move below the files, the button stays in view."""
        if folded == self._is_folded:
            return
        self._is_folded = folded
        (self._left if folded else self._right).take(self._voice)
        self._right.setVisible(not folded)
        direction = QBoxLayout.Direction.TopToBottom if folded else QBoxLayout.Direction.LeftToRight
        self._sides.setDirection(direction)
        self._sides.setStretch(0, 1 if folded else 644)
        self._sides.setStretch(1, 0 if folded else 488)

    def _bind(self) -> None:
        presenter = self._presenter
        self._recording.choose_wanted.connect(self.choose_recording_wanted)
        self._recording.sample_wanted.connect(self.sample_wanted)
        self._recording.recent_wanted.connect(self.recent_wanted)
        self._recording.use_as_clip_wanted.connect(presenter.use_recording_as_clip)
        self._recording.editor_made.connect(lambda editor: self._bind_editor("recording", editor))
        self._clip.choose_wanted.connect(self.choose_clip_wanted)
        self._clip.remove_wanted.connect(presenter.remove_clip)
        self._recording.record_wanted.connect(lambda: self.record_wanted.emit("recording"))
        self._clip.record_wanted.connect(lambda: self.record_wanted.emit("clip"))
        presenter.record_wanted.connect(self.record_wanted)
        self._clip.cut_wanted.connect(presenter.cut_clip_from_recording)
        self._clip.editor_made.connect(lambda editor: self._bind_editor("clip", editor))
        self._clip.words_changed.connect(lambda words: presenter.set_fields(prompt_text=words))
        self._voice.fields_changed.connect(lambda changes: presenter.set_fields(**changes))
        self._voice.fresh_id_wanted.connect(presenter.suggest_voice_id)
        self._undo.undo_wanted.connect(presenter.undo)
        self._undo.redo_wanted.connect(presenter.redo)
        presenter.history.changed.connect(self._show_steps)
        self._clone.rights_changed.connect(presenter.set_rights)
        self._clone.clone_wanted.connect(presenter.start)
        self._clone.stop_wanted.connect(presenter.stop)
        self._clone.action_wanted.connect(self._act)

    def _show_steps(self) -> None:
        history = self._presenter.history
        self._undo.show_steps(undo=history.undo_words, redo=history.redo_words)

    def _bind_editor(self, place: str, editor: SampleEditor) -> None:
        presenter, player = self._presenter, self._player
        editor.play_wanted.connect(lambda: player.toggle(place))
        editor.seek_wanted.connect(lambda place_s: player.seek(place, place_s))
        editor.selection_changed.connect(lambda span: presenter.move_selection(place, span))
        editor.selection_settled.connect(lambda span: presenter.settle_selection(place, span))
        editor.span.refused.connect(presenter.refuse_time)
        view = editor.waveform
        view.selection_given_up.connect(lambda: presenter.give_up_selection(place))
        view.detail_wanted.connect(lambda span: presenter.look_closely(place, span, show=view.show_detail))
        editor.best_wanted.connect(lambda: presenter.use_best_part(place))
        editor.action_wanted.connect(lambda action: presenter.act(place, action))
        editor.lights.opened.connect(lambda: self._left.bring_into_view(editor.lights))
        editor.outgoing.channels_wanted.connect(lambda channels: presenter.choose_channels(place, channels))
        editor.outgoing.listen_wanted.connect(lambda: self.listen_wanted.emit(place))
        editor.outgoing.save_wanted.connect(lambda: self.save_sent_wanted.emit(place))
        self._editors[place] = editor
        self._undo_keys.adopt(self)

    def _act(self, action: Action) -> None:
        actions: dict[Action, Callable[[], object]] = {
            Action.OPEN_CONNECTION: self.connection_wanted.emit,
            Action.TRY_AGAIN: self._presenter.start,
            Action.UPLOAD_AGAIN: self._presenter.start,
            Action.CHOOSE_RECORDING: self.choose_recording_wanted.emit,
            Action.TRIM_RECORDING: self._presenter.use_best_part,
            Action.CHOOSE_PROMPT_CLIP: self.choose_clip_wanted.emit,
            Action.SUGGEST_VOICE_ID: self._presenter.suggest_voice_id,
            Action.CLEAN_TEXT: self._presenter.clean_text,
            Action.EDIT_FIELD: self._go_to_field,
        }
        if action in actions:
            actions[action]()

    def _go_to_field(self) -> None:
        message = self._presenter.state.message
        names = {
            "voice_id": "voice-id",
            "text": "preview-text",
            "model": "model",
            "prompt_text": "prompt-text",
        }
        name = names.get(message.field.value if message and message.field else "")
        field = self.findChild(QWidget, name) if name else None
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)
            for column in (self._left, self._right):
                if column.isAncestorOf(field):
                    column.bring_into_view(field)

    def _show_playing(self, state: PlayerState) -> None:
        for source, card in (("recording", self._recording), ("clip", self._clip)):
            here = state.source == source
            card.show_playing(playing=here and state.playing, position_s=state.position_s if here else 0.0)
        for source, editor in self._editors.items():
            editor.outgoing.show_heard(playing=state.playing and state.source == f"sent-{source}")


def _stage(sample: SampleState | None) -> _Stage | None:
    return None if sample is None else (sample.path, sample.facts is not None)
