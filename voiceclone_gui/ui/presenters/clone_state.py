"""The state of the Clone page: one frozen value, replaced as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from voiceclone_gui.core.cost import CostEstimate
from voiceclone_gui.core.errors import VoiceCloneError
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.outgoing import OutgoingPlan, plan_outgoing
from voiceclone_gui.core.problems import Problem, refusals
from voiceclone_gui.core.request import CloneFields
from voiceclone_gui.core.sample import ChannelChoice, SampleChoice, SampleFacts
from voiceclone_gui.core.span import Span
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.services.clone_events import CloneStep
from voiceclone_gui.ui.messages import Message

if TYPE_CHECKING:
    from voiceclone_gui.audio.features import SoundFeatures
    from voiceclone_gui.audio.waveform import Waveform
    from voiceclone_gui.core.sample_check import Light
    from voiceclone_gui.services.open_jobs import OpenJob


@dataclass(frozen=True, kw_only=True)
class SampleState:
    """A recording or an example clip on the page; without ``facts`` it is still being examined.

    ``span`` is the selected part, ``None`` for all of it; ``problems`` and ``lights`` are those of that part.
    ``on_disk`` is why the file isn't there any more as it was examined, ``None`` where it is.
    ``is_refined``: the lights come from more than the energy of the sound.
    """

    path: Path
    facts: SampleFacts | None = None
    waveform: Waveform | None = None
    span: Span | None = None
    channels: ChannelChoice = ChannelChoice.AUTO
    on_disk: Problem | None = None
    problems: tuple[Problem, ...] = ()
    lights: tuple[Light, ...] = ()
    features: SoundFeatures | None = None
    is_refined: bool = False

    @property
    def choice(self) -> SampleChoice:
        """What of the file is to be sent."""
        stamp = self.facts.stamp if self.facts is not None else None
        return SampleChoice(path=self.path, span=self.span, channels=self.channels, stamp=stamp)

    @property
    def plan(self) -> OutgoingPlan | None:
        """What is done to send it, ``None`` while it is being examined."""
        return plan_outgoing(self.facts, self.choice) if self.facts is not None else None

    @property
    def selected(self) -> Span | None:
        """The selected part with both its ends, ``None`` while it is being examined."""
        if self.facts is None:
            return None
        whole = Span(start_s=0.0, end_s=self.facts.duration_s)
        return whole if self.span is None else self.span

    def bare(self) -> SampleState:
        """What the user has put there, without what was found out about it."""
        return replace(self, on_disk=None, problems=(), lights=(), features=None, is_refined=False)

    @property
    def is_ready(self) -> bool:
        """Whether it is examined and nothing forbids sending it."""
        return self.facts is not None and not refusals(self.problems)


@dataclass(frozen=True, kw_only=True)
class RunState:
    """A clone on its way. Bytes are those of the current step, 0 in all where unknown.

    It waits to repeat a call until ``waits_until_s`` of the monotonic clock, or ``skip`` is called.
    ``in_doubt``: an earlier attempt may have made the voice. ``made`` is the voice once it exists.
    """

    steps: tuple[CloneStep, ...]
    step: CloneStep
    done_bytes: int = 0
    total_bytes: int = 0
    bytes_per_s: float = 0.0
    started_s: float = 0.0
    step_started_s: float = 0.0
    is_sent: bool = False
    is_stopping: bool = False
    waits_until_s: float | None = None
    wait_reason: str = ""
    skip: Callable[[], None] | None = field(default=None, compare=False)
    in_doubt: bool = False
    made: Voice | None = None
    note: str = ""
    job_id: str = ""

    @property
    def share(self) -> float | None:
        """How far the current step is (0-1), ``None`` where that can't be told."""
        return self.done_bytes / self.total_bytes if self.total_bytes else None


@dataclass(frozen=True, kw_only=True)
class ResultState:
    """A made voice: its preview, or why there is none, and the recording it was made from."""

    voice: Voice
    recording: Path
    preview: Path | None
    is_stand_in: bool
    preview_error: VoiceCloneError | None = None


@dataclass(frozen=True, kw_only=True)
class OpenJobState:
    """A job that isn't over, as the page shows it. ``note`` is what the last try to settle it has shown."""

    found: OpenJob
    note: str = ""
    is_busy: bool = False

    @property
    def is_unknown(self) -> bool:
        """Whether nobody knows if the voice was made."""
        return self.found.kind == "unknown"


@dataclass(frozen=True, kw_only=True)
class CloneState:
    """Everything that the Clone page shows. ``problems`` are those of fields and service."""

    fields: CloneFields
    cost: CostEstimate
    recording: SampleState | None = None
    clip: SampleState | None = None
    has_rights: bool = False
    problems: tuple[Problem, ...] = ()
    run: RunState | None = None
    result: ResultState | None = None
    message: Message | None = None
    open_job: OpenJobState | None = None

    @property
    def is_running(self) -> bool:
        """Whether a clone is on its way; the fields stay readable, and as they are."""
        return self.run is not None

    @property
    def lost_voice(self) -> Voice | None:
        """The voice that was just made, where its preview was lost."""
        result = self.result
        return result.voice if result is not None and result.preview_error is not None else None

    def problems_of(self, *fields: Field) -> tuple[Problem, ...]:
        """The problems that stand beside these fields."""
        return tuple(p for p in self.problems if p.field in fields)

    @property
    def obstacle(self) -> Problem | None:
        """The first thing that forbids cloning now, ``None`` where nothing does."""
        if self.open_job is not None and self.open_job.is_unknown:
            values = {"voice_id": self.open_job.found.job.voice_id}
            return Problem(field=Field.VOICE_ID, code="job-unknown", values=values)
        if self.recording is None:
            return Problem(field=Field.RECORDING, code="recording-missing")
        for sample in (self.recording, self.clip):
            if sample is not None and sample.facts is None and not sample.problems:
                return Problem(field=Field.RECORDING, code="sample-examining")
        samples = (*self.recording.problems, *(self.clip.problems if self.clip else ()))
        for problem in refusals((*samples, *self.problems)):
            return problem
        return None if self.has_rights else Problem(field=Field.RIGHTS, code="rights-missing")
