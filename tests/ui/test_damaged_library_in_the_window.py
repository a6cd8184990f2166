"""A library that was damaged: the window says what came back, and lists it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from PySide6.QtWidgets import QApplication, QLabel

from tests.fakes.libraries import filled
from tests.fakes.window_bench import WindowBench, restarted
from voiceclone_gui.practice.faults import Gate, Hold, Point, Step
from voiceclone_gui.ui.messages import Message, Tone
from voiceclone_gui.ui.widgets.notice import Notice


async def test_a_library_that_came_back_is_said_with_where_the_old_file_lies(
    bench: WindowBench, qapp: QApplication
) -> None:
    await bench.program.aclose()
    shelf = await filled(bench.folder / "data")
    shelf.path.write_bytes(b"this is not a database" * 1000)
    async with restarted(bench, qapp) as again:
        await again.until(lambda: again.program.voices.state.loaded)
        assert len(again.program.voices.state.rows) == 20
        banner = again.find(Notice, "banner")
        message: Message = banner._message
        assert message.tone is Tone.WARNING
        assert message.code == "library-rebuilt"
        assert "voices: 20, open clones: 1" in message.title
        (aside,) = shelf.aside()
        assert str(shelf.folder / aside) in message.cure


async def test_a_library_that_is_deleted_while_the_window_is_open_comes_back_and_is_said(
    bench: WindowBench, qapp: QApplication
) -> None:
    await bench.program.aclose()
    shelf = await filled(bench.folder / "data")
    async with restarted(bench, qapp) as again:
        await again.until(lambda: again.program.voices.state.loaded)
        assert again.program.window.banner.isHidden()
        for path in shelf.folder.glob("library.sqlite3*"):
            path.unlink()
        again.program.voices.load()
        await again.until(again.program.window.banner.isVisible)
        assert again.find(Notice, "banner")._message.code == "library-completed"
        assert len(again.program.voices.state.rows) == 20


async def test_voices_that_cant_be_read_are_not_called_none(bench: WindowBench, qapp: QApplication) -> None:
    """It said "No voices yet" to somebody with a hundred of them, whose disk wasn't there."""
    await bench.program.aclose()
    shelf = await filled(bench.folder / "data")
    aside = shelf.path.rename(bench.folder / "aside")
    for path in shelf.folder.glob("library.sqlite3*"):
        path.unlink()
    shelf.path.mkdir()
    async with restarted(bench, qapp) as again:
        again.click("page-voices")
        await again.until(again.program.window.banner.isVisible)
        texts = [part.text() for part in again.program.window.findChildren(QLabel) if part.isVisible()]
        assert "The list of voices couldn't be read yet" in texts
        assert "No voices yet" not in texts
        shelf.path.rmdir()
        aside.rename(shelf.path)
        again.click("read-voices-again")
        await again.until(lambda: len(again.program.voices.state.rows) == 20)
        # What was said of it at the start is over.
        await again.until(again.program.window.banner.isHidden)


async def test_what_the_start_has_found_is_all_said_one_after_the_other(
    bench: WindowBench, qapp: QApplication
) -> None:
    """Of settings and a library that were both damaged only one was ever said."""
    await bench.program.aclose()
    shelf = await filled(bench.folder / "data")
    shelf.path.write_bytes(b"this is not a database" * 1000)
    (bench.folder / "data" / "settings.json").write_text("{]")
    async with restarted(bench, qapp) as again:
        await again.until(lambda: again.program.voices.state.loaded)
        banner = again.find(Notice, "banner")
        again.program.messages.post(Message(title="Something passes."))
        assert banner.accessibleName() == "Something passes."
        # What is begun takes away what passes, and nothing else.
        again.program.messages.clear()
        assert "list of voices was damaged" in banner.accessibleName()
        again.program.messages.clear()
        again.click("notice-close")
        assert "settings couldn't be understood" in banner.accessibleName()
        again.click("notice-close")
        assert banner.isHidden()


async def test_a_voice_that_couldnt_be_written_down_isnt_to_be_cloned_again(bench: WindowBench) -> None:
    """The cure of the disk's own trouble was said: "try again". That would have made a second voice."""
    await bench.ready()
    gate = Gate()
    bench.server.faults.add(Step.CLONE, Hold(gate=gate, at=Point.AFTER_WORK))
    bench.click("clone")
    await bench.until(lambda: gate.wait_reached(timeout_s=0))
    # The library needn't be as patient as it is with other programs.
    bench.program._late.library._opened().execute("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(bench.folder / "data" / "library.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")
        gate.open()
        await bench.until(lambda: bench.state.message is not None)
        other.rollback()
    message = bench.state.message
    assert "is made, but couldn't be written down" in message.title
    assert "Don't clone again" in message.cure
    assert "try again" not in message.cure
