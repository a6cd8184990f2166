"""The player with Qt's own sound threads, without a sound device."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from voiceclone_gui.ui.player import Player

ROOT = Path(__file__).parents[2]
CLIP = ROOT / "resources" / "sample" / "austen-prompt.wav"


@pytest.fixture
def player(qapp: QApplication) -> Iterator[Player]:
    made = Player()
    yield made
    made.close()


async def until(holds) -> None:  # type: ignore[no-untyped-def]
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came to that")


@pytest.mark.parametrize("times", [60, pytest.param(500, marks=pytest.mark.long)])
def test_it_is_stopped_at_any_moment_without_standing_still(times: int) -> None:
    # A fault would be a program that hangs for ever or crashes: so it is one of its own.
    done = subprocess.run(
        [sys.executable, "-m", "tests.fakes.player_program", str(CLIP), str(times)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, f"{times}\n"), done.stderr


async def test_it_begins_at_the_place_that_was_wanted_before_it_knew_the_file(player: Player) -> None:
    places: list[float] = []
    player.position_changed.connect(places.append)
    player.load(CLIP, at_s=2.0)
    assert player.position_s == 2.0
    player.play()
    await until(lambda: player.is_playing and player.position_s > 2.2)
    assert min(places) >= 1.9


async def test_another_file_stops_the_first_one(player: Player) -> None:
    player.load(CLIP)
    player.play()
    await until(lambda: player.is_playing)
    player.load(ROOT / "resources" / "sample" / "austen-reading.wav")
    assert not player.is_playing
    assert player.position_s == 0.0


async def test_a_gain_turns_down_the_volume_and_never_up(player: Player) -> None:
    player.load(CLIP)
    player.set_volume(0.8)
    player.set_gain(0.5)
    assert player.output_volume == pytest.approx(0.4)
    player.set_gain(4.0)
    assert player.output_volume == pytest.approx(0.8)
    assert player.volume == 0.8


async def test_a_file_that_can_not_be_played_is_said_in_words(player: Player, tmp_path: Path) -> None:
    said: list[str] = []
    player.failed.connect(said.append)
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"no sound at all")
    player.load(broken)
    player.play()
    await until(lambda: said)
    assert said[0]
