"""What jobs send, kept in this process's memory: for use cases whose files don't exist."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from voiceclone_gui.core.sample import FileStamp, KeptSample, Purpose


@dataclass
class FakeJobInputs:
    """Keeps no bytes, only what was asked of it. ``others`` are jobs that another process works on."""

    samples: dict[tuple[str, Purpose], KeptSample] = field(default_factory=dict)
    claimed: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    error: Exception | None = None

    async def keep(self, job_id: str, path: Path, *, stamp: FileStamp, purpose: Purpose) -> KeptSample:
        if self.error is not None:
            raise self.error
        await self.claim(job_id)
        kept = KeptSample(path=path, stamp=stamp, sha256=f"{path}")
        self.samples[job_id, purpose] = kept
        return kept

    async def kept(self, job_id: str, *, purpose: Purpose) -> KeptSample | None:
        return self.samples.get((job_id, purpose))

    async def claim(self, job_id: str) -> bool:
        if job_id in self.others:
            return False
        self.claimed.add(job_id)
        return True

    async def release(self, job_id: str) -> None:
        self.claimed.discard(job_id)

    def hold(self, job_id: str) -> None:
        self.held.add(job_id)

    async def remove(self, job_id: str, *, even_held: bool = False) -> None:
        await self.release(job_id)
        if job_id in self.held and not even_held:
            return
        self.samples = {key: kept for key, kept in self.samples.items() if key[0] != job_id}

    async def job_ids(self) -> tuple[str, ...]:
        return tuple({job_id for job_id, _ in self.samples})
