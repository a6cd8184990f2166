"""Card 2: the example clip and the words that are spoken in it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.request import with_punctuation
from voiceclone_gui.ui.i18n import say, tr
from voiceclone_gui.ui.presenters.clone_state import CloneState
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.parts import Card, FittingStack, button, label, row, set_icon, set_role
from voiceclone_gui.ui.widgets.sample_controls import SampleControls

_WAVEFORM_PX = 32


class ClipCard(Card):
    """Shows the example clip. Signals: ``choose_wanted()``, ``remove_wanted()``, ``play_wanted()``,
    ``seek_wanted(float)``, ``words_changed(str)``.
    """

    choose_wanted = Signal()
    remove_wanted = Signal()
    play_wanted = Signal()
    seek_wanted = Signal(float)
    words_changed = Signal(str)

    def __init__(self, *, theme: Theme) -> None:
        super().__init__(number=2, title=tr("Example clip"), subtitle=tr("optional"))
        self.setObjectName("clip-card")
        self._theme = theme
        self._sample = SampleControls(
            name="clip", what=tr("the example clip"), theme=theme, height_px=_WAVEFORM_PX, with_ticks=False
        )
        self._sample.choose_wanted.connect(self.choose_wanted)
        self._sample.play_wanted.connect(self.play_wanted)
        self._sample.seek_wanted.connect(self.seek_wanted)
        self._stack = FittingStack()
        self._stack.add_page(self._make_empty())
        self._stack.add_page(self._make_loaded())
        self.body.addWidget(self._stack)

    def show_state(self, state: CloneState) -> None:
        """Show the clip of ``state``, or the place to drop one."""
        clip = state.clip
        self._stack.show_page(0 if clip is None else 1)
        if clip is None:
            return
        self._sample.show_sample(clip)
        duration = tr("{seconds} s", seconds=f"{clip.facts.duration_s:.1f}") if clip.facts else "…"
        self._length.setText(duration)
        self._length.setToolTip(clip.path.name)
        words = state.fields.prompt_text
        if self._words.text() != words:
            self._words.setText(words)
            self._words.setCursorPosition(0)
        self._words.setReadOnly(state.is_running)
        for control in (self._sample.replace, self._remove):
            control.setEnabled(not state.is_running)
        self._show_problems(state)

    def show_playing(self, *, playing: bool, position_s: float) -> None:
        """Show how far it is played."""
        self._sample.show_playing(playing=playing, position_s=position_s)

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
        layout = QVBoxLayout(drop)
        layout.addWidget(text)
        layout.addLayout(row(None, choose, None))
        return drop

    def _make_loaded(self) -> QWidget:
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
        sample = self._sample
        layout.addLayout(row(sample.waveform, sample.play, self._length, None, sample.replace, self._remove))
        layout.addWidget(sample.notice)
        layout.addWidget(label(tr("Words spoken in the clip"), role="label", buddy=self._words))
        layout.addWidget(self._words)
        layout.addLayout(row(self._hint, self._fix))
        return page
