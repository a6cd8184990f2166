"""The use case in a process of its own that can be killed, started quickly: forked from one that is loaded.

``ForkedProgram`` is for tests; run as a program it reads one order a line, forks a child that carries it
out, tells the child's number, and tells how it ended when it is asked with an empty line. Linux and macOS only, as the orders come by fork.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]


class ForkedProgram:
    """Starts children and kills them; use it with ``with``."""

    def __init__(self) -> None:
        self._loaded = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.forked_program"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loaded.communicate(timeout=20)

    def start(self, **order: object) -> int:
        """Start a child; see :func:`carry_out`. Returns its process number."""
        self._say(json.dumps(order))
        number = self._told()
        assert number > 1
        return number

    def kill(self, number: int) -> None:
        """Kill the child that was started last, and wait until it is gone."""
        # Its number is its own until it is told how it ended: nobody waits for it before.
        os.kill(number, signal.SIGKILL)
        self._say("")
        assert self._told() == -signal.SIGKILL

    def _say(self, line: str) -> None:
        assert self._loaded.stdin is not None
        self._loaded.stdin.write(line + "\n")
        self._loaded.stdin.flush()

    def _told(self) -> int:
        assert self._loaded.stdout is not None
        return int(self._loaded.stdout.readline())


async def carry_out(order: dict[str, Any]) -> None:
    """Clone, or let a voice speak (``speaks``), as the window would: on the data in ``folder``."""
    from tests.fakes.clone_bench import open_bench, open_client

    folder = Path(order["folder"])
    async with open_client(order["base_url"], order["token"]) as (http, client):
        # The service is another process's.
        bench = await open_bench(folder, server=None, http=http, client=client)  # type: ignore[arg-type]
        voice_id = order["voice_id"]
        if order["speaks"]:
            (voice,) = await bench.library.voices()
            await bench.keep(voice)
            return
        await bench.run(voice_id=voice_id, has_own_id=order["has_own_id"])


def main() -> None:
    # Whatever is loaded here, no child has to load.
    import tests.fakes.clone_bench  # noqa: F401

    # An order and the question how it ended, in turns.
    while line := sys.stdin.readline():
        child = os.fork()
        if not child:
            code = 1
            try:
                asyncio.run(carry_out(json.loads(line)))
                code = 0
            except BaseException:  # noqa: BLE001 - said, and nothing of it goes on in the child
                traceback.print_exc()
            finally:
                os._exit(code)
        print(child, flush=True)
        sys.stdin.readline()
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
