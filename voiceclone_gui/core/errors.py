"""The one tree of errors. Third-party exceptions stop at the border modules and become one of these.

::

    VoiceCloneError                 title, cure, action, code, trace_id, field, detail
    ├── InputRefused                problems found before anything was sent
    ├── SampleError                 a file on this computer
    │   ├── SampleUnreadable        missing, no permission, empty, damaged, no audio in it
    │   └── SampleChanged           vanished or changed since it was examined
    ├── WorkerFailed                the audio process died, took too long or ran out of memory
    ├── StorageFailed               the data folder or a file in it
    ├── KeyringFailed               the system's keyring; ``choices`` are the ways out
    ├── PracticeServiceFailed       the built-in service can't run here
    ├── PreviewUnavailable          the voice is made; its preview could not be had
    ├── SynthesisUnknown            a synthesis without an answer: it may be billed, the voice kept
    ├── VoiceElsewhere              the voice was made at another service than the connected one
    ├── UpdateCheckFailed           the list of releases can't be had, or isn't what it should be
    └── ServiceError                a call to a service
        ├── NotConnected            the request never left: refused, no such host, TLS, proxy
        ├── ConnectionLost          broken or timed out after the request may have left
        ├── WrongAddress            something answered, but not this interface
        ├── NotOffered              this service doesn't have that call
        ├── AnswerUnreadable        success, but truncated, mistyped or without what is needed
        ├── TokenRefused            missing, wrong, or of another region
        ├── AccessRefused           the account may not do this
        ├── OutOfCredit             balance or plan used up
        ├── SlowDown                rate limits; ``retry_after_s`` where the service named a wait
        ├── ServiceTrouble          the service's own failure
        ├── RequestRefused          a parameter, a file or a text
        ├── ContentRefused          content rules
        ├── VoiceIdTaken            the id exists
        └── VoiceMissing            the voice doesn't exist
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Self

from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.sentences import fill


class Action(StrEnum):
    """The one thing that a button beside an error can do."""

    OPEN_CONNECTION = "open-connection"
    TRY_OTHER_REGION = "try-other-region"
    TRY_AGAIN = "try-again"
    CHECK_VOICE = "check-voice"
    CHOOSE_RECORDING = "choose-recording"
    TRIM_RECORDING = "trim-recording"
    CHOOSE_PROMPT_CLIP = "choose-prompt-clip"
    EDIT_FIELD = "edit-field"
    CLEAN_TEXT = "clean-text"
    SUGGEST_VOICE_ID = "suggest-voice-id"
    CONVERT_SAMPLE = "convert-sample"
    UPLOAD_AGAIN = "upload-again"
    PUT_BACK = "put-back"
    UNLOCK_AND_TRY_AGAIN = "unlock-and-try-again"
    KEEP_FOR_THIS_RUN = "keep-for-this-run"
    READ_REPORT = "read-report"
    USE_BEST_PART = "use-best-part"
    RECORD_AGAIN = "record-again"
    REDUCE_NOISE = "reduce-noise"
    EVEN_OUT_VOLUME = "even-out-volume"
    TAKE_LEFT = "take-left"
    TAKE_RIGHT = "take-right"


class VoiceCloneError(Exception):
    """Something went wrong, said as a sentence with a cure.

    ``code`` is stable and names the sentence in :mod:`voiceclone_gui.core.sentences`; ``values`` fill its
    named places. ``detail`` is what the other side said, shortened and without secrets.
    """

    default_action: Action | None = None

    def __init__(
        self,
        code: str,
        *,
        field: Field | None = None,
        action: Action | None = None,
        trace_id: str = "",
        service_code: int | None = None,
        detail: str = "",
        **values: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.action = action or self.default_action
        self.trace_id = trace_id
        self.service_code = service_code
        self.detail = detail
        self.values = values

    def with_values(self, **values: object) -> Self:
        """The same error with more named values; for names that the constructor uses itself."""
        self.values = {**self.values, **values}
        return self

    @property
    def title(self) -> str:
        """What happened, as an English sentence."""
        return fill(self.code, self.values).title

    @property
    def cure(self) -> str:
        """What to do next, as an English sentence."""
        return fill(self.code, self.values).cure

    def __str__(self) -> str:
        return f"{self.title} {self.cure}".strip()

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross from the audio process to the program; keyword-only arguments need help for that.
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(kind: type[VoiceCloneError], args: tuple[Any, ...], state: dict[str, Any]) -> VoiceCloneError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class InputRefused(VoiceCloneError):
    """Problems in what the user chose; nothing was sent."""

    default_action = Action.EDIT_FIELD

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("input-refused", field=problems[0].field, count=len(problems))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return " ".join(f"{p.title} {p.cure}" for p in self.problems)


class SampleError(VoiceCloneError):
    """A file on this computer that can't be used."""

    default_action = Action.CHOOSE_RECORDING


