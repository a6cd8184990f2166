"""One case of the fault matrix: the fault, the next start, what the user does then, and how it all ends."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import pytest

from tests.fakes.clone_bench import CloneBench
from tests.fakes.fault_rows import (
    NOBODY_KNOWS,
    NOT_FETCHED,
    At,
    CancelInWait,
    Detour,
    How,
    Row,
    Stop,
    Verdict,
    all_rows,
)
from tests.fakes.forked_program import ForkedProgram
from tests.fakes.spoilt_line import SpoiltLine
from voiceclone_gui.core.errors import Action, PreviewUnavailable, VoiceCloneError, VoiceIdTaken
from voiceclone_gui.core.job import CloneJob, JobState
from voiceclone_gui.core.sample import Purpose, SampleChoice
from voiceclone_gui.core.synthesis import SynthesisState
from voiceclone_gui.core.voice import Voice, VoiceState
from voiceclone_gui.practice.faults import Break, Fault, Gate, Hold, Point, Step
from voiceclone_gui.services.clone_events import WaitingToRepeat
from voiceclone_gui.services.open_jobs import OpenJob, OpenKind
from voiceclone_gui.services.preview_events import PreviewWaits

# The contract's own limits: four tries in all, and no clone is sent anew before its answer can't come any more.
TRIES = 4
LEAST_READ_S = 180
LASTING = 9
IN_ANSWER_BYTES = 5
LATE_LIMIT_S = 10.0

STEPS = {
    At.UPLOAD: (Step.UPLOAD, "files/upload"),
    At.CLIP: (Step.PROMPT_UPLOAD, "files/upload"),
    At.CLONE: (Step.CLONE, "voice_clone"),
    At.PREVIEW: (Step.DEMO, "demo"),
    At.KEEP: (Step.SYNTHESIS, "t2a_v2"),
}


class Way(StrEnum):
    """How the user settles what nobody knows: by asking again, for an id that the program made up or one
    that was typed, or by their own word.
    """

    OWN_ID = "asks again, own id"
    TYPED_ID = "asks again, typed id"
    WORD = "says it"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A kind of fault at a step. ``lasts``: it doesn't go away by itself. ``is_long``: only the long run
    needs it.
    """

    at: At
    row: Row
    lasts: bool = False
    way: Way = Way.OWN_ID
    is_long: bool = False

    @property
    def verdict(self) -> Verdict:
        return self.row.verdicts[self.at]

    @property
    def name(self) -> str:
        ends = (" lasting" if self.lasts else "") + (f", {self.way.value}" if self.is_settled_by_hand else "")
        return f"{self.at.value}: {self.row.name}{ends}"

    @property
    def is_settled_by_hand(self) -> bool:
        return self.at is At.CLONE and self.verdict is Verdict.UNKNOWN

    @property
    def stop(self) -> Stop | None:
        return next((t for t in self.row.troubles if isinstance(t, Stop)), None)

    @property
    def comes_through(self) -> bool:
        """Whether the step succeeds in the end without the user."""
        passes = {Verdict.AGAIN, Verdict.ANEW}
        return self.verdict is Verdict.FINE or (self.verdict in passes and not self.lasts)

    @property
    def calls(self) -> int:
        """How often the call of the step is made until the program stops by itself."""
        if self.row.in_clone_answer:
            return 0
        if self.verdict is Verdict.AGAIN:
            return TRIES if self.lasts else 2
        return 2 if self.verdict is Verdict.ANEW else 1


_TURNS = {At.CLIP: 0, At.PREVIEW: 1}


def all_cases() -> Iterator[Case]:
    """Every fault at every step that it can happen at.

    What differs from its neighbours only in how it is settled, or in that it lasts, takes turns: each row has
    one such case that isn't long. So do the many codes at steps that treat them all alike.
    """
    for number, row in enumerate(all_rows()):
        lasting = [at for at, verdict in row.verdicts.items() if verdict in {Verdict.AGAIN, Verdict.ANEW}]
        for at, verdict in row.verdicts.items():
            takes_turns = row.name.isdigit() and number % 3 != _TURNS.get(at, number % 3)
            ways = tuple(Way) if at is At.CLONE and verdict is Verdict.UNKNOWN else (Way.OWN_ID,)
            for turn, way in enumerate(ways):
                yield Case(at=at, row=row, way=way, is_long=takes_turns or turn != number % len(ways))
            if at in lasting:
                yield Case(at=at, row=row, lasts=True, is_long=at != lasting[number % len(lasting)])


