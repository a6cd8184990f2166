"""How long the window stands still while it clones from a file of 19 MB.

The real window examines, draws, uploads, clones, fetches the preview and plays it; the practice service is
another process. A bare window ticks beside it, under the same load at the same time: what the program
itself is to blame for is the difference.

    python -m tests.benchmarks.stall [--repeats 3] [--seconds 290] [--why]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import wave
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.benchmarks.ticks import Stalls
from tests.fakes.practice_program import PracticeProgram

ROOT = Path(__file__).parents[2]
READING = ROOT / "resources" / "sample" / "austen-reading.wav"
RUN_LIMIT_S = 300.0
SECONDS = 295.0


@dataclass(frozen=True, kw_only=True)
class Run:
    """One clone: the stalls of both windows, and the longest one of each part of the clone."""

    bare: Stalls
    window: Stalls
    parts_ms: dict[str, float]
    seconds: float


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.stall")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="length of the recording")
    parser.add_argument("--why", action="store_true", help="say what the window was at; spoils the figures")
    asked = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_LOGGING_RULES", "qt.*=false")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        recording = write_recording(Path(folder) / "long reading.wav", seconds=asked.seconds)
        size_mb = recording.stat().st_size / 1e6
        runs = []
        for number in range(asked.repeats):
            place = Path(folder) / str(number)
            place.mkdir()
            runs.append(measure(recording, place=place, why=asked.why))
    print(f"Stalls over a whole clone, {asked.seconds:.0f} s of sound, {size_mb:.1f} MB, {len(runs)} runs")
    print(report(runs))


def write_recording(path: Path, *, seconds: float) -> Path:
    """The shipped reading over and over, at 32 kHz, mono, 16 bit."""
    with wave.open(str(READING), "rb") as source:
        rate_hz, reading = source.getframerate(), source.readframes(source.getnframes())
    doubled = b"".join(reading[at : at + 2] * 2 for at in range(0, len(reading), 2))
    wanted_bytes = round(seconds * rate_hz * 2) * 2
    with wave.open(str(path), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(rate_hz * 2)
        target.writeframes((doubled * (wanted_bytes // len(doubled) + 1))[:wanted_bytes])
    return path


def measure(recording: Path, *, place: Path, why: bool) -> Run:
    """One clone beside a bare window."""
    python = [sys.executable, "-m"]
    with (
        PracticeProgram(state_dir=place / "practice") as service,
        subprocess.Popen(
            [*python, "tests.benchmarks.ticking_window"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as bare,
    ):  # fmt: skip
        assert bare.stdout is not None
        assert bare.stdout.readline() == "ticking\n"
        command = [*python, "tests.benchmarks.cloning_window", service.base_url, service.token]
        command += [str(recording), str(place / "data"), *(["--why"] if why else [])]
        try:
            done = subprocess.run(
                command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=RUN_LIMIT_S, check=True
            )
        finally:
            bare_ticks_s = json.loads(bare.communicate(timeout=60)[0])
    told = json.loads(done.stdout)
    began_s: dict[str, float] = told["began_s"]
    begin_s, end_s = began_s["open"], began_s["end"]
    places = [*began_s.items()]
    parts_ms = {
        name: Stalls.between(told["ticks_s"], begin_s=start_s, end_s=next_s).max_ms
        for (name, start_s), (_, next_s) in pairwise(places)
    }
    return Run(
        bare=Stalls.between(bare_ticks_s, begin_s=begin_s, end_s=end_s),
        window=Stalls.between(told["ticks_s"], begin_s=begin_s, end_s=end_s),
        parts_ms=parts_ms,
        seconds=end_s - begin_s,
    )


def report(runs: list[Run]) -> str:
    """The table: each figure is the median of the runs, with the lowest and the highest."""
    lines = [f"{'':24}{'bare':>22}{'VoiceClone':>22}{'excess':>22}  ms late"]
    for name in ("p50_ms", "p99_ms", "max_ms"):
        bare = [getattr(run.bare, name) for run in runs]
        window = [getattr(run.window, name) for run in runs]
        excess = [after - before for before, after in zip(bare, window, strict=True)]
        lines.append(f"{name.removesuffix('_ms'):24}{_spread(bare)}{_spread(window)}{_spread(excess)}")
    lines.append("longest stall of each part:")
    lines += [
        f"  {part:22}{'':22}{_spread([run.parts_ms.get(part, 0.0) for run in runs])}"
        for part in runs[0].parts_ms
    ]
    lines.append(f"a clone took {statistics.median(run.seconds for run in runs):.1f} s")
    return "\n".join(lines)


def _spread(values_ms: list[float]) -> str:
    middle = statistics.median(values_ms)
    return f"{middle:>8.1f} ({min(values_ms):.1f}-{max(values_ms):.1f})".rjust(22)


if __name__ == "__main__":
    main()
