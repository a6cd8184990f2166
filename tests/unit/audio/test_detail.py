"""A short part of a recording, frame by frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.fakes.recordings import RATE_HZ, record, tone
from voiceclone_gui.audio.decode import decode_blocks
from voiceclone_gui.audio.detail import detail_of
from voiceclone_gui.audio.recording import open_recording
from voiceclone_gui.core.errors import SampleUnreadable
from voiceclone_gui.core.span import Span


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "m4a"])
def test_each_frame_is_that_of_the_recording(tmp_path: Path, kind: str) -> None:
    path = record(tmp_path / f"voice.{kind}", np.concatenate([tone(4.0), tone(4.0, pitch_hz=330.0)], axis=1))
    with open_recording(path) as recording:
        whole = np.concatenate([block.values for block in decode_blocks(recording, limit_s=99)], axis=1)
    if whole.dtype.kind == "f":
        whole = np.clip(whole * 32767, -32768, 32767).astype(np.int16)
    for start_s, end_s in ((0.0, 0.5), (3.9, 4.1), (7.5, 8.0), (7.9, 60.0)):
        wave = detail_of(path, Span(start_s=start_s, end_s=end_s))
        expected = whole[0, round(start_s * RATE_HZ) : round(end_s * RATE_HZ)]
        assert np.array_equal(wave.smallest, expected)
        assert np.array_equal(wave.largest, expected)
        assert (wave.piece_frames, wave.duration_s) == (1, len(expected) / RATE_HZ)


def test_channels_are_drawn_together(tmp_path: Path) -> None:
    sound = np.concatenate([tone(1.0, level=0.2), tone(1.0, level=0.9)])
    wave = detail_of(record(tmp_path / "voice.wav", sound), Span(start_s=0.25, end_s=0.5))
    assert np.array_equal(wave.largest, sound[:, 4000:8000].max(axis=0))
    assert np.array_equal(wave.smallest, sound[:, 4000:8000].min(axis=0))


def test_behind_the_end_there_is_nothing_to_see(tmp_path: Path) -> None:
    path = record(tmp_path / "voice.wav", tone(1.0))
    assert len(detail_of(path, Span(start_s=5.0, end_s=6.0)).smallest) == 0


def test_what_is_no_recording_is_said(tmp_path: Path) -> None:
    path = tmp_path / "voice.wav"
    path.write_bytes(b"Dear diary")
    with pytest.raises(SampleUnreadable):
        detail_of(path, Span(start_s=0.0, end_s=1.0))
