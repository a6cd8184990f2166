"""What a user notices of a recording that is dropped: when it is seen, whether the window stands still, memory.

The real window examines and judges it; a bare window ticks beside it, under the same load at the same time.
The memory is the most that each of its processes ever held, added up: libraries that they share count in each.

    python -m tests.benchmarks.opening [--minutes 5 60] [--kinds mp3 wav] [--why]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.benchmarks.decode import KINDS, peak_mb, recording
from tests.benchmarks.ticks import Stalls

ROOT = Path(__file__).parents[2]
RUN_LIMIT_S = 300.0


@dataclass(frozen=True, kw_only=True)
class Opened:
    """One recording that was opened."""

    seen_ms: float
    examined_s: float
    judged_s: float
    bare: Stalls
    window: Stalls
    window_mb: float
    workers_mb: float


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.opening")
    parser.add_argument("--minutes", type=float, nargs="+", default=[5, 60])
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=["mp3", "wav"])
    parser.add_argument("--why", action="store_true", help="say what the window was at; spoils the figures")
    asked = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_LOGGING_RULES", "qt.*=false")
    print(
        "Opening a recording: when it is seen, examined and judged; ticks late beyond a bare window's; memory"
    )
    print(
        f"{'minutes':>8} {'kind':6}{'seen':>9}{'examined':>10}{'judged':>9}"
        f"{'p99: bare, ours':>18}{'max: bare, ours':>18}{'excess':>10}{'window':>9}{'workers':>9}"
    )
    for kind in asked.kinds:
        for minutes in asked.minutes:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                path = recording(Path(folder), kind=kind, minutes=minutes)
                print(f"{minutes:8g} {kind:6}{line(measure(path, place=Path(folder), why=asked.why))}")


def measure(path: Path, *, place: Path, why: bool) -> Opened:
    """One recording, beside a bare window."""
    python = [sys.executable, "-m"]
    command = [*python, "tests.benchmarks.opening_window", str(path), str(place / "data")]
    pipes = {"cwd": ROOT, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([*python, "tests.benchmarks.ticking_window"], **pipes) as bare:  # type: ignore[call-overload]
        assert bare.stdout.readline() == "ticking\n"
        with subprocess.Popen([*command, *(["--why"] if why else [])], **pipes) as window:  # type: ignore[call-overload]
            said = json.loads(window.stdout.readline())
            ours_mb, *workers_mb = _peaks_mb(window.pid)
            window.communicate(timeout=RUN_LIMIT_S)
        bare_ticks_s = json.loads(bare.communicate(timeout=60)[0])
    at_s = said["at_s"]
    begin_s, end_s = at_s["drop"], at_s["judged"]
    return Opened(
        seen_ms=1000 * (at_s["seen"] - begin_s),
        examined_s=at_s["examined"] - begin_s,
        judged_s=end_s - begin_s,
        bare=Stalls.between(bare_ticks_s, begin_s=begin_s, end_s=end_s),
        window=Stalls.between(said["ticks_s"], begin_s=begin_s, end_s=end_s),
        window_mb=ours_mb,
        workers_mb=sum(workers_mb),
    )


def line(opened: Opened) -> str:
    """A line of the table."""
    bare, ours = opened.bare, opened.window
    return (
        f"{opened.seen_ms:6.0f} ms{opened.examined_s:8.1f} s{opened.judged_s:7.1f} s"
        f"{bare.p99_ms:10.1f},{ours.p99_ms:7.1f}{bare.max_ms:10.1f},{ours.max_ms:7.1f}"
        f"{ours.max_ms - bare.max_ms:7.1f} ms{opened.window_mb:6.0f} MB{opened.workers_mb:6.0f} MB"
    )


def _peaks_mb(pid: int) -> list[float]:
    """The most memory that the process and each of its children ever held."""
    first = psutil.Process(pid)
    return [peak_mb(process.pid) for process in (first, *first.children(recursive=True))]


if __name__ == "__main__":
    main()
