"""How long a frame of the waveform takes while it is zoomed, selected in and played.

An hour of sound on 2,400 pixels, at the pixel ratios that screens have, beside a widget of the same size that
paints one colour.

    python -m tests.benchmarks.zoom [--repeats 100]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RATIOS = ("1", "1.5", "2")
RUN_LIMIT_S = 120.0


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.zoom")
    parser.add_argument("--repeats", type=int, default=100, help="frames of each kind")
    asked = parser.parse_args(arguments)
    print(f"Frames of a waveform of an hour on 2,400 pixels, {asked.repeats} of each")
    print(f"{'ratio':8}{'frame':12}{'p50':>8}{'p90':>8}{'max':>8}  ms")
    for ratio in RATIOS:
        for name, times_ms in measure(ratio, repeats=asked.repeats).items():
            print(f"{ratio:8}{name:12}{_figures(times_ms)}")


def measure(ratio: str, *, repeats: int) -> dict[str, list[float]]:
    """The times of each kind of frame at one pixel ratio, in milliseconds."""
    own = {"QT_SCALE_FACTOR": ratio, "QT_LOGGING_RULES": "qt.*=false"}
    own["QT_QPA_PLATFORM"] = os.environ.get("QT_QPA_PLATFORM", "offscreen")
    command = [sys.executable, "-m", "tests.benchmarks.zooming_window", str(repeats)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | own,
        stdout=subprocess.PIPE,
        text=True,
        timeout=RUN_LIMIT_S,
        check=True,
    )
    measured: dict[str, list[float]] = json.loads(done.stdout)
    return measured


def _figures(times_ms: list[float]) -> str:
    tenths = statistics.quantiles(times_ms, n=10)
    return f"{statistics.median(times_ms):8.2f}{tenths[-1]:8.2f}{max(times_ms):8.2f}"


if __name__ == "__main__":
    main()
