"""The AppImage's recipe, with a stand-in for appimagetool; and the fetching of what it is made with."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "packaging" / "linux"
ID = "io.github.voiceclone.voiceclone"
# Notes what it was told, and packs the folder as the real one does, but into a tar.
APPIMAGETOOL = """#!/bin/sh
echo "$APPIMAGE_EXTRACT_AND_RUN $ARCH $1 $2 $(cat "$3")" >&2
tar -cf "$5" -C "$4" .
"""


def fetch(listed: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(FOLDER / "fetch_pinned.py"), str(listed), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )


def listed(folder: Path, sha256: str) -> Path:
    program = folder / "offered"
    program.write_bytes(b"#!/bin/sh\necho it runs\n")
    path = folder / "list.toml"
    path.write_text(
        f'[tool]\nversion = "7"\nurl = "{program.as_uri()}"\nsha256 = "{sha256}"\n', encoding="utf-8"
    )
    return path


class TestFetchPinned:
    def test_a_file_with_its_digest_is_ready_to_run(self, tmp_path: Path) -> None:
        digest = hashlib.sha256(b"#!/bin/sh\necho it runs\n").hexdigest()
        done = fetch(listed(tmp_path, digest), tmp_path / "tools")
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"{tmp_path / 'tools' / 'tool'}\n"
        ran = subprocess.run([tmp_path / "tools" / "tool"], capture_output=True, check=False)
        assert ran.stdout == b"it runs\n"

    def test_another_file_is_refused_and_not_kept(self, tmp_path: Path) -> None:
        done = fetch(listed(tmp_path, "0" * 64), tmp_path / "tools")
        assert done.returncode == 1
        assert "Either the file was exchanged, or the digest here is wrong" in done.stderr
        assert not (tmp_path / "tools" / "tool").exists()

    def test_a_missing_digest_is_said_with_what_to_do(self, tmp_path: Path) -> None:
        done = fetch(listed(tmp_path, ""), tmp_path / "tools")
        assert done.returncode == 1
        assert "tool has no SHA-256. Open the release page of version 7" in done.stderr

    def test_what_the_appimage_is_made_with_is_pinned(self) -> None:
        pinned = tomllib.loads((FOLDER / "appimage.toml").read_text(encoding="utf-8"))
        assert set(pinned) == {"appimagetool", "runtime"}
        for program in pinned.values():
            assert program["url"].startswith("https://")
            assert f"/{program['version']}/" in program["url"]
            assert re.fullmatch(r"[0-9a-f]{64}", program["sha256"])


class TestMakeAppImage:
    @pytest.fixture
    def project(self, tmp_path: Path) -> Path:
        for name, content in {
            f"packaging/{ID}.desktop": "[Desktop Entry]",
            f"packaging/{ID}.metainfo.xml": "<component/>",
            f"icons/hicolor/256x256/apps/{ID}.png": "picture",
            "tools/runtime": "the runtime",
            "tools/appimagetool": APPIMAGETOOL,
            "voiceclone-1.2.3/voiceclone-gui": '#!/bin/sh\necho "program: $*"\n',
            "voiceclone-1.2.3/licences/GPL.txt": "licence",
        }.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content, encoding="utf-8")
        for program in ("tools/appimagetool", "voiceclone-1.2.3/voiceclone-gui"):
            (tmp_path / program).chmod(0o755)
        recipe = tmp_path / "packaging" / "make_appimage.sh"
        recipe.write_bytes((FOLDER / "make_appimage.sh").read_bytes())
        return tmp_path

    def make(self, project: Path, *members: str) -> subprocess.CompletedProcess[str]:
        with tarfile.open(project / "voiceclone-1.2.3-linux-x86_64.tar.xz", "w:xz") as package:
            for member in members:
                package.add(project / member, member)
        words = ("voiceclone-1.2.3-linux-x86_64.tar.xz", "icons", "tools", "out")
        return subprocess.run(
            ["sh", "packaging/make_appimage.sh", *words],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )

    def test_it_holds_the_tree_and_all_that_a_desktop_asks_for(self, project: Path) -> None:
        made = self.make(project, "voiceclone-1.2.3")
        assert made.returncode == 0, made.stderr
        assert made.stdout == "out/voiceclone-1.2.3-linux-x86_64.AppImage\n"
        assert made.stderr == "1 x86_64 --no-appstream --runtime-file the runtime\n"
        unpacked = project / "unpacked"
        with tarfile.open(project / made.stdout.strip()) as image:
            image.extractall(unpacked, filter="data")
        assert {path.name for path in unpacked.iterdir()} == {
            "AppRun", ".DirIcon", f"{ID}.desktop", f"{ID}.png", "usr"
        }  # fmt: skip
        assert (unpacked / "usr/share/metainfo" / f"{ID}.appdata.xml").is_file()
        assert (unpacked / "usr/lib/voiceclone/licences/GPL.txt").is_file()
        # Started by a link and from elsewhere, as AppImages are.
        (project / "link").symlink_to(unpacked / "AppRun")
        ran = subprocess.run(["../link", "a b"], cwd=unpacked, capture_output=True, text=True, check=False)
        assert ran.stdout == "program: a b\n"

    def test_a_package_without_the_program_is_refused(self, project: Path) -> None:
        made = self.make(project, "voiceclone-1.2.3/licences")
        assert made.returncode == 1
        assert "holds no voiceclone-gui" in made.stderr
