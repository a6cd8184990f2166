"""What there is when the window is first seen: little, and yet a click on it is not lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# The press and the release are put in the queue while nothing but the painted window is there yet.
PROGRAM = """
import builtins
import os
import sys
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from voiceclone_gui.__main__ import main
from voiceclone_gui.app import open_window as window

run_until_painted = window.run_until_painted

def click_when_painted(shown):
    run_until_painted(shown)
    heavy = ("asyncio", "av", "httpx", "keyring", "multiprocessing", "numpy", "sqlite3", "PySide6.QtMultimedia")
    print(*[name for name in heavy if name in sys.modules], flush=True)
    print(builtins.__import__ is builtins.__orig_import__, flush=True)
    button = shown.findChild(QPushButton, "choose-recording")
    left, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(button.rect().center())
    for kind, held in ((QEvent.Type.MouseButtonPress, left), (QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton)):
        event = QMouseEvent(kind, place, QPointF(button.mapToGlobal(place)), left, held, keys)
        QCoreApplication.postEvent(button, event)
    shown.look = QTimer()
    shown.look.timeout.connect(look)
    shown.look.start(10)

def look():
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog) and w.isVisible()]
    if found:
        print(found[0].windowTitle(), flush=True)
        os._exit(0)

window.run_until_painted = click_when_painted
main(["--data-dir", sys.argv[1]])
"""

# What takes long to load may be loaded in threads only: the window answers meanwhile.
WATCHED_PROGRAM = """
import sys
import threading
import time
from importlib.abc import MetaPathFinder
from PySide6.QtCore import QTimer
from voiceclone_gui.__main__ import main
from voiceclone_gui.app import open_window as window

heavy = {"av", "httpx", "numpy", "starlette", "uvicorn", "PySide6.QtMultimedia"}
loaded = {}

class Watch(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name in heavy and name not in loaded:
            loaded[name] = threading.current_thread() is threading.main_thread()

run_until_painted = window.run_until_painted

def stay_a_while(shown):
    run_until_painted(shown)
    shown.ends_s = time.monotonic() + 30
    shown.look = QTimer()
    shown.look.timeout.connect(lambda: end_when_loaded(shown))
    shown.look.start(50)

def end_when_loaded(shown):
    if {"httpx", "numpy", "PySide6.QtMultimedia"} <= set(loaded) or time.monotonic() > shown.ends_s:
        shown.look.stop()
        print(*sorted(loaded), flush=True)
        print(*sorted(name for name, in_the_window in loaded.items() if in_the_window), flush=True)
        QTimer.singleShot(500, shown.close)

sys.meta_path.insert(0, Watch())
window.run_until_painted = stay_a_while
main(["--data-dir", sys.argv[1]])
"""


def test_nothing_heavy_is_loaded_by_the_thread_of_the_window(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED_PROGRAM, str(tmp_path / "data")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    loaded, by_the_window = done.stdout.splitlines()
    assert {"httpx", "numpy", "PySide6.QtMultimedia"} <= set(loaded.split()), done.stderr
    assert by_the_window == "", done.stderr


def test_the_first_picture_needs_nothing_heavy_and_a_click_on_it_is_not_lost(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "data")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == ["", "True", "Choose a recording"], done.stderr
