"""From a file that was chosen to a sample that may be sent: looked into, judged, named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from voiceclone_gui.audio.jobs import examine_sample
from voiceclone_gui.core.errors import SampleError
from voiceclone_gui.core.problems import Problem, refusals
from voiceclone_gui.core.sample import Purpose, SampleFacts, check_sample

if TYPE_CHECKING:
    from voiceclone_gui.audio.waveform import Waveform

INSPECTION_LIMIT_S = 300.0

T = TypeVar("T")


class Worker(Protocol):
    """Runs a module-level function in the audio process."""

    async def run(
        self,
        job: Callable[..., T],
        /,
        *args: object,
        timeout_s: float,
        on_progress: Callable[[object], None] | None = None,
    ) -> T:
        """The result of ``job(*args)``; what it reports goes to ``on_progress``."""
        ...


@dataclass(frozen=True, kw_only=True)
class PreparedSample:
    """A file and what is wrong with it; ``facts`` and ``waveform`` are ``None`` where it can't be read."""

    path: Path
    purpose: Purpose
    problems: tuple[Problem, ...]
    facts: SampleFacts | None = None
    waveform: Waveform | None = None

    @property
    def refusals(self) -> tuple[Problem, ...]:
        """Those problems that forbid sending it."""
        return refusals(self.problems)


class SamplePreparation:
    """Looks into recordings and example clips in the audio process, without changing them."""

    def __init__(self, *, worker: Worker) -> None:
        self._worker = worker

    async def prepare(
        self,
        path: Path,
        *,
        purpose: Purpose,
        on_waveform: Callable[[Waveform], None] | None = None,
    ) -> PreparedSample:
        """Decode the whole file and judge it: what can't be read becomes a problem like any other.

        ``on_waveform`` gets the waveform as far as it is known. Raises ``WorkerFailed`` where the audio
        process itself gave up.
        """

        def hand_on(report: object) -> None:
            if on_waveform is not None:
                on_waveform(cast("Waveform", report))

        try:
            facts, waveform = await self._worker.run(
                examine_sample, path, timeout_s=INSPECTION_LIMIT_S, on_progress=hand_on
            )
        except SampleError as error:
            problem = Problem(field=purpose.field, code=error.code, values=error.values)
            return PreparedSample(path=path, purpose=purpose, problems=(problem,))
        problems = check_sample(facts, purpose=purpose)
        return PreparedSample(path=path, purpose=purpose, problems=problems, facts=facts, waveform=waveform)
