"""Any order of clones, faults, kills, restarts and answers of the user: the journal always tells the truth."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import sqlite3
import tempfile
from collections.abc import Awaitable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.fakes.clone_bench import QuickWorker
from tests.fakes.outgoing import outgoing_samples
from tests.fakes.practice_jobs import MovableClock, wav_bytes
from tests.fakes.remembering_service import Fate, Guillotine, Killed, Mortal, RememberingService
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.errors import VoiceCloneError
from voiceclone_gui.core.job import CloneJob, JobState, LogEntry
from voiceclone_gui.core.request import CloneFields, RightsStatement
from voiceclone_gui.core.sample import Purpose, SampleChoice
from voiceclone_gui.core.voice import VoiceState
from voiceclone_gui.services.clone_voice import CloneOrder, CloneVoice
from voiceclone_gui.services.open_jobs import OpenJobs, OpenKind
from voiceclone_gui.storage.job_inputs import JobFolders
from voiceclone_gui.storage.library import Library

T = TypeVar("T")
CATALOG = load_catalog()
UPLOAD_STANDS_S = 24 * 3600
ASK_AGAIN_AFTER_S = 300
# Which state may follow which, as the architecture draws it.
FOLLOWS = {
    "": {"uploading", "not-made"},
    "uploading": {"uploaded", "not-made"},
    "uploaded": {"uploading-clip", "cloning", "not-made"},
    "uploading-clip": {"clip-uploaded", "not-made"},
    "clip-uploaded": {"cloning", "not-made"},
    "cloning": {"cloned", "not-made", "unknown", "uploading"},
    "unknown": {"unknown", "cloning", "cloned", "not-made"},
    "cloned": {"preview-saved"},
    "not-made": set(),
    "preview-saved": set(),
}
FATES = st.lists(st.sampled_from(Fate), max_size=6)
# Steps of the process until it is killed; it has some forty in a job.
KILLS = st.none() | st.integers(min_value=0, max_value=45)


class Journal(RuleBasedStateMachine):
    """One user, one data folder, one service."""

    def __init__(self) -> None:
        super().__init__()
        memory = Path("/dev/shm")
        self.folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
        self.clock = MovableClock()
        self.service = RememberingService()
        self.guillotine = Guillotine()
        self.runner = asyncio.Runner()
        self.samples = [self._sample(f"{n}.wav", 12.0, level) for n, level in enumerate((100, 120))]
        self.clips = [self._sample(f"clip-{n}.wav", 5.0, level) for n, level in enumerate((90, 110))]
        self.originals = {path: path.read_bytes() for path in (*self.samples, *self.clips)}
        self.own_ids: set[str] = set()
        self.logs: dict[str, tuple[LogEntry, ...]] = {}
        self.standing: dict[tuple[str, Purpose], tuple[int, datetime]] = {}
        self.serial = 0
        self._open()

    # -- the world

    def _sample(self, name: str, seconds: float, level: int) -> Path:
        path = self.folder / name
        path.write_bytes(wav_bytes(seconds, level=level, rate_hz=50))
        return path

    def _open(self) -> None:
        path = self.folder / "library.sqlite3"
        self.library = Library(path=path, voices_folder=self.folder / "voices", clock=self.clock)
        self.inputs = JobFolders(folder=self.folder / "jobs")
        self._run(self.library.open())

    def _run(self, work: Awaitable[T]) -> T:
        async def go() -> T:
            return await work

        return self.runner.run(go())

    def teardown(self) -> None:
        self._run(self.library.aclose())
        self.runner.close()
        shutil.rmtree(self.folder)

    @property
    def jobs(self) -> tuple[CloneJob, ...]:
        return self._run(self.library.jobs())

    @property
    def unknown(self) -> list[CloneJob]:
        return [job for job in self.jobs if job.state is JobState.UNKNOWN and not job.is_set_aside]

    @property
    def open_jobs(self) -> OpenJobs:
        return OpenJobs(records=self.library, inputs=self.inputs, clock=self.clock)

    def _use_case(self) -> CloneVoice:
        def mortal(part: object) -> Any:
            return Mortal(part, guillotine=self.guillotine)

        async def sleep(seconds: float) -> None:
            assert 0 <= seconds <= 60

        return CloneVoice(
            service=mortal(self.service),
            samples=outgoing_samples(QuickWorker(), folder=self.folder),
            records=mortal(self.library),
            inputs=mortal(self.inputs),
            catalog=CATALOG,
            clock=self.clock,
            sleep=sleep,
        )

    def _click(self, work: Awaitable[object], *, fates: list[Fate], kill_after: int | None) -> None:
        """One click of the user: work that succeeds, fails, is cancelled, or ends with the process."""
        self.service.fates[:] = fates
        self.guillotine.left = kill_after
        calls, uploads = len(self.service.clone_calls), len(self.service.uploads)
        standing = dict(self.standing)
        died = False
        try:
            self._run(work)
        except (VoiceCloneError, asyncio.CancelledError):
            pass
        except Killed:
            died = True
        finally:
            self.guillotine.left = None
            self.service.fates.clear()
        sent = self.service.clone_calls[calls:]
        # One click asks at most once for what may be made; before that only what surely wasn't.
        assert [may_be_made for _, may_be_made in sent[:-1] if may_be_made] == []
        assert len({voice_id for voice_id, _ in sent}) <= 1
        self._check_uploads(self.service.uploads[uploads:], standing, is_anew=len(sent) > 1)
        if died:
            self.restart()

    def _check_uploads(
        self,
        uploads: list[tuple[str, Purpose]],
        standing: dict[tuple[str, Purpose], tuple[int, datetime]],
        *,
        is_anew: bool,
    ) -> None:
        """What the service has, as far as it is on record, isn't uploaded again."""
        for upload in uploads:
            if upload in standing and not is_anew:
                file_id, at = standing[upload]
                age_s = (self.clock() - at).total_seconds()
                assert file_id not in self.service.files or not 0 <= age_s < UPLOAD_STANDS_S
        for job in self.jobs[:1]:
            for sha256, purpose, file_id in (
                (job.recording_sha256, Purpose.VOICE_CLONE, job.file_id),
                (job.clip_sha256, Purpose.PROMPT_AUDIO, job.prompt_file_id),
            ):
                if file_id is not None and (sha256, purpose) in uploads:
                    self.standing[sha256, purpose] = (file_id, self.clock())

    # -- what the user does

    @rule(
        sample=st.integers(0, 1),
        clip=st.none() | st.integers(0, 1),
        has_text=st.booleans(),
        has_own_id=st.booleans(),
        is_taken=st.booleans(),
        fates=FATES,
        kill_after=KILLS,
    )
    def clone(
        self,
        sample: int,
        clip: int | None,
        has_text: bool,
        has_own_id: bool,
        is_taken: bool,
        fates: list[Fate],
        kill_after: int | None,
    ) -> None:
        self.serial += 1
        voice_id = f"voice-abc{self.serial:03d}"
        if has_own_id:
            self.own_ids.add(voice_id)
        elif is_taken:
            self.service.strangers.add(voice_id)
        fields = CloneFields(
            voice_id=voice_id,
            prompt_text="" if clip is None else "Words.",
            text="Good evening." if has_text else "",
            model="speech-2.8-hd" if has_text else "",
        )
        self._order(
            self.samples[sample], None if clip is None else self.clips[clip], fields, fates, kill_after
        )

    def _order(
        self,
        recording: Path,
        clip: Path | None,
        fields: CloneFields,
        fates: list[Fate],
        kill_after: int | None,
    ) -> None:
        order = CloneOrder(
            recording=SampleChoice(path=recording),
            prompt_clip=SampleChoice(path=clip) if clip else None,
            fields=fields,
            rights=RightsStatement(stated_at=self.clock()),
            profile_id="gateway",
            service="https://api.example",
            has_own_id=fields.voice_id in self.own_ids,
        )
        work = self._use_case().run(order, on_event=lambda _: None)
        self._click(work, fates=fates, kill_after=kill_after)

    @precondition(lambda self: self._refused())
    @rule(pick=st.integers(0), fates=FATES, kill_after=KILLS)
    def clone_again_from_what_was_kept(self, pick: int, fates: list[Fate], kill_after: int | None) -> None:
        refused = self._refused()
        found = self._run(self.open_jobs.find(refused[pick % len(refused)].job_id))
        assert found is not None
        assert found.recording is not None
        clip = found.clip.path if found.clip is not None else None
        fields = CloneFields(**found.job.request)  # type: ignore[arg-type]
        self._order(found.recording.path, clip, fields, fates, kill_after)

    def _refused(self) -> list[CloneJob]:
        """The newest job, where it certainly made nothing and the user didn't want that."""
        newest = self.jobs[:1]
        return [
            job
            for job in newest
            if job.state is JobState.NOT_MADE and job.error_code != "cancelled" and not job.is_set_aside
        ]

    @precondition(lambda self: self.unknown)
    @rule(pick=st.integers(0), fates=FATES, kill_after=KILLS)
    def ask_again(self, pick: int, fates: list[Fate], kill_after: int | None) -> None:
        job = self.unknown[pick % len(self.unknown)]
        assert job.sent_at is not None
        # Not before the first request can't be answered any more.
        self.clock.now = max(self.clock.now, job.sent_at)
        self.clock.move(seconds=ASK_AGAIN_AFTER_S)
        self.service.work_off()
        work = self._use_case().ask_again(job, on_event=lambda _: None)
        self._click(work, fates=fates, kill_after=kill_after)

    @precondition(lambda self: self.unknown)
    @rule(pick=st.integers(0))
    def say_what_became_of_it(self, pick: int) -> None:
        job = self.unknown[pick % len(self.unknown)]
        self.service.work_off()
        made = job.voice_id in self.service.voices
        self._run(self.open_jobs.take_word(job, made=made))

    @precondition(lambda self: self.unknown)
    @rule(pick=st.integers(0))
    def look_in_the_list(self, pick: int) -> None:
        job = self.unknown[pick % len(self.unknown)]
        listed = self._run(self.open_jobs.is_listed(job, self.service))
        assert listed == (job.voice_id in self.service.used)

    @precondition(lambda self: self.unknown)
    @rule(pick=st.integers(0))
    def set_aside(self, pick: int) -> None:
        self._run(self.open_jobs.set_aside(self.unknown[pick % len(self.unknown)]))

    @rule()
    def restart(self) -> None:
        for job_id in self._run(self.inputs.job_ids()):
            self._run(self.inputs.release(job_id))
        self._run(self.library.aclose())
        self._open()
        found = self._run(self.open_jobs.recover())
        jobs = self.jobs
        settled = {JobState.NOT_MADE, JobState.UNKNOWN, JobState.CLONED, JobState.PREVIEW_SAVED}
        assert {job.state for job in jobs} <= settled
        if self.unknown:
            assert found is not None
        if found is not None and found.kind is OpenKind.UNKNOWN:
            assert found.job.job_id in {job.job_id for job in self.unknown}
        with closing(sqlite3.connect(self.folder / "library.sqlite3")) as library:
            assert library.execute("PRAGMA integrity_check").fetchall() == [("ok",)]

    # -- what happens elsewhere

    @rule(hours=st.sampled_from([0.01, 1.0, 23.9, 24.1, 200.0, -2.0]))
    def time_passes(self, hours: float) -> None:
        self.clock.move(hours=hours)
        self.service.work_off()

    @rule()
    def service_forgets_files(self) -> None:
        self.service.forget_files()

    @precondition(lambda self: self.service.voices)
    @rule(pick=st.integers(0))
    def voice_is_used_elsewhere(self, pick: int) -> None:
        self.service.used.add(self.service.voices[pick % len(self.service.voices)])

    # -- what always holds

    @invariant()
    def voices_are_as_they_are_on_record(self) -> None:
        assert len(set(self.service.voices)) == len(self.service.voices)
        on_record = self._run(self.library.voices())
        known = {v.voice_id for v in on_record if v.state(self.clock()) is not VoiceState.UNKNOWN}
        assert known <= set(self.service.voices)
        assert set(self.service.voices) <= {v.voice_id for v in on_record}
        by_job = [v.job_id for v in on_record]
        assert len(set(by_job)) == len(by_job)

    @invariant()
    def what_an_open_job_sends_is_kept_byte_by_byte(self) -> None:
        for job in (*self.unknown, *self._refused()):
            for name, purpose in (
                (job.recording, Purpose.VOICE_CLONE),
                (job.prompt_clip, Purpose.PROMPT_AUDIO),
            ):
                kept = self._run(self.inputs.kept(job.job_id, purpose=purpose))
                assert (kept is not None) == bool(name)
                if kept is not None:
                    assert kept.path.read_bytes() == (self.folder / Path(name).name).read_bytes()

    @invariant()
    def logs_only_grow_and_states_follow_each_other(self) -> None:
        for job in self.jobs:
            log = self._run(self.library.job_log(job.job_id))
            before = self.logs.get(job.job_id, ())
            assert log[: len(before)] == before
            self.logs[job.job_id] = log
            states = ["", *(entry.code for entry in log if entry.code in FOLLOWS)]
            for old, new in itertools.pairwise(states):
                assert new in FOLLOWS[old]
            assert states[-1] == ("" if job.state is JobState.PREPARED else job.state.value)

    @invariant()
    def originals_are_untouched(self) -> None:
        assert {path: path.read_bytes() for path in (*self.samples, *self.clips)} == self.originals


TestJournal = Journal.TestCase
TestJournal.settings = settings(max_examples=max(25, settings().max_examples // 8), stateful_step_count=25)
