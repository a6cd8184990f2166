"""What the terminal says, and the exit code that tells what is certain about the voice."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from voiceclone_gui.core.errors import (
    AccessRefused,
    ConnectionLost,
    InputRefused,
    NotConnected,
    PracticeServiceFailed,
    PreviewUnavailable,
    RequestRefused,
    SampleChanged,
    ServiceTrouble,
    SlowDown,
    StorageFailed,
    VoiceCloneError,
    VoiceIdTaken,
    WorkerFailed,
)
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem, Severity
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.services.clone_events import (
    CloneResult,
    CloneStep,
    RequestSent,
    StepProgress,
    StepStarted,
    WaitingToRepeat,
    Warned,
)
from voiceclone_gui.terminal import CloneReport

NOON = datetime(2026, 1, 2, 12, 30, tzinfo=UTC)
VOICE = Voice(
    voice_id="voice-abc123",
    profile_id="practice",
    service="practice",
    asked_at=NOON,
    rights_stated_at=NOON,
    rights_text_version="1",
    job_id="j",
    made_at=NOON,
    trace_id="t" * 32,
)


class Terminal:
    def __init__(self) -> None:
        self.progress, self.result = io.StringIO(), io.StringIO()
        self.report = CloneReport(progress=self.progress, result=self.result)


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


NOT_SENT = [
    (InputRefused([Problem(field=Field.VOICE_ID, code="voice-id-missing")]), 3),
    (SampleChanged("sample-changed", name="a"), 3),
    (RequestRefused("service-2013"), 4),
    (AccessRefused("service-2038"), 4),
    (VoiceIdTaken("service-2039"), 4),
    (NotConnected("connect-dns", host="h"), 5),
    (ConnectionLost("connection-lost", host="h"), 5),
    (ServiceTrouble("service-1013"), 5),
    (StorageFailed("storage-not-writable", path="p", reason="r"), 8),
    (WorkerFailed("worker-died"), 8),
    (PracticeServiceFailed("practice-no-loopback", reason="r"), 8),
]


@pytest.mark.parametrize(("error", "exit_code"), NOT_SENT, ids=lambda x: getattr(x, "code", x))
def test_before_the_clone_request_no_error_leaves_a_doubt(
    terminal: Terminal, error: VoiceCloneError, exit_code: int
) -> None:
    assert terminal.report.show_error(error) == exit_code
    assert "may have been made" not in terminal.progress.getvalue()


SENT = [
    (RequestRefused("service-2013"), 4),
    (VoiceIdTaken("service-2039"), 4),
    (SlowDown("service-1002"), 5),
    (ServiceTrouble("service-busy"), 5),
    (ServiceTrouble("service-1001"), 6),
    (ConnectionLost("read-timeout", host="h"), 6),
    (StorageFailed("storage-not-writable", path="p", reason="r"), 6),
]


@pytest.mark.parametrize(("error", "exit_code"), SENT, ids=lambda x: getattr(x, "code", x))
def test_after_it_has_left_only_what_is_certain_counts(
    terminal: Terminal, error: VoiceCloneError, exit_code: int
) -> None:
    terminal.report.show(RequestSent())
    assert terminal.report.show_error(error) == exit_code


def test_an_error_is_said_with_its_code_and_trace_id(terminal: Terminal) -> None:
    error = RequestRefused("service-2013", service_code=2013, trace_id="f" * 32, detail="voice_id is bad")
    terminal.report.show_error(error)
    said = terminal.progress.getvalue()
    assert "The service didn't accept a field." in said
    assert "Details: voice_id is bad" in said
    assert "Code: 2013" in said
    assert f"Trace id: {'f' * 32}" in said
    assert terminal.result.getvalue() == ""


def test_every_problem_is_said_beside_its_field(terminal: Terminal) -> None:
    problems = [
        Problem(field=Field.VOICE_ID, code="voice-id-missing"),
        Problem(field=Field.RECORDING, code="sample-short", values={"duration_s": "6.20"}),
    ]
    terminal.report.show_error(InputRefused(problems))
    lines = terminal.progress.getvalue().splitlines()
    assert lines[0].startswith("voice_id: The voice ID is missing.")
    assert lines[1].startswith("file_id: What is selected is 6.20 s long")


def test_steps_progress_waits_and_warnings_are_shown(terminal: Terminal) -> None:
    report = terminal.report
    for step in CloneStep:
        report.show(StepStarted(step=step))
        report.show(StepProgress(step=step, done_bytes=500, total_bytes=1000))
    report.show(WaitingToRepeat(step=CloneStep.CLONE, wait_s=2.0, error=SlowDown("slow-down")))
    warning = Problem(
        field=Field.MODEL, code="model-unlisted", values={"model": "m"}, severity=Severity.WARNING
    )
    report.show(Warned(problem=warning))
    report.close_bar()
    said = terminal.progress.getvalue()
    for words in ("Examining", "Uploading the recording", "example clip", "Cloning", "Fetching", "50%"):
        assert words in said
    assert "Trying again in 2 s." in said
    assert "Note: The model m is not on our list." in said


def test_a_result_is_for_scripts_on_stdout_and_says_that_it_is_a_stand_in(terminal: Terminal) -> None:
    result = CloneResult(voice=VOICE, preview=Path("/d/preview.mp3"), sensitive_type=3)
    assert terminal.report.show_result(result, stand_in=True) == 0
    expected = f"voice_id: voice-abc123\ntrace_id: {'t' * 32}\npreview: {Path('/d/preview.mp3')}\n"
    assert terminal.result.getvalue() == expected
    assert "stand-in voice, not a clone" in terminal.progress.getvalue()
    assert "advertising" in terminal.progress.getvalue()


def test_a_lost_preview_has_its_own_exit_code(terminal: Terminal) -> None:
    result = CloneResult(voice=VOICE, preview_error=PreviewUnavailable("preview-expired"))
    assert terminal.report.show_result(result, stand_in=False) == 7
    assert "voice_id: voice-abc123" in terminal.result.getvalue()
    assert "stand-in" not in terminal.progress.getvalue()


def test_cancelling_says_what_is_left_behind(terminal: Terminal) -> None:
    assert terminal.report.show_cancelled() == 130
    terminal.report.show(RequestSent())
    assert terminal.report.show_cancelled() == 6
    assert "may have been made" in terminal.progress.getvalue()