@dataclass
class ServiceBooks:
    """What the practice service has in its own books, read beside it."""

    state_dir: Path

    def voices(self, start: str) -> list[str]:
        """The voices whose ids begin so, deleted ones too."""
        return [r[0] for r in self._read("SELECT voice_id FROM voices WHERE voice_id GLOB ?", f"{start}*")]

    def bills(self, voice_id: str, kind: str) -> int:
        """How often a ``preview`` or a ``synthesis`` of the voice was billed."""
        sql = "SELECT count(*) FROM bills WHERE voice_id = ? AND kind = ?"
        return int(self._read(sql, voice_id, kind)[0][0])

    def _read(self, sql: str, *values: str) -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(self.state_dir / "practice.sqlite3")) as books:
            return books.execute(sql, values).fetchall()


def has_title(pattern: str, title: str) -> bool:
    """Whether ``title`` is the sentence; ``…`` in it stands for anything."""
    return re.fullmatch(".+".join(map(re.escape, pattern.split("…"))), title) is not None


@dataclass
class CaseRun:
    """Plays one case; ``line_of_table`` tells it in one line, once it is over."""

    case: Case
    bench: CloneBench
    books: ServiceBooks
    line: SpoiltLine
    program: ForkedProgram
    start: str
    asked_for: list[str] = field(default_factory=list)
    told: str = ""
    state: str = ""
    repeats: int = 0
    action: Action | None = None
    kept: Voice | None = None
    _gate: Gate = field(default_factory=Gate)

    @property
    def voice_id(self) -> str:
        """The voice that is asked for first."""
        return f"{self.start}-first-1"

    async def play(self) -> None:
        """From the fault to the end."""
        if self.case.at is At.KEEP:
            await self._play_keeping()
        else:
            await self._play_clone()
        await self._check_end()

    @property
    def line_of_table(self) -> str:
        voices = len(self.books.voices(self.start))
        action = self.action.value if self.action else "-"
        return f"{self.case.name:<56}  {self.state:<13}  {voices}  {self.repeats}  {self.told or '-'}  [{action}]"

    # -- cloning

    async def _play_clone(self) -> None:
        error = await self._spoilt(
            lambda: self.bench.run(voice_id=self.voice_id, has_own_id=self._has_own_id)
        )
        job = await self.bench.job()
        self.state = job.state.value
        assert job.state is self._expected_state
        self._check_error(error)
        await self._check_what_exists(job)
        await self.bench.start_again()
        found = await self.bench.open_jobs.recover()
        await self._check_found(found, job)
        await self._go_on(found)

    @property
    def _has_own_id(self) -> bool:
        return self.case.way is Way.OWN_ID

    @property
    def _is_killed(self) -> bool:
        return self.case.stop is not None and self.case.stop.how is How.KILL

    @property
    def _expected_state(self) -> JobState:
        case = self.case
        if self._is_killed:
            # Nothing was written after it: what it was doing stands there.
            return {
                At.UPLOAD: JobState.UPLOADING,
                At.CLIP: JobState.UPLOADING_CLIP,
                At.CLONE: JobState.CLONING,
                At.PREVIEW: JobState.CLONED,
            }[case.at]
        if case.comes_through:
            return JobState.PREVIEW_SAVED
        if case.at is At.PREVIEW:
            return JobState.CLONED
        return JobState.UNKNOWN if case.verdict is Verdict.UNKNOWN else JobState.NOT_MADE

    @property
    def _is_made(self) -> bool:
        """Whether the voice exists by now."""
        if self.case.comes_through or self.case.at is At.PREVIEW:
            return True
        return self.case.at is At.CLONE and self.case.verdict is Verdict.UNKNOWN and self.case.row.worked

    async def _check_what_exists(self, job: CloneJob) -> None:
        """Voices and bills at the service, and what is on record, before anybody does anything about it."""
        if self._is_made:
            self.asked_for = [self.voice_id]
        await self._wait_for_books(lambda: self.books.voices(self.start), self.asked_for)
        voices = await self.bench.library.voices()
        assert len(voices) == (0 if job.state in _NO_VOICE else 1)
        knows = job.state in {JobState.CLONED, JobState.PREVIEW_SAVED}
        assert [v.state(self.bench.now()) for v in voices if knows] == [VoiceState.NEW] * knows
        uploads = self.line.calls["files/upload"]
        if self.case.at is At.UPLOAD and not self.case.comes_through:
            assert (job.file_id, uploads) == (None, self.case.calls)
        elif self.case.at is At.CLIP and not self.case.comes_through:
            assert job.file_id is not None
            assert uploads == 1 + self.case.calls
        else:
            assert job.file_id is not None
            assert job.prompt_file_id is not None

    async def _check_found(self, found: OpenJob | None, job: CloneJob) -> None:
        case = self.case
        if case.comes_through or case.verdict is Verdict.CANCELLED:
            assert found is None
            return
        assert found is not None
        assert found.job.job_id == job.job_id
        if case.at is At.PREVIEW:
            assert found.kind is OpenKind.NO_PREVIEW
            return
        refused = OpenKind.INTERRUPTED if self._is_killed else OpenKind.FAILED
        assert found.kind is (OpenKind.UNKNOWN if case.verdict is Verdict.UNKNOWN else refused)
        # What was sent is kept byte by byte, and so is what was asked for.
        assert found.recording is not None
        assert found.clip is not None
        assert found.recording.path.read_bytes() == self.bench.recording().read_bytes()
        assert found.clip.path.read_bytes() == self.bench.clip().read_bytes()
        assert found.job.request["voice_id"] == self.voice_id
        assert (found.job.file_id, found.job.prompt_file_id) == (job.file_id, job.prompt_file_id)

    # -- what the user does then

    async def _go_on(self, found: OpenJob | None) -> None:
        self.line.clear()
        if found is None:
            if self.case.verdict is Verdict.CANCELLED:
                await self._clone_again(self.bench.recording(), self.bench.clip())
            return
        if found.kind is OpenKind.NO_PREVIEW:
            await self._fetch_preview(found)
            return
        if found.kind is OpenKind.UNKNOWN:
            await self._settle(found)
            return
        assert found.recording is not None
        assert found.clip is not None
        await self._clone_again(found.recording.path, found.clip.path)

    async def _fetch_preview(self, found: OpenJob) -> None:
        """Once more by its link, where there is one that can lead anywhere: it costs nothing."""
        assert found.voice is not None
        if self.case.row.in_clone_answer:
            with pytest.raises(PreviewUnavailable):
                await self.bench.fetch(found.voice)
            assert self.line.calls["demo"] == 0
            return
        heard = await self.bench.fetch(found.voice)
        assert Path(heard.preview_file).read_bytes().startswith(b"ID3")
        assert await self.bench.state() is JobState.PREVIEW_SAVED

    async def _clone_again(self, recording: Path, clip: Path) -> None:
        is_taken = self.case.row.name == "2039"
        voice_id = f"{self.start}-fresh-2" if is_taken else self.voice_id
        await self.bench.run(
            voice_id=voice_id,
            recording=SampleChoice(path=recording),
            prompt_clip=SampleChoice(path=clip),
        )
        self.asked_for = [voice_id]
        # What the service has is not sent again.
        expected = {At.UPLOAD: 2, At.CLIP: 1}.get(self.case.at, 0)
        assert self.line.calls["files/upload"] == expected
        assert self.line.calls["voice_clone"] == 1

    async def _settle(self, found: OpenJob) -> None:
        """What nobody knows: not listed says nothing; then in the way of the case."""
        assert found.can_be_asked_from is not None
        assert found.job.sent_at is not None
        waits = found.can_be_asked_from - found.job.sent_at
        assert waits >= timedelta(seconds=LEAST_READ_S)
        assert not await self.bench.open_jobs.is_listed(found.job, self.bench.client)
        assert await self.bench.state() is JobState.UNKNOWN
        self.bench.later += waits
        made = self.case.row.worked
        self.asked_for = [self.voice_id]
        if self.case.way is Way.WORD:
            await self.bench.open_jobs.take_word(found.job, made=made)
            assert await self.bench.state() is (JobState.CLONED if made else JobState.NOT_MADE)
            if not made:
                await self._clone_again(self.bench.recording(), self.bench.clip())
            return
        if made and self.case.way is Way.TYPED_ID:
            with contextlib.suppress(VoiceIdTaken):
                await self.bench.ask_again(found.job)
                raise AssertionError("it can be somebody else's")
            assert await self.bench.state() is JobState.UNKNOWN
            await self.bench.open_jobs.take_word(await self.bench.job(), made=True)
        else:
            await self.bench.ask_again(found.job)
        assert self.line.calls["files/upload"] == 0
        assert self.line.calls["voice_clone"] == 1

    # -- keeping

    async def _play_keeping(self) -> None:
        await self.bench.run(voice_id=self.voice_id)
        self.asked_for = [self.voice_id]
        error = await self._spoilt(self._speak)
        self._check_error(error)
        case = self.case
        billed = int(case.comes_through or (case.verdict is Verdict.UNKNOWN and case.row.worked))
        (synthesis,) = await self.bench.library.syntheses()
        self.state = synthesis.state.value
        assert synthesis.state is self._expected_synthesis
        await self._wait_for_books(lambda: self.books.bills(self.voice_id, "synthesis"), billed)
        await self.bench.start_again()
        assert await self.bench.open_jobs.recover() is None
        (voice,) = await self.bench.library.voices()
        # Where nobody knows, it counts as not kept: the safe side.
        assert (voice.kept_at is not None) == case.comes_through
        assert (voice.gone_at is not None) == (case.row.name == "2054")
        # The service's list tells whether it was done; only else is it asked for again, by the user.
        listed = {voice.voice_id for voice in await self.bench.client.get_voices()}
        assert (self.voice_id in listed) == bool(billed)
        if not billed:
            self.kept = await self._speak()
        elif case.comes_through:
            self.kept = voice
        assert self.books.bills(self.voice_id, "synthesis") == 1

    @property
    def _expected_synthesis(self) -> SynthesisState:
        if self._is_killed:
            return SynthesisState.SENDING
        if self.case.comes_through:
            return SynthesisState.DONE
        unknown = self.case.verdict is Verdict.UNKNOWN
        return SynthesisState.UNKNOWN if unknown else SynthesisState.NOT_MADE

    async def _speak(self) -> Voice:
        (voice,) = await self.bench.library.voices()
        return await self.bench.keep(voice)

    # -- the fault

    async def _spoilt(self, work: Callable[[], Awaitable[object]]) -> VoiceCloneError | None:
        """Do ``work`` with the fault in its way; gives the error that it ended with."""
        case = self.case
        step, endpoint = STEPS[case.at]
        step = Step.CLONE if case.row.in_clone_answer else step
        times = LASTING if case.lasts else 1
        faults = tuple(self._faults())
        if faults:
            self.bench.server.faults.add(step, *faults, times=times)
        detour = next((t for t in case.row.troubles if isinstance(t, Detour)), None)
        stalls = case.stop is not None and case.stop.how is How.TIME_OUT
        if detour or stalls:
            passes = 1 if case.at is At.CLIP else 0
            where = detour.where if detour else ""
            self.line.spoil(endpoint, times=times, passes=passes, where=where, impatient=stalls)
        before = self.line.calls[endpoint]
        self.bench.waited_s.clear()
        try:
            error = await self._attempt(work)
        finally:
            self._gate.open()
            left = self.bench.server.faults.left()
            self.bench.server.faults.clear()
            self.line.spoil("", times=0)
        assert left == (LASTING - case.calls if case.lasts and faults else 0)
        if not self._is_killed:
            calls = self.line.calls[endpoint] - before
            others = {At.UPLOAD: 1 if case.comes_through else 0, At.CLIP: 1}.get(case.at, 0)
            assert calls == case.calls + others
            self.repeats = max(case.calls - 1, 0)
            self._check_waits()
        return error

    def _faults(self) -> Iterator[Fault]:
        for trouble in self.case.row.troubles:
            if isinstance(trouble, Stop):
                after_bytes = IN_ANSWER_BYTES if trouble.at is Point.IN_ANSWER else 0
                yield Hold(gate=self._gate, at=trouble.at, after_bytes=after_bytes)
                if not trouble.goes_on:
                    yield Break(at=trouble.at, after_bytes=after_bytes)
            elif not isinstance(trouble, Detour | CancelInWait):
                yield trouble

    async def _attempt(self, work: Callable[[], Awaitable[object]]) -> VoiceCloneError | None:
        stop = self.case.stop
        if self._is_killed:
            await self._kill_at_the_gate()
            return None
        running = asyncio.ensure_future(work())
        if any(isinstance(trouble, CancelInWait) for trouble in self.case.row.troubles):
            self.bench.on_sleep = running.cancel
        if stop is not None and stop.how is How.CANCEL:
            assert await asyncio.to_thread(self._gate.wait_reached)
            running.cancel()
        try:
            result = await running
        except asyncio.CancelledError:
            assert self.case.row.name.startswith("cancel")
            return None
        except VoiceCloneError as error:
            return error
        finally:
            self.bench.on_sleep = lambda: None
        lost = getattr(result, "preview_error", None)
        assert lost is None or isinstance(lost, VoiceCloneError)
        return lost

    async def _kill_at_the_gate(self) -> None:
        self.bench.recording()
        self.bench.clip()
        number = self.program.start(
            folder=str(self.bench.folder),
            base_url=self.bench.server.base_url,
            token=self.bench.server.token,
            voice_id=self.voice_id,
            has_own_id=self._has_own_id,
            speaks=self.case.at is At.KEEP,
        )
        try:
            assert await asyncio.to_thread(self._gate.wait_reached)
        finally:
            await asyncio.to_thread(self.program.kill, number)
        # It has called as often as it would have from here.
        endpoint = STEPS[self.case.at][1]
        self.line.calls["files/upload"] += 1 if self.case.at is At.UPLOAD else 2
        if endpoint != "files/upload":
            self.line.calls[endpoint] += 1

    # -- checks

    def _check_error(self, error: VoiceCloneError | None) -> None:
        """The right sentence, and the right thing to do: of the error, and of each wait on the way."""
        case = self.case
        events = (*self.bench.events, *self.bench.preview_events)
        seen = [event.error for event in events if isinstance(event, WaitingToRepeat | PreviewWaits)]
        for waited_for in seen:
            if case.at is At.PREVIEW:
                assert has_title(case.row.preview_title, NOT_FETCHED + waited_for.title)
            else:
                assert has_title(case.row.title, waited_for.title)
        if case.comes_through:
            assert error is None
            self.told = seen[-1].title if seen else ""
            return
        if case.row.name.startswith((How.CANCEL, How.KILL)):
            assert error is None
            return
        assert error is not None
        title, action = case.row.title, case.row.action
        if case.at is At.PREVIEW:
            # What can be done about it, the notice of the voice offers.
            title, action = case.row.preview_title, None
        elif case.at is At.KEEP and case.verdict is Verdict.UNKNOWN:
            title, action = NOBODY_KNOWS + title, None
        assert has_title(title, error.title)
        assert error.action is action
        assert error.cure
        assert not re.search(r"[{}<>]|Traceback|sk-practice", f"{error}")
        self.told, self.action = error.title, error.action

    def _check_waits(self) -> None:
        case = self.case
        waits_s = self.bench.waited_s
        if case.verdict is Verdict.AGAIN:
            assert len(waits_s) == case.calls - 1
            if case.row.wait_s is not None:
                assert set(waits_s) == {case.row.wait_s}
        assert all(0 <= wait_s <= 60 for wait_s in waits_s)

    async def _wait_for_books(self, read: Callable[[], object], expected: object) -> None:
        """The service may still be working on what nobody waits for any more."""
        for _ in range(round(LATE_LIMIT_S / 0.01)):
            if read() == expected:
                return
            await asyncio.sleep(0.01)
        assert read() == expected

    async def _check_end(self) -> None:
        """Exactly what was asked for exists, was paid once, and is on record; nothing is left lying."""
        bench = self.bench
        await bench.start_again()
        found = await bench.open_jobs.recover()
        # Only the preview of a voice that is made may still be wanted.
        assert found is None or found.kind is OpenKind.NO_PREVIEW
        assert self.books.voices(self.start) == self.asked_for
        assert [self.books.bills(voice_id, "preview") for voice_id in self.asked_for] == [1]
        voices = await bench.library.voices()
        assert [voice.voice_id for voice in voices] == self.asked_for
        state = VoiceState.KEPT if self.kept is not None else VoiceState.NEW
        assert [voice.state(bench.now()) for voice in voices] == [state]
        for job_id in await bench.inputs.job_ids():
            assert await bench.inputs.kept(job_id, purpose=Purpose.VOICE_CLONE) is None
        with closing(sqlite3.connect(bench.folder / "library.sqlite3")) as library:
            assert library.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


_NO_VOICE = {
    JobState.NOT_MADE,
    JobState.UPLOADING,
    JobState.UPLOADING_CLIP,
}
