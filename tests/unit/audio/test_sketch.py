"""A first idea of a long recording, by jumping through it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.fakes.recordings import record, silence, tone
from voiceclone_gui.audio.peaks import examine_sample
from voiceclone_gui.audio.recording import open_recording
from voiceclone_gui.audio.sketch import LONG_S, is_worth_a_sketch, sketches_of
from voiceclone_gui.audio.waveform import Waveform
from voiceclone_gui.audio.worker_child import progress_to

# As quick to encode as can be.
SLOW_HZ = 8000


@pytest.mark.parametrize("kind", ["mp3", "m4a", "flac", "ogg"])
def test_it_knows_where_it_is_loud_and_where_it_is_silent(tmp_path: Path, kind: str) -> None:
    half = LONG_S / 2 + 10
    parts = [silence(half, rate_hz=SLOW_HZ), tone(half, level=0.8, rate_hz=SLOW_HZ)]
    path = record(tmp_path / f"long.{kind}", np.concatenate(parts, axis=1), rate_hz=SLOW_HZ)
    sketches = list(sketches_of(path))
    assert sketches
    claimed_s, (low, high) = sketches[-1]
    assert claimed_s == pytest.approx(2 * half, abs=1.0)
    size = len(high)
    assert high[: size // 2 - 2].max() < 1000
    assert high[size // 2 + 2 :].min() > 15_000
    assert low[size // 2 + 2 :].max() < -15_000


@pytest.mark.parametrize(("kind", "seconds"), [("mp3", 30.0), ("wav", LONG_S + 20)])
def test_what_is_quickly_decoded_has_none(tmp_path: Path, kind: str, seconds: float) -> None:
    path = record(tmp_path / f"voice.{kind}", tone(seconds))
    with open_recording(path) as recording:
        assert not is_worth_a_sketch(recording)
    seen: list[Waveform] = []
    with progress_to(seen.append):  # type: ignore[arg-type]
        examine_sample(path)
    assert [wave.sketch for wave in seen] == [None] * len(seen)


@pytest.mark.parametrize("content", [b"", b"Dear diary, \n" * 500, b"ID3" + bytes(1000)])
def test_what_is_no_recording_has_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "voice.mp3"
    path.write_bytes(content)
    assert list(sketches_of(path)) == []
    assert list(sketches_of(tmp_path / "missing.mp3")) == []


def test_it_is_seen_before_the_first_second_is_decoded_and_stays_behind_it(tmp_path: Path) -> None:
    path = record(tmp_path / "long.mp3", tone(LONG_S + 30, rate_hz=SLOW_HZ), rate_hz=SLOW_HZ)
    seen: list[Waveform] = []
    with progress_to(seen.append):  # type: ignore[arg-type]
        facts, whole = examine_sample(path)
    sketched = [wave for wave in seen if not len(wave.smallest)]
    growing = [wave for wave in seen if len(wave.smallest)]
    assert seen[: len(sketched)] == sketched
    assert len(sketched) >= 2
    assert all(wave.sketch is not None for wave in growing)
    assert [wave.share for wave in growing] == sorted(wave.share for wave in growing)
    assert growing[0].share < 0.02
    assert all(wave.duration_s == pytest.approx(facts.duration_s, rel=0.02) for wave in seen)
    assert whole.sketch is None


def test_the_sound_of_a_film_is_shown_by_its_own_length(tmp_path: Path) -> None:
    path = record(tmp_path / "film.mp4", tone(60.0), with_video=True)
    seen: list[Waveform] = []
    with progress_to(seen.append):  # type: ignore[arg-type]
        examine_sample(path)
    assert seen
    assert all(55 < wave.duration_s < 65 for wave in seen)
