"""The list of releases as a packager writes it, and as the program reads it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from voiceclone_gui import __version__
from voiceclone_gui.core.releases import check_sum, parse_releases

ROOT = Path(__file__).parents[3]
PAGE = "https://example.com/voiceclone/releases"
FILES = {
    "voiceclone_0.2.0_amd64.deb": ("linux", "x86_64"),
    "voiceclone-0.2.0-1.x86_64.rpm": ("linux", "x86_64"),
    "voiceclone-0.2.0-linux-x86_64.tar.xz": ("linux", "x86_64"),
    "VoiceClone-0.2.0-aarch64.AppImage": ("linux", "arm64"),
    "voiceclone-0.2.0-windows-x86_64-unsigned.exe": ("windows", "x86_64"),
    "voiceclone-0.2.0-macos-arm64-unsigned.dmg": ("macos", "arm64"),
    "voiceclone-0.2.0-macos-x86_64.dmg": ("macos", "x86_64"),
}
COMPANIONS = ("SHA256SUMS", "sbom.json", "voiceclone_0.2.0_amd64.deb.sha256", "third-party.txt")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    made.mkdir()
    for name in (*FILES, *COMPANIONS):
        (made / name).write_bytes(name.encode() * 3)
    (made / "a folder").mkdir()
    return made


def written(
    folder: Path, *arguments: str, version: str = "0.2.0", day: str = "2026-12-01"
) -> subprocess.CompletedProcess[str]:
    out = folder.parent / "releases.json"
    options = ["--version", version, "--date", day, "--page", PAGE, "--out", str(out), *arguments]
    return subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "release_list.py"), str(folder), *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_package_is_listed_with_its_sum_and_the_list_with_its_own(folder: Path) -> None:
    done = written(folder)
    assert done.returncode == 0, done.stderr
    content = (folder.parent / "releases.json").read_bytes()
    sum_file = (folder.parent / "releases.json.sha256").read_bytes()
    check_sum(content, sum_file=sum_file)
    (release,) = parse_releases(content)
    assert (str(release.version), release.day.isoformat(), release.page) == ("0.2.0", "2026-12-01", PAGE)
    assert {package.file: (package.system, package.machine) for package in release.packages} == FILES
    for package in release.packages:
        file = (folder / package.file).read_bytes()
        assert package.sha256 == hashlib.sha256(file).hexdigest()
        assert package.size_bytes == len(file)
    assert done.stdout.count("\n") == len(FILES)


def test_the_sum_is_one_that_sha256sum_can_check(folder: Path) -> None:
    written(folder)
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "releases.json.sha256"],
        cwd=folder.parent,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


GH = """#!/bin/sh
# The program gh, with a release before this one or with none.
case "$1 $2" in
"release list") [ ! -e "$EARLIER" ] || echo v0.1.0 ;;
"release download") [ "$3" = v0.1.0 ] && [ "$4 $5" = "--pattern releases.json" ] && cp "$EARLIER" "$7" ;;
*) exit 1 ;;
esac
"""


@pytest.mark.parametrize("has_earlier", [True, False])
def test_the_release_workflow_writes_it_and_keeps_what_the_last_one_said(
    folder: Path, has_earlier: bool
) -> None:
    place = folder.parent
    if has_earlier:
        folder.rename(place / "now")
        folder.mkdir()
        (folder / "voiceclone_0.1.0_amd64.deb").write_bytes(b"the first")
        assert written(folder, version="0.1.0", day="2026-11-01").returncode == 0
        (place / "releases.json").rename(place / "earlier.json")
        folder = place / "now"
    folder.rename(place / "release")
    (place / "bin").mkdir()
    (place / "bin" / "gh").write_text(GH, encoding="utf-8")
    (place / "bin" / "gh").chmod(0o755)
    # A Python that nothing was installed for, in a checkout.
    (place / "bin" / "python").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    for name in ("packaging", "voiceclone_gui"):
        (place / name).symlink_to(ROOT / name)
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))
    (step,) = [one for one in workflow["jobs"]["sums"]["steps"] if "list of releases" in one.get("name", "")]
    environment = {
        "PATH": f"{place / 'bin'}:{os.environ['PATH']}",
        "EARLIER": str(place / "earlier.json"),
        "VERSION": "0.2.0",
        "PAGE": PAGE,
    }
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    content = (place / "release" / "releases.json").read_bytes()
    check_sum(content, sum_file=(place / "release" / "releases.json.sha256").read_bytes())
    versions = {str(release.version) for release in parse_releases(content)}
    assert versions == ({"0.2.0", "0.1.0"} if has_earlier else {"0.2.0"})


def test_two_runs_write_the_same(folder: Path) -> None:
    written(folder)
    first = (folder.parent / "releases.json").read_bytes()
    written(folder)
    assert (folder.parent / "releases.json").read_bytes() == first


def test_older_releases_stay_and_the_same_one_is_replaced(folder: Path, tmp_path: Path) -> None:
    written(folder)
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / "voiceclone_0.3.0~rc.1_amd64.deb").write_bytes(b"deb")
    older = ("--older", str(tmp_path / "releases.json"))
    for day in ("2026-12-20", "2026-12-24"):
        done = written(newer, *older, version="0.3.0-rc.1", day=day)
        assert done.returncode == 0, done.stderr
    listed = parse_releases((tmp_path / "releases.json").read_bytes())
    assert [(str(one.version), one.day.isoformat()) for one in listed] == [
        ("0.3.0-rc.1", "2026-12-24"),
        ("0.2.0", "2026-12-01"),
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("voiceclone-0.2.0.pkg", "no rule says what it runs on"),
        ("voiceclone_0.1.9_amd64.deb", "not of version 0.2.0"),
        ("voiceclone_10.2.0_amd64.deb", "not of version 0.2.0"),
        ("voiceclone_0.2.01_amd64.deb", "not of version 0.2.0"),
        ("voiceclone_0.2.0~rc.1_amd64.deb", "not of version 0.2.0"),
        ("voiceclone-0.2.0-rc.1-macos-arm64.dmg", "not of version 0.2.0"),
        ("voiceclone-0.2.0.dmg", "for which machine"),
        ("voiceclone-0.2.0-arm64-x86_64.dmg", "for which machine"),
        ("voice clone-0.2.0-arm64.dmg", "can't be 'voice clone-0.2.0-arm64.dmg'"),
    ],
)
def test_a_file_that_is_not_understood_stops_it(folder: Path, name: str, said: str) -> None:
    (folder / name).write_bytes(b"x")
    done = written(folder)
    assert done.returncode == 1
    assert said in done.stderr
    assert not (folder.parent / "releases.json").exists()


def test_what_no_program_would_accept_is_not_written(folder: Path, tmp_path: Path) -> None:
    done = written(folder, "--page", "http://example.com/")
    assert "releases[0].page can't be 'http://example.com/'" in done.stderr
    (folder / "voiceclone_0.2.0_arm64.deb").write_bytes(b"")
    assert "size_bytes can't be 0" in written(folder).stderr
    older = tmp_path / "older.json"
    older.write_text("{}", encoding="utf-8")
    assert "format is missing" in written(folder, "--older", str(older)).stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "there are no packages" in written(empty).stderr
    assert not (tmp_path / "releases.json").exists()


def test_the_version_is_the_programs_own_unless_another_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / f"voiceclone_{__version__}_amd64.deb").write_bytes(b"deb")
    out = tmp_path / "releases.json"
    script = [sys.executable, str(ROOT / "packaging" / "release_list.py"), str(folder)]
    options = ["--date", "2026-12-01", "--page", PAGE, "--out", str(out)]
    subprocess.run([*script, *options], capture_output=True, timeout=60, check=True)
    assert str(parse_releases(out.read_bytes())[0].version) == __version__
