"""The real program, killed at a moment that a seed decides; then the next start, and what the user does then."""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import psutil

from tests.fakes.clone_bench import FIELDS, CloneBench
from tests.fakes.fault_case import ServiceBooks
from voiceclone_gui.core.errors import PreviewUnavailable, VoiceIdTaken
from voiceclone_gui.core.job import JobState
from voiceclone_gui.core.sample import Purpose, SampleChoice
from voiceclone_gui.core.voice import VoiceState
from voiceclone_gui.practice.faults import FaultScript, Gate, Hold, Point, Step
from voiceclone_gui.services.open_jobs import OpenJob, OpenKind

START_LIMIT_S = 60.0
GONE_LIMIT_S = 20.0
# What a bench's clip holds at least: what is aimed at behind its end never comes.
_CLIP_BYTES = 40_000
_CALLS = (Step.UPLOAD, Step.PROMPT_UPLOAD, Step.CLONE, Step.DEMO)
_TICK_S = 0.001
_ANSWER_BYTES = 300


class Aim(StrEnum):
    """How the moment of a kill is found."""

    AT_A_POINT = "at a point"
    """While a request stands still at a point of the service: exactly between two steps."""
    AFTER_A_POINT = "after a point"
    """A random time after a request has passed there."""
    BY_TIME = "by time"
    """A random time of the job's whole length, and a little beyond."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When to kill. ``share`` is of the time that is left from where the aim begins."""

    seed: int
    aim: Aim
    step: Step
    point: Point
    after_bytes: int
    share: float

    @classmethod
    def of(cls, seed: int, *, upload_bytes: int = 0, by_time: bool = False) -> Moment:
        """The moment that the seed decides; the aims take turns."""
        dice = random.Random(seed)
        aim = Aim.BY_TIME if by_time else tuple(Aim)[seed % len(Aim)]
        step = dice.choice(_CALLS)
        point = dice.choice([p for p in Point if step is not Step.DEMO or p is not Point.IN_BODY])
        bodies = {Step.UPLOAD: upload_bytes, Step.PROMPT_UPLOAD: min(upload_bytes, _CLIP_BYTES)}
        limit = bodies.get(step, _ANSWER_BYTES // 2)
        reaches = {Point.IN_BODY: max(limit, 1), Point.IN_ANSWER: 40}.get(point, 0)
        after_bytes = dice.randrange(reaches) if reaches else 0
        return cls(seed=seed, aim=aim, step=step, point=point, after_bytes=after_bytes, share=dice.random())


@dataclass(frozen=True, kw_only=True)
class Killing:
    """Runs the program's ``clone`` in ``folder`` and kills it; ``job_s`` is how long a job takes at most."""

    folder: Path
    arguments: tuple[str, ...]
    token: str
    job_s: float

    @property
    def data_dir(self) -> Path:
        """The program's data."""
        return self.folder / "data"

    def kill_at(self, moment: Moment, *, faults: FaultScript | None) -> None:
        """Start it, kill it at the moment, and see it and all its processes gone."""
        with self._running() as program:
            if faults is not None and moment.aim is not Aim.BY_TIME:
                gate = Gate()
                faults.add(moment.step, Hold(gate=gate, at=moment.point, after_bytes=moment.after_bytes))
                try:
                    assert gate.wait_reached(timeout_s=START_LIMIT_S), self._said()
                    if moment.aim is Aim.AFTER_A_POINT:
                        gate.open()
                        _pass_time(moment.share * self.job_s / 3, program)
                    _end(program)
                finally:
                    gate.open()
                    faults.clear()
            else:
                self._wait_for_job(program)
                _pass_time(moment.share * self.job_s * 1.1, program)
                _end(program)

    def measure(self) -> float:
        """How long the job takes when nobody disturbs it, in seconds: from its beginning until it is over."""
        with self._running() as program:
            self._wait_for_job(program)
            began = time.monotonic()
            while self._has_job():
                assert program.poll() in {None, 0}, self._said()
                time.sleep(_TICK_S)
            took_s = time.monotonic() - began
            assert program.wait(START_LIMIT_S) == 0, self._said()
        return took_s

    @contextlib.contextmanager
    def _running(self) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "voiceclone_gui", "--data-dir", str(self.data_dir), "clone"]
        with (
            (self.folder / "said.txt").open("wb") as said,
            subprocess.Popen(
                [*command, *self.arguments],
                env={**os.environ, "VOICECLONE_TOKEN": self.token},
                stdout=said,
                stderr=said,
            ) as program,
        ):
            try:
                yield program
            finally:
                program.kill()

    def _has_job(self) -> bool:
        jobs = self.data_dir / "jobs"
        return jobs.is_dir() and any(jobs.iterdir())

    def _said(self) -> str:
        return (self.folder / "said.txt").read_text(encoding="utf-8", errors="replace")

    def _wait_for_job(self, program: subprocess.Popen[bytes]) -> None:
        """Until something is kept for the job, so that it has begun."""
        give_up_s = time.monotonic() + START_LIMIT_S
        while not self._has_job():
            assert time.monotonic() < give_up_s
            assert program.poll() is None, self._said()
            time.sleep(_TICK_S)


