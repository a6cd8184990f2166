"""A check of samples that a test steers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.sample import Purpose, SampleFacts
from voiceclone_gui.core.sample_check import Light, SampleMeasures, judge
from voiceclone_gui.core.span import Span

QUICK_PART, SURE_PART = Span(start_s=1.0, end_s=14.0), Span(start_s=2.0, end_s=15.0)
CLIP_PART = Span(start_s=3.0, end_s=9.0)


@dataclass(frozen=True)
class FakeFeatures:
    """As much as is known of a recording."""

    is_sure: bool


@dataclass
class FakeChecks:
    """Knows the best part at once, and a better one when ``gate`` is open, but for the first ``fails`` times."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    analysed: list[Path] = field(default_factory=list)
    mixes: list[tuple[int, ...] | None] = field(default_factory=list)
    has_best: bool = True
    fails: int = 0
    lost: dict[Path, str] = field(default_factory=dict)

    async def at_once(self, waveform: object) -> FakeFeatures:
        return FakeFeatures(is_sure=False)

    async def analyse(self, path: Path, *, mix: tuple[int, ...] | None = None) -> FakeFeatures | None:
        self.analysed.append(path)
        self.mixes.append(mix)
        await self.gate.wait()
        if self.fails:
            self.fails -= 1
            return None
        return FakeFeatures(is_sure=True)

    async def on_disk(self, facts: SampleFacts, purpose: Purpose) -> Problem | None:
        code = self.lost.get(facts.path)
        return Problem(field=purpose.field, code=code, values={"name": facts.path.name}) if code else None

    async def detail(self, path: Path, span: Span) -> None:
        return None

    def lights(self, features: FakeFeatures, span: Span | None, *, purpose: Purpose) -> tuple[Light, ...]:
        seconds = span.duration_s if span is not None else 24.7
        share = 0.9 if features.is_sure else 0.5
        return judge(
            SampleMeasures(duration_s=seconds, recording_s=24.7, speech_share=share), purpose=purpose
        )

    def best_part(self, features: FakeFeatures) -> Span | None:
        if not self.has_best:
            return None
        return SURE_PART if features.is_sure else QUICK_PART

    def best_clip(self, features: FakeFeatures) -> Span | None:
        return CLIP_PART if self.has_best else None
