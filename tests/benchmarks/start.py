"""How long it takes from the start of the process to a window that is painted and answers.

``python -m voiceclone_gui`` beside a bare window, in turns, in the same run; what counts is the ratio.

    python -m tests.benchmarks.start [--repeats 7] [--platforms offscreen xcb]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
RUN_LIMIT_S = 60.0
WATCH_S = 1.0
PACKAGES = 12
DISPLAY_SIZE = "1280x900x24"


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.start")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--platforms", nargs="+", default=["offscreen", "xcb"], help="xcb runs under Xvfb")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data_dir:
        for platform in asked.platforms:
            if platform == "offscreen":
                measure(asked.repeats, Path(data_dir), variables(QT_QPA_PLATFORM="offscreen"))
            elif shutil.which("Xvfb") is None:
                print("There is no Xvfb: not measured on X11.")
            else:
                measure_on_x11(asked.repeats, Path(data_dir))
        phases(asked.repeats, Path(data_dir))
        packages(Path(data_dir))


def variables(**more: str) -> dict[str, str]:
    """The environment of what is started: compiled modules are kept, and Qt says nothing."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"QT_LOGGING_RULES": "qt.*=false"} | more


def measure_on_x11(repeats: int, data_dir: Path) -> None:
    """Measure on a display of its own."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", DISPLAY_SIZE, "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        with os.fdopen(reader) as told:
            display = f":{told.readline().strip()}"
        try:
            measure(repeats, data_dir, variables(QT_QPA_PLATFORM="xcb", DISPLAY=display))
        finally:
            server.terminate()


def measure(repeats: int, data_dir: Path, environment: Mapping[str, str]) -> None:
    """Both programs in turns; the first pair isn't counted, it compiles and fills caches."""
    programs = {
        "bare": [str(HERE / "bare_window.py")],
        "VoiceClone": ["voiceclone_gui", "--data-dir", str(data_dir)],
    }
    starts: dict[str, list[list[float]]] = {name: [] for name in programs}
    for number in range(repeats + 1):
        for name, program in programs.items():
            script = [str(HERE / "watched_start.py"), str(time.monotonic()), str(WATCH_S)]
            told = json.loads(run([*script, *program], environment))
            if number:
                starts[name].append(told)
    print(f"Start on {environment['QT_QPA_PLATFORM']}, median of {repeats} (lowest-highest), ms")
    print(f"{'':34}{'bare':>24}{'VoiceClone':>24}{'ratio':>20}")
    rows = ("first paint", "painted and answers", "processor until it answers", "longest stall after it")
    for row, label in enumerate(rows):
        bare = [told[row] for told in starts["bare"]]
        ours = [told[row] for told in starts["VoiceClone"]]
        ratios = [after / before for before, after in zip(bare, ours, strict=True)]
        ratio = (
            f"{statistics.median(ours) / statistics.median(bare):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
        )
        print(f"{label:34}{spread(bare):>24}{spread(ours):>24}{ratio if row < 3 else '':>20}")
    print()


def phases(repeats: int, data_dir: Path) -> None:
    """Where the time until the first paint goes, off-screen."""
    taken: dict[str, list[float]] = {}
    for number in range(repeats + 1):
        script = [str(HERE / "start_phases.py"), str(time.monotonic()), "--data-dir", str(data_dir)]
        told = json.loads(run(script, variables(QT_QPA_PLATFORM="offscreen")))
        for name, took_ms in told.items() if number else ():
            taken.setdefault(name, []).append(took_ms)
    print(f"Phases until the first paint, off-screen, median of {repeats} (lowest-highest), ms")
    for name, took in taken.items():
        print(f"{name:34}{spread(took):>24}")
    print()


def packages(data_dir: Path) -> None:
    """What the imports until the first paint take, by package; each import is slowed by being measured."""
    script = ["-X", "importtime", str(HERE / "start_phases.py"), str(time.monotonic()), "--data-dir"]
    done = subprocess.run(
        [sys.executable, *script, str(data_dir)],
        cwd=ROOT, env=variables(QT_QPA_PLATFORM="offscreen", PYTHONPATH=str(ROOT)),
        capture_output=True, text=True, timeout=RUN_LIMIT_S, check=True,
    )  # fmt: skip
    took_us: Counter[str] = Counter()
    modules: Counter[str] = Counter()
    for line in done.stderr.splitlines():
        columns = line.removeprefix("import time:").split("|")
        if line.startswith("import time:") and columns[0].strip().isdigit():
            name = package_of(columns[2].strip())
            took_us[name] += int(columns[0])
            modules[name] += 1
    print("Imports until the first paint by package, one run, ms (modules)")
    for name, us in took_us.most_common(PACKAGES):
        print(f"{name:34}{us / 1000:>14.1f} ({modules[name]})")
    print()


def package_of(module: str) -> str:
    """The package that a module is counted to."""
    parts = module.split(".")
    if parts[0] == "voiceclone_gui":
        return ".".join(parts[:2])
    if parts[0] in {"shiboken6", "shibokensupport", "PySide6"}:
        return "PySide6 and shiboken6"
    return "standard library" if parts[0] in sys.stdlib_module_names else parts[0]


def run(arguments: list[str], environment: Mapping[str, str]) -> str:
    """What a Python program of this folder prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT, env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, text=True, timeout=RUN_LIMIT_S, check=True,
    )  # fmt: skip
    return done.stdout


def spread(values: list[float]) -> str:
    """Median, lowest and highest."""
    return f"{statistics.median(values):.0f} ({min(values):.0f}-{max(values):.0f})"


if __name__ == "__main__":
    main()
