"""Every drawn column equals brute force, at all zooms, at the ends, for one sample, silence and full scale."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone_gui.audio.waveform import EXACT, SKETCHED, Waveform
from voiceclone_gui.core.span import Span

RATE_HZ, PIECE = 16_000, 256


def made(sound: npt.NDArray[np.int16], **changes: object) -> Waveform:
    """By brute force: piece for piece."""
    starts = range(0, len(sound), PIECE)
    values: dict[str, object] = {
        "smallest": np.array([sound[n : n + PIECE].min() for n in starts], dtype=np.int16),
        "largest": np.array([sound[n : n + PIECE].max() for n in starts], dtype=np.int16),
        "duration_s": len(sound) / RATE_HZ,
        "sample_rate_hz": RATE_HZ,
    } | changes
    return Waveform(**values)  # type: ignore[arg-type]


def brute_force(
    wave: Waveform, sound: npt.NDArray[np.int16], count: int, span: Span | None
) -> list[tuple[int, int]]:
    """Of each column all samples of all pieces that it touches, by the time at which they are heard."""
    pieces = len(sound) / PIECE
    first, last = (
        (0.0, 1.0) if span is None else (span.start_s / wave.duration_s, span.end_s / wave.duration_s)
    )
    found = []
    for column in range(count):
        start = math.floor(pieces * (first + (last - first) * column / count) + 1e-6)
        end = math.ceil(pieces * (first + (last - first) * (column + 1) / count) - 1e-6)
        start = min(start, math.ceil(pieces) - 1)
        part = sound[start * PIECE : max(end, start + 1) * PIECE]
        found.append((int(part.min()), int(part.max())))
    return found


def columns(wave: Waveform, count: int, span: Span | None = None) -> list[tuple[int, int]]:
    low, high = wave.columns(count, span=span)
    return [(int(a), int(b)) for a, b in zip(low, high, strict=True)]


SOUNDS = {
    "noise": np.random.default_rng(1).integers(-32768, 32768, 400_000).astype(np.int16),
    "silence": np.zeros(100_000, dtype=np.int16),
    "full scale": np.tile(np.array([-32768, 32767], dtype=np.int16), 60_000),
    "one sample": np.array([-7], dtype=np.int16),
    "a spike at each end": np.concatenate([[32767], np.zeros(300_000), [-32768]]).astype(np.int16),
    "little in the last piece": np.random.default_rng(2).integers(-32768, 32768, 576_001).astype(np.int16),
    "not a whole piece": np.arange(-1000, 1000, dtype=np.int16),
}


@pytest.mark.parametrize("name", SOUNDS)
@pytest.mark.parametrize("count", [1, 2, 3, 7, 100, 613, 2400])
def test_the_whole_recording(name: str, count: int) -> None:
    wave = made(SOUNDS[name])
    assert columns(wave, count) == brute_force(wave, SOUNDS[name], count, None)


@given(
    name=st.sampled_from(sorted(SOUNDS)),
    count=st.integers(1, 300),
    ends=st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted),
)
def test_any_part_at_any_zoom(name: str, count: int, ends: list[float]) -> None:
    sound = SOUNDS[name]
    wave = made(sound)
    span = Span(start_s=ends[0] * wave.duration_s, end_s=ends[1] * wave.duration_s)
    assert columns(wave, count, span) == brute_force(wave, sound, count, span)


@given(frames=st.integers(1, 60_000), count=st.integers(1, 50), seed=st.integers(0, 99))
def test_any_length(frames: int, count: int, seed: int) -> None:
    sound = np.random.default_rng(seed).integers(-32768, 32768, frames).astype(np.int16)
    wave = made(sound)
    assert columns(wave, count) == brute_force(wave, sound, count, None)


def drawn(
    wave: Waveform, *, width_px: int, height_px: int, bar_px: int, gap_px: int
) -> npt.NDArray[np.uint8]:
    raw = wave.render(width_px=width_px, height_px=height_px, bar_px=bar_px, gap_px=gap_px)
    return np.frombuffer(raw, dtype=np.uint8).reshape(height_px, width_px)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("name", SOUNDS)
def test_pixels_show_the_columns_and_nothing_else(name: str, ratio: float) -> None:
    width_px, height_px = round(301 * ratio), round(60 * ratio)
    bar_px, gap_px = max(1, round(2 * ratio)), max(1, round(ratio))
    wave = made(SOUNDS[name])
    picture = drawn(wave, width_px=width_px, height_px=height_px, bar_px=bar_px, gap_px=gap_px)
    pitch = bar_px + gap_px
    expected = brute_force(wave, SOUNDS[name], -(-width_px // pitch), None)
    middle = (height_px - 1) / 2
    for x in range(width_px):
        low, high = expected[x // pitch]
        top, bottom = math.floor(middle - high / 32767 * middle), math.ceil(middle - low / 32767 * middle)
        inside = [int(x % pitch < bar_px and top <= y <= bottom) for y in range(height_px)]
        assert picture[:, x].tolist() == inside


def test_what_is_not_decoded_yet_is_empty_without_a_sketch_and_paler_with_one() -> None:
    sound = SOUNDS["noise"][: 100 * PIECE]
    half = made(sound, share=0.5, duration_s=2 * len(sound) / RATE_HZ)
    picture = drawn(half, width_px=400, height_px=41, bar_px=1, gap_px=1)
    assert set(picture[:, :198].ravel()) == {0, EXACT}
    assert picture[:, 202:].sum(axis=0).max() <= 1
    sketch = (np.full(50, -9000, dtype=np.int16), np.full(50, 9000, dtype=np.int16))
    sketched = made(sound, share=0.5, duration_s=2 * len(sound) / RATE_HZ, sketch=sketch)
    picture = drawn(sketched, width_px=400, height_px=41, bar_px=1, gap_px=1)
    assert set(picture[:, 202:].ravel()) == {0, SKETCHED}
    assert set(picture[:, :198].ravel()) == {0, EXACT}


def test_the_end_of_what_is_decoded_is_never_drawn_from_half_a_column() -> None:
    sound = SOUNDS["full scale"][: 100 * PIECE]
    half = made(sound, share=0.5, duration_s=2 * len(sound) / RATE_HZ)
    low, _ = half.columns(3)
    assert low.tolist() == [-32768, 0, 0]
