"""Settings on disk: whole or not at all, and never in the way of the start."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.core.settings import RECENT_MAX, Settings, UpdateSettings
from voiceclone_gui.storage.settings_file import SettingsFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "settings.json"


async def written(path: Path, *settings: Settings) -> None:
    file = SettingsFile(path=path)
    try:
        for one in settings:
            await file.write(one)
    finally:
        await file.aclose()


def read(path: Path) -> tuple[Settings, StorageFailed | None]:
    return SettingsFile(path=path).read()


def test_without_a_file_the_usual_settings_are_in_use(path: Path) -> None:
    assert read(path) == (Settings(), None)
    assert not path.parent.exists()


async def test_what_is_written_is_read_again(path: Path) -> None:
    updates = UpdateSettings(
        is_on=False,
        address="https://example.com/releases.json",
        asked_at="2026-11-23T12:00:00+00:00",
        dismissed_version="0.2.0",
    )
    chosen = Settings(
        theme="dark",
        text_percent=175,
        plays_by_itself=False,
        microphone_id="alsa_input.usb-\udcff 麦克风",
        recent_files=("/a/ü 录音.wav", "/b/\udcff.wav"),
        updates=updates,
    )
    await written(path, Settings(), chosen)
    assert read(path) == (chosen, None)
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"theme": "pink"}',
        b'{"text_percent": 110}',
        b'{"recent_files": [1]}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"volume_percent": true}',
        b'{"updates": {"is_on": 1}}',
        b'{"updates": {"address": null}}',
    ],
)
def test_a_damaged_file_is_set_aside_and_said(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    settings, problem = read(path)
    assert settings == Settings()
    assert problem is not None
    assert problem.code == "settings-damaged"
    assert not path.exists()
    assert path.with_suffix(".damaged.json").read_bytes() == content
    assert read(path) == (Settings(), None)


def test_what_a_newer_program_added_is_passed_over(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"theme": "dark", "from_the_future": {"a": 1}}')
    assert read(path) == (Settings(theme="dark"), None)


def test_a_file_that_can_not_be_read_is_said_and_left_alone(path: Path) -> None:
    path.mkdir(parents=True)
    settings, problem = read(path)
    assert settings == Settings()
    assert problem is not None
    assert problem.code == "settings-unreadable"
    assert path.is_dir()


async def test_a_place_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageFailed):
        await written(tmp_path / "file" / "settings.json", Settings())


async def test_a_write_is_done_in_order_even_if_nobody_waits_for_it(path: Path) -> None:
    file = SettingsFile(path=path)
    for percent in range(20):
        waiting = asyncio.ensure_future(file.write(Settings(volume_percent=percent)))
        await asyncio.sleep(0)
        waiting.cancel()
    await file.aclose()
    assert read(path)[0].volume_percent == 19


def test_the_newest_recent_file_comes_first_and_none_twice() -> None:
    settings = Settings()
    for number in [*range(RECENT_MAX + 3), 5]:
        settings = settings.with_recent(Path(f"/r/{number}.wav"))
    names = [Path(file).stem for file in settings.recent_files]
    assert names[:3] == ["5", str(RECENT_MAX + 2), str(RECENT_MAX + 1)]
    assert len(names) == len(set(names)) == RECENT_MAX
