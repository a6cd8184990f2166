"""The file that is sent: made once, the same for ears, disk and service."""

from __future__ import annotations

import asyncio
import struct
import wave
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from tests.fakes.practice_jobs import wav_bytes
from tests.fakes.recordings import record, tone
from voiceclone_gui.audio.decode import decode_mono
from voiceclone_gui.audio.worker import AudioWorker
from voiceclone_gui.core.errors import SampleChanged, StorageFailed
from voiceclone_gui.core.sample import ChannelChoice, Purpose, SampleChoice
from voiceclone_gui.core.span import Span
from voiceclone_gui.services.outgoing import OutgoingSamples, copy_sent
from voiceclone_gui.services.prepare_sample import SamplePreparation
from voiceclone_gui.storage.shelf import FileShelf

T = TypeVar("T")

PART = Span(start_s=2.0, end_s=14.0)


@dataclass
class Bench:
    samples: OutgoingSamples
    folder: Path

    def made(self) -> list[Path]:
        return sorted(path for path in (self.folder / "outgoing").rglob("*") if path.is_file())


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    worker = AudioWorker()
    shelf = FileShelf(folder=tmp_path / "outgoing")
    samples = OutgoingSamples(preparation=SamplePreparation(worker=worker), worker=worker, shelf=shelf)
    yield Bench(samples=samples, folder=tmp_path)
    await worker.aclose()


async def test_what_goes_untouched_is_the_recording_itself(bench: Bench, tmp_path: Path) -> None:
    path = record(tmp_path / "voice.wav", tone(12.0))
    # FFmpeg says in the file that it wrote it; without that it is sound alone.
    sent = await bench.samples.make(SampleChoice(path=path), purpose=Purpose.VOICE_CLONE)
    again = await bench.samples.make(SampleChoice(path=sent.path), purpose=Purpose.VOICE_CLONE)
    assert again.path == sent.path
    assert again.problems == ()


async def test_a_part_is_made_once_under_the_recording_s_name(bench: Bench, tmp_path: Path) -> None:
    path = record(tmp_path / "my voice.flac", tone(20.0))
    choice = SampleChoice(path=path, span=PART)
    shares: list[float] = []
    first = await bench.samples.make(choice, purpose=Purpose.VOICE_CLONE, on_progress=shares.append)
    assert first.facts is not None
    assert (first.path.name, first.facts.duration_s, first.problems) == ("my voice.wav", 12.0, ())
    assert shares
    assert shares == sorted(shares)
    stamp = first.facts.stamp
    second = await bench.samples.make(choice, purpose=Purpose.VOICE_CLONE)
    assert second.facts is not None
    assert (second.path, second.facts.stamp) == (first.path, stamp)
    assert bench.made() == [first.path]


@pytest.mark.parametrize(
    "other",
    [
        {"span": Span(start_s=2.0, end_s=14.01)},
        {"span": None},
        {"channels": ChannelChoice.LEFT},
    ],
)
async def test_another_choice_is_another_file(bench: Bench, tmp_path: Path, other: dict[str, object]) -> None:
    path = record(tmp_path / "voice.flac", tone(20.0, channels=2))
    values = {"path": path, "span": PART} | other
    first = await bench.samples.make(SampleChoice(path=path, span=PART), purpose=Purpose.VOICE_CLONE)
    second = await bench.samples.make(SampleChoice(**values), purpose=Purpose.VOICE_CLONE)  # type: ignore[arg-type]
    same_sound = other == {"channels": ChannelChoice.LEFT}
    assert (second.path == first.path) is same_sound
    assert len(bench.made()) == (1 if same_sound else 2)


async def test_a_recording_that_was_changed_is_made_anew(bench: Bench, tmp_path: Path) -> None:
    path = record(tmp_path / "voice.flac", tone(20.0))
    first = await bench.samples.make(SampleChoice(path=path, span=PART), purpose=Purpose.VOICE_CLONE)
    before = first.path.read_bytes()
    record(path, tone(20.0, pitch_hz=330.0))
    second = await bench.samples.make(SampleChoice(path=path, span=PART), purpose=Purpose.VOICE_CLONE)
    assert second.path.read_bytes() != before


