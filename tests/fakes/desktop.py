"""A desktop for one test: an X server without a screen, a window manager, buses, and where wanted sound.

All of it is private: nothing of the person who runs the tests is seen, and nothing outlives the test.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import psutil

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
SIZE_PX = (1800, 1000)
LIMIT_S = 30.0
PR_SET_CHILD_SUBREAPER = 36
# Qt tells what it thinks of a machine with few fonts, and of an accessibility bus without a desktop.
QUIET = "qt.multimedia.*=false;qt.text.*=false;qt.accessibility.*=false"


def until(look: Callable[[], T], what: str, *, limit_s: float = LIMIT_S) -> T:
    """What ``look`` gives as soon as it is true; ``what`` says in a failure what never came."""
    give_up_s = time.monotonic() + limit_s
    while not (seen := look()):
        assert time.monotonic() < give_up_s, f"not within {limit_s:.0f} s: {what}"
        time.sleep(0.02)
    return seen


class Desktop:
    """Everything that a window needs around it. ``environment`` is what a program on it is started with."""

    def __init__(self, *, folder: Path) -> None:
        self.folder = folder
        self._runtime = Path(tempfile.mkdtemp(prefix="desktop-"))
        self._before = set(psutil.Process().children())
        self._programs: list[subprocess.Popen[str]] = []
        home = folder / "home"
        home.mkdir(parents=True)
        self.home = home
        kept = {"PATH", "PYTHONPATH", "PYTHON_KEYRING_BACKEND", "LD_LIBRARY_PATH"}
        self.environment = {name: value for name, value in os.environ.items() if name in kept} | {
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(self._runtime),
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "QT_LOGGING_RULES": QUIET,
        }

    def __enter__(self) -> Self:
        # What a program leaves behind becomes this process's child: it is seen, and can be ended.
        _adopt_orphans(True)
        try:
            self._start_screen()
            self._start_bus()
            self.start("openbox", "--sm-disable")
            until(self._has_window_manager, "the window manager runs")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(
        self, *command: str, stdin: int | None = None, stdout: int | None = None, **environment: str
    ) -> subprocess.Popen[str]:
        """Start a program on this desktop; what it says of errors goes to ``log_of`` it."""
        with self.log_of(command[0]).open("a") as log:
            program = subprocess.Popen(
                command,
                env=self.environment | environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL if stdin is None else stdin,
                stdout=log if stdout is None else stdout,
                stderr=log,
                text=True,
            )
        self._programs.append(program)
        return program

    def start_python(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a Python program with this environment's own interpreter."""
        return self.start(sys.executable, *arguments, **environment)

    def log_of(self, command: str) -> Path:
        """What the programs of that name have written."""
        return self.folder / f"{Path(command).name}.log"

    def run(self, *command: str, **environment: str) -> str:
        """Run a program to its end; returns what it has written."""
        done = subprocess.run(
            command,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
        return done.stdout

    def take_picture(self, path: Path) -> None:
        """Keep what the screen shows as a PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        size = f"{SIZE_PX[0]}x{SIZE_PX[1]}"
        display = self.environment["DISPLAY"]
        grab = ("-f", "x11grab", "-draw_mouse", "1", "-video_size", size, "-i", display)
        self.run("ffmpeg", "-loglevel", "error", "-y", *grab, "-frames:v", "1", str(path))

    def processes(self) -> set[psutil.Process]:
        """Every process of this desktop that is there now, whoever started it."""
        found = set()
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if process.environ().get("XDG_RUNTIME_DIR") == str(self._runtime):
                    found.add(process)
        return found

    def stop(self) -> None:
        """End everything, the newest first, and wait until it is gone."""
        everything = self.processes()
        for program in reversed(self._programs):
            program.terminate()
            try:
                program.wait(10)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait(10)
            for stream in (program.stdin, program.stdout):
                if stream is not None:
                    stream.close()
        started = {program.pid for program in self._programs}
        for process in everything:
            if process.pid not in started:
                _end_orphan(process)
        self._bury_orphans()
        _adopt_orphans(False)
        subprocess.run(["rm", "-rf", str(self._runtime)], check=True)

    def _bury_orphans(self) -> None:
        """Wait for what had ended without its parent: nobody else can."""
        for process in psutil.Process().children():
            with contextlib.suppress(psutil.NoSuchProcess):
                if process not in self._before and process.status() == psutil.STATUS_ZOMBIE:
                    os.waitpid(process.pid, 0)

    def _start_screen(self) -> None:
        reading, writing = os.pipe()
        screen = f"{SIZE_PX[0]}x{SIZE_PX[1]}x24"
        with self.log_of("Xvfb").open("a") as log:
            command = [
                "Xvfb",
                "-displayfd",
                str(writing),
                "-screen",
                "0",
                screen,
                "-nolisten",
                "tcp",
                "-noreset",
            ]
            self._programs.append(
                subprocess.Popen(command, pass_fds=[writing], env=self.environment, stderr=log, text=True)
            )
        os.close(writing)
        with os.fdopen(reading) as told:
            self.environment["DISPLAY"] = f":{told.readline().strip()}"

    def _start_bus(self) -> None:
        # The accessibility bus is started by this one when the first window asks for it.
        command = ("dbus-daemon", "--session", "--nofork", "--print-address=1")
        bus = self.start(*command, stdout=subprocess.PIPE)
        assert bus.stdout is not None
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()

    def _has_window_manager(self) -> bool:
        asked = subprocess.run(
            ["xdotool", "get_num_desktops"], env=self.environment, capture_output=True, check=False
        )
        return asked.returncode == 0 and not asked.stderr


def _adopt_orphans(adopts: bool) -> None:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(adopts), 0, 0, 0)


def _end_orphan(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()
    with contextlib.suppress(ChildProcessError):  # its own parent has waited for it
        os.waitpid(process.pid, 0)
