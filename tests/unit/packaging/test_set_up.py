"""The set-up's scripts, run on made-up computers: what they install, what they refuse, what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.machine import SUDO, FakeMachine

FIND = "packaging/find_python.sh"
PACKAGES = "packaging/linux/system_packages.sh"
SET_UP = ("packaging/set_up.sh", "run.txt")
INSTALL = "apt-get install --yes --no-install-recommends"
EVERYTHING = ("installed libegl1 ", "installed libglib2.0-0t64 libglib2.0-0 (= 2.78), x")
ALL_STEPS = ["venv", "locked", "project"]


@pytest.fixture
def machine(tmp_path: Path) -> FakeMachine:
    return FakeMachine(tmp_path)


class TestFindPython:
    def test_takes_the_first_that_works(self, machine: FakeMachine) -> None:
        # A version manager's stand-in: it is on PATH, and fails.
        machine.add_program("python3", "echo 'python3: command not found' >&2; exit 127")
        machine.add_python("python3.12")
        machine.add_python("python3.11")
        found = machine.run(FIND)
        assert found.returncode == 0
        assert found.stdout.endswith("/bin/python3.12\n")
        assert found.stderr == ""

    @pytest.mark.parametrize("version", ["3.10.12", "3.14.0", "2.7.18"])
    def test_refuses_other_versions(self, machine: FakeMachine, version: str) -> None:
        machine.add_python()
        found = machine.run(FIND, FAKE_VERSION=version)
        assert found.returncode == 1
        assert found.stdout == ""
        assert "VoiceClone needs CPython 3.11, 3.12 or 3.13." in found.stderr

    def test_the_named_one_wins(self, machine: FakeMachine) -> None:
        machine.add_python()
        machine.add_python("my python")
        assert machine.run(FIND, PYTHON="my python").stdout.endswith("/bin/my python\n")

    def test_a_named_one_that_cannot_be_used_is_not_replaced(self, machine: FakeMachine) -> None:
        machine.add_python()
        found = machine.run(FIND, PYTHON="python3.9")
        assert found.returncode == 1
        assert found.stdout == ""
        assert "PYTHON=python3.9 can't be used" in found.stderr

    def test_a_real_interpreter_of_an_environment_gives_its_base(self, machine: FakeMachine) -> None:
        import sys

        found = machine.run(FIND, PYTHON=sys.executable)
        assert found.returncode == 0, found.stderr
        assert Path(found.stdout.strip()).is_file()
        assert Path(found.stdout.strip()).resolve() == Path(sys.executable).resolve()
        assert sys.prefix == sys.base_prefix or not found.stdout.startswith(sys.prefix + "/")


class TestSystemPackages:
    def test_nothing_missing_is_silent(self, machine: FakeMachine) -> None:
        machine.installed_packages(*EVERYTHING, "installed python3-venv ", "config-files curl ")
        run = machine.run(PACKAGES, "run.txt", FAKE_UID="0")
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
        assert machine.taken_log() == []

    def test_root_installs_what_is_missing(self, machine: FakeMachine) -> None:
        machine.installed_packages("installed libegl1 ", "config-files libglib2.0-0 ")
        run = machine.run(PACKAGES, "run.txt", "test.txt", FAKE_UID="0")
        assert run.returncode == 0, run.stderr
        update, install = machine.taken_log()
        assert update.endswith("update")
        assert install.endswith("install --yes --no-install-recommends python3-venv libglib2.0-0 curl")
        assert machine.run(PACKAGES, "run.txt", "test.txt", FAKE_UID="0").stdout == ""

    def test_sudo_without_a_password_installs(self, machine: FakeMachine) -> None:
        machine.add_program("sudo", SUDO)
        run = machine.run(PACKAGES, "test.txt", FAKE_SUDO="0")
        assert run.returncode == 0, run.stderr
        first, update, second, install = machine.taken_log()
        assert first == second == "sudo"
        assert update.endswith("update")
        assert install.endswith("curl")

    def test_an_ordinary_user_gets_the_exact_command(self, machine: FakeMachine) -> None:
        machine.installed_packages("installed libegl1 ")
        run = machine.run(PACKAGES, "run.txt", "test.txt")
        assert run.returncode == 1
        assert f"    su - -c 'apt-get update && {INSTALL} python3-venv libglib2.0-0 curl'\n" in run.stderr
        assert machine.taken_log() == []

    def test_a_user_whose_sudo_asks_gets_the_exact_command(self, machine: FakeMachine) -> None:
        machine.add_program("sudo", SUDO)
        run = machine.run(PACKAGES, "test.txt")
        assert run.returncode == 1
        assert f"    sudo apt-get update && sudo {INSTALL} curl\n" in run.stderr
        assert machine.taken_log() == []

    def test_old_lists_do_not_stop_it(self, machine: FakeMachine) -> None:
        run = machine.run(PACKAGES, "test.txt", FAKE_UID="0", FAKE_UPDATE="100")
        assert run.returncode == 0
        assert "going on" in run.stderr

    def test_a_failed_install_says_the_command(self, machine: FakeMachine) -> None:
        run = machine.run(PACKAGES, "test.txt", FAKE_UID="0", FAKE_INSTALL="1")
        assert run.returncode == 1
        assert f"{INSTALL} curl" in run.stderr

    def test_a_missing_list_fails(self, machine: FakeMachine) -> None:
        assert machine.run(PACKAGES, "no-such-list.txt", FAKE_UID="0").returncode == 1

    def test_another_linux_is_told_what_is_needed(self, machine: FakeMachine) -> None:
        machine.remove_program("dpkg-query")
        run = machine.run(PACKAGES, "--except", "python3-venv", "run.txt")
        assert run.returncode == 0
        assert "libegl1 libglib2.0-0 \n" in run.stdout
        assert "python3-venv" not in run.stdout

    def test_other_systems_need_nothing(self, machine: FakeMachine) -> None:
        run = machine.run(PACKAGES, "run.txt", FAKE_SYSTEM="Darwin")
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


class TestSetUp:
    @pytest.fixture
    def ready(self, machine: FakeMachine) -> FakeMachine:
        """A computer where the set-up has run."""
        machine.add_python()
        machine.installed_packages(*EVERYTHING)
        run = machine.run(*SET_UP)
        assert run.returncode == 0, run.stderr
        assert machine.taken_log() == ALL_STEPS
        return machine

    def test_a_second_time_does_nothing(self, ready: FakeMachine) -> None:
        run = ready.run(*SET_UP)
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
        assert ready.taken_log() == []

    @pytest.mark.parametrize(
        ("name", "steps"),
        [
            ("requirements.lock", ALL_STEPS),
            ("pyproject.toml", ["project"]),
            ("voiceclone_gui/__init__.py", ["project"]),
            ("packaging/build_resources.py", ["project"]),
            ("resources/icons/a.svg", ["project"]),
            ("resources/icons/b.svg", ["project"]),
            ("README.md", []),
        ],
    )
    def test_a_change_does_again_what_depends_on_it(
        self, ready: FakeMachine, name: str, steps: list[str]
    ) -> None:
        (ready.project / name).write_text("changed\n", encoding="utf-8")
        assert ready.run(*SET_UP).returncode == 0
        assert ready.taken_log() == steps
        assert ready.run(*SET_UP).returncode == 0
        assert ready.taken_log() == []

    def test_a_resource_that_went_is_noticed(self, ready: FakeMachine) -> None:
        (ready.project / "resources" / "icons" / "a.svg").unlink()
        assert ready.run(*SET_UP).returncode == 0
        assert ready.taken_log() == ["project"]

    def test_another_python_makes_another_environment(self, ready: FakeMachine) -> None:
        assert ready.run(*SET_UP, FAKE_VERSION="3.12.1").returncode == 0
        assert ready.taken_log() == ALL_STEPS
        assert ready.run(*SET_UP, FAKE_VERSION="3.12.1").returncode == 0
        assert ready.taken_log() == []

    def test_a_moved_project_makes_another_environment(self, ready: FakeMachine) -> None:
        ready.project = ready.project.rename(ready.project.with_name("moved elsewhere"))
        assert ready.run(*SET_UP).returncode == 0
        assert ready.taken_log() == ALL_STEPS

    @pytest.mark.parametrize(("step", "tried"), [("locked", ["venv", "locked"]), ("project", ["project"])])
    def test_an_interrupted_step_is_done_again(self, ready: FakeMachine, step: str, tried: list[str]) -> None:
        changed = "requirements.lock" if step == "locked" else "pyproject.toml"
        before = (ready.project / changed).read_bytes()
        (ready.project / changed).write_text("changed\n", encoding="utf-8")
        assert ready.run(*SET_UP, FAKE_FAIL=step).returncode != 0
        assert ready.taken_log() == tried
        # Even where the reason for the step has gone: half of it was done.
        (ready.project / changed).write_bytes(before)
        assert ready.run(*SET_UP).returncode == 0
        assert ready.taken_log() == (ALL_STEPS if step == "locked" else ["project"])

    def test_a_python_that_cannot_make_environments_gets_the_package(self, machine: FakeMachine) -> None:
        machine.add_python()
        machine.installed_packages(*EVERYTHING)
        run = machine.run(*SET_UP, FAKE_ENSUREPIP="no", FAKE_UID="0")
        assert run.returncode == 0, run.stderr
        _, install, *steps = machine.taken_log()
        assert install.endswith("python3-venv")
        assert steps == ALL_STEPS

    def test_one_that_can_needs_no_package(self, ready: FakeMachine) -> None:
        assert "python3-venv" not in "".join(EVERYTHING)
        assert ready.run(*SET_UP, FAKE_UID="0").returncode == 0
        assert ready.taken_log() == []

    def test_one_that_still_cannot_is_told_the_cure(self, machine: FakeMachine) -> None:
        machine.add_python("python3.12")
        machine.installed_packages(*EVERYTHING, "installed python3-venv ")
        run = machine.run(*SET_UP, FAKE_ENSUREPIP="no", FAKE_VERSION="3.12.1", PYTHON="python3.12")
        assert run.returncode == 1
        assert "python3.12-venv" in run.stderr
        assert machine.taken_log() == []

    def test_a_refused_package_ends_it(self, machine: FakeMachine) -> None:
        machine.add_python()
        run = machine.run(*SET_UP)
        assert run.returncode == 1
        assert machine.taken_log() == []
        assert not (machine.project / ".venv").exists()

    def test_a_wrong_python_ends_it_before_anything_is_installed(self, machine: FakeMachine) -> None:
        machine.add_python()
        run = machine.run(*SET_UP, FAKE_UID="0", PYTHON="python3.9")
        assert run.returncode == 1
        assert "PYTHON=python3.9 can't be used" in run.stderr
        assert machine.taken_log() == []

    def test_no_python_at_all_is_said(self, machine: FakeMachine) -> None:
        machine.installed_packages(*EVERYTHING, "installed python3-venv ")
        run = machine.run(*SET_UP)
        assert run.returncode == 1
        assert "No Python was found" in run.stderr


def test_package_lists_name_each_package_once() -> None:
    lists = Path(__file__).parents[3] / "packaging" / "linux"
    names = [
        line.partition("#")[0].strip()
        for path in ("debian-run.txt", "debian-test.txt")
        for line in (lists / path).read_text(encoding="utf-8").splitlines()
    ]
    packages = [name for name in names if name]
    assert len(packages) == len(set(packages))
    assert all(" " not in name for name in packages)
