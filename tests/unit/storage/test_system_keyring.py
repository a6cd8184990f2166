"""A real Secret Service: gnome-keyring on a bus of its own, reached by programs of their own."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CANARY = "sk-canary-0123456789abcdef"
WITH_KEYRING = shlex.join(
    [
        *("dbus-run-session", "--", "sh", "-c"),
        'printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$@"',
        "sh",
    ]
)


class Session:
    """A desktop session without a screen: a bus and a keyring, both gone when it ends."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o700)
        hidden = {"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND"}
        self._environment = {name: value for name, value in os.environ.items() if name not in hidden} | {
            "XDG_RUNTIME_DIR": str(folder),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "PYTHONPATH": str(ROOT),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/no-bus",
        }

    def run(self, *programs: str, start: str = WITH_KEYRING) -> list[list[object]]:
        """Run programs one after another, each with its orders as lines, and read what each answers.

        ``start`` is the command that goes before them.
        """
        script = "; ".join(
            f"printf '%b' {json.dumps(orders)} | {shlex.quote(sys.executable)} -m tests.fakes.keyring_program; echo ---"
            for orders in programs
        )
        command = [*shlex.split(start), "sh", "-c", script]
        done = subprocess.run(
            command, env=self._environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        assert CANARY not in done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        parts = done.stdout.split("---\n")[:-1]
        return [[json.loads(line) for line in part.splitlines()] for part in parts]


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path)


def test_a_second_program_finds_the_token_again_and_forgets_it(session: Session) -> None:
    first, second, third = session.run(
        f"describe\\nload hingnet\\nsave hingnet {CANARY}\\nsave proxy other\\n",
        "load hingnet\\nload proxy\\nforget hingnet\\nforget hingnet\\n",
        "load hingnet\\nload proxy\\n",
    )
    assert first == [{"kind": "gnome-keyring", "name": "GNOME Keyring", "problem": None}, None, None, None]
    assert second == [CANARY, "other", None, None]
    assert third == [None, "other"]


def test_a_locked_keyring_is_said_and_gives_the_token_once_it_is_unlocked(session: Session) -> None:
    ((_, _, *refused, _, found),) = session.run(
        f"save hingnet {CANARY}\\nlock\\nload hingnet\\nsave hingnet new\\nforget hingnet\\nunlock\\nload hingnet\\n"
    )
    for answer in refused:
        assert isinstance(answer, dict)
        assert answer["code"] == "keyring-locked"
        assert answer["text"].startswith("GNOME Keyring is locked. Unlock it")
        assert answer["choices"] == ["unlock-and-try-again", "keep-for-this-run"]
    assert len(refused) == 3
    assert found == CANARY


def test_a_keyring_that_was_never_opened_counts_as_locked(session: Session) -> None:
    ((refused,),) = session.run(f"save hingnet {CANARY}\\n", start="dbus-run-session --")
    assert isinstance(refused, dict)
    assert refused["code"] == "keyring-locked"


def test_a_system_without_a_keyring_has_none(session: Session) -> None:
    ((facts, refused),) = session.run(f"describe\\nsave hingnet {CANARY}\\n", start="")
    assert facts == {"kind": "none", "name": "", "problem": "keyring-missing"}
    assert isinstance(refused, dict)
    assert refused["code"] == "keyring-missing"
