"""What the user did on the page, one step after the other, to be undone and done again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from voiceclone_gui.core.request import CloneFields
from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.presenters.clone_state import SampleState

STEPS_MAX = 200
# Typing that pauses for so long goes on in another step.
_PAUSE_S = 1.5


@dataclass(frozen=True, kw_only=True)
class PageInputs:
    """Everything on the page that the user put there and may take back; never the word about the rights."""

    fields: CloneFields
    recording: SampleState | None
    clip: SampleState | None
    id_was_typed: bool

    def with_span(self, place: str, span: Span | None) -> PageInputs:
        """The same with another part of a sample selected, ``None`` for all of it."""
        sample: SampleState | None = getattr(self, place)
        return self if sample is None else replace(self, **{place: replace(sample, span=span)})  # type: ignore[arg-type]


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


class History(QObject):
    """Keeps the steps. ``restore`` puts what a page held back in its place. Signal: ``changed()``.

    Not Qt's own stack: it deletes the commands that Python made while Python clears them away with the page
    that they point to, and the program ends by that.
    """

    changed = Signal()

    def __init__(self, *, restore: Callable[[PageInputs], None]) -> None:
        super().__init__()
        self._restore = restore
        self._done: list[Change] = []
        self._undone: list[Change] = []
        self._is_open = False

    @property
    def undo_words(self) -> str:
        """What the last step is called, ``""`` where there is none."""
        return self._done[-1].words if self._done else ""

    @property
    def redo_words(self) -> str:
        """What the step is called that was taken back last."""
        return self._undone[-1].words if self._undone else ""

    @property
    def undo_stroke(self) -> str:
        """The stroke of the last step, ``""`` where it has none or there is none."""
        return self._done[-1].stroke if self._done else ""

    @property
    def redo_stroke(self) -> str:
        """The stroke of the step that was taken back last."""
        return self._undone[-1].stroke if self._undone else ""

    @property
    def steps(self) -> int:
        """How many steps can be taken back."""
        return len(self._done)

    def add(self, change: Change) -> None:
        """Remember a step that has just been done; one that changed nothing is none."""
        if change.before == change.after:
            return
        self._undone.clear()
        last = self._done[-1] if self._done else None
        if last is not None and self._is_open and _is_one(last, change):
            self._done[-1] = replace(last, after=change.after, at_s=change.at_s)
        else:
            self._done = [*self._done[1 - STEPS_MAX :], change]
        self._is_open = True
        self.changed.emit()

    def undo(self) -> None:
        """Take the last step back."""
        if self._done:
            self._undone.append(self._done.pop())
            self._go_to(self._undone[-1].before)

    def redo(self) -> None:
        """Do the step again that was taken back last."""
        if self._undone:
            self._done.append(self._undone.pop())
            self._go_to(self._done[-1].after)

    def _go_to(self, inputs: PageInputs) -> None:
        self._is_open = False
        self._restore(inputs)
        self.changed.emit()


def _is_one(last: Change, next_: Change) -> bool:
    """Whether two steps are one for the user."""
    pauses = next_.at_s - last.at_s > _PAUSE_S and next_.stroke.startswith(TYPED)
    return bool(next_.stroke) and next_.stroke == last.stroke and not pauses


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
