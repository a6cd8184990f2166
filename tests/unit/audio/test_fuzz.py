"""Thousands of broken files of every kind, through the real audio process: a sentence for each."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ffmpeg
from tests.fakes.amr_files import amr_bytes
from voiceclone_gui.audio.jobs import analyse_sample, examine_sample, write_outgoing
from voiceclone_gui.audio.worker import AudioWorker
from voiceclone_gui.core.errors import SampleError, VoiceCloneError, WorkerFailed
from voiceclone_gui.core.outgoing import plan_outgoing
from voiceclone_gui.core.sample import SampleChoice
from voiceclone_gui.core.span import Span

RATE_HZ = 16_000
SEED = 20261123
SECONDS = 2.0
# What is done with each mutated file: all of it is looked into, some of it is also judged and written anew.
EVERY_JUDGED, EVERY_WRITTEN = 4, 3


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A short recording of every kind, with tags."""
    folder = tmp_path_factory.mktemp("seeds")
    time_s = np.arange(round(SECONDS * 48_000)) / 48_000
    voice = (0.3 * np.sin(2 * np.pi * 180 * time_s) * (1 + np.sin(2 * np.pi * 3 * time_s)) / 2).astype(
        np.float32
    )
    sound = np.stack([voice, 0.5 * voice])
    tags = {"title": "A voice", "artist": "Somebody"}
    made = {}
    for kind in ffmpeg.KINDS:
        path = ffmpeg.encode(sound, folder / f"seed.{kind}", kind=kind, rate_hz=48_000, tags=tags)
        made[kind] = path.read_bytes()
    return made | {"amr": amr_bytes(SECONDS)}


@pytest.fixture
async def worker() -> AsyncIterator[AudioWorker]:
    made = AudioWorker()
    yield made
    await made.aclose()


def mutated(content: bytes, chance: random.Random) -> bytes:
    """One to four things go wrong with a file."""
    broken = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        size = len(broken)
        if not size:
            break
        # Headers are short, and break in more ways than sound does.
        place = chance.randrange(min(size, 600)) if chance.random() < 0.6 else chance.randrange(size)
        length = chance.choice([1, 1, 2, 4, 8, 64, 1024])
        match chance.randrange(7):
            case 0:
                broken[place : place + length] = chance.randbytes(min(length, size - place))
            case 1:
                broken[place] ^= 1 << chance.randrange(8)
            case 2:
                del broken[place : place + length]
            case 3:
                broken[place:place] = chance.randbytes(length)
            case 4:
                del broken[place:]
            case 5:
                broken[place : place + 4] = chance.choice([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff"])
            case _:
                other = chance.randrange(size)
                broken[place : place + length] = broken[other : other + length]
    return bytes(broken)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("count", [300, pytest.param(2_000, marks=pytest.mark.long)])
async def test_no_broken_file_takes_the_program_along(
    tmp_path: Path, seeds: dict[str, bytes], worker: AudioWorker, count: int
) -> None:
    chance = random.Random(SEED)
    kinds = sorted(seeds)
    outcomes: Counter[str] = Counter()
    for number in range(count):
        kind = kinds[number % len(kinds)]
        path = tmp_path / f"broken-{number}.{chance.choice([kind, 'mp3', 'wav', 'txt'])}"
        path.write_bytes(mutated(seeds[kind], chance))
        outcomes[await outcome(worker, path, number)] += 1
        path.unlink()
    # A file that is only scratched still plays: else this would prove little.
    assert outcomes["read"] > count / 4
    assert sum(outcomes.values()) == count
    assert sum(outcomes[code] for code in outcomes if code.startswith("sample-")) > count / 20
    assert outcomes["worker-timeout"] == 0
    # One that takes the audio process along is survived, but a fault all the same.
    assert outcomes["worker-died"] == outcomes["worker-memory"] == 0


async def outcome(worker: AudioWorker, path: Path, number: int) -> str:
    """What became of a file: ``read``, or the code of its sentence."""
    try:
        facts, waveform = await worker.run(examine_sample, path, timeout_s=30)
        assert facts.duration_s > 0
        assert len(waveform.smallest) == len(waveform.largest) == len(waveform.power) > 0
        assert np.isfinite(waveform.power).all()
        if number % EVERY_JUDGED == 0:
            features = await worker.run(analyse_sample, path, timeout_s=30)
            features.measure(Span(start_s=0, end_s=facts.duration_s))
        if number % EVERY_WRITTEN == 0:
            span = Span(start_s=facts.duration_s / 4, end_s=facts.duration_s)
            target = path.with_name("sent")
            plan = plan_outgoing(facts, SampleChoice(path=path, span=span if number % 2 else None))
            await worker.run(write_outgoing, path, plan, target, timeout_s=30)
    except (SampleError, WorkerFailed) as error:
        return said(error)
    except VoiceCloneError as error:  # what can't be written is no fault of the file
        raise AssertionError(str(error)) from error
    return "read"


def said(error: VoiceCloneError) -> str:
    sentence = f"{error.title} {error.cure}"
    assert sentence.count(".") >= 2
    assert "{" not in sentence
    assert "Traceback" not in sentence
    return error.code
