"""Messages are data: logic sends them, and whoever shows that place picks them up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from voiceclone_gui.core.errors import Action, InputRefused, VoiceCloneError
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem, Severity
from voiceclone_gui.core.recovery import Recovery
from voiceclone_gui.ui.i18n import say


class Tone(StrEnum):
    """How serious a message is; it decides the colour and the icon, never the words alone."""

    INFORMATION = "information"
    WARNING = "warning"
    REFUSAL = "refusal"


@dataclass(frozen=True, kw_only=True)
class Message:
    """Something to tell: what happened, what to do next, one action, and what support asks for.

    ``field`` is the input it concerns: it is shown there, else in the banner. One that ``is_standing`` stays
    in the banner until the user takes it away: what the start has found is to be known.
    """

    title: str
    cure: str = ""
    tone: Tone = Tone.REFUSAL
    field: Field | None = None
    action: Action | None = None
    code: str = ""
    service_code: int | None = None
    trace_id: str = ""
    detail: str = ""
    is_standing: bool = False

    @property
    def has_details(self) -> bool:
        """Whether there is more to show than title and cure."""
        return bool(self.trace_id or self.detail or self.service_code is not None)


def message_for_error(error: VoiceCloneError) -> Message:
    """The message of an error; of several problems the first one."""
    if isinstance(error, InputRefused):
        return message_for_problem(error.problems[0])
    sentence = say(error)
    return Message(
        title=sentence.title,
        cure=sentence.cure,
        field=error.field,
        action=error.action,
        code=error.code,
        service_code=error.service_code,
        trace_id=error.trace_id,
        detail=error.detail,
    )


def message_for_problem(problem: Problem) -> Message:
    """The message of a problem, to be shown beside its field."""
    sentence = say(problem)
    tone = Tone.WARNING if problem.severity is Severity.WARNING else Tone.REFUSAL
    return Message(
        title=sentence.title, cure=sentence.cure, tone=tone, field=problem.field, code=problem.code
    )


def message_for_recovery(recovery: Recovery) -> Message:
    """The message of a library that came back: nothing to be done at once, but to be known."""
    sentence = say(recovery)
    return Message(
        title=sentence.title, cure=sentence.cure, tone=Tone.WARNING, code=recovery.code, is_standing=True
    )


def standing_message(error: VoiceCloneError) -> Message:
    """The message of an error that the start has met, and that stays until the user takes it away."""
    return replace(message_for_error(error), is_standing=True)


class MessageBus(QObject):
    """Carries messages that belong to no field to the banner, which shows one at a time: what stands waits
    behind what passes.

    Signals: ``posted(Message)``: to be shown in place of an older one; ``cleared()``: nothing is to be shown.
    """

    posted = Signal(object)
    cleared = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._standing: list[Message] = []
        self._passing: Message | None = None

    def post(self, message: Message) -> None:
        """Show ``message`` in the banner."""
        self._passing = None
        standing = replace(message, is_standing=True)
        if message.is_standing or standing in self._standing:
            self._standing = [one for one in self._standing if one != standing] + [standing]
        else:
            self._passing = message
        self._show()

    def clear(self) -> None:
        """Something new begins: what passes goes."""
        self._passing = None
        self._show()

    def dismiss(self) -> None:
        """The user takes away what is shown."""
        if self._passing is not None:
            self._passing = None
        elif self._standing:
            self._standing.pop()
        self._show()

    def take_back(self, code: str) -> None:
        """Say that no longer: it is said in its own place, or over."""
        self._standing = [one for one in self._standing if one.code != code]
        if self._passing is not None and self._passing.code == code:
            self._passing = None
        self._show()

    def withdraw(self, action: Action) -> None:
        """Offer that no longer: it would do something else by now."""
        if self._passing is not None and self._passing.action is action:
            self._passing = None
            self._show()

    def _show(self) -> None:
        shown = self._passing or (self._standing[-1] if self._standing else None)
        if shown is None:
            self.cleared.emit()
        else:
            self.posted.emit(shown)
