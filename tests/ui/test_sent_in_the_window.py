"""What is sent, heard and kept from the page; and samples whose file is gone meanwhile."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit

from tests.fakes.wav_files import hours_of_wav
from tests.fakes.window_bench import WindowBench
from tests.fakes.worker_watch import audio_processes
from voiceclone_gui.core.span import Span

PART = Span(start_s=2.0, end_s=14.0)


@pytest.fixture
def said(bench: WindowBench) -> list[str]:
    titles: list[str] = []
    bench.program.messages.posted.connect(lambda message: titles.append(message.title))
    return titles


async def loaded(bench: WindowBench) -> None:
    await bench.load(24.0)
    bench.program.clone.settle_selection("recording", PART)


async def test_where_it_is_kept_is_asked_before_it_is_made(
    bench: WindowBench, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    """A window that came seconds later took what was typed elsewhere by then."""
    await loaded(bench)
    target, asked = bench.folder / "mine.wav", asyncio.Event()

    async def choose(*, proposed: Path, **_: object) -> Path:
        assert proposed.name == "grandma-sent.wav"
        asked.set()
        return target

    monkeypatch.setattr("voiceclone_gui.ui.outgoing_controller.choose_file_to_save", choose)
    held = audio_processes()
    for process in held:
        process.suspend()
    bench.click("recording-save-sent")
    await asyncio.wait_for(asked.wait(), 5)
    await bench.until(lambda: "The file that is sent is being made." in said)
    for process in held:
        process.resume()
    await bench.until(lambda: said[-1] == "Saved as mine.wav.")
    with wave.open(str(target)) as made:
        assert made.getnframes() / made.getframerate() == PART.duration_s


async def test_nothing_is_made_where_nobody_wants_it(
    bench: WindowBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await loaded(bench)

    async def nowhere(**_: object) -> None:
        return None

    monkeypatch.setattr("voiceclone_gui.ui.outgoing_controller.choose_file_to_save", nowhere)
    bench.click("recording-save-sent")
    await asyncio.sleep(0.05)
    assert list(bench.folder.rglob("grandma*.wav")) == [bench.folder / "grandma.wav"]


async def test_a_file_that_another_message_covers_is_made_all_the_same(
    bench: WindowBench, said: list[str]
) -> None:
    await loaded(bench)
    held = audio_processes()
    for process in held:
        process.suspend()
    bench.click("recording-listen")
    await bench.until(lambda: said == ["The file that is sent is being made."])
    for process in held:
        process.resume()
    await bench.until(lambda: bench.program.player.state.source == "sent-recording")
    assert not bench.program.window.banner.isVisible()


async def test_a_recording_that_is_gone_is_said_to_be_when_it_is_played(
    bench: WindowBench, said: list[str]
) -> None:
    """The cure was that of a preview: to save it and play it elsewhere."""
    await bench.load()
    (bench.folder / "grandma.wav").unlink()
    bench.click("play-recording")
    await bench.until(lambda: said)
    assert said == ["grandma.wav is gone."]


async def test_while_a_long_one_is_examined_its_own_length_is_shown(bench: WindowBench) -> None:
    await bench.load(24.0)
    long_one = hours_of_wav(bench.folder / "a whole afternoon.wav", hours=2.0)
    bench.program.controller.open_files([long_one], target="recording")
    await bench.until(lambda: bench.state.recording.path == long_one and bench.state.recording.waveform)
    if bench.state.recording.facts is None:
        assert bench.find(QLineEdit, "recording-to").text().startswith(("1:", "2:"))
    await bench.until(lambda: bench.state.recording.facts)
    assert bench.find(QLineEdit, "recording-to").text() == "2:00:00.00"
