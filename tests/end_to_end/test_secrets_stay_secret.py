"""A canary: after a whole day of use no secret is anywhere but in the keyring and on its way."""

from __future__ import annotations

import base64
import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import psutil
import pytest

from tests.fakes.day_of_use import FAILURES
from tests.fakes.practice_jobs import audible_jobs
from tests.unit.storage.test_system_keyring import WITH_KEYRING
from voiceclone_gui.practice import fault_answers as answers
from voiceclone_gui.practice.faults import Gate, Hold, Point, Step
from voiceclone_gui.practice.server import PracticeServer

ROOT = Path(__file__).parents[2]
PROXY_PASSWORD = "canary+of/the=proxy-4711"


def forms_of(secret: str) -> set[bytes]:
    """The secret in each form in which it could get out; base64 at each of its three offsets."""
    raw = secret.encode()
    encoded = {base64.b64encode(b"\0" * shift + raw)[4:-4] for shift in range(3)}
    return {raw, quote(secret, safe="").encode(), quote_plus(secret).encode(), raw.hex().encode(), *encoded}


def leaks_in(folder: Path, forms: set[bytes]) -> list[str]:
    """The files below ``folder`` in which the secret stands."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return sorted({path.name for path in files for form in forms if form in path.read_bytes()})


class Watch(threading.Thread):
    """Looks at the arguments and the environment of every process below this one, again and again."""

    def __init__(self, forms: set[bytes]) -> None:
        super().__init__(name="watch", daemon=True)
        self.found: list[str] = []
        self.seen: set[str] = set()
        self._forms = forms
        self._ends = threading.Event()

    def run(self) -> None:
        while not self._ends.wait(0.05):
            for process in psutil.Process().children(recursive=True):
                self._look_at(process)

    def stop(self) -> None:
        self._ends.set()
        self.join()

    def _look_at(self, process: psutil.Process) -> None:
        try:
            words = [*process.cmdline(), *(f"{k}={v}" for k, v in process.environ().items())]
            name = process.name()
        except psutil.Error:
            return
        self.seen.add(name)
        text = "\n".join(words).encode()
        self.found += [name for form in self._forms if form in text]


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeServer]:
    """What it knows lies outside of what is looked through, as far away as another computer."""
    running = PracticeServer(state_dir=tmp_path_factory.mktemp("service"), jobs=audible_jobs())
    running.start()
    yield running
    running.stop()


def spend(folder: Path, server: PracticeServer, *parts: str) -> str:
    """Parts of a day in one session with a keyring; returns everything that was said."""
    # Quoted: the project may lie in a folder with a space in its name.
    program = shlex.join(
        [sys.executable, "-m", "tests.fakes.day_of_use", str(folder / "data"), server.base_url]
    )
    script = "; ".join(f"{program} {part} 2>&1; echo {part}=$?" for part in parts)
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    (folder / "home").mkdir(exist_ok=True)
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    done = subprocess.run(
        [*shlex.split(WITH_KEYRING), "sh", "-c", script],
        env=kept
        | {
            "HOME": str(folder / "home"),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_DATA_HOME": str(folder / "share"),
            "QT_QPA_PLATFORM": "offscreen",
        },
        input=f"{server.token}\n{PROXY_PASSWORD}\n",
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    return done.stdout + done.stderr


def test_after_a_day_of_use_the_token_is_nowhere_else(tmp_path: Path, server: PracticeServer) -> None:
    forms = forms_of(server.token) | forms_of(PROXY_PASSWORD)
    watch = Watch(forms)
    watch.start()
    said = spend(tmp_path, server, "morning")
    assert "morning=0" in said, said
    assert '"Authorization: Bearer $TOKEN"' in said
    assert "the proxy's password is •••" in said
    for code in (1004, 1008, 1026, 2013, 2037, 2038, 2039, 2049):
        server.faults.add(Step.CLONE, answers.business_error(code, f"invalid api key {server.token}"))
    server.faults.add(Step.CLONE, answers.gateway_error(401, f"no such token {server.token}"))
    server.faults.add(Step.CLONE, answers.html(200))
    said += spend(tmp_path, server, "noon")
    assert "noon=0" in said, said
    assert server.faults.left(Step.CLONE) == 0
    assert FAILURES == 10
    gate = Gate()
    server.faults.add(Step.CLONE, Hold(gate=gate, at=Point.BEFORE_WORK))
    said += spend(tmp_path, server, "crash")
    gate.open()
    crashes = [path.read_text(encoding="utf-8") for path in (tmp_path / "data" / "crash").glob("*.txt")]
    assert any("Fatal Python error: Aborted" in text for text in crashes)
    said += spend(tmp_path, server, "evening")
    assert "made True" in said
    watch.stop()

    assert "python" in " ".join(watch.seen)
    assert watch.found == []
    assert [form for form in forms if form in said.encode()] == []
    assert (tmp_path / "data" / "settings.json").is_file()
    assert (tmp_path / "data" / "library.sqlite3").is_file()
    assert leaks_in(tmp_path, forms) == []


@pytest.mark.parametrize("before", [b"", b"x", b"xy"])
def test_the_search_finds_a_secret_however_it_is_written(tmp_path: Path, before: bytes) -> None:
    secret = "sk-canary+0123/456789=äbc"
    (tmp_path / "raw").write_bytes(before + secret.encode())
    (tmp_path / "base64").write_bytes(base64.b64encode(before + secret.encode() + b"tail"))
    (tmp_path / "url").write_text(f"?key={quote_plus(secret)}&more")
    (tmp_path / "clean").write_text("sk-another")
    assert leaks_in(tmp_path, forms_of(secret)) == ["base64", "raw", "url"]
