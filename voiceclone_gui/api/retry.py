"""When a call may be repeated, and what an error says about the voice: pure functions of the contract.

Source: contract section 6, its columns *upload, download* and *clone*.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voiceclone_gui.core.errors import (
    AnswerUnreadable,
    ConnectionLost,
    NotConnected,
    PreviewUnavailable,
    ServiceTrouble,
    SlowDown,
    VoiceCloneError,
    WrongAddress,
)
from voiceclone_gui.core.job import Outcome

MAX_ATTEMPTS = 4
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0

_BAD_PARAMETER = 2013
_STALE_FILE_CODES = {20132, 2042}
_HARMLESS_TROUBLE = {"service-1001", "service-1013", "service-1024", "service-1033", "service-busy"}
_HARMLESS_NOT_CONNECTED = {
    "connect-refused",
    "connect-timeout",
    "connect-failed",
    "proxy-unreachable",
    "proxy-slow",
}


class Step(StrEnum):
    """What kind of call it is: only the first two can be repeated without a second thought."""

    UPLOAD = "upload"
    DOWNLOAD = "download"
    CLONE = "clone"
    SYNTHESIS = "synthesis"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Whether to repeat by itself, and after how many seconds."""

    repeat: bool
    wait_s: float = 0.0


def decide(error: VoiceCloneError, *, step: Step, attempt: int, jitter: float) -> Decision:
    """Whether the call that failed with ``error`` in its ``attempt``-th try (from 1) is tried again.

    The wait doubles from 1 s to 60 s and is spread by ``jitter`` (0-1) over its upper half. A wait that
    the service names wins; one above 60 s ends the repeating, so that the user decides.
    """
    if attempt >= MAX_ATTEMPTS or not _may_repeat(error, step):
        return Decision(repeat=False)
    named_s = getattr(error, "retry_after_s", None)
    if named_s is not None:
        return Decision(repeat=named_s <= LONGEST_WAIT_S, wait_s=min(named_s, LONGEST_WAIT_S))
    grown_s = min(FIRST_WAIT_S * 2 ** (attempt - 1), LONGEST_WAIT_S)
    return Decision(repeat=True, wait_s=grown_s * (0.5 + jitter / 2))


def clone_outcome(error: VoiceCloneError) -> Outcome:
    """What ``error`` of a clone call says about the voice.

    A voice id that is taken counts as not made; after our own lost attempt the caller knows better.
    """
    if isinstance(error, PreviewUnavailable):
        return Outcome.MADE
    if isinstance(error, ConnectionLost | AnswerUnreadable):
        return Outcome.UNKNOWN
    if isinstance(error, ServiceTrouble):
        return Outcome.NOT_MADE if error.code == "service-busy" else Outcome.UNKNOWN
    if isinstance(error, WrongAddress):
        answered = error.http_status is not None and 200 <= error.http_status < 300
        return Outcome.UNKNOWN if answered else Outcome.NOT_MADE
    return Outcome.NOT_MADE


def no_longer_knows_the_files(error: VoiceCloneError) -> bool:
    """Whether a clone was refused because the service doesn't know the uploaded files (any more).

    Nothing was made then. 2013 is said of many things: only where its words name a file.
    """
    if error.service_code == _BAD_PARAMETER:
        return "file" in error.detail.lower()
    return error.service_code in _STALE_FILE_CODES


def _may_repeat(error: VoiceCloneError, step: Step) -> bool:
    if isinstance(error, SlowDown):
        return True
    if step in {Step.CLONE, Step.SYNTHESIS}:
        return error.code == "service-busy"
    if isinstance(error, ServiceTrouble):
        return error.code in _HARMLESS_TROUBLE or (error.http_status or 0) >= 500
    if isinstance(error, NotConnected):
        return error.code in _HARMLESS_NOT_CONNECTED
    return isinstance(error, ConnectionLost | AnswerUnreadable)