async def test_a_recording_that_was_changed_since_it_was_seen_is_refused(
    bench: Bench, tmp_path: Path
) -> None:
    path = record(tmp_path / "voice.flac", tone(20.0))
    seen = await bench.samples.examine(path, purpose=Purpose.VOICE_CLONE)
    assert seen.facts is not None
    choice = SampleChoice(path=path, span=PART, stamp=seen.facts.stamp)
    sent = await bench.samples.make(choice, purpose=Purpose.VOICE_CLONE)
    assert sent.problems == ()
    record(path, tone(21.0, pitch_hz=330.0))
    sent = await bench.samples.make(choice, purpose=Purpose.VOICE_CLONE)
    assert sent.facts is None
    assert [problem.code for problem in sent.refusals] == ["sample-changed"]


async def test_what_is_sent_is_saved_but_over_no_recording(bench: Bench, tmp_path: Path) -> None:
    path = record(tmp_path / "voice.flac", tone(20.0))
    linked = tmp_path / "by another name.flac"
    linked.symlink_to(path)
    before = path.read_bytes()
    sent = await bench.samples.make(SampleChoice(path=path, span=PART), purpose=Purpose.VOICE_CLONE)
    assert sent.facts is not None
    for target in (path, linked):
        with pytest.raises(StorageFailed) as failed:
            await copy_sent(sent.facts, target, sources=[path, tmp_path / "gone.wav"])
        assert failed.value.code == "storage-own-source"
    assert path.read_bytes() == before
    await copy_sent(sent.facts, tmp_path / "saved.wav", sources=[path])
    assert (tmp_path / "saved.wav").read_bytes() == sent.path.read_bytes()


