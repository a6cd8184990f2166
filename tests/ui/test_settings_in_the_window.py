"""Settings, recent files and what can be put back, in the real window."""

from __future__ import annotations

import json

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QPushButton

from tests.fakes.window_bench import WindowBench
from voiceclone_gui.core.span import Span


def choose(bench: WindowBench, name: str, value: object) -> None:
    box = bench.find(QComboBox, name)
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def on_disk(bench: WindowBench) -> dict[str, object]:
    path = bench.folder / "data" / "settings.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def recent(bench: WindowBench, button: str) -> list[QAction]:
    """The files that the menu of a button offers."""
    return [
        action for action in bench.find(QPushButton, button).menu().actions() if action.toolTip()[:1] == "/"
    ]


async def test_a_setting_is_on_disk_as_soon_as_it_is_changed(bench: WindowBench) -> None:
    bench.program.controller.show_settings("look")
    bench.click("plays-by-itself")
    await bench.until(lambda: on_disk(bench).get("plays_by_itself") is False)
    assert not bench.find(QCheckBox, "plays-by-itself").isChecked()


async def test_theme_and_text_size_change_at_once(bench: WindowBench, qapp: QApplication) -> None:
    text_px = qapp.font().pixelSize()
    bench.program.controller.show_settings("look")
    choose(bench, "theme", "dark")
    assert bench.program.theme.tokens.name == "dark"
    choose(bench, "text-percent", 150)
    assert qapp.font().pixelSize() == round(text_px * 1.5)
    await bench.until(lambda: on_disk(bench).get("text_percent") == 150)


async def test_the_preview_stays_silent_where_that_is_wanted(bench: WindowBench) -> None:
    bench.program.controller.show_settings("look")
    bench.click("plays-by-itself")
    bench.click("page-clone")
    await bench.ready()
    bench.click("clone")
    await bench.until(lambda: bench.program.player.state.source == "clone")
    assert not bench.program.player.state.playing
    bench.click("play")
    await bench.until(lambda: bench.program.player.state.playing)


async def test_the_preview_plays_by_itself_otherwise(bench: WindowBench) -> None:
    await bench.ready()
    bench.click("clone")
    await bench.until(lambda: bench.program.player.state.playing)
    assert bench.program.player.state.source == "clone"


async def test_the_volume_is_remembered(bench: WindowBench) -> None:
    bench.program.window.player.volume_wanted.emit(0.4)
    await bench.until(lambda: on_disk(bench).get("volume_percent") == 40)


async def test_a_recent_file_is_taken_again_by_a_click(bench: WindowBench) -> None:
    assert not bench.program.window.findChild(QPushButton, "recent").isVisible()
    first, second = bench.recording(name="a & b.wav"), bench.recording(name="second.wav")
    for path in (first, second):
        bench.program.controller.open_files([path], target="recording")
        await bench.until(lambda p=path: bench.state.recording and bench.state.recording.path == p)
        await bench.until(lambda: bench.state.recording.facts)
    offered = recent(bench, "replace-recording")
    assert [one.text() for one in offered] == ["second.wav", "a && b.wav"]
    assert offered[1].toolTip() == str(first)
    offered[1].trigger()
    await bench.until(lambda: bench.state.recording.path == first and bench.state.recording.facts)
    await bench.until(lambda: on_disk(bench).get("recent_files") == [str(first), str(second)])


async def test_a_recent_file_that_is_gone_is_named_and_what_stands_there_stays(bench: WindowBench) -> None:
    await bench.load()
    bench.program.settings.change(recent_files=(str(bench.folder / "gone.wav"),))
    recent(bench, "replace-recording")[0].trigger()
    await bench.until(bench.program.window.banner.isVisible)
    assert "gone.wav" in bench.program.window.banner.accessibleName()
    assert bench.state.recording.path.name == "grandma.wav"


async def test_the_shipped_sample_is_no_recent_file(bench: WindowBench) -> None:
    bench.click("try-sample")
    await bench.until(lambda: bench.state.clip and bench.state.clip.facts and bench.state.recording.facts)
    assert bench.program.settings.state.recent_files == ()


async def test_a_replaced_recording_is_put_back_by_a_click(bench: WindowBench) -> None:
    await bench.ready()
    bench.drop(bench.recording(name="wrong one.wav"), at=(0.5, 0.25))
    await bench.until(lambda: bench.state.recording.path.name == "wrong one.wav")
    await bench.until(bench.program.window.banner.isVisible)
    assert not bench.state.has_rights
    bench.click("notice-action")
    assert bench.state.recording.path.name == "grandma.wav"
    assert bench.state.recording.facts is not None
    assert not bench.program.window.banner.isVisible()


async def test_what_was_done_since_then_can_not_be_put_back_with_a_file(bench: WindowBench) -> None:
    """The button took along whatever was selected and typed while its message stood there."""
    await bench.ready()
    bench.drop(bench.recording(24.0, "another.wav"), at=(0.5, 0.25))
    await bench.until(lambda: bench.state.recording.path.name == "another.wav")
    await bench.until(bench.program.window.banner.isVisible)
    part = Span(start_s=1.0, end_s=13.0)
    bench.program.clone.settle_selection("recording", part)
    assert not bench.program.window.banner.isVisible()
    bench.program.clone.put_back()
    assert (bench.state.recording.path.name, bench.state.recording.span) == ("another.wav", part)
    bench.click("undo")
    bench.click("undo")
    assert bench.state.recording.path.name == "grandma.wav"


async def test_what_is_typed_while_a_file_is_examined_stays_when_that_is_put_back(bench: WindowBench) -> None:
    await bench.ready()
    bench.drop(bench.recording(290.0, "another.wav"), at=(0.5, 0.25))
    bench.program.clone.set_fields(text="Typed meanwhile.")
    await bench.until(
        lambda: bench.state.recording.path.name == "another.wav" and bench.state.recording.facts
    )
    await bench.until(bench.program.window.banner.isVisible)
    bench.click("notice-action")
    assert bench.state.recording.path.name == "grandma.wav"
    assert bench.state.fields.text == "Typed meanwhile."


async def test_a_removed_clip_comes_back_with_its_words(bench: WindowBench) -> None:
    bench.click("try-sample")
    await bench.until(lambda: bench.state.clip and bench.state.clip.facts and bench.state.recording.facts)
    words = bench.state.fields.prompt_text
    bench.click("remove-clip")
    assert (bench.state.clip, bench.state.fields.prompt_text) == (None, "")
    bench.click("notice-action")
    assert bench.state.clip.path.name == "austen-prompt.wav"
    assert bench.state.fields.prompt_text == words


async def test_the_sample_recording_gives_back_everything_that_it_replaced(bench: WindowBench) -> None:
    await bench.load()
    bench.program.controller.try_sample()
    await bench.until(lambda: bench.state.clip and bench.state.clip.facts and bench.state.recording.facts)
    bench.click("notice-action")
    assert bench.state.recording.path.name == "grandma.wav"
    assert (bench.state.clip, bench.state.fields.prompt_text) == (None, "")
