"""What holds for every workflow: pinned actions, least rights, limits, and nothing that a name can inject."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.y*ml"))
PINNED = re.compile(r"[\w.-]+(?:/[\w.-]+)+@[0-9a-f]{40}")


def parsed(path: Path) -> dict[str, Any]:
    workflow: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return workflow


def jobs(path: Path) -> list[tuple[str, dict[str, Any]]]:
    return list(parsed(path)["jobs"].items())


JOBS = [pytest.param(job, id=f"{path.stem}-{name}") for path in WORKFLOWS for name, job in jobs(path)]
SCRIPTS = sorted((ROOT / "packaging").rglob("*.sh"))
RELEASE = dict(jobs(FOLDER / "release.yml"))


def test_both_workflows_are_looked_at() -> None:
    assert {path.name for path in WORKFLOWS} == {"ci.yml", "release.yml"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_has_no_rights_of_its_own_and_one_run_at_a_time(path: Path) -> None:
    workflow = parsed(path)
    assert workflow["permissions"] == {}
    assert workflow["concurrency"]["group"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_its_full_hash_and_says_its_version(path: Path) -> None:
    uses = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert uses
    for line in uses:
        action, _, comment = line.partition(" # ")
        assert PINNED.fullmatch(action), line
        assert re.fullmatch(r"v\d+\.\d+\.\d+", comment), line


def test_an_action_has_one_hash_everywhere() -> None:
    found = {
        use for path in WORKFLOWS for use in re.findall(r"uses: (\S+)", path.read_text(encoding="utf-8"))
    }
    names = [use.partition("@")[0] for use in found]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("job", JOBS)
def test_a_job_has_a_limit_and_may_only_read(job: dict[str, Any]) -> None:
    assert 0 < job["timeout-minutes"] <= 90
    writes = {right for right, level in job["permissions"].items() if level != "read"}
    assert writes <= ({"contents"} if job == RELEASE["publish"] else set())
    for step in job["steps"]:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("job", JOBS)
def test_a_script_gets_what_it_needs_by_the_environment(job: dict[str, Any]) -> None:
    assert [step["run"] for step in job["steps"] if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("job", JOBS)
def test_scripts_pass_the_shell_s_own_checker(job: dict[str, Any]) -> None:
    checker = shutil.which("shellcheck")
    assert checker, "shellcheck is missing: packaging/linux/debian-test.txt names it"
    for step in job["steps"]:
        if "run" in step:
            checked = subprocess.run(
                [checker, "--shell=bash", "-"], input=step["run"], capture_output=True, text=True, check=False
            )
            assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_the_scripts_that_are_called_pass_it_too(path: Path) -> None:
    # From the project's folder, as they name what they read.
    command = ["shellcheck", "-x", str(path.relative_to(ROOT))]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


class TestRelease:
    def test_it_runs_on_tags_and_by_hand_and_never_stops_a_release_half_way(self) -> None:
        workflow = parsed(FOLDER / "release.yml")
        # YAML takes the word "on" for true.
        assert workflow[True] == {"push": {"tags": ["v*"]}, "workflow_dispatch": None}
        assert workflow["concurrency"]["cancel-in-progress"] is False

    def test_secrets_are_seen_by_the_one_step_that_signs(self) -> None:
        text = (FOLDER / "release.yml").read_text(encoding="utf-8")
        signing = next(step for step in RELEASE["macos"]["steps"] if "Sign" in step.get("name", ""))
        assert text.count("secrets.") == len(signing["env"])
        assert all("secrets." in value for value in signing["env"].values())
        asked_for = set(
            re.findall(r"\b((?:MACOS|NOTARY)_[A-Z_]+)\b", self.script("macos/sign_and_notarise.sh"))
        )
        assert asked_for == set(signing["env"])

    def test_linux_is_built_on_the_oldest_and_macos_on_both_machines(self) -> None:
        assert RELEASE["linux"]["runs-on"] == "ubuntu-22.04"
        machines = {entry["machine"] for entry in RELEASE["macos"]["strategy"]["matrix"]["include"]}
        assert machines == {"arm64", "x86_64"}

    @pytest.mark.parametrize("name", ["linux", "rpm", "macos"])
    def test_what_was_made_is_installed_and_tries_itself(self, name: str) -> None:
        assert "--self-test" in "".join(step.get("run", "") for step in RELEASE[name]["steps"])

    def test_windows_is_tried_by_the_program_that_installs_and_removes(self) -> None:
        runs = "".join(step.get("run", "") for step in RELEASE["windows"]["steps"])
        assert "packaging/windows/try_installer.py" in runs
        tried = self.script("windows/try_installer.py")
        assert all(word in tried for word in ('"--self-test"', '"/S"', '"/DELETEDATA"'))

    def test_nothing_is_published_that_was_not_tried(self) -> None:
        needed, waiting = set[str](), ["publish"]
        while waiting:
            needs = RELEASE[waiting.pop()].get("needs", [])
            found = {needs} if isinstance(needs, str) else set(needs)
            waiting += found - needed
            needed |= found
        assert needed == set(RELEASE) - {"publish"}
        assert RELEASE["publish"]["if"] == "github.ref_type == 'tag'"

    def test_the_programs_that_it_calls_are_there(self) -> None:
        runs = "".join(step.get("run", "") for job in RELEASE.values() for step in job["steps"])
        called = set(re.findall(r"packaging/[\w/]+\.(?:py|sh|toml)", runs)) - {"packaging/package.sh"}
        assert called
        assert [name for name in called if not (ROOT / name).is_file()] == []

    @staticmethod
    def script(name: str) -> str:
        return (ROOT / "packaging" / name).read_text(encoding="utf-8")


class TestFlatpak:
    MANIFEST = ROOT / "packaging" / "linux" / "flatpak" / "io.github.voiceclone.voiceclone.yml"

    def test_it_asks_for_no_more_than_the_program_needs(self) -> None:
        manifest = parsed(self.MANIFEST)
        assert manifest["id"] == self.MANIFEST.stem
        assert manifest["runtime"] == "org.freedesktop.Platform"
        assert set(manifest["finish-args"]) == {
            "--socket=wayland",
            "--socket=fallback-x11",
            "--share=ipc",
            "--device=dri",
            "--socket=pulseaudio",
            "--share=network",
            "--talk-name=org.freedesktop.secrets",
        }

    def test_the_libraries_stay_as_they_were_tested(self) -> None:
        (module,) = parsed(self.MANIFEST)["modules"]
        assert module["build-options"] == {"no-debuginfo": True, "strip": False}