async def test_what_goes_untouched_is_not_saved_once_it_was_changed(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "voice.wav"
    path.write_bytes(wav_bytes(12.0))
    sent = await bench.samples.make(SampleChoice(path=path), purpose=Purpose.VOICE_CLONE)
    assert sent.facts is not None
    assert sent.path == path
    path.write_bytes(wav_bytes(13.0))
    with pytest.raises(SampleChanged):
        await copy_sent(sent.facts, tmp_path / "saved.wav", sources=[path])
    assert not (tmp_path / "saved.wav").exists()


async def test_nothing_is_made_of_what_is_refused(bench: Bench, tmp_path: Path) -> None:
    path = record(tmp_path / "voice.flac", tone(20.0))
    choice = SampleChoice(path=path, span=Span(start_s=0.0, end_s=9.0))
    found = await bench.samples.make(choice, purpose=Purpose.VOICE_CLONE)
    assert [problem.code for problem in found.refusals] == ["sample-short"]
    assert bench.made() == []


async def test_what_is_no_recording_is_said_like_anywhere_else(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Dear diary, \n" * 500)
    found = await bench.samples.make(SampleChoice(path=path), purpose=Purpose.VOICE_CLONE)
    assert [problem.code for problem in found.refusals] == ["sample-not-audio"]


async def test_who_cancels_leaves_nothing_half_done(bench: Bench, tmp_path: Path) -> None:
    path = record(tmp_path / "voice.flac", tone(290.0))
    choice = SampleChoice(path=path, span=Span(start_s=1.0, end_s=289.0))
    writing = asyncio.Event()

    task = asyncio.ensure_future(
        bench.samples.make(choice, purpose=Purpose.VOICE_CLONE, on_progress=lambda _: writing.set())
    )
    await asyncio.wait_for(writing.wait(), 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert bench.made() == []
    found = await bench.samples.make(choice, purpose=Purpose.VOICE_CLONE)
    assert found.facts is not None
    assert found.facts.duration_s == 288.0


async def test_a_full_folder_is_said_with_its_reason(bench: Bench, tmp_path: Path) -> None:
    path = record(tmp_path / "voice.flac", tone(20.0))
    (tmp_path / "outgoing").write_text("in the way")
    with pytest.raises(StorageFailed):
        await bench.samples.make(SampleChoice(path=path, span=PART), purpose=Purpose.VOICE_CLONE)


async def test_an_example_clip_has_its_own_rule(bench: Bench, tmp_path: Path) -> None:
    path = record(tmp_path / "voice.flac", tone(20.0))
    for end_s, codes in ((7.0, []), (9.0, ["prompt-long"])):
        choice = SampleChoice(path=path, span=Span(start_s=1.0, end_s=end_s))
        found = await bench.samples.make(choice, purpose=Purpose.PROMPT_AUDIO)
        assert [problem.code for problem in found.problems] == codes


@pytest.mark.parametrize("start_s", [6.08, 6.15, 0.005, 7.77])
@pytest.mark.parametrize("rate_hz", [44_100, 96_000])
async def test_exactly_ten_seconds_are_ten_seconds_when_they_are_made(
    bench: Bench, tmp_path: Path, start_s: float, rate_hz: int
) -> None:
    path = record(tmp_path / "voice.flac", tone(20.0, rate_hz=rate_hz), rate_hz=rate_hz)
    choice = SampleChoice(path=path, span=Span(start_s=start_s, end_s=start_s + 10.0))
    found = await bench.samples.make(choice, purpose=Purpose.VOICE_CLONE)
    assert found.facts is not None
    assert (found.facts.duration_s, found.problems) == (10.0, ())


async def test_sound_that_can_t_be_taken_out_is_written_anew_with_both_channels(
    bench: Bench, tmp_path: Path
) -> None:
    # The form of a WAV may be longer than it has to be; nobody knows what stands there.
    sound = two_levels()
    path = tmp_path / "voice.wav"
    path.write_bytes(sound)
    choice = SampleChoice(path=path)
    first = await bench.samples.make(choice, purpose=Purpose.VOICE_CLONE)
    assert first.facts is not None
    assert (first.facts.channels, first.facts.has_private_parts) == (1, False)
    with wave.open(str(first.path)) as file:
        assert set(struct.unpack("<100h", file.readframes(100))) == {5_000}
    second = await bench.samples.make(choice, purpose=Purpose.VOICE_CLONE)
    assert (second.path, bench.made()) == (first.path, [first.path])


def two_levels() -> bytes:
    """12 s, the left channel at 8,000 and the right at 2,000, with 14 more bytes in the form."""
    rate_hz = 16_000
    sound = struct.pack("<hh", 8_000, 2_000) * (12 * rate_hz)
    form = struct.pack("<HHIIHH", 1, 2, rate_hz, rate_hz * 4, 4, 16)
    form += struct.pack("<H", 14) + b"fourteen words"
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(sound)) + sound
    return b"RIFF" + struct.pack("<I", len(body)) + body


class SwappingWorker:
    """An audio process before whose writing somebody saves another sound under the same name."""

    def __init__(self, *, worker: AudioWorker, swap: Callable[[], None]) -> None:
        self._worker = worker
        self._swap: Callable[[], None] | None = swap

    async def run(self, job: Callable[..., T], /, *args: object, **how: object) -> T:
        if job.__name__ == "write_outgoing" and self._swap is not None:
            self._swap()
            self._swap = None
        return await self._worker.run(job, *args, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("span", [PART, None], ids=["a part", "all of it"])
async def test_what_was_saved_between_looking_and_writing_is_never_sent(
    tmp_path: Path, span: Span | None
) -> None:
    path, other = tmp_path / "voice.mp3", tmp_path / "other.mp3"
    for place, pitch_hz in ((path, 220.0), (other, 330.0)):
        record(place, tone(20.0, pitch_hz=pitch_hz))
        place.write_bytes(b"ID3\x03\0\0\0\0\0\x0a" + bytes(10) + place.read_bytes())
    kept = tmp_path / "kept.mp3"

    def swap() -> None:
        path.rename(kept)
        other.rename(path)

    worker = AudioWorker()
    shelf = FileShelf(folder=tmp_path / "outgoing")
    swapping = SwappingWorker(worker=worker, swap=swap)
    samples = OutgoingSamples(preparation=SamplePreparation(worker=worker), worker=swapping, shelf=shelf)
    sent = await samples.make(SampleChoice(path=path, span=span), purpose=Purpose.VOICE_CLONE)
    assert [problem.code for problem in sent.refusals] == ["sample-changed"]
    kept.replace(path)
    again = await samples.make(SampleChoice(path=path, span=span), purpose=Purpose.VOICE_CLONE)
    assert again.problems == ()
    heard = decode_mono(again.path, sample_rate_hz=16_000, limit_s=20.0)
    assert np.abs(np.fft.rfft(heard)).argmax() / (len(heard) / 16_000) == pytest.approx(220, abs=1)
    await worker.aclose()


@pytest.mark.parametrize(
    "name", ["x" * 255, "x" * 252 + ".au", "\N{CJK UNIFIED IDEOGRAPH-58F0}" * 85, "y" * 250 + ".flac"]
)
async def test_a_name_as_long_as_may_be_can_be_sent(bench: Bench, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    record(tmp_path / "voice.flac", tone(20.0)).rename(path)
    sent = await bench.samples.make(SampleChoice(path=path, span=PART), purpose=Purpose.VOICE_CLONE)
    assert sent.problems == ()
    assert sent.path.name[:40] == name[:40]
    assert sent.path.suffix == ".wav"
