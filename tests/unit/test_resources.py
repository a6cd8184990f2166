"""What is in ``resources/`` reaches the program, whether it runs from a wheel or from the source tree."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = "_resources/sample/austen-reading.wav"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what a build reads; the tree that the tests run from stays as it is."""
    folder = tmp_path / "a project"
    ignored = shutil.ignore_patterns("__pycache__", "_resources")
    for name in ("voiceclone_gui", "resources", "packaging"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    (folder / "tests").mkdir()
    (folder / "tests" / "test_stowaway.py").write_text("", encoding="utf-8")
    return folder


def shipped_resources(project: Path) -> set[str]:
    """What has to be in the package: the files themselves, and the library's icons by their own names."""
    folder = project / "resources"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")} - {"icons/icons.toml"}
    icons = tomllib.loads((folder / "icons" / "icons.toml").read_text(encoding="utf-8"))
    assert icons
    names = {name for name in files if not name.endswith("README.md")} | {
        f"icons/{icon}.svg" for icon in icons
    }
    return {f"_resources/{name}" for name in names}


def build_wheel(project: Path) -> subprocess.CompletedProcess[str]:
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    return run([*pip, "--wheel-dir", "dist", "."], cwd=project)


def run(command: list[str], *, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def sample_seen_from(site: Path, *, cwd: Path) -> str:
    """Where the package installed in ``site`` finds the sample recording, and its SHA-256 sum.

    -S keeps the environment's own packages out: only ``site`` can provide the package.
    """
    look = (
        "import site, sys; site.addsitedir(sys.argv[1]); from importlib import resources; "
        "found = resources.files('voiceclone_gui').joinpath(sys.argv[2]); "
        "import hashlib; print(found, hashlib.sha256(found.read_bytes()).hexdigest(), sep='\\n')"
    )
    seen = run([sys.executable, "-S", "-c", look, str(site), SAMPLE], cwd=cwd)
    assert seen.returncode == 0, seen.stderr
    return seen.stdout


def sample_at(found: Path) -> str:
    content = (ROOT / "resources" / "sample" / "austen-reading.wav").read_bytes()
    return f"{found}\n{hashlib.sha256(content).hexdigest()}\n"


def test_wheel_holds_what_the_program_needs(project: Path, tmp_path: Path) -> None:
    built = build_wheel(project)
    assert built.returncode == 0, built.stdout + built.stderr
    [wheel] = (project / "dist").glob("*.whl")
    names = names_in(wheel)
    modules = {path.relative_to(project).as_posix() for path in (project / "voiceclone_gui").rglob("*.py")}
    catalogs = {path.relative_to(project).as_posix() for path in project.glob("voiceclone_gui/*/**/*.toml")}
    assert modules <= names
    assert {"voiceclone_gui/core/catalog/languages.toml", "voiceclone_gui/py.typed"} <= names
    assert {name for name in catalogs if "_resources" not in name} <= names
    assert {f"voiceclone_gui/{name}" for name in shipped_resources(project)} <= names
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"voiceclone_gui"}
    parts = {part for name in names for part in Path(name).parts}
    assert not [part for part in parts if part in {"tests", "conftest.py"} or part.startswith("test_")]

    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    assert sample_seen_from(site, cwd=tmp_path) == sample_at(site / "voiceclone_gui" / SAMPLE)


def test_editable_install_finds_the_resources(project: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    build = "import sys; from hatchling.build import build_editable; print(build_editable(sys.argv[1]))"
    built = run([sys.executable, "-c", build, str(site)], cwd=project)
    assert built.returncode == 0, built.stderr
    [wheel] = site.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    assert sample_seen_from(site, cwd=tmp_path) == sample_at(project / "voiceclone_gui" / SAMPLE)


def test_running_program_finds_the_resources() -> None:
    package = resources.files("voiceclone_gui")
    for name in shipped_resources(ROOT):
        original = ROOT / "resources" / name.removeprefix("_resources/")
        found = package.joinpath(name)
        assert found.is_file(), f"{name} isn't compiled: run the set-up again"
        if original.is_file():
            assert found.read_bytes() == original.read_bytes(), f"{name} is old: run the set-up again"
        else:
            assert ET.fromstring(found.read_text(encoding="utf-8")).tag.endswith("svg")


@pytest.mark.parametrize("name", ["sample/notes.txt", "fonts/a.ttf", "loose.wav", "icons/.hidden"])
def test_unknown_resource_fails_the_build_by_its_name(project: Path, name: str) -> None:
    unknown = project / "resources" / name
    unknown.parent.mkdir(exist_ok=True)
    unknown.write_bytes(b"?")
    # Calls what pip calls, without pip's own start: that is proven above.
    build = "from hatchling.build import build_wheel; build_wheel('dist')"
    built = run([sys.executable, "-c", build], cwd=project)
    assert built.returncode != 0
    assert f"ValueError: resources/{name}: no rule says how to ship this file" in built.stderr
    assert not list(project.glob("dist/*.whl"))


def test_icon_that_the_library_lacks_fails_the_build_by_its_name(project: Path) -> None:
    names = project / "resources" / "icons" / "icons.toml"
    names.write_text('play = "no-such-icon"\n', encoding="utf-8")
    built = run(
        [sys.executable, "-c", "from hatchling.build import build_wheel; build_wheel('dist')"], cwd=project
    )
    assert built.returncode != 0
    assert "ValueError: resources/icons/icons.toml: there is no icon no-such-icon" in built.stderr


def compile_again(project: Path) -> None:
    build = (
        "from pathlib import Path; from build_resources import compile_resources; "
        "compile_resources(source=Path('resources'), target=Path('voiceclone_gui/_resources'))"
    )
    built = run([sys.executable, "-c", build], cwd=project, PYTHONPATH=str(project / "packaging"))
    assert built.returncode == 0, built.stderr


def test_compiling_again_touches_only_what_changed(project: Path) -> None:
    compile_again(project)
    target = project / "voiceclone_gui" / "_resources"
    icon, sample, listing = (
        target / name for name in ("icons/voiceclone.svg", "sample/austen-reading.wav", "sample/sample.toml")
    )
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in (icon, sample)}
    (project / "resources" / "icons" / "voiceclone.svg").write_text("<svg/>", encoding="utf-8")
    (project / "resources" / "sample" / "sample.toml").unlink()
    (target / "old").mkdir()
    (target / "old" / "left.wav").write_bytes(b"")

    compile_again(project)

    assert icon.read_text(encoding="utf-8") == "<svg/>"
    assert icon.stat().st_ino != before[icon][0]
    assert (sample.stat().st_ino, sample.stat().st_mtime_ns) == before[sample]
    assert not listing.exists()
    assert not (target / "old").exists()
    found = {path.relative_to(target.parent).as_posix() for path in target.rglob("*") if path.is_file()}
    assert found == shipped_resources(project)
