"""A/B: recording and clone at the same place, with Qt's own player."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from voiceclone_gui.core.span import Span
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


class TestASelectedPart:
    async def test_is_played_from_its_start_to_its_end_and_stands_at_its_start_again(
        self, presenter: PlayerPresenter
    ) -> None:
        seen: list[PlayerState] = []
        presenter.state_changed.connect(seen.append)
        presenter.set_span("recording", Span(start_s=2.0, end_s=2.6))
        presenter.toggle("recording")
        await until(lambda: presenter.state.playing)
        await until(lambda: not presenter.state.playing)
        played = [state.position_s for state in seen if state.playing]
        # The first place may be told before the file is loaded; after it, nothing before the start.
        assert min(played) >= 1.9
        assert 2.4 < max(played) < 3.5
        await until(lambda: presenter.state.position_s == 2.0)

    async def test_is_left_by_who_goes_elsewhere(self, presenter: PlayerPresenter) -> None:
        presenter.set_span("recording", Span(start_s=2.0, end_s=2.6))
        presenter.show("recording")
        presenter.seek("recording", 5.0)
        presenter.toggle("recording")
        await until(lambda: presenter.state.position_s > 5.4)
        assert presenter.state.playing

    async def test_that_moves_takes_the_play_head_along(self, presenter: PlayerPresenter) -> None:
        presenter.show("recording")
        presenter.set_span("recording", Span(start_s=3.0, end_s=9.0))
        await until(lambda: presenter.state.position_s == 3.0)
        presenter.set_span("recording", Span(start_s=4.0, end_s=9.0))
        await until(lambda: presenter.state.position_s == 4.0)

    async def test_leaves_a_play_head_inside_where_the_user_put_it(self, presenter: PlayerPresenter) -> None:
        presenter.set_span("recording", Span(start_s=3.0, end_s=9.0))
        presenter.show("recording")
        presenter.seek("recording", 6.0)
        presenter.set_span("recording", Span(start_s=4.0, end_s=9.0))
        await asyncio.sleep(0.05)
        assert presenter.state.position_s == 6.0

    async def test_ends_sooner_where_its_end_is_drawn_over_what_plays(
        self, presenter: PlayerPresenter
    ) -> None:
        presenter.set_span("recording", Span(start_s=2.0, end_s=20.0))
        presenter.toggle("recording")
        await until(lambda: presenter.state.position_s > 2.3)
        presenter.set_span("recording", Span(start_s=2.0, end_s=presenter.state.position_s + 0.3))
        await until(lambda: not presenter.state.playing)

    async def test_is_compared_from_its_start(self, presenter: PlayerPresenter) -> None:
        presenter.set_span("recording", Span(start_s=5.0, end_s=20.0))
        presenter.show("clone")
        presenter.seek("clone", 1.5)
        presenter.switch_to("recording")
        await until(lambda: presenter.state.position_s == 6.5)
        presenter.switch_to("clone")
        await until(lambda: presenter.state.position_s == 1.5)

    async def test_of_another_file_is_forgotten(self, presenter: PlayerPresenter) -> None:
        presenter.set_span("recording", Span(start_s=5.0, end_s=20.0))
        presenter.set_source("recording", SAMPLES / "austen-prompt.wav")
        presenter.show("recording")
        assert presenter.state.position_s == 0.0
