"""Files that macOS hands over by events: none is lost, whenever it comes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.end_to_end.test_crash_path import program
from tests.end_to_end.test_second_start import recent, until
from tests.fakes.practice_jobs import wav_bytes

# The first file comes before the window is painted; the second, and one that is no file, when the first is
# in its place. What it says then is the question where to put the second.
FIRST_START = """
import json
import os
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QMessageBox
from voiceclone_gui.__main__ import main
from voiceclone_gui.app import open_window as window

run_until_painted = window.run_until_painted
data, first, second = sys.argv[1:]
posted = []

def hand_over(file):
    QCoreApplication.postEvent(QCoreApplication.instance(), QFileOpenEvent(file))

def paint(shown):
    hand_over(first)
    run_until_painted(shown)
    shown.look = QTimer()
    shown.look.timeout.connect(look)
    shown.look.start(20)

def look():
    settings = Path(data) / "settings.json"
    recent = json.loads(settings.read_bytes()).get("recent_files") if settings.exists() else None
    if recent and not posted:
        posted.append(second)
        hand_over(QUrl("https://service.invalid/voice.wav"))
        hand_over(second)
    for box in window.Application.topLevelWidgets():
        if posted and isinstance(box, QMessageBox) and box.isVisible():
            print(recent, box.text(), flush=True)
            os._exit(0)

window.run_until_painted = paint
main(["--data-dir", data])
"""

SECOND_START = """
import sys
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFileOpenEvent
from voiceclone_gui.__main__ import main
from voiceclone_gui.app import open_window as window

run_briefly = window.run_briefly
data, *files = sys.argv[1:]

def listen(limit_ms):
    for file in files:
        QCoreApplication.postEvent(QCoreApplication.instance(), QFileOpenEvent(file))
    run_briefly(limit_ms)

window.run_briefly = listen
window.OPEN_EVENTS_LIMIT_MS = 50
sys.exit(main(["--data-dir", data]))
"""


def run(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def recording(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(wav_bytes(12.0))
    return path


def test_files_come_in_before_the_window_is_seen_and_afterwards(tmp_path: Path) -> None:
    first, second = recording(tmp_path, "große Stimme #1.wav"), recording(tmp_path, "second.wav")
    done = run(FIRST_START, tmp_path / "data", first, second)
    assert done.stdout.splitlines() == [f"{[str(first)]} What is this file?"], done.stderr


def test_a_second_start_hands_on_the_files_that_it_is_told_of(tmp_path: Path) -> None:
    data, file = tmp_path / "data", recording(tmp_path, "voice.wav")
    with program(data):
        done = run(SECOND_START, data, file)
        assert done.returncode == 0, done.stderr
        until(lambda: recent(data) == [str(file)])
