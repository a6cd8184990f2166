"""A clone in the terminal: progress on stderr, the result on stdout, sentences instead of tracebacks."""

from __future__ import annotations

import sys
from typing import TextIO

from tqdm import tqdm

from voiceclone_gui.api.retry import clone_outcome
from voiceclone_gui.core.answers import sensitive_kind
from voiceclone_gui.core.errors import (
    ConnectionLost,
    InputRefused,
    NotConnected,
    PracticeServiceFailed,
    SampleError,
    ServiceError,
    ServiceTrouble,
    SlowDown,
    StorageFailed,
    VoiceCloneError,
    WorkerFailed,
    WrongAddress,
)
from voiceclone_gui.core.job import Outcome
from voiceclone_gui.core.recovery import Recovery
from voiceclone_gui.core.sentences import fill
from voiceclone_gui.services.clone_events import (
    CloneEvent,
    CloneResult,
    CloneStep,
    RequestSent,
    StepProgress,
    StepStarted,
    UploadsAnew,
    WaitingToRepeat,
    Warned,
)

EXIT_OK = 0
EXIT_REFUSED_HERE = 3
EXIT_REFUSED_BY_SERVICE = 4
EXIT_NOT_REACHED = 5
EXIT_UNKNOWN = 6
EXIT_NO_PREVIEW = 7
EXIT_THIS_COMPUTER = 8
EXIT_CANCELLED = 130

_STEPS = {
    CloneStep.PREPARE: "Examining the recording",
    CloneStep.UPLOAD: "Uploading the recording",
    CloneStep.UPLOAD_CLIP: "Uploading the example clip",
    CloneStep.CLONE: "Cloning the voice",
    CloneStep.PREVIEW: "Fetching the preview",
}
_WITH_BYTES = {CloneStep.UPLOAD, CloneStep.UPLOAD_CLIP, CloneStep.PREVIEW}


class CloneReport:
    """Shows a running clone, and says in the end what came of it."""

    def __init__(self, *, progress: TextIO | None = None, result: TextIO | None = None) -> None:
        self._progress = progress or sys.stderr
        self._result = result or sys.stdout
        self._bar: tqdm[None] | None = None
        self._sent = False

    def show(self, event: CloneEvent) -> None:
        """Show one event."""
        match event:
            case StepStarted(step=step):
                self.close_bar()
                if step in _WITH_BYTES:
                    self._bar = self._new_bar(step)
                else:
                    self.say(f"{_STEPS[step]} …")
            case StepProgress(done_bytes=done, total_bytes=total):
                self._advance(done, total)
            case RequestSent():
                self._sent = True
            case WaitingToRepeat(wait_s=wait_s, error=error):
                self._sent = False
                self.say(f"{error.title} Trying again in {wait_s:.0f} s.")
            case UploadsAnew():
                self._sent = False
                self.say("The service no longer knew the files. No voice was made; they are sent once more.")
            case Warned(problem=problem):
                self.say(f"Note: {problem.title} {problem.cure}")

    def show_result(self, result: CloneResult, *, stand_in: bool) -> int:
        """Say what was made; the exit code tells whether the preview is there."""
        self.close_bar()
        if result.sensitive_type:
            self.say(f"Note: the service flagged the content: {sensitive_kind(result.sensitive_type)}.")
        if stand_in:
            self.say("Made by the practice service: the preview is a stand-in voice, not a clone.")
        print(f"voice_id: {result.voice.voice_id}", file=self._result)
        if result.voice.trace_id:
            print(f"trace_id: {result.voice.trace_id}", file=self._result)
        if result.preview is not None:
            print(f"preview: {result.preview}", file=self._result)
        if result.record_error is not None:
            self.say("The voice is made, but it couldn't be written down: note its id.")
            self.show_error(result.record_error)
        if result.preview_error is None:
            return EXIT_OK
        self.show_error(result.preview_error)
        return EXIT_NO_PREVIEW

    def show_error(self, error: VoiceCloneError) -> int:
        """Say what went wrong and what to do; the exit code tells what is certain about the voice."""
        self.close_bar()
        if isinstance(error, InputRefused):
            for problem in error.problems:
                self.say(f"{problem.field.value}: {problem.title} {problem.cure}")
        else:
            self.say(str(error))
        if error.detail:
            self.say(f"Details: {error.detail}")
        if error.service_code is not None:
            self.say(f"Code: {error.service_code}")
        if error.trace_id:
            self.say(f"Trace id: {error.trace_id}")
        return self._exit_code(error)

    def show_recovery(self, recovery: Recovery) -> None:
        """Say that the library was damaged and came back."""
        sentence = fill(recovery.code, recovery.values)
        self.say(f"Note: {sentence.title} {sentence.cure}")

    def show_cancelled(self) -> int:
        """Say what a cancelled clone leaves behind."""
        self.close_bar()
        if not self._sent:
            self.say("Cancelled. No voice was made.")
            return EXIT_CANCELLED
        self.say("Stopped waiting. The request had left already: the voice may have been made.")
        self.say("Its record is kept as unknown.")
        return EXIT_UNKNOWN

    def say(self, line: str) -> None:
        """One line on the progress stream, above a bar if there is one."""
        tqdm.write(line, file=self._progress)

    def close_bar(self) -> None:
        """End the bar of the step before."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _new_bar(self, step: CloneStep) -> tqdm[None]:
        return tqdm(desc=_STEPS[step], unit="B", unit_scale=True, file=self._progress, dynamic_ncols=True)

    def _advance(self, done_bytes: int, total_bytes: int) -> None:
        if self._bar is not None:
            self._bar.total = total_bytes or None
            self._bar.update(done_bytes - self._bar.n)

    def _exit_code(self, error: VoiceCloneError) -> int:
        if isinstance(error, InputRefused | SampleError):
            return EXIT_REFUSED_HERE
        if isinstance(error, StorageFailed | WorkerFailed | PracticeServiceFailed):
            return EXIT_UNKNOWN if self._sent else EXIT_THIS_COMPUTER
        if self._sent and clone_outcome(error) is Outcome.UNKNOWN:
            self.say("The voice may have been made all the same. Its record is kept as unknown.")
            return EXIT_UNKNOWN
        unreached = NotConnected | ConnectionLost | ServiceTrouble | SlowDown | WrongAddress
        if isinstance(error, unreached) or not isinstance(error, ServiceError):
            return EXIT_NOT_REACHED
        return EXIT_REFUSED_BY_SERVICE
