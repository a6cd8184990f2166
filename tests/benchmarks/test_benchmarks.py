"""Each benchmark runs and prints its figures; what they are passes or fails nothing."""

from __future__ import annotations

import pytest

from tests.benchmarks import decode, opening, stall, start, zoom
from tests.benchmarks.ticks import TICK_MS, Stalls


@pytest.mark.long
def test_the_start_is_measured_in_phases_and_by_package(capfd: pytest.CaptureFixture[str]) -> None:
    start.main(["--repeats", "1", "--platforms", "offscreen"])
    said = capfd.readouterr().out
    for row in ("painted and answers", "longest stall after it", "style sheet", "first paint", "PySide6 and"):
        assert row in said


@pytest.mark.long
def test_the_stalls_of_a_whole_clone_are_measured(capfd: pytest.CaptureFixture[str]) -> None:
    stall.main(["--repeats", "1", "--seconds", "12"])
    said = capfd.readouterr().out
    for row in ("p50", "p99", "max", "open", "examine", "upload", "clone", "preview", "play"):
        assert f"\n{row}" in said or f"\n  {row}" in said


def test_the_frames_of_a_waveform_are_measured_at_each_pixel_ratio(capfd: pytest.CaptureFixture[str]) -> None:
    zoom.main(["--repeats", "3"])
    said = capfd.readouterr().out
    for ratio in zoom.RATIOS:
        for frame in ("bare", "zoom", "select", "play head"):
            assert f"\n{ratio:8}{frame}" in said


def test_looking_into_recordings_is_measured_beside_ffmpeg(capfd: pytest.CaptureFixture[str]) -> None:
    decode.main(["--minutes", "0.3", "--repeats", "1"])
    said = capfd.readouterr().out
    for kind in decode.KINDS:
        assert f" 0.3 {kind:6}" in said


def test_what_is_noticed_of_a_dropped_recording_is_measured(capfd: pytest.CaptureFixture[str]) -> None:
    opening.main(["--minutes", "0.3", "--kinds", "flac"])
    _, head, row = capfd.readouterr().out.splitlines()
    for column in ("seen", "examined", "judged", "excess", "window", "workers"):
        assert column in head
    assert row.split()[:2] == ["0.3", "flac"]
    assert row.count(" MB") == 2


def test_late_ticks_count_only_beyond_when_they_were_due() -> None:
    times_s = [0.0, 0.005, 0.010, 0.055, 0.060, 1.0]
    stalls = Stalls.between(times_s, begin_s=0.0, end_s=0.057)
    assert (stalls.count, round(stalls.p50_ms), round(stalls.max_ms)) == (4, 0, 45 - TICK_MS)
