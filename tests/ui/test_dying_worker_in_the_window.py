"""The audio process dies while the window waits for it: it says so, keeps what was there, and goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil
import pytest

from tests.fakes.wav_files import hours_of_wav
from tests.fakes.window_bench import WindowBench
from tests.fakes.worker_watch import audio_processes
from voiceclone_gui.core.sample_check import LightKind, Verdict
from voiceclone_gui.core.span import Span

BUSY_S = 1.0


@pytest.fixture
def said(bench: WindowBench) -> list[str]:
    titles: list[str] = []
    bench.program.messages.posted.connect(lambda message: titles.append(message.title))
    return titles


async def test_while_a_recording_is_examined(bench: WindowBench, said: list[str]) -> None:
    await bench.load(12.0)
    before = bench.state.recording.path
    long_one = hours_of_wav(bench.folder / "a whole afternoon.wav", hours=1.0)
    bench.program.controller.open_files([long_one], target="recording")
    await bench.until(lambda: bench.state.recording.waveform is not None and not bench.state.recording.facts)
    for process in audio_processes():
        process.kill()
    await bench.until(lambda: said)
    assert said[-1] == "The audio process ended unexpectedly."
    assert bench.state.recording.path == before
    bench.program.controller.open_files([bench.recording(14.0, "another.wav")], target="recording")
    await bench.until(
        lambda: bench.state.recording.path.name == "another.wav" and bench.state.recording.facts
    )
    assert bench.state.recording.facts.duration_s == 14.0


async def bench_processes(bench: WindowBench) -> list[psutil.Process]:
    await bench.until(lambda: len(audio_processes()) > 1)
    return audio_processes()


async def test_while_a_recording_is_listened_to(bench: WindowBench, said: list[str]) -> None:
    known = {process.pid for process in audio_processes()}
    long_one = hours_of_wav(bench.folder / "a whole afternoon.wav", hours=0.25)
    bench.program.controller.open_files([long_one], target="recording")
    await bench.until(lambda: bench.state.recording and bench.state.recording.facts)
    listening = [process for process in await bench_processes(bench) if process.pid not in known]
    # Not in the middle of its start: another one would take its place.
    await bench.until(lambda: listening[0].cpu_times().user > BUSY_S)
    listening[0].kill()
    bench.program.controller.open_files([long_one], target="recording")
    await bench.until(lambda: bench.state.recording.is_refined)
    assert "The audio process ended unexpectedly." not in said
    lights = {light.kind: light.verdict for light in bench.state.recording.lights}
    assert lights[LightKind.CLIPPING] is not Verdict.UNKNOWN


@pytest.mark.parametrize("link", ["recording-listen", "recording-save-sent"])
async def test_while_what_is_sent_is_made(
    bench: WindowBench, said: list[str], link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = bench.folder / "copy.wav"

    async def chosen(**_: object) -> Path:
        return target

    monkeypatch.setattr("voiceclone_gui.ui.outgoing_controller.choose_file_to_save", chosen)
    long_one = hours_of_wav(bench.folder / "a whole afternoon.wav", hours=1.0)
    bench.program.controller.open_files([long_one], target="recording")
    await bench.until(lambda: bench.state.recording and bench.state.recording.facts)
    part = Span(start_s=3000.0, end_s=3060.0)
    bench.program.clone.settle_selection("recording", part)
    for process in audio_processes():
        process.suspend()
    bench.click(link)
    await asyncio.sleep(0.05)
    for process in audio_processes():
        process.kill()
    await bench.until(lambda: said)
    assert said[-1] == "The audio process ended unexpectedly."
    assert bench.state.recording.span == part
    bench.click(link)
    if link == "recording-listen":
        await bench.until(lambda: bench.program.player.state.source == "sent-recording")
    else:
        await bench.until(target.exists)
