"""From the events of a running clone to what the page shows of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from voiceclone_gui.services.clone_events import (
    CloneEvent,
    CloneStep,
    JobBegun,
    RequestSent,
    StepProgress,
    StepStarted,
    UploadsAnew,
    VoiceIsMade,
    WaitingToRepeat,
    Warned,
)
from voiceclone_gui.ui.i18n import say, tr
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


def begin(
    steps: tuple[CloneStep, ...], *, first: CloneStep, now_s: float, in_doubt: bool = False
) -> RunState:
    """A clone that has just been started, or a request that is sent once more."""
    return RunState(
        steps=steps,
        step=first,
        started_s=now_s,
        step_started_s=now_s,
        in_doubt=in_doubt,
        is_sent=in_doubt,
    )


_NOT_WAITING: Mapping[str, object] = {"waits_until_s": None, "wait_reason": "", "skip": None}


def advance(run: RunState, event: CloneEvent, *, now: Callable[[], float]) -> RunState:
    """``run`` after ``event``."""
    changes: dict[str, object] = {}
    match event:
        case StepStarted(step=step):
            changes = {**_NOT_WAITING, "step": step, "step_started_s": now()}
            changes |= {"done_bytes": 0, "total_bytes": 0, "bytes_per_s": 0.0}
        case StepProgress(done_bytes=done, total_bytes=total):
            elapsed_s = now() - run.step_started_s
            speed = done / elapsed_s if elapsed_s >= _SPEED_AFTER_S else run.bytes_per_s
            changes = {**_NOT_WAITING, "done_bytes": done, "total_bytes": total, "bytes_per_s": speed}
        case JobBegun(job_id=job_id):
            changes = {"job_id": job_id}
        case RequestSent():
            changes = {**_NOT_WAITING, "is_sent": True}
        case WaitingToRepeat(wait_s=wait_s, error=error, skip=skip):
            changes = {"waits_until_s": now() + wait_s, "wait_reason": say(error).title, "skip": skip}
            # Nothing was made by this attempt; an earlier one may have made the voice all the same.
            changes["is_sent"] = run.in_doubt or run.made is not None
        case UploadsAnew():
            changes["note"] = tr(
                "The service no longer knew the files and made nothing: they are sent again."
            )
            changes["is_sent"] = run.in_doubt
        case VoiceIsMade(voice=voice):
            changes = {"made": voice}
        case Warned():
            pass
    return replace(run, **changes)  # type: ignore[arg-type]
