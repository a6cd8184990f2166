"""A computer made of stand-ins for the programs that the set-up calls, to see what it would do there.

The scripts run for real, with a PATH that holds nothing but the stand-ins and the shell's own tools.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = (
    "sh",
    "cat",
    "cut",
    "dirname",
    "env",
    "grep",
    "mkdir",
    "rm",
    "sed",
    "sort",
    "tr",
    "touch",
    "chmod",
    "cp",
)

# Answers like an interpreter of the version in $FAKE_VERSION. What it makes is a copy of itself; what it
# is asked to install is noted. The set-up's own small programs are run by a real interpreter.
INTERPRETER = """#!/bin/sh
case "$1 $2" in
*_base_executable*)
    case ${FAKE_VERSION:-3.11.2} in 3.11.* | 3.12.* | 3.13.*) echo "$0" ;; *) exit 1 ;; esac ;;
*"import ensurepip"*) [ "${FAKE_ENSUREPIP:-yes}" = yes ] || [ -e "$FAKE_STATE/ensurepip" ] ;;
*"sys.version"*) echo "${FAKE_VERSION:-3.11.2} (fake)" ;;
"-m venv")
    echo "venv" >>"$FAKE_STATE/log"
    mkdir -p "$3/bin"
    cp "$0" "$3/bin/python" ;;
"-m pip")
    case "$*" in *requirements.lock*) step=locked ;; *) step=project ;; esac
    echo "$step" >>"$FAKE_STATE/log"
    [ "${FAKE_FAIL:-}" != "$step" ] || exit 1
    mkdir -p voiceclone_gui/_resources ;;
*) exec "$FAKE_REAL" "$@" ;;
esac
"""

PROGRAMS = {
    "uname": 'echo "${FAKE_SYSTEM:-Linux}"',
    "id": 'echo "${FAKE_UID:-1000}"',
    "dpkg-query": 'cat "$FAKE_STATE/packages"',
    "apt-get": """
echo "apt-get $*" >>"$FAKE_STATE/log"
case "$*" in
*update*) exit "${FAKE_UPDATE:-0}" ;;
*install*)
    [ "${FAKE_INSTALL:-0}" -eq 0 ] || exit 1
    for word; do case $word in -* | *=* | install) ;; *) echo "installed $word " >>"$FAKE_STATE/packages" ;; esac; done
    touch "$FAKE_STATE/ensurepip" ;;
esac""",
}
SUDO = 'case "$*" in "--non-interactive true") exit "${FAKE_SUDO:-1}" ;; *) shift; echo sudo >>"$FAKE_STATE/log"; exec "$@" ;; esac'


class FakeMachine:
    """A project folder on a computer of which the test says what is installed."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "a project"
        self._state = folder / "state"
        self._bin = folder / "bin"
        self._state.mkdir()
        self._bin.mkdir()
        for tool in TOOLS:
            (self._bin / tool).symlink_to(str(shutil.which(tool)))
        for name, body in PROGRAMS.items():
            self.add_program(name, body)
        self.installed_packages()
        self._copy_project()

    def _copy_project(self) -> None:
        shutil.copytree(ROOT / "packaging", self.project / "packaging")
        for name, text in {
            "pyproject.toml": "[project]\n",
            "requirements.lock": "something==1.0\n",
            "voiceclone_gui/__init__.py": "",
            "resources/icons/a.svg": "<svg/>",
            "run.txt": "# why\npython3-venv  # because\n\nlibegl1\nlibglib2.0-0   # a note\n",
            "test.txt": "curl\n",
        }.items():
            path = self.project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def add_program(self, name: str, body: str) -> None:
        """Put a shell program on PATH."""
        path = self._bin / name
        path.write_text(body if body.startswith("#!") else f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def add_python(self, name: str = "python3") -> None:
        """Put an interpreter on PATH."""
        self.add_program(name, INTERPRETER)

    def remove_program(self, name: str) -> None:
        """Take a program off PATH."""
        (self._bin / name).unlink()

    def installed_packages(self, *lines: str) -> None:
        """Say what dpkg knows: status, name, and what the package provides."""
        (self._state / "packages").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a script of the project there."""
        fixed = {"PATH": str(self._bin), "FAKE_STATE": str(self._state), "FAKE_REAL": sys.executable}
        return subprocess.run(
            ["/bin/sh", *command],
            cwd=self.project,
            env=fixed | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def taken_log(self) -> list[str]:
        """What the stand-ins were asked to do since the last call."""
        path = self._state / "log"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines
