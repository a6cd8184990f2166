"""Looking for a newer version: when it is asked, what is told, and what stays silent."""

from __future__ import annotations

import logging
import platform
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.release_lists import LINUX, release, releases_json
from tests.fakes.release_source import FakeReleaseLists
from voiceclone_gui.core.errors import (
    ConnectionLost,
    InputRefused,
    KeyringFailed,
    NotConnected,
    UpdateCheckFailed,
    VoiceCloneError,
)
from voiceclone_gui.core.settings import UpdateSettings
from voiceclone_gui.core.version import parse_version
from voiceclone_gui.services.check_updates import UpdateCheck, this_computer

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LIST = "https://example.com/voiceclone/releases.json"
SETTINGS = UpdateSettings(address=LIST)


class Asked:
    """Notes when something is about to leave."""

    def __init__(self) -> None:
        self.times: list[datetime] = []

    def __call__(self, time: datetime) -> None:
        self.times.append(time)


def check(lists: FakeReleaseLists, *, own: str = "0.1.0", packaged: str = "") -> UpdateCheck:
    return UpdateCheck(
        lists=lists, own=parse_version(own), computer=LINUX, packaged=packaged, clock=lambda: NOW
    )


@pytest.fixture
def lists() -> FakeReleaseLists:
    return FakeReleaseLists(releases_json(release("0.2.0"), release("0.3.0", "windows")))


async def test_a_newer_version_is_told(lists: FakeReleaseLists) -> None:
    asked = Asked()
    news = await check(lists).look_by_itself(SETTINGS, on_asked=asked)
    assert news is not None
    assert news.release == release("0.2.0")
    assert lists.asked == [LIST]
    assert asked.times == [NOW]


@pytest.mark.parametrize(
    "settings",
    [
        UpdateSettings(),
        UpdateSettings(is_on=False, address=LIST),
        replace(SETTINGS, asked_at=(NOW - timedelta(hours=23)).isoformat()),
    ],
)
async def test_nothing_is_asked_unasked(lists: FakeReleaseLists, settings: UpdateSettings) -> None:
    asked = Asked()
    assert await check(lists).look_by_itself(settings, on_asked=asked) is None
    assert (lists.asked, asked.times) == ([], [])


async def test_a_day_later_it_is_asked_again(lists: FakeReleaseLists) -> None:
    settings = replace(SETTINGS, asked_at=(NOW - timedelta(days=1)).isoformat())
    assert await check(lists).look_by_itself(settings, on_asked=Asked()) is not None


async def test_no_keyring_is_unlocked_for_it(lists: FakeReleaseLists) -> None:
    lists.needs_keyring = True
    assert await check(lists).look_by_itself(SETTINGS, on_asked=Asked()) is None
    assert lists.asked == []
    assert (await check(lists).look(SETTINGS, on_asked=Asked())).release is not None


async def test_the_packaged_address_is_asked_where_the_user_has_none(lists: FakeReleaseLists) -> None:
    packaged = "https://packager.example/releases.json"
    use_case = check(lists, packaged=packaged)
    await use_case.look_by_itself(UpdateSettings(), on_asked=Asked())
    await use_case.look_by_itself(SETTINGS, on_asked=Asked())
    assert await use_case.look_by_itself(UpdateSettings(is_on=False), on_asked=Asked()) is None
    assert lists.asked == [packaged, LIST]


async def test_a_version_that_was_dismissed_is_not_told_again_until_a_newer_one(
    lists: FakeReleaseLists,
) -> None:
    settings = replace(SETTINGS, dismissed_version="0.2.0")
    assert await check(lists).look_by_itself(settings, on_asked=Asked()) is None
    assert (await check(lists).look(settings, on_asked=Asked())).release == release("0.2.0")
    lists.content = releases_json(release("0.2.0"), release("0.2.1"))
    news = await check(lists).look_by_itself(settings, on_asked=Asked())
    assert news is not None
    assert news.release == release("0.2.1")


@pytest.mark.parametrize("own", ["0.2.0", "0.2.1", "1.0.0"])
async def test_nothing_is_told_of_what_is_not_newer(lists: FakeReleaseLists, own: str) -> None:
    assert await check(lists, own=own).look_by_itself(SETTINGS, on_asked=Asked()) is None


