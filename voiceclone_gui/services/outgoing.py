"""The file that is sent of a recording or example clip: made once, the same for ears, disk and service."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, cast

from voiceclone_gui.audio.jobs import write_outgoing
from voiceclone_gui.core.disk_failures import storage_failure
from voiceclone_gui.core.errors import SampleChanged, SampleError, StorageFailed
from voiceclone_gui.core.outgoing import OutgoingPlan, SendKind, plan_outgoing
from voiceclone_gui.core.problems import Problem, refusals
from voiceclone_gui.core.sample import FileStamp, Purpose, SampleChoice, SampleFacts, check_sample
from voiceclone_gui.services.prepare_sample import PreparedSample, SamplePreparation, Worker
from voiceclone_gui.storage.files import identity_of, write_atomic

WRITING_LIMIT_S = 900.0
_NAME_BYTES = 200
# Whoever writes files in another way than before counts up: older files are made anew.
_FORM = 1


class Shelf(Protocol):
    """Files that can be made again, each in a place that follows from what it is made of."""

    def place(self, key: str, name: str) -> Path:
        """Where the file of that key lies; its folder is there."""
        ...

    def holds(self, place: Path) -> bool:
        """Whether the file is there, which is always whole; it counts as used now."""
        ...

    def put(self, made: Path, place: Path) -> None:
        """Move a file that is whole into its place. Raises ``StorageFailed``."""
        ...

    def part(self, place: Path) -> Path:
        """Where a file is written until it is whole."""
        ...

    def drop(self, part: Path) -> None:
        """Forget a file that won't be finished."""
        ...


class OutgoingSamples:
    """Makes what is sent, in the audio process."""

    def __init__(self, *, preparation: SamplePreparation, worker: Worker, shelf: Shelf) -> None:
        self._preparation = preparation
        self._worker = worker
        self._shelf = shelf

    async def examine(self, path: Path, *, purpose: Purpose) -> PreparedSample:
        """A file that goes as it is, because it was made before."""
        return await self._preparation.prepare(path, purpose=purpose)

    async def make(
        self,
        choice: SampleChoice,
        *,
        purpose: Purpose,
        on_progress: Callable[[float], None] | None = None,
    ) -> PreparedSample:
        """The file that is sent of ``choice``, examined: the recording itself where it goes untouched.

        What forbids it stands in the result, and nothing is made then. Raises ``WorkerFailed``, and
        ``StorageFailed`` where the file can't be written.
        """
        source = await self._preparation.prepare(choice.path, purpose=purpose)
        if source.facts is None:
            return source
        if choice.stamp not in {None, source.facts.stamp}:
            changed = Problem(field=purpose.field, code="sample-changed", values={"name": choice.path.name})
            return PreparedSample(path=choice.path, purpose=purpose, problems=(changed,))
        problems = check_sample(source.facts, purpose=purpose, span=choice.span, channels=choice.channels)
        plan = plan_outgoing(source.facts, choice)
        if refusals(problems) or plan.kind is SendKind.UNTOUCHED:
            return PreparedSample(
                path=choice.path,
                purpose=purpose,
                problems=problems,
                facts=source.facts,
                waveform=source.waveform,
            )
        try:
            made = await self._made(source.facts, plan, on_progress=on_progress)
            if made is None and plan.otherwise is not None:
                made = await self._made(source.facts, plan.otherwise, on_progress=on_progress)
        except SampleError as error:
            problem = Problem(field=purpose.field, code=error.code, values=error.values)
            return PreparedSample(path=choice.path, purpose=purpose, problems=(problem,))
        assert made is not None  # noqa: S101 - only a plan that has another one gives nothing
        result = await self._preparation.prepare(made, purpose=purpose)
        warnings = tuple(problem for problem in problems if problem not in result.problems)
        return PreparedSample(
            path=made,
            purpose=purpose,
            problems=(*result.problems, *warnings),
            facts=result.facts,
            waveform=result.waveform,
        )

    async def _made(
        self, facts: SampleFacts, plan: OutgoingPlan, *, on_progress: Callable[[float], None] | None
    ) -> Path | None:
        """The file of ``plan``; ``None`` where it can't be made in that way."""
        name = f"{_short(facts.path.stem)}.{plan.extension}"
        place = await asyncio.to_thread(self._shelf.place, _key(facts, plan), name)
        if await asyncio.to_thread(self._shelf.holds, place):
            return place

        def hand_on(report: object) -> None:
            if on_progress is not None:
                on_progress(cast("float", report))

        part = self._shelf.part(place)
        try:
            is_made = await self._worker.run(
                write_outgoing,
                facts.path,
                plan,
                part,
                facts.stamp,
                timeout_s=WRITING_LIMIT_S,
                on_progress=hand_on,
            )
        except BaseException:
            self._shelf.drop(part)
            raise
        if not is_made:
            self._shelf.drop(part)
            return None
        await asyncio.to_thread(self._shelf.put, part, place)
        return place


async def copy_sent(facts: SampleFacts, target: Path, *, sources: Sequence[Path]) -> None:
    """Write what is sent, byte for byte, to a place that the user chose, but over none of the ``sources``.

    Raises ``StorageFailed``, and ``SampleChanged`` where it isn't any more what was made.
    """

    def copy() -> None:
        path = facts.path
        if identity_of(target) in {identity_of(source) for source in sources} - {(0, 0)}:
            raise StorageFailed("storage-own-source", path=str(target))
        try:
            content = path.read_bytes()
            status = path.stat()
        except OSError as error:
            raise storage_failure(path, error, code="storage-not-readable") from error
        if FileStamp(size_bytes=len(content), modified_ns=status.st_mtime_ns) != facts.stamp:
            raise SampleChanged("sample-changed", name=path.name)
        write_atomic(target, content)

    await asyncio.to_thread(copy)


def _short(name: str) -> str:
    """A name to which an ending can be added: file systems take 255 bytes."""
    if len(os.fsencode(name)) <= _NAME_BYTES:
        return name
    return name.encode(errors="replace")[:_NAME_BYTES].decode(errors="ignore")


def _key(facts: SampleFacts, plan: OutgoingPlan) -> str:
    """What a file is made of, as a name: the recording as it was examined, and what is done to it."""
    span = (plan.span.start_s, plan.span.end_s) if plan.span is not None else None
    parts = (
        _FORM,
        str(facts.path),
        facts.stamp.size_bytes,
        facts.stamp.modified_ns,
        plan.kind.value,
        plan.sample_rate_hz,
        plan.mix,
        span,
    )
    return hashlib.sha256(repr(parts).encode(errors="surrogateescape")).hexdigest()[:32]
