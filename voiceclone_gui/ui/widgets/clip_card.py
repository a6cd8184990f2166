"""Card 2: the example clip and the words that are spoken in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.request import with_punctuation
from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.i18n import say, tr
from voiceclone_gui.ui.presenters.clone_state import CloneState, SampleState
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.flow_layout import FlowLayout
from voiceclone_gui.ui.widgets.parts import (
    Card,
    FittingStack,
    button,
    label,
    put_in_tab_order,
    row,
    set_icon,
    set_role,
)

if TYPE_CHECKING:
    from voiceclone_gui.ui.widgets.sample_editor import SampleEditor

_WAVEFORM_PX = 56


class ClipCard(Card):
    """Shows the example clip. Signals: ``choose_wanted()``, ``cut_wanted()``: one is to be cut from the
    recording; ``remove_wanted()``, ``words_changed(str)``, ``record_wanted()``;
    ``editor_made(SampleEditor)``: once, when it is needed or nobody waits.
    """

    choose_wanted = Signal()
    remove_wanted = Signal()
    cut_wanted = Signal()
    record_wanted = Signal()
    editor_made = Signal(object)
    words_changed = Signal(str)

    def __init__(self, *, theme: Theme) -> None:
        super().__init__(number=2, title=tr("Example clip"), subtitle=tr("optional"))
        self.setObjectName("clip-card")
        self._theme = theme
        self._editor: SampleEditor | None = None
        self._seen: Path | None = None
        self._stack = FittingStack()
        self._stack.add_page(self._make_empty())
        self.body.addWidget(self._stack)

    def show_state(self, state: CloneState) -> None:
        """Show the clip of ``state``, or the place to drop one."""
        clip = state.clip
        recording = state.recording
        can_cut = recording is not None and recording.features is not None and not state.is_running
        self._record.setEnabled(not state.is_running)
        self._cut.setVisible(recording is not None)
        self._cut.setEnabled(can_cut)
        if clip is not None:
            self.make_editor()
        self._stack.show_page(0 if clip is None else 1)
        if clip is None or self._editor is None:
            return
        self._editor.show_sample(clip, can_change=not state.is_running)
        self._show_cut(clip)
        self._cut_another.setEnabled(can_cut)
        selected = clip.selected
        self._length.setText(
            tr("{seconds} s", seconds=f"{selected.duration_s:.1f}") if selected is not None else "…"
        )
        self._length.setToolTip(clip.path.name)
        words = state.fields.prompt_text
        if self._words.text() != words:
            self._words.setText(words)
            self._words.setCursorPosition(0)
        self._words.setReadOnly(state.is_running)
        self._remove.setEnabled(not state.is_running)
        self._show_problems(state)

    def make_editor(self) -> None:
        """Make what a clip needs, unless it is there: with the card it would hold up the first paint."""
        if self._editor is not None:
            return
        self._editor = self._make_editor()
        self._stack.add_page(self._make_loaded(self._editor))
        put_in_tab_order(self._cut, self._stops(self._editor))
        self.editor_made.emit(self._editor)

    def show_playing(self, *, playing: bool, position_s: float) -> None:
        """Show how far it is played."""
        if self._editor is not None:
            self._editor.show_playing(playing=playing, position_s=position_s)

    def _show_problems(self, state: CloneState) -> None:
        about_words = state.problems_of(Field.PROMPT_TEXT)
        hint = say(about_words[0]) if about_words else None
        self._hint.setText(f"{hint.title} {hint.cure}" if hint else "")
        self._hint.setVisible(hint is not None)
        set_role(self._hint, "hint", tone="refusal")
        self._words.setProperty("tone", "refusal" if hint else "")
        self._fix.setVisible(any(p.code == "prompt-text-punctuation" for p in about_words))

    def _make_empty(self) -> QWidget:
        drop = QFrame()
        set_role(drop, "drop")
        drop.setMinimumHeight(76)
        text = label(
            tr("Drop a clip under 8 seconds here. It makes the clone closer."), role="hint", wraps=True
        )
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        choose = button(
            tr("Choose a clip…"),
            name="choose-clip",
            tip=tr("Pick a short clip of the same voice, whose words you know"),
        )
        choose.clicked.connect(self.choose_wanted)
        self._cut = button(
            tr("Cut one from the recording"),
            name="cut-clip",
            tip=tr("Take the best few seconds of the recording, from pause to pause"),
        )
        self._cut.clicked.connect(self.cut_wanted)
        self._record = button(
            tr("Record…"), name="record-clip", tip=tr("Record a clip of 5 to 8 seconds from a microphone")
        )
        self._record.clicked.connect(self.record_wanted)
        layout = QVBoxLayout(drop)
        layout.addWidget(text)
        layout.addLayout(row(None, choose, self._record, None))
        layout.addLayout(row(None, self._cut, None))
        return drop

    def _make_editor(self) -> SampleEditor:
        from voiceclone_gui.ui.widgets.sample_editor import SampleEditor

        editor = SampleEditor(
            name="clip",
            what=tr("the example clip"),
            theme=self._theme,
            height_px=_WAVEFORM_PX,
            is_brief=True,
        )
        editor.choose_wanted.connect(self.choose_wanted)
        editor.replace.record_wanted.connect(self.record_wanted)
        return editor

    def _stops(self, editor: SampleEditor) -> tuple[QWidget, ...]:
        """What the keyboard reaches, as it is read."""
        return (
            *editor.waveform.tab_stops(),
            editor.play,
            *editor.span.tab_stops(),
            self._cut_another,
            editor.replace,
            self._remove,
            *editor.lights.tab_stops(),
            *editor.outgoing.tab_stops(),
            self._words,
            self._fix,
        )

    def _show_cut(self, clip: SampleState) -> None:
        """Look closely at a clip that is a small part of something long, once it was chosen."""
        if self._editor is not None and clip.facts is not None and self._seen != clip.path:
            self._seen = clip.path
            if clip.span is not None:
                around_s = clip.span.duration_s / 4
                self._editor.waveform.show_span(
                    Span(start_s=max(0.0, clip.span.start_s - around_s), end_s=clip.span.end_s + around_s)
                )

    def _make_loaded(self, editor: SampleEditor) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._length = label()
        self._remove = button(
            "", name="remove-clip", tip=tr("Take the example clip and its words out"), role="square"
        )
        self._remove.clicked.connect(self.remove_wanted)
        set_icon(self._remove, "close", theme=self._theme)
        self._words = QLineEdit()
        self._words.setObjectName("prompt-text")
        self._words.setToolTip(tr("Exactly the words of the clip, ending in punctuation"))
        self._words.textEdited.connect(self.words_changed)
        self._hint = label(role="hint", wraps=True)
        self._fix = button(
            tr("Add the full stop"), name="fix-punctuation", tip=tr("End the words in punctuation")
        )
        self._fix.clicked.connect(lambda: self.words_changed.emit(with_punctuation(self._words.text())))
        self._cut_another = button(
            tr("Cut another"),
            name="cut-another-clip",
            tip=tr("Take the best few seconds of the recording instead"),
        )
        self._cut_another.clicked.connect(self.cut_wanted)
        actions = FlowLayout(gap_px=8, line_gap_px=8)
        for part in (editor.play, self._length, editor.span, self._cut_another, editor.replace, self._remove):
            actions.addWidget(part)
        layout.addWidget(editor)
        layout.addLayout(actions)
        layout.addWidget(editor.lights)
        layout.addWidget(editor.outgoing)
        layout.addWidget(editor.notice)
        layout.addWidget(label(tr("Words spoken in the clip"), role="label", buddy=self._words))
        layout.addWidget(self._words)
        layout.addLayout(row(self._hint, self._fix))
        return page
