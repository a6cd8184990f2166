"""The binding to espeak-ng: voices, limits, what must not be taken for a command, and a bad installation."""

from __future__ import annotations

import gc
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import speech_jobs
from voiceclone_gui.audio.worker import AudioWorker
from voiceclone_gui.core.errors import PracticeServiceFailed
from voiceclone_gui.practice.espeak import PITCH_MAX, Espeak, Pcm, load_espeak
from voiceclone_gui.practice.voices import load_voices

SENTENCE = "The weather is fine today."


def say(text: str, *, voice: str = "en", limit_s: float = 60.0) -> Pcm:
    return load_espeak().synthesise(text, voice=voice, limit_s=limit_s)


def duration_s(pcm: Pcm) -> float:
    return len(pcm.samples) / 2 / pcm.sample_rate_hz


def level(pcm: Pcm) -> float:
    return float(np.abs(np.frombuffer(pcm.samples, dtype=np.int16).astype(float)).mean())


@pytest.fixture
async def worker() -> AsyncIterator[AudioWorker]:
    worker = AudioWorker()
    yield worker
    await worker.aclose()


def test_there_is_one_library_in_a_process() -> None:
    assert load_espeak() is load_espeak()


VOICES = {*load_voices().languages.values(), *(v for s in load_voices().scripts for v in s.voices)}


@pytest.mark.parametrize("variant", ["", "+Diogo", "+steph3"])
def test_every_voice_of_the_table_speaks(variant: str) -> None:
    spoken = {voice: say("123", voice=voice + variant) for voice in VOICES}
    assert {pcm.sample_rate_hz for pcm in spoken.values()} == {22_050}
    assert {voice for voice, pcm in spoken.items() if duration_s(pcm) < 0.3 or level(pcm) < 300} == set()


def test_an_unknown_voice_is_refused_and_harms_nothing() -> None:
    with pytest.raises(PracticeServiceFailed) as caught:
        say(SENTENCE, voice="fil")
    assert "no voice fil" in str(caught.value)
    assert duration_s(say(SENTENCE)) > 1


@pytest.mark.parametrize("text", ["", " ", "\n", "...", "\x00", "\ud800"])
def test_nothing_to_say_is_next_to_nothing(text: str) -> None:
    assert duration_s(say(text)) < 0.1


@pytest.mark.parametrize("command", ["\x01100S", "\x0199P", "\x1b[1m", "\x00", "\ue000", "\u202e"])
def test_control_characters_are_no_commands(command: str) -> None:
    rest = "".join(c for c in command if c.isprintable())
    plain = duration_s(say(f"One two {rest} three four"))
    assert duration_s(say(f"One two {command} three four")) == pytest.approx(plain, abs=0.02)


def test_markup_and_phonemes_are_text() -> None:
    assert duration_s(say('<voice name="de">ja</voice>')) > duration_s(say("ja")) + 0.5
    # As phonemes this would be one word.
    assert duration_s(say("[[h@l'oU]]")) > 1.5 * duration_s(say("hello"))


def test_stops_at_the_limit_and_goes_on_with_the_next_text() -> None:
    whole = duration_s(say(SENTENCE * 10))
    assert whole > 10
    assert duration_s(say(SENTENCE * 10, limit_s=2.5)) == pytest.approx(2.5, abs=0.001)
    assert duration_s(say(SENTENCE * 10)) == pytest.approx(whole, abs=0.05)


def test_pitch_is_set_anew_for_each_text() -> None:
    before = say(SENTENCE, voice="en+Diogo").samples
    load_espeak().synthesise(SENTENCE, voice="en+Diogo", pitch=PITCH_MAX, limit_s=60)
    load_espeak().synthesise(SENTENCE, voice="ru+steph3", pitch=0, limit_s=60)
    assert say(SENTENCE, voice="en+Diogo").samples == before


def test_survives_a_collection_and_other_threads() -> None:
    expected = duration_s(say(SENTENCE))
    found: list[float] = []
    threads = [threading.Thread(target=lambda: found.append(duration_s(say(SENTENCE)))) for _ in range(8)]
    for thread in threads:
        thread.start()
        gc.collect()
    for thread in threads:
        thread.join()
    assert found == pytest.approx([expected] * 8, abs=0.05)


async def test_a_long_path_to_the_voices_is_no_obstacle(worker: AudioWorker, tmp_path: Path) -> None:
    folder = tmp_path / ("long " * 12) / ("längeré" * 12) / "espeak-ng-data"
    folder.parent.mkdir(parents=True)
    folder.symlink_to(speech_jobs.data_path())
    assert len(str(folder).encode()) > 200
    count = await worker.run(
        speech_jobs.say_from, speech_jobs.library_path(), folder, "Guten Tag", timeout_s=60
    )
    assert count > 8000


@pytest.mark.parametrize("missing", ["library", "voices", "voices far down"])
async def test_a_bad_installation_is_told(missing: str, worker: AudioWorker, tmp_path: Path) -> None:
    library = tmp_path / "libespeak-ng.so" if missing == "library" else speech_jobs.library_path()
    far = "folder" * (30 if missing == "voices far down" else 1)
    voices = speech_jobs.data_path() if missing == "library" else tmp_path / far
    with pytest.raises(PracticeServiceFailed) as caught:
        await worker.run(speech_jobs.say_from, library, voices, "Guten Tag", timeout_s=60)
    assert caught.value.code == "practice-no-voice"
    assert str(tmp_path) in str(caught.value)


def test_constructor_takes_keywords() -> None:
    with pytest.raises(TypeError):
        Espeak(speech_jobs.library_path(), speech_jobs.data_path())  # type: ignore[misc]
