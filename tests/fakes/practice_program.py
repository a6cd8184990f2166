"""The practice service in a process of its own, which can be killed in the middle of anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

# Run with -c, so that the audio process it starts has no file to run again.
PROGRAM = """
import sys
from pathlib import Path
from voiceclone_gui.practice.faults import Gate, Hold, Point, Step
from voiceclone_gui.practice.server import PracticeServer

state_dir, *held = sys.argv[1:]
gate = Gate()
server = PracticeServer(state_dir=Path(state_dir))
for step, point, after_bytes in zip(held[::3], held[1::3], held[2::3]):
    server.faults.add(Step(step), Hold(gate=gate, at=Point(point), after_bytes=int(after_bytes)))
server.start()
print(server.base_url, server.token, flush=True)
if held:
    gate.wait_reached(timeout_s=60.0)
    print("reached", flush=True)
sys.stdin.read()
server.stop()
"""


class PracticeProgram:
    """``hold`` is a step, a point and a number of bytes at which the first request is held for good."""

    def __init__(self, *, state_dir: Path, hold: tuple[str, str, int] | None = None) -> None:
        held = [] if hold is None else [str(part) for part in hold]
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(state_dir), *held],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.base_url, self.token = self._line().split()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it as it should be ended, unless it was killed."""
        self.process.communicate(timeout=60)

    def wait_reached(self) -> None:
        """Wait until a request stands where it is held."""
        assert self._line() == "reached"

    def kill(self) -> None:
        """SIGKILL: nothing is finished, closed or flushed."""
        self.process.kill()
        self.process.wait(timeout=60)

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()