class SampleUnreadable(SampleError):
    """Missing, not permitted, empty, damaged, or without audio."""


class SampleChanged(SampleError):
    """The file is not what it was when it was examined."""


class WorkerFailed(VoiceCloneError):
    """The audio process died, took too long or ran out of memory; the next job gets a new one."""

    default_action = Action.TRY_AGAIN


class StorageFailed(VoiceCloneError):
    """The data folder, or a file in it, can't be read or written."""


class KeyringFailed(VoiceCloneError):
    """The system's keyring can't keep or give a secret. No text of its own ever gets in here."""

    def __init__(self, code: str, *, detail: str = "", **values: object) -> None:
        super().__init__(code, detail=detail, **values)  # type: ignore[arg-type] # named values only
        self.action = self.choices[0]

    @property
    def choices(self) -> tuple[Action, ...]:
        """What the user may do, the best first; the secret can always be kept for this run only."""
        if self.code in {"keyring-locked", "keyring-slow", "keyring-waiting"}:
            return Action.UNLOCK_AND_TRY_AGAIN, Action.KEEP_FOR_THIS_RUN
        if self.code in {"keyring-refused", "keyring-unfaithful"}:
            return Action.TRY_AGAIN, Action.KEEP_FOR_THIS_RUN
        return (Action.KEEP_FOR_THIS_RUN,)


class PracticeServiceFailed(VoiceCloneError):
    """The built-in practice service can't run on this computer."""


class PreviewUnavailable(VoiceCloneError):
    """The voice is made, but its preview could not be downloaded."""


class SynthesisUnknown(VoiceCloneError):
    """A synthesis was asked for and nobody knows what came of it. ``__cause__`` is what happened."""


class VoiceElsewhere(VoiceCloneError):
    """The voice was made at another service than the one that is connected; nothing was sent."""


class UpdateCheckFailed(VoiceCloneError):
    """The list of releases can't be had, or isn't what it should be; nothing follows from it."""


class ServiceError(VoiceCloneError):
    """A call to a service that didn't succeed; ``http_status`` is ``None`` where no answer came."""

    http_status: int | None = None


class NotConnected(ServiceError):
    """No connection was made: the request never left this computer."""

    default_action = Action.TRY_AGAIN


class ConnectionLost(ServiceError):
    """The connection broke or timed out after the request may have left."""

    default_action = Action.TRY_AGAIN


class WrongAddress(ServiceError):
    """Something answered at the address, but it doesn't speak this interface."""

    default_action = Action.OPEN_CONNECTION


class NotOffered(ServiceError):
    """The service doesn't have that call; it says nothing about the voice."""


class AnswerUnreadable(ServiceError):
    """A success whose body is truncated, mistyped or lacks what is needed."""

    default_action = Action.TRY_AGAIN


class TokenRefused(ServiceError):
    """The token is missing, wrong or of another region."""

    default_action = Action.OPEN_CONNECTION


class AccessRefused(ServiceError):
    """The account may not do this."""

    default_action = Action.OPEN_CONNECTION


class OutOfCredit(ServiceError):
    """Balance or plan is used up."""


class SlowDown(ServiceError):
    """A rate limit. ``retry_after_s`` is the service's own wish, ``None`` where it named none."""

    default_action = Action.TRY_AGAIN
    retry_after_s: float | None = None


class ServiceTrouble(ServiceError):
    """The service failed on its side. ``retry_after_s`` as for :class:`SlowDown`."""

    default_action = Action.TRY_AGAIN
    retry_after_s: float | None = None


class RequestRefused(ServiceError):
    """The service didn't accept a parameter, a file or a text."""

    default_action = Action.EDIT_FIELD


class ContentRefused(ServiceError):
    """Refused by the service's content rules. ``sensitive_type`` is its number, 0 where it gave none."""

    default_action = Action.EDIT_FIELD
    sensitive_type: int = 0


class VoiceIdTaken(ServiceError):
    """The voice id exists already."""

    default_action = Action.SUGGEST_VOICE_ID


class VoiceMissing(ServiceError):
    """The voice doesn't exist at the service."""
