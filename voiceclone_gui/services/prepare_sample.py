"""From a file that was chosen to a sample that may be sent: looked into, judged, named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from voiceclone_gui.audio.probe import inspect_sample
from voiceclone_gui.core.errors import SampleError
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.sample import Purpose, SampleFacts, check_sample

INSPECTION_LIMIT_S = 300.0

T = TypeVar("T")


class Worker(Protocol):
    """Runs a module-level function in the audio process."""

    async def run(self, job: Callable[..., T], /, *args: object, timeout_s: float) -> T:
        """The result of ``job(*args)``."""
        ...


@dataclass(frozen=True, kw_only=True)
class PreparedSample:
    """A file and what is wrong with it; ``facts`` is ``None`` where it can't be read at all."""

    path: Path
    purpose: Purpose
    problems: tuple[Problem, ...]
    facts: SampleFacts | None = None


class SamplePreparation:
    """Looks into recordings and example clips in the audio process, without changing them."""

    def __init__(self, *, worker: Worker) -> None:
        self._worker = worker

    async def prepare(self, path: Path, *, purpose: Purpose) -> PreparedSample:
        """Decode the whole file and judge it: what can't be read becomes a problem like any other.

        Raises ``WorkerFailed`` where the audio process itself gave up.
        """
        try:
            facts = await self._worker.run(inspect_sample, path, timeout_s=INSPECTION_LIMIT_S)
        except SampleError as error:
            problem = Problem(field=purpose.field, code=error.code, values=error.values)
            return PreparedSample(path=path, purpose=purpose, problems=(problem,))
        problems = check_sample(facts, purpose=purpose)
        return PreparedSample(path=path, purpose=purpose, problems=problems, facts=facts)
