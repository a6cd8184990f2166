"""Runs all benchmarks, shows their figures and keeps them in a file.

python -m tests.benchmarks [FILE]
"""

from __future__ import annotations

import contextlib
import io
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from PySide6 import __version__ as pyside_version

from tests.benchmarks import decode, opening, stall, start, zoom

DEFAULT_FILE = Path("build") / "benchmarks.txt"


def main() -> None:
    """Run them with their usual counts."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_FILE
    kept = io.StringIO()
    print(heading())
    kept.write(heading() + "\n")
    for benchmark in (start, stall, zoom, decode, opening):
        figures = io.StringIO()
        with contextlib.redirect_stdout(figures):
            benchmark.main([])
        print(figures.getvalue(), flush=True)
        kept.write(figures.getvalue() + "\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(kept.getvalue(), encoding="utf-8")
    print(f"These figures are in {path}.")


def heading() -> str:
    """When and on what it was measured; a computer that does other work spoils the figures."""
    load = " ".join(f"{value:.1f}" for value in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, Python {platform.python_version()}, PySide6 {pyside_version}, "
        f"{platform.platform()}, {os.cpu_count()} cores, load {load}\n"
    )


if __name__ == "__main__":
    main()
