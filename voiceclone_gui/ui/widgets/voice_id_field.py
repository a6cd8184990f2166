"""The voice id with its live rule, and a fresh one on a button."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.request import VOICE_ID_MAX, VOICE_ID_MIN
from voiceclone_gui.ui.i18n import say, tr
from voiceclone_gui.ui.presenters.clone_state import CloneState
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.parts import button, label, row, set_icon, set_role


class VoiceIdField(QWidget):
    """Signals: ``changed(str)``, ``fresh_wanted()``."""

    changed = Signal(str)
    fresh_wanted = Signal()

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self._edit = QLineEdit()
        self._edit.setObjectName("voice-id")
        self._edit.setToolTip(tr("The name by which the service knows the voice; it can never be used again"))
        self._edit.textEdited.connect(self.changed)
        self._fresh = button("", name="fresh-voice-id", tip=tr("Suggest another voice ID"), role="square")
        self._fresh.clicked.connect(self.fresh_wanted)
        set_icon(self._fresh, "refresh", theme=theme)
        self._hint = label(role="hint", wraps=True)
        self._hint.setObjectName("voice-id-hint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(label(tr("Voice ID"), role="label", buddy=self._edit))
        layout.addLayout(row(self._edit, self._fresh))
        layout.addWidget(self._hint)

    def show_state(self, state: CloneState) -> None:
        """Show the id, and what is wrong with it or how long it is."""
        voice_id = state.fields.voice_id
        if self._edit.text() != voice_id:
            self._edit.setText(voice_id)
        self._edit.setReadOnly(state.is_running)
        self._fresh.setEnabled(not state.is_running)
        problems = state.problems_of(Field.VOICE_ID)
        if problems:
            sentences = [say(p) for p in problems]
            self._hint.setText("\n".join(f"{s.title} {s.cure}" for s in sentences))
        else:
            count = {"length": len(voice_id), "minimum": VOICE_ID_MIN, "maximum": VOICE_ID_MAX}
            self._hint.setText("✓ " + tr("{length} of {minimum}–{maximum} characters", **count))
        set_role(self._hint, "hint", tone="refusal" if problems else "good")
        self._edit.setAccessibleDescription(self._hint.text())
        set_role(self._edit, "field", tone="refusal" if problems else "")