def _pass_time(seconds: float, program: subprocess.Popen[bytes]) -> None:
    ends_s = time.monotonic() + seconds
    while time.monotonic() < ends_s and program.poll() is None:
        time.sleep(_TICK_S)


def _end(program: subprocess.Popen[bytes]) -> None:
    children = []
    with contextlib.suppress(psutil.NoSuchProcess):
        children = psutil.Process(program.pid).children(recursive=True)
    program.kill()
    program.wait(GONE_LIMIT_S)
    give_up_s = time.monotonic() + GONE_LIMIT_S
    while any(_is_alive(child) for child in children):
        assert time.monotonic() < give_up_s, "the program's own processes outlive it"
        time.sleep(_TICK_S)


def _is_alive(process: psutil.Process) -> bool:
    # Who has ended and is only waited for by the system's first process is no longer at work.
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@dataclass(frozen=True, kw_only=True)
class AfterTheKill:
    """The next start on what the killed program left, and the user who finishes what was begun."""

    bench: CloneBench
    books: ServiceBooks
    voice_id: str
    profile_id: str
    service: str

    async def finish(self) -> str:
        """See that nothing is lost or damaged, finish, and see that nothing is made twice.

        Gives how the job was found.
        """
        bench = self.bench
        check_sound(bench.folder / "library.sqlite3")
        jobs = await bench.library.jobs()
        assert len(jobs) <= 1
        found = await bench.open_jobs.recover()
        kept = await self._go_on(found)
        await self._check_end(kept=kept)
        return found.kind.value if found else ("done" if jobs else "not begun")

    async def _go_on(self, found: OpenJob | None) -> bool:
        """Whether the voice had to be kept on the way."""
        bench = self.bench
        if found is None:
            if not await bench.library.voices():
                # It hadn't begun: the user begins.
                await self._clone(bench.recording(), bench.clip())
        elif found.kind is OpenKind.NO_PREVIEW:
            assert found.voice is not None
            try:
                voice = await bench.fetch(found.voice)
            except PreviewUnavailable:
                # The built-in service died with the program, and its links with it.
                assert self.profile_id == "practice"
                voice = await bench.keep(found.voice)
            assert Path(voice.preview_file).is_file()
            return voice.state(bench.now()) is VoiceState.KEPT
        else:
            assert found.recording is not None
            assert found.clip is not None
            assert found.recording.path.read_bytes() == bench.recording().read_bytes()
            assert found.clip.path.read_bytes() == bench.clip().read_bytes()
            if found.kind is OpenKind.INTERRUPTED:
                await self._clone(found.recording.path, found.clip.path)
                return False
            assert found.kind is OpenKind.UNKNOWN
            bench.later += timedelta(minutes=5)
            try:
                await bench.ask_again(found.job)
            except VoiceIdTaken:
                # The id was typed: only the user knows that nobody else has it.
                await bench.open_jobs.take_word(await bench.job(), made=True)
        return False

    async def _clone(self, recording: Path, clip: Path) -> None:
        await self.bench.run(
            voice_id=self.voice_id,
            recording=SampleChoice(path=recording),
            prompt_clip=SampleChoice(path=clip),
            profile_id=self.profile_id,
            service=self.service,
        )

    async def _check_end(self, *, kept: bool) -> None:
        bench = self.bench
        await bench.start_again()
        found = await bench.open_jobs.recover()
        assert found is None or found.kind is OpenKind.NO_PREVIEW
        assert self.books.voices(self.voice_id) == [self.voice_id]
        assert self.books.bills(self.voice_id, "preview") == 1
        voices = await bench.library.voices()
        state = VoiceState.KEPT if kept else VoiceState.NEW
        assert [(v.voice_id, v.state(bench.now())) for v in voices] == [(self.voice_id, state)]
        assert (await bench.job()).state in {JobState.PREVIEW_SAVED, JobState.CLONED}
        for job_id in await bench.inputs.job_ids():
            assert await bench.inputs.kept(job_id, purpose=Purpose.VOICE_CLONE) is None
        check_sound(bench.folder / "library.sqlite3")


def check_sound(path: Path) -> None:
    """The database isn't damaged."""
    with closing(sqlite3.connect(path)) as library:
        assert library.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def clone_arguments(bench_folder: Path, *, voice_id: str) -> tuple[str, ...]:
    """What the ``clone`` command is told, with recording and clip of a bench's folder."""
    return (
        str(bench_folder / "recording.wav"), "--prompt-audio", str(bench_folder / "clip.wav"),
        "--prompt-text", FIELDS.prompt_text, "--voice-id", voice_id,
        "--text", FIELDS.text, "--model", FIELDS.model,
    )  # fmt: skip
