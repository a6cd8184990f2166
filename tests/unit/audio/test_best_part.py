"""The best part, beside one that tries every place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.audio.test_features import made
from voiceclone_gui.audio.best_part import (
    CLIP_MAX_S,
    CLIP_MIN_S,
    LENGTHS_S,
    Limits,
    best_clip,
    best_part,
    worth,
)
from voiceclone_gui.audio.features import SoundFeatures
from voiceclone_gui.audio.voice_activity import FRAME_S
from voiceclone_gui.core.span import Span

# Runs of speech and pauses, in frames.
RUNS = st.lists(st.tuples(st.integers(1, 300), st.integers(1, 60)), min_size=1, max_size=40)


def recording(runs: list[tuple[int, int]], *, seed: int = 0) -> SoundFeatures:
    """Speech and pauses by turns; some frames are clipped and some of the pauses noisy, by ``seed``."""
    features = made("".join("#" * speech + "." * pause for speech, pause in runs))
    choice = np.random.default_rng(seed)
    clipped = (choice.random(features.frames) < 0.002).astype(np.uint32)
    level = np.float32(10) ** choice.uniform(-1, 1, features.frames).astype(np.float32)
    return replace(features, clipped=clipped, clipped_of=700, power=features.power * level)


def cuts(features: SoundFeatures) -> list[float]:
    middles = [(pause.start_s + pause.end_s) / 2 for pause in features.pauses()]
    return sorted({0.0, *middles, features.duration_s})


def brute_best_length_and_place(features: SoundFeatures) -> tuple[float, set[int]]:
    """The length that is taken, and all the places for it that are as good as the best."""
    value = worth(features)
    longest = min(299.5, features.duration_s)
    lengths = sorted({min(max(length_s, 10.5), longest) for length_s in LENGTHS_S} | {longest})
    found: list[tuple[float, float, set[int]]] = []
    for length_s in lengths:
        size = min(round(length_s / FRAME_S), features.frames)
        means = np.lib.stride_tricks.sliding_window_view(value, size).mean(axis=1)
        credits_of = means * min(size * FRAME_S, 120.0)
        best = float(credits_of.max())
        found.append((best, length_s, set(np.flatnonzero(credits_of > best - 1e-6).tolist())))
    most = max(best for best, _, _ in found)
    if most <= 0:
        return found[0][1], found[0][2]
    return max((length_s, places) for best, length_s, places in found if best >= most * 0.98 - 1e-9)


def test_a_frame_is_worth_what_the_rule_says() -> None:
    """Speech 1 and up to half of that for what it is above the noise, of 45 dB; a pause -1.2, clipped -20."""
    features = made("#" * 100 + "." * 100)
    power = np.where(np.arange(200) < 100, 10**-2.0, 10**-4.25).astype(np.float32)
    clipped = (np.arange(200) == 7).astype(np.uint32)
    value = worth(replace(features, power=power, clipped=clipped, clipped_of=700))
    speech = 1 + 0.5 * 22.5 / 45
    assert value[:7] == pytest.approx([speech] * 7, abs=1e-3)
    assert value[7] == -20
    assert value[100:] == pytest.approx([-1.2] * 100)


@given(runs=RUNS, seed=st.integers(0, 99))
def test_takes_the_best_place_and_snaps_it_to_pauses(runs: list[tuple[int, int]], seed: int) -> None:
    features = recording(runs, seed=seed)
    found = best_part(features)
    if features.duration_s < 10.5:
        assert found is None
        return
    assert found is not None
    assert 10.5 - 1e-6 <= found.duration_s <= 299.5 + 1e-6
    assert found.end_s <= features.duration_s + 1e-6
    places = cuts(features)
    length_s, starts = brute_best_length_and_place(features)
    expected = [_snapped(start * FRAME_S, length_s, places, features.duration_s) for start in starts]
    assert any(found.start_s == pytest.approx(s) and found.end_s == pytest.approx(e) for s, e in expected)


def _snapped(start_s: float, length_s: float, places: list[float], duration_s: float) -> tuple[float, float]:
    end_s = min(start_s + length_s, duration_s)
    start_s = min(start_s, end_s - 10.5)
    start_s = min((p for p in places if end_s - p >= 10.5), key=lambda p: abs(p - start_s), default=start_s)
    ends = [p for p in places if 10.5 <= p - start_s <= 299.5]
    return start_s, min(ends, key=lambda p: abs(p - end_s), default=end_s)


@given(runs=RUNS, seed=st.integers(0, 99))
def test_takes_the_best_clip_of_all(runs: list[tuple[int, int]], seed: int) -> None:
    features = recording(runs, seed=seed)
    value = worth(features)
    means = {
        (start, end): value[round(start / FRAME_S) : round(end / FRAME_S)].mean()
        for start in cuts(features)
        for end in cuts(features)
        if CLIP_MIN_S - 1e-9 <= end - start <= CLIP_MAX_S + 1e-9
    }
    best = max(means.values(), default=0.0)
    found = best_clip(features)
    if best <= 0:
        assert found is None
    else:
        assert found is not None
        assert means[found.start_s, found.end_s] == pytest.approx(best)


def test_prefers_clean_speech_to_noisy_and_to_clipped() -> None:
    letters = ("#" * 180 + "." * 20) * 60
    features = made(letters)
    third = features.frames // 3
    power, clipped = features.power.copy(), np.zeros(features.frames, dtype=np.uint32)
    power[:third][~features.speech[:third]] = 1e-3
    clipped[2 * third :: 500] = 5
    found = best_part(replace(features, power=power, clipped=clipped), limits=Limits(longest_s=60.0))
    assert found is not None
    assert found.start_s >= third * FRAME_S - 10
    assert found.end_s <= 2 * third * FRAME_S + 1


def test_where_only_some_is_judged_the_rest_is_not_trusted() -> None:
    features = made(("#" * 180 + "." * 20) * 60)
    judged = np.zeros(features.frames, dtype=np.bool_)
    judged[6_000:10_000] = True
    found = best_part(replace(features, judged=judged))
    assert found is not None
    assert found.start_s == pytest.approx(6_000 * FRAME_S, abs=10)
    clip = best_clip(replace(features, judged=judged))
    assert clip is not None
    assert 6_000 * FRAME_S - 1 <= clip.start_s <= 10_000 * FRAME_S
    assert best_part(replace(features, judged=np.zeros_like(judged))) == best_part(features)


def test_longer_than_two_minutes_only_where_nothing_is_lost() -> None:
    alike = made(("#" * 180 + "." * 20) * 60)
    found = best_part(alike)
    assert found is not None
    assert found.duration_s > 280
    half_silent = made(("#" * 180 + "." * 20) * 20 + ("#" * 100 + "." * 100) * 40)
    found = best_part(half_silent)
    assert found is not None
    assert 100 < found.duration_s < 140


def test_without_speech_there_is_no_best_part() -> None:
    assert best_part(made("." * 2_000)) is None
    assert best_clip(made("." * 2_000)) is None
    assert best_part(made("#" * 100)) is None
    assert best_clip(made("")) is None


def test_one_sentence_without_a_pause_can_still_be_cut() -> None:
    found = best_part(made("#" * 20_000))
    assert found is not None
    assert found.duration_s == pytest.approx(299.5)


def test_an_unbroken_recording_of_clip_length_is_the_clip() -> None:
    assert best_clip(made("#" * 200)) == Span(start_s=0.0, end_s=200 * FRAME_S)
