"""From the events of a running clone to what the page shows of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from voiceclone_gui.services.clone_events import (
    CloneEvent,
    CloneStep,
    RequestSent,
    StepProgress,
    StepStarted,
    WaitingToRepeat,
    Warned,
)
from voiceclone_gui.ui.i18n import say
from voiceclone_gui.ui.presenters.clone_state import RunState

_SPEED_AFTER_S = 0.2


def planned_steps(*, has_clip: bool, has_preview: bool) -> tuple[CloneStep, ...]:
    """The steps that this clone will go through."""
    left_out = set()
    if not has_clip:
        left_out.add(CloneStep.UPLOAD_CLIP)
    if not has_preview:
        left_out.add(CloneStep.PREVIEW)
    return tuple(step for step in CloneStep if step not in left_out)


def begin(steps: tuple[CloneStep, ...], *, now_s: float) -> RunState:
    """A clone that has just been started."""
    return RunState(steps=steps, step=steps[0], started_s=now_s, step_started_s=now_s)


def advance(run: RunState, event: CloneEvent, *, now: Callable[[], float]) -> RunState:
    """``run`` after ``event``."""
    match event:
        case StepStarted(step=step):
            return RunState(
                steps=run.steps,
                step=step,
                started_s=run.started_s,
                step_started_s=now(),
                is_sent=run.is_sent,
                is_stopping=run.is_stopping,
            )
        case StepProgress(done_bytes=done, total_bytes=total):
            elapsed_s = now() - run.step_started_s
            speed = done / elapsed_s if elapsed_s >= _SPEED_AFTER_S else run.bytes_per_s
            return replace(
                run, done_bytes=done, total_bytes=total, bytes_per_s=speed, wait_s=0.0, wait_reason=""
            )
        case RequestSent():
            return replace(run, is_sent=True, wait_s=0.0, wait_reason="")
        case WaitingToRepeat(wait_s=wait_s, error=error):
            return replace(run, is_sent=False, wait_s=wait_s, wait_reason=say(error).title)
        case Warned():
            return run
