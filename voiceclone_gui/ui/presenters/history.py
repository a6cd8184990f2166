"""What the user did on the page, one step after the other, to be undone and done again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QUndoCommand, QUndoStack

from voiceclone_gui.core.request import CloneFields
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.presenters.clone_state import SampleState

STEPS_MAX = 200
# Typing that pauses for so long goes on in another step.
_PAUSE_S = 1.5
_MERGES = 1


@dataclass(frozen=True, kw_only=True)
class PageInputs:
    """Everything on the page that the user put there and may take back; never the word about the rights."""

    fields: CloneFields
    recording: SampleState | None
    clip: SampleState | None
    id_was_typed: bool


@dataclass(frozen=True, kw_only=True)
class Change:
    """One step: what it is called, and what the page held before and behind it.

    Steps of the same ``stroke`` are one: what is typed into one field, or what one click changes by and by.
    """

    words: str
    before: PageInputs
    after: PageInputs
    stroke: str = ""
    at_s: float = 0.0


class History:
    """Keeps the steps on Qt's own stack. ``restore`` puts what a page held back in its place."""

    def __init__(self, *, restore: Callable[[PageInputs], None]) -> None:
        self._restore = restore
        self.stack = QUndoStack()
        self.stack.setUndoLimit(STEPS_MAX)

    def add(self, change: Change) -> None:
        """Remember a step that has just been done; one that changed nothing is none."""
        if change.before != change.after:
            self.stack.push(_Step(change, restore=self._restore))

    def end_stroke(self) -> None:
        """What comes next is another step, whatever it is."""
        if self.stack.canUndo():
            last = self.stack.command(self.stack.index() - 1)
            if isinstance(last, _Step):
                last.is_closed = True

    def undo(self) -> None:
        """Take the last step back."""
        self.end_stroke()
        self.stack.undo()

    def redo(self) -> None:
        """Do the step again that was taken back."""
        self.end_stroke()
        self.stack.redo()


class _Step(QUndoCommand):
    def __init__(self, change: Change, *, restore: Callable[[PageInputs], None]) -> None:
        super().__init__(change.words)
        self.change = change
        self.is_closed = False
        self._restore = restore
        self._is_new = True

    def id(self) -> int:
        return _MERGES if self.change.stroke else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Step) or self.is_closed or other.change.stroke != self.change.stroke:
            return False
        first, next_ = self.change, other.change
        if next_.at_s - first.at_s > _PAUSE_S and next_.stroke.startswith(TYPED):
            return False
        self.change = Change(
            words=first.words, before=first.before, after=next_.after, stroke=first.stroke, at_s=next_.at_s
        )
        return True

    def undo(self) -> None:
        self._restore(self.change.before)

    def redo(self) -> None:
        # Qt calls it for a step that is pushed, too.
        if self._is_new:
            self._is_new = False
        else:
            self._restore(self.change.after)


TYPED = "typed:"


def field_words(name: str) -> str:
    """What changing a field is called."""
    words = {
        "voice_id": tr("Change the voice ID"),
        "prompt_text": tr("Type the words of the clip"),
        "text": tr("Type the preview text"),
        "model": tr("Choose the model"),
        "language_boost": tr("Choose the language"),
        "need_noise_reduction": tr("Switch noise reduction"),
        "need_volume_normalization": tr("Switch evening out the volume"),
        "aigc_watermark": tr("Switch the watermark"),
        "text_validation": tr("Type the text to compare"),
        "accuracy": tr("Change the accuracy"),
    }
    return words.get(name, tr("Change a field"))
