"""Measures how long the installed program takes to show its window, beside the same from source, in turns.

Usage: start_ratio.py INSTALLED SOURCE_PYTHON [REPEATS]     with an X display; needs xdotool

INSTALLED is the frozen voiceclone-gui, SOURCE_PYTHON the interpreter for ``-m voiceclone_gui``. Prints the
ratio of the medians; the first pair isn't counted, it fills caches. Fails only where a window never comes.
The display must stay when its last program ends: Xvfb takes -noreset for that.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

LIMIT_S = 60.0


def shown_after_s(command: list[str], data_dir: str) -> float:
    """From the start of the process to its visible window; the process is ended."""
    began_s = time.monotonic()
    with subprocess.Popen(
        [*command, "--data-dir", data_dir], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as program:
        try:
            while time.monotonic() - began_s < LIMIT_S and program.poll() is None:
                search = [
                    "xdotool",
                    "search",
                    "--onlyvisible",
                    "--pid",
                    str(program.pid),
                    "--name",
                    "VoiceClone",
                ]
                if subprocess.run(search, capture_output=True, check=False).stdout.strip():
                    return time.monotonic() - began_s
            raise TimeoutError(
                f"{command[0]} showed no window within {LIMIT_S:.0f} s, exit code {program.poll()}"
            )
        finally:
            program.terminate()
            program.wait(30)


def main(arguments: list[str]) -> int:
    """Measure and print."""
    if len(arguments) not in {2, 3} or not os.environ.get("DISPLAY"):
        print((__doc__ or "").split("\n\n")[1], file=sys.stderr)
        return 2
    commands = {"installed": [arguments[0]], "source": [arguments[1], "-m", "voiceclone_gui"]}
    taken_s: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data_dir:
        for number in range(int(arguments[2] if len(arguments) == 3 else 7) + 1):
            for name, command in commands.items():
                took_s = shown_after_s(command, f"{data_dir}/{name}")
                if number:
                    taken_s[name].append(took_s)
    medians = {name: statistics.median(values) for name, values in taken_s.items()}
    for name, values in taken_s.items():
        print(f"{name}: window after {medians[name]:.2f} s ({min(values):.2f} to {max(values):.2f})")
    print(
        f"start of the installed program: "
        f"{medians['installed'] / medians['source']:.2f} x the same from source"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
