"""Messages are data: logic sends them, and whoever shows that place picks them up."""

from __future__ import annotations

from dataclasses import dataclass
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

    ``field`` is the input it concerns: it is shown there, else in the banner.
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
    return Message(title=sentence.title, cure=sentence.cure, tone=Tone.WARNING, code=recovery.code)


class MessageBus(QObject):
    """Carries messages that belong to no field to the banner.

    Signals: ``posted(Message)``, ``cleared()``, ``taken_back(str)``.
    """

    posted = Signal(object)
    cleared = Signal()
    taken_back = Signal(str)

    def post(self, message: Message) -> None:
        """Show ``message`` in the banner, in place of an older one."""
        self.posted.emit(message)

    def clear(self) -> None:
        """Take the banner away."""
        self.cleared.emit()

    def take_back(self, code: str) -> None:
        """Take the banner away if it says that: it is said in its own place by now."""
        self.taken_back.emit(code)
