"""How loud something is: said of several pieces as of one."""

from __future__ import annotations

import pytest

from voiceclone_gui.core.microphone import SILENCE_DBFS, Level


def test_a_sine_of_full_scale_has_minus_three() -> None:
    level = Level(frames=480, peak=1.0, mean_square=0.5, is_clipped=True)
    assert level.peak_dbfs == pytest.approx(0.0)
    assert level.rms_dbfs == pytest.approx(-3.01, abs=0.01)


def test_silence_has_a_level_too() -> None:
    level = Level.of_all([])
    assert (level.frames, level.peak_dbfs, level.rms_dbfs) == (0, SILENCE_DBFS, SILENCE_DBFS)
    assert not level.is_clipped


def test_pieces_count_by_their_length() -> None:
    loud = Level(frames=100, peak=0.5, mean_square=0.1, is_clipped=True)
    quiet = Level(frames=300, peak=0.1, mean_square=0.002, is_clipped=False)
    both = Level.of_all([loud, quiet])
    assert both == Level(frames=400, peak=0.5, mean_square=pytest.approx(0.0265), is_clipped=True)
