"""An example clip tells what could be better about it, and takes no room where nothing could."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QPushButton, QWidget

from tests.fakes.spoken import RATE_HZ, SAMPLE_RECORDING, noise, spoken
from tests.fakes.wav_files import write_wav
from tests.fakes.window_bench import WindowBench

CLEAN_CLIP = SAMPLE_RECORDING.with_name("austen-prompt.wav")


async def lights_of(bench: WindowBench, clip: Path) -> list[str]:
    bench.program.controller.open_files([clip], target="clip")
    await bench.until(lambda: bench.state.clip is not None and bench.state.clip.is_refined)
    row = bench.program.window.findChild(QWidget, "clip-lights")
    assert row is not None
    return [made.objectName() for made in row.findChildren(QPushButton) if made.isVisible()]


async def test_a_noisy_clip_says_so_and_what_to_do(bench: WindowBench) -> None:
    speech = spoken(6.0, pause_s=0.5)
    noisy = speech + noise(len(speech), level_dbfs=-32)
    path = write_wav(bench.folder / "noisy.wav", noisy, rate_hz=RATE_HZ)
    assert "clip-light-noise" in await lights_of(bench, path)
    bench.program.window.resize(1180, 620)
    bench.click("clip-light-noise")
    row = bench.program.window.findChild(QWidget, "clip-lights")
    await bench.until(lambda: row.visibleRegion().boundingRect() == row.rect())
    assert bench.find(QPushButton, "notice-action").isEnabled()


async def test_a_good_clip_says_nothing(bench: WindowBench) -> None:
    assert await lights_of(bench, CLEAN_CLIP) == []
    row = bench.program.window.findChild(QWidget, "clip-lights")
    assert row is not None
    assert not row.isVisible()
