"""A second start of the real program: its files go to the first window, and it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.end_to_end.test_crash_path import ROOT, program
from tests.fakes.practice_jobs import wav_bytes
from voiceclone_gui.app import one_window

ENVIRONMENT = os.environ | {"QT_QPA_PLATFORM": "offscreen"}


def start(data: Path, *arguments: str, cwd: Path = ROOT) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "voiceclone_gui", "--data-dir", str(data), *arguments],
        env=ENVIRONMENT | {"PYTHONPATH": str(ROOT)},
        cwd=cwd,
        stderr=subprocess.PIPE,
        text=True,
    )


def until(holds: Callable[[], object]) -> None:
    give_up_s = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < give_up_s, "it never came to that"
        time.sleep(0.05)


def recent(data: Path) -> list[str]:
    settings = data / "settings.json"
    return list(json.loads(settings.read_bytes()).get("recent_files", [])) if settings.exists() else []


def test_the_files_of_a_second_start_open_in_the_first_window(tmp_path: Path) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "two words"
    elsewhere.mkdir()
    (elsewhere / "grandma's\nvoice.wav").write_bytes(wav_bytes(12.0))
    with program(data) as first:
        second = start(data, "grandma's\nvoice.wav", cwd=elsewhere)
        _, said = second.communicate(timeout=60)
        assert second.returncode == 0
        assert "Traceback" not in said
        until(lambda: recent(data) == [str(elsewhere / "grandma's\nvoice.wav")])
        assert first.poll() is None


def test_another_data_folder_is_another_program(tmp_path: Path) -> None:
    with program(tmp_path / "one"), program(tmp_path / "two") as second:
        assert second.poll() is None


def test_after_a_kill_the_next_start_is_the_first(tmp_path: Path) -> None:
    with program(tmp_path) as first:
        first.send_signal(signal.SIGKILL)
        first.wait()
    with program(tmp_path) as second:
        again = start(tmp_path)
        assert again.wait(60) == 0
        assert second.poll() is None
        again.communicate()


def test_a_first_window_that_stands_still_is_said(tmp_path: Path) -> None:
    with program(tmp_path) as first:
        first.send_signal(signal.SIGSTOP)
        second = start(tmp_path)
        _, said = second.communicate(timeout=60)
        first.send_signal(signal.SIGCONT)
        assert second.returncode == 9
        assert "runs already, but its window doesn't answer" in said


def test_of_five_starts_at_once_one_has_the_window(tmp_path: Path) -> None:
    started = [start(tmp_path) for _ in range(5)]
    try:
        until(lambda: sum(one.poll() is None for one in started) <= 1)
        assert [one.poll() for one in started].count(0) == 4
    finally:
        for one in started:
            if one.poll() is None:
                one.terminate()
            _, said = one.communicate(timeout=60)
            assert "libpyside" not in said


def test_garbage_at_the_door_harms_nobody(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with program(data) as first:
        door = Path(tempfile.gettempdir()) / one_window.name_for(data)
        until(door.exists)
        assert door.stat().st_mode & 0o077 == 0
        for rubbish in (b"\xff\x00 rubbish\n", b"[]\n", b'{"files": ["relative"]}\n', b"x" * 1_000_000):
            visitor = socket.socket(socket.AF_UNIX)
            visitor.settimeout(30)
            visitor.connect(str(door))
            try:
                visitor.sendall(rubbish)
                assert visitor.recv(10) == b""
            except (BrokenPipeError, ConnectionResetError):
                pass
            visitor.close()
        second = start(data)
        assert second.wait(60) == 0
        second.communicate()
        assert first.poll() is None