async def test_a_version_for_other_computers_is_told_only_to_who_asks(lists: FakeReleaseLists) -> None:
    lists.content = releases_json(release("0.3.0", "windows"))
    assert await check(lists).look_by_itself(SETTINGS, on_asked=Asked()) is None
    news = await check(lists).look(SETTINGS, on_asked=Asked())
    assert (news.release, news.unfit) == (None, release("0.3.0", "windows"))


ERRORS: list[VoiceCloneError] = [
    NotConnected("connect-dns", host="example.com"),
    ConnectionLost("read-timeout", host="example.com"),
    UpdateCheckFailed("release-list-status", host="example.com", status=404),
    KeyringFailed("keyring-locked", keyring="GNOME Keyring"),
]


@pytest.mark.parametrize("error", ERRORS)
async def test_what_goes_wrong_by_itself_is_silent_and_in_the_log(
    lists: FakeReleaseLists, error: VoiceCloneError, caplog: pytest.LogCaptureFixture
) -> None:
    lists.error = error
    with caplog.at_level(logging.INFO, logger="voiceclone_gui"):
        assert await check(lists).look_by_itself(SETTINGS, on_asked=Asked()) is None
    (record,) = caplog.records
    assert record.levelno == logging.INFO
    assert record.getMessage() == f"Looked for a newer version: {error}"
    with pytest.raises(type(error)):
        await check(lists).look(SETTINGS, on_asked=Asked())


@pytest.mark.parametrize(
    ("content", "sum_file", "code"),
    [
        (b"<html>log in</html>", None, "release-list-not-json"),
        (releases_json(release("0.2.0")), b"0" * 64, "release-list-sum"),
        (releases_json(release("0.2.0")), b"<html>", "release-list-sum-malformed"),
        (b'{"format": 7}', None, "release-list-format"),
    ],
)
async def test_a_bad_list_is_silent_by_itself_and_said_when_asked(
    lists: FakeReleaseLists, content: bytes, sum_file: bytes | None, code: str
) -> None:
    lists.content, lists.sum_file = content, sum_file
    assert await check(lists).look_by_itself(SETTINGS, on_asked=Asked()) is None
    with pytest.raises(UpdateCheckFailed) as caught:
        await check(lists).look(SETTINGS, on_asked=Asked())
    assert caught.value.code == code


async def test_the_sum_is_looked_at_before_anything_is_read(lists: FakeReleaseLists) -> None:
    lists.content, lists.sum_file = b"no list at all", b"0" * 64
    with pytest.raises(UpdateCheckFailed) as caught:
        await check(lists).look(SETTINGS, on_asked=Asked())
    assert caught.value.code == "release-list-sum"


@pytest.mark.parametrize(
    "address",
    ["", "http://example.com/r.json", "https://user:canary@example.com/r.json", "https://[half/r.json"],
)
async def test_an_address_that_can_not_be_used_is_never_asked(
    lists: FakeReleaseLists, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = UpdateSettings(address=address)
    with caplog.at_level(logging.INFO, logger="voiceclone_gui"):
        assert await check(lists).look_by_itself(settings, on_asked=Asked()) is None
    with pytest.raises(InputRefused):
        await check(lists).look(settings, on_asked=Asked())
    assert lists.asked == []
    assert "canary" not in caplog.text


async def test_what_never_left_does_not_count_as_asked(lists: FakeReleaseLists) -> None:
    lists.is_offline, lists.error = True, NotConnected("connect-dns", host="example.com")
    asked = Asked()
    assert await check(lists).look_by_itself(SETTINGS, on_asked=asked) is None
    assert asked.times == []


@pytest.mark.parametrize(
    ("system", "machine", "expected"),
    [
        ("linux", "x86_64", ("linux", "x86_64")),
        ("linux", "aarch64", ("linux", "arm64")),
        ("win32", "AMD64", ("windows", "x86_64")),
        ("win32", "ARM64", ("windows", "arm64")),
        ("darwin", "arm64", ("macos", "arm64")),
        ("darwin", "x86_64", ("macos", "x86_64")),
        ("freebsd14", "riscv64", ("freebsd14", "riscv64")),
    ],
)
def test_a_computer_is_named_in_the_words_of_the_list(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, expected: tuple[str, str]
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    computer = this_computer()
    assert (computer.system, computer.machine) == expected
