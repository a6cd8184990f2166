"""The real program, ended in every way: what it leaves, and what the next start says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@contextmanager
def program(data: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """The window, off-screen, once it says in its log that it has started."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    started = subprocess.Popen(
        [sys.executable, "-m", "voiceclone_gui", "--data-dir", str(data), *arguments],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        log = data / "log" / "voiceclone.log"
        before = log.read_text(encoding="utf-8").count("starts") if log.exists() else 0
        give_up_s = time.monotonic() + 60
        while not (log.exists() and log.read_text(encoding="utf-8").count("starts") > before):
            assert started.poll() is None, "it ended by itself"
            assert time.monotonic() < give_up_s, "it never started"
            time.sleep(0.05)
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.wait()


def left(data: Path) -> list[str]:
    return sorted(path.suffix for path in (data / "crash").iterdir())


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_end_of_the_session_is_a_clean_end(tmp_path: Path, asked: signal.Signals) -> None:
    with program(tmp_path) as window:
        window.send_signal(asked)
        assert window.wait(30) == 0
    assert left(tmp_path) == []
    assert "The end" in (tmp_path / "log" / "voiceclone.log").read_text(encoding="utf-8")


def test_a_crash_below_python_is_written_and_a_kill_is_noticed(tmp_path: Path) -> None:
    with program(tmp_path) as window:
        window.send_signal(signal.SIGSEGV)
        window.wait(30)
    assert left(tmp_path) == [".running", ".txt"]
    (text,) = (tmp_path / "crash").glob("*.txt")
    assert "Segmentation fault" in text.read_text(encoding="utf-8")
    with program(tmp_path) as window:
        window.kill()
        window.wait(30)
    assert left(tmp_path) == [".running", ".running", ".txt", ".txt"]
