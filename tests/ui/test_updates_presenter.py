"""New versions: what is shown unasked, what is told on a question, and what is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.release_lists import LINUX, release, releases_json
from tests.fakes.release_source import FakeReleaseLists
from voiceclone_gui.core.errors import NotConnected
from voiceclone_gui.core.settings import Settings, UpdateSettings
from voiceclone_gui.core.version import parse_version
from voiceclone_gui.services.check_updates import UpdateCheck
from voiceclone_gui.ui.messages import Message, MessageBus, Tone
from voiceclone_gui.ui.presenters.settings_presenter import SettingsPresenter
from voiceclone_gui.ui.presenters.updates_presenter import TASK, UpdatesPresenter
from voiceclone_gui.ui.tasks import TaskScope

LIST = "https://example.com/voiceclone/releases.json"
OTHER = "https://other.example/releases.json"


class Store:
    """Keeps settings in memory."""

    def __init__(self) -> None:
        self.written: list[Settings] = []

    async def write(self, settings: Settings) -> None:
        self.written.append(settings)


class Scene:
    """A presenter with everything around it, and a clock that is set by hand."""

    def __init__(self, updates: UpdateSettings, *, packaged: str = "") -> None:
        self.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
        self.lists = FakeReleaseLists(releases_json(release("0.2.0")))
        self.store, self.messages, self.tasks = Store(), MessageBus(), TaskScope()
        self.posted: list[Message] = []
        self.messages.posted.connect(self.posted.append)
        self.failures: list[Exception] = []
        self.tasks.failed.connect(self.failures.append)
        self.opened: list[str] = []
        self.has_browser = True
        self.settings = SettingsPresenter(
            settings=Settings(updates=updates), store=self.store, messages=self.messages, tasks=self.tasks
        )
        self.presenter = UpdatesPresenter(
            check=UpdateCheck(
                lists=self.lists,
                own=parse_version("0.1.0"),
                computer=LINUX,
                packaged=packaged,
                clock=lambda: self.now,
            ),
            settings=self.settings,
            messages=self.messages,
            tasks=self.tasks,
            open_page=self.open_page,
        )

    def open_page(self, page: str) -> bool:
        self.opened.append(page)
        return self.has_browser

    @property
    def state(self):  # type: ignore[no-untyped-def]
        return self.presenter.state

    @property
    def saved(self) -> UpdateSettings:
        return self.settings.state.updates

    async def settle(self) -> None:
        """Until nothing is on its way any more."""
        for _ in range(200):
            if not self.tasks.is_running(TASK) and not self.tasks.is_running("settings"):
                break
            await asyncio.sleep(0)
        assert self.failures == []

    async def look(self) -> None:
        self.presenter.look()
        await self.settle()

    async def check(self) -> None:
        self.presenter.check_now()
        await self.settle()


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene(UpdateSettings(address=LIST))
    yield made
    made.presenter.timer.stop()
    await made.tasks.aclose()


async def test_what_is_newer_stands_in_the_window(scene: Scene) -> None:
    scene.presenter.begin()
    await scene.settle()
    notice = scene.state.notice
    assert notice.release == release("0.2.0")
    assert notice.packages == release("0.2.0").packages
    assert notice.own == "0.1.0"
    assert scene.posted == []
    assert scene.saved.asked_at == "2026-11-23T12:00:00+00:00"
    assert scene.store.written[-1].updates.asked_at == scene.saved.asked_at


async def test_a_window_that_stays_open_asks_once_a_day(scene: Scene) -> None:
    scene.presenter.begin()
    assert scene.presenter.timer.isActive()
    await scene.settle()
    for hours in (1, 23, 24, 25, 48):
        scene.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC) + timedelta(hours=hours)
        scene.presenter.timer.timeout.emit()
        await scene.settle()
    assert len(scene.lists.asked) == 3


async def test_who_is_off_line_hears_nothing_and_is_asked_for_later(scene: Scene) -> None:
    scene.lists.is_offline, scene.lists.error = True, NotConnected("connect-dns", host="example.com")
    await scene.look()
    assert (scene.state.notice, scene.state.outcome, scene.posted) == (None, None, [])
    assert scene.saved.asked_at == ""
    scene.lists.is_offline, scene.lists.error = False, None
    await scene.look()
    assert scene.state.notice is not None


async def test_a_bad_answer_is_silent_for_a_day(scene: Scene) -> None:
    scene.lists.sum_file = b"0" * 64
    await scene.look()
    assert (scene.state.notice, scene.state.outcome, scene.posted) == (None, None, [])
    await scene.look()
    assert len(scene.lists.asked) == 1


@pytest.mark.parametrize("updates", [UpdateSettings(), UpdateSettings(is_on=False, address=LIST)])
async def test_nothing_is_asked_where_it_is_not_wanted(updates: UpdateSettings) -> None:
    scene = Scene(updates)
    await scene.look()
    assert scene.lists.asked == []
    assert scene.store.written == []
    await scene.tasks.aclose()


async def test_a_dismissed_version_stays_away_and_the_next_one_comes(scene: Scene) -> None:
    await scene.look()
    scene.presenter.dismiss()
    assert scene.state.notice is None
    assert scene.saved.dismissed_version == "0.2.0"
    scene.now += timedelta(days=1)
    await scene.look()
    assert scene.state.notice is None
    scene.lists.content = releases_json(release("0.2.1"), release("0.2.0"))
    scene.now += timedelta(days=1)
    await scene.look()
    assert str(scene.state.notice.release.version) == "0.2.1"


async def test_a_closed_notice_comes_again_another_day(scene: Scene) -> None:
    await scene.look()
    scene.presenter.close_notice()
    assert scene.state.notice is None
    assert scene.saved.dismissed_version == ""
    scene.now += timedelta(days=1)
    await scene.look()
    assert scene.state.notice is not None


async def test_switching_it_off_takes_the_notice_away(scene: Scene) -> None:
    await scene.look()
    scene.presenter.switch(False)
    assert scene.state.notice is None
    assert scene.saved.is_on is False
    scene.now += timedelta(days=1)
    await scene.look()
    assert len(scene.lists.asked) == 1


async def test_what_comes_after_it_was_switched_off_is_not_shown(scene: Scene) -> None:
    scene.lists.hold = asyncio.Event()
    scene.presenter.look()
    await asyncio.sleep(0)
    scene.presenter.switch(False)
    scene.lists.hold.set()
    await scene.settle()
    assert scene.state.notice is None


async def test_a_question_is_answered_at_any_time_of_the_day(scene: Scene) -> None:
    await scene.look()
    scene.presenter.dismiss()
    scene.presenter.switch(False)
    await scene.check()
    assert scene.state.found.release == release("0.2.0")
    assert scene.state.outcome is None
    assert scene.state.notice is None
    assert not scene.state.is_busy
    assert len(scene.lists.asked) == 2


async def test_the_answer_says_that_there_is_nothing_newer(scene: Scene) -> None:
    scene.lists.content = releases_json(release("0.1.0"))
    await scene.check()
    assert scene.state.outcome.title == "There is nothing newer than your version, 0.1.0."
    assert scene.state.outcome.tone is Tone.INFORMATION


async def test_the_answer_says_that_the_newer_one_is_for_others(scene: Scene) -> None:
    scene.lists.content = releases_json(release("0.2.0", "windows"))
    await scene.check()
    assert scene.state.found is None
    assert "not for this computer (linux, x86_64)" in scene.state.outcome.title
    assert "https://example.com/voiceclone/0.2.0" in scene.state.outcome.cure


async def test_the_answer_says_what_went_wrong_and_what_to_do(scene: Scene) -> None:
    scene.lists.error = NotConnected("connect-dns", host="example.com")
    await scene.check()
    assert scene.state.outcome.code == "connect-dns"
    assert scene.state.outcome.cure
    scene.lists.error, scene.lists.sum_file = None, b"0" * 64
    await scene.check()
    assert scene.state.outcome.code == "release-list-sum"
    assert scene.posted == []


async def test_without_an_address_the_question_says_what_is_missing() -> None:
    scene = Scene(UpdateSettings())
    await scene.check()
    assert scene.state.outcome.code == "updates-address-missing"
    assert not scene.state.is_busy
    await scene.tasks.aclose()


async def test_an_address_is_put_right_saved_and_asked(scene: Scene) -> None:
    await scene.look()
    scene.presenter.type_address(" other.example/releases.json ")
    await scene.check()
    assert scene.state.address == OTHER
    assert scene.saved.address == OTHER
    assert scene.lists.asked == [LIST, OTHER]


async def test_a_new_address_was_never_asked(scene: Scene) -> None:
    await scene.look()
    scene.presenter.type_address(OTHER)
    assert scene.presenter.save_address()
    assert (scene.saved.asked_at, scene.state.asked_at) == ("", "")
    await scene.look()
    assert scene.lists.asked == [LIST, OTHER]


async def test_a_bad_address_is_said_and_not_saved(scene: Scene) -> None:
    scene.presenter.type_address("http://example.com/releases.json")
    await scene.check()
    assert scene.state.problem.code == "updates-address-not-https"
    assert scene.saved.address == LIST
    assert scene.lists.asked == []
    scene.presenter.type_address(OTHER)
    assert scene.state.problem is None


async def test_an_emptied_address_means_the_packaged_one() -> None:
    scene = Scene(UpdateSettings(address=LIST), packaged=OTHER)
    scene.presenter.type_address("")
    await scene.check()
    assert scene.saved.address == ""
    assert scene.lists.asked == [OTHER]
    await scene.tasks.aclose()


async def test_what_another_address_answers_is_not_waited_for(scene: Scene) -> None:
    scene.lists.hold = asyncio.Event()
    scene.presenter.check_now()
    await asyncio.sleep(0)
    assert scene.state.is_busy
    scene.presenter.type_address(OTHER)
    assert not scene.state.is_busy
    scene.lists.hold.set()
    await scene.settle()
    assert (scene.state.found, scene.state.outcome) == (None, None)


async def test_a_question_takes_the_place_of_a_look_that_is_under_way(scene: Scene) -> None:
    scene.lists.hold = asyncio.Event()
    scene.presenter.look()
    await asyncio.sleep(0)
    scene.presenter.check_now()
    scene.lists.hold.set()
    await scene.settle()
    assert scene.state.found is not None
    assert scene.state.notice is None


async def test_a_page_that_can_not_be_opened_is_named(scene: Scene) -> None:
    await scene.look()
    scene.presenter.open_page(scene.state.notice)
    assert scene.opened == ["https://example.com/voiceclone/0.2.0"]
    assert scene.posted == []
    scene.has_browser = False
    scene.presenter.open_page(scene.state.notice)
    assert "https://example.com/voiceclone/0.2.0" in scene.posted[0].cure


async def test_a_time_that_can_not_be_read_is_never() -> None:
    for asked_at in ("soon", "0001-01-01T00:00:00+14:00"):
        scene = Scene(replace(UpdateSettings(address=LIST), asked_at=asked_at))
        assert scene.state.asked_at == ""
        await scene.look()
        assert scene.state.notice is not None
        await scene.tasks.aclose()
