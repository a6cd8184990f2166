"""Is the selected part a good sample, and which would be the best: at once, and surely a bit later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from voiceclone_gui.audio.jobs import analyse_sample, detail_of
from voiceclone_gui.core.errors import SampleError, WorkerFailed
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.sample import FileStamp, Purpose, SampleFacts
from voiceclone_gui.core.sample_check import Light, judge
from voiceclone_gui.services.prepare_sample import Worker

if TYPE_CHECKING:
    from voiceclone_gui.audio.features import SoundFeatures
    from voiceclone_gui.audio.waveform import Waveform
    from voiceclone_gui.core.span import Span

T = TypeVar("T")

ANALYSIS_LIMIT_S, DETAIL_LIMIT_S = 900.0, 120.0


class SampleCheck:
    """Judges parts of recordings. What needs numpy is loaded when the first recording is there.

    The ``analyst`` is another process than the ``worker``: listening through an hour takes it some ten
    seconds, and nobody waits for it to hear, see or clone.
    """

    def __init__(self, *, worker: Worker, analyst: Worker) -> None:
        self._worker = worker
        self._analyst = analyst

    async def at_once(self, waveform: Waveform) -> SoundFeatures:
        """What the waveform alone tells, in a few milliseconds, not spent on the caller's thread."""
        return await _in_thread(_guess, waveform)

    async def analyse(self, path: Path, *, mix: tuple[int, ...] | None = None) -> SoundFeatures | None:
        """All that can be told of the recording at ``path``, or of the ``mix`` of some of its channels.

        ``None`` where it can't be had.
        """
        try:
            features = await self._analyst.run(analyse_sample, path, mix, timeout_s=ANALYSIS_LIMIT_S)
        except (SampleError, WorkerFailed):
            # The lights only advise: what is wrong with the file is said where it is examined and sent.
            return None
        return await _in_thread(_measured_once, features)

    async def on_disk(self, facts: SampleFacts, purpose: Purpose) -> Problem | None:
        """Why a file isn't there any more as it was examined, ``None`` where it is."""

        def look() -> str:
            try:
                status = facts.path.stat()
            except FileNotFoundError:
                return "sample-vanished"
            except OSError:
                # Nobody may look there now: that is said when it is sent.
                return ""
            stamp = FileStamp(size_bytes=status.st_size, modified_ns=status.st_mtime_ns)
            return "" if stamp == facts.stamp else "sample-changed"

        code = await _in_thread(look)
        return Problem(field=purpose.field, code=code, values={"name": facts.path.name}) if code else None

    async def detail(self, path: Path, span: Span) -> Waveform | None:
        """The waveform of a short part, frame by frame; ``None`` where it can't be had."""
        try:
            return await self._worker.run(detail_of, path, span, timeout_s=DETAIL_LIMIT_S)
        except (SampleError, WorkerFailed):
            return None

    def lights(self, features: SoundFeatures, span: Span | None, *, purpose: Purpose) -> tuple[Light, ...]:
        """The row of lights for a part of the recording."""
        return judge(features.measure(span), purpose=purpose)

    def best_part(self, features: SoundFeatures) -> Span | None:
        """The part that makes the best recording, ``None`` where there is none."""
        from voiceclone_gui.audio.best_part import best_part

        return best_part(features)

    def best_clip(self, features: SoundFeatures) -> Span | None:
        """The part that makes the best example clip, ``None`` where there is none."""
        from voiceclone_gui.audio.best_part import best_clip

        return best_clip(features)


async def _in_thread(work: Callable[..., T], *args: object) -> T:
    import asyncio  # not above: the window is seen before it is loaded

    return await asyncio.to_thread(work, *args)


def _guess(waveform: Waveform) -> SoundFeatures:
    from voiceclone_gui.audio.features import quick_features

    # The first thing that is asked of both takes longest: here it holds up nothing.
    waveform.columns(1)
    return _measured_once(quick_features(waveform))


def _measured_once(features: SoundFeatures) -> SoundFeatures:
    """``features`` with the sums made by which any part of them is measured at once."""
    features.measure()
    features.pauses()
    return features
