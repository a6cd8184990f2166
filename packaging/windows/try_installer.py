"""Tries the installers for real, on Windows: install, upgrade over a program that runs, self-test, remove.

Usage: try_installer.py OLDER_INSTALLER INSTALLER VERSION RECORDING

It works on the account that runs it, and removes VoiceClone and its data from there in the end: for a
computer that is thrown away. Stops at the first thing that isn't as it should be.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

if sys.platform == "win32":
    import winreg

LIMIT_S = 300
ENTRY = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\VoiceClone"
OPEN_COMMAND = r"Software\Classes\Applications\VoiceClone.exe\shell\open\command"


class Attempt:
    """The steps of one user, from the older version to the empty computer."""

    def __init__(self, *, older: Path, newer: Path, version: str, recording: Path) -> None:
        self._older = older
        self._newer = newer
        self._version = version
        self._recording = recording
        local = Path(os.environ["LOCALAPPDATA"])
        self._program = local / "Programs" / "VoiceClone"
        self._data = local / "VoiceClone"

    def run(self) -> None:
        """All steps; raises ``AssertionError`` with what isn't so."""
        _run(self._older, "/S")
        _hold("the older version is there", _value(ENTRY, "DisplayVersion") != self._version)
        self._open_the_recording()
        # The program still runs: the upgrade asks it to close, as Windows does.
        _run(self._newer, "/S")
        _hold("the newer version is there", _value(ENTRY, "DisplayVersion") == self._version)
        for name in ("voiceclone-gui.exe", "VoiceClone.exe"):
            _run(self._program / name, "--self-test")
        self._remove()
        _wait("the program's folder is gone", lambda: not self._program.exists())
        _hold("the user's data has stayed", self._recent() == [str(self._recording)])
        _run(self._newer, "/S")
        self._remove("/DELETEDATA")
        _hold("the user's data is gone, as asked", not self._data.exists())
        _hold("nothing is left in the registry", _value(ENTRY, "DisplayVersion") is None)

    def _open_the_recording(self) -> None:
        """As "open with" does: by the command that is written in the registry."""
        command = _value(OPEN_COMMAND, "")
        _hold("there is a command to open files with", command is not None)
        subprocess.Popen(str(command).replace("%1", str(self._recording)))
        _wait("the recording is in its place", lambda: self._recent() == [str(self._recording)])

    def _recent(self) -> list[str]:
        settings = self._data / "settings.json"
        return list(json.loads(settings.read_bytes()).get("recent_files", [])) if settings.exists() else []

    def _remove(self, *options: str) -> None:
        # It goes on as a copy of itself, so its end isn't the end of the work.
        _run(self._program / "uninstall.exe", "/S", *options)
        _wait("the uninstaller is done", lambda: not (self._program / "uninstall.exe").exists())
        _wait("the registry is cleared", lambda: _value(ENTRY, "DisplayVersion") is None)
        if options:
            _wait("the data is deleted", lambda: not self._data.exists())


def _value(key: str, name: str) -> str | None:
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
            return str(winreg.QueryValueEx(opened, name)[0])
    except FileNotFoundError:
        return None


def _run(program: Path, *options: str) -> None:
    print(f"{program.name} {' '.join(options)}", flush=True)
    done = subprocess.run([str(program), *options], timeout=LIMIT_S, check=False)
    _hold(f"{program.name} ends with 0, not {done.returncode}", done.returncode == 0)


def _wait(what: str, holds: Callable[[], bool]) -> None:
    give_up_s = time.monotonic() + LIMIT_S
    while not holds():
        _hold(what, time.monotonic() < give_up_s)
        time.sleep(0.5)
    print(f"  {what}", flush=True)


def _hold(what: str, holds: bool) -> None:
    if not holds:
        raise AssertionError(f"not so: {what}")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("Usage: try_installer.py OLDER_INSTALLER INSTALLER VERSION RECORDING")
    Attempt(
        older=Path(sys.argv[1]).absolute(),
        newer=Path(sys.argv[2]).absolute(),
        version=sys.argv[3],
        recording=Path(sys.argv[4]).absolute(),
    ).run()
