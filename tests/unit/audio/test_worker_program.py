"""The audio process and the program around it: terminal, Ctrl-C, and how both end."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[3]
LIMIT_S = 60.0


def program(mode: str, job: str = "none") -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.fakes.worker_program", mode, job]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def finish(running: subprocess.Popen[str]) -> tuple[int, str, str]:
    with running:
        out, error = running.communicate(timeout=LIMIT_S)
    return running.returncode, out, error


def wait_until_gone(process_id: int) -> None:
    """Until it is no more, or is a zombie that only its new parent can reap."""
    while psutil.pid_exists(process_id):
        try:
            if psutil.Process(process_id).status() == psutil.STATUS_ZOMBIE:
                return
        except psutil.NoSuchProcess:
            return
        time.sleep(0.005)


def test_the_process_writes_nothing_to_the_terminal() -> None:
    assert finish(program("once", "shout")) == (0, "", "")


def test_ctrl_c_in_the_terminal_is_not_for_the_process_not_even_while_it_starts() -> None:
    assert finish(program("ctrl-c")) == (0, "3\n", "")


@pytest.mark.parametrize("job", ["idle", "sleep", "decode_for_ever"])
def test_the_process_ends_with_a_program_that_is_killed(job: str) -> None:
    _kill_and_wait(job)


if sys.platform == "linux":

    def test_it_ends_even_inside_a_call_that_lets_no_thread_run() -> None:
        _kill_and_wait("hold_the_lock")


@pytest.mark.parametrize("job", ["sleep", "hold_the_lock"])
def test_a_program_that_forgets_to_close_it_ends_nevertheless(job: str) -> None:
    code, out, error = finish(program("forget", job))
    assert (code, error) == (0, "")
    wait_until_gone(int(out))


def _kill_and_wait(job: str) -> None:
    with program("on", job) as running:
        assert running.stdout is not None
        process_id = int(running.stdout.readline())
        children = psutil.Process(running.pid).children(recursive=True)
        assert process_id in {child.pid for child in children}
        running.kill()
        running.wait(LIMIT_S)
        for child in children:
            wait_until_gone(child.pid)
        assert running.stderr is not None
        assert running.stderr.read() == ""
