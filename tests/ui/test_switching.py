"""A/B: recording and clone at the same place, with Qt's own player."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from voiceclone_gui.ui.player import Player
from voiceclone_gui.ui.presenters.player_presenter import PlayerPresenter, PlayerState

SAMPLES = Path(__file__).parents[2] / "resources" / "sample"


@pytest.fixture
async def presenter() -> AsyncIterator[PlayerPresenter]:
    player = Player()
    made = PlayerPresenter(player=player)
    made.set_source("recording", SAMPLES / "austen-reading.wav")
    made.set_source("clone", SAMPLES / "austen-prompt.wav")
    yield made
    player.close()


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came to that")


@pytest.mark.parametrize("playing", [True, False])
async def test_the_other_one_goes_on_where_the_first_was(presenter: PlayerPresenter, playing: bool) -> None:
    presenter.play_from_start("clone")
    await until(lambda: presenter.state.position_s > 0.6)
    if not playing:
        presenter.pause()
        await until(lambda: not presenter.state.playing)
    place_s = presenter.state.position_s
    later: list[PlayerState] = []
    presenter.switch_to("recording")
    presenter.state_changed.connect(later.append)
    if not playing:
        presenter.toggle("recording")
    await until(lambda: presenter.state.position_s > place_s + 0.3)
    assert presenter.state.source == "recording"
    assert min(state.position_s for state in later) >= place_s - 0.1
