"""The installer for Windows: what its script promises, what it is fed, and that makensis compiles it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "packaging" / "windows"
SCRIPT = (FOLDER / "voiceclone.nsi").read_text(encoding="utf-8")
MAKE = FOLDER / "make_installer.py"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with names that are hard on an installer."""
    files = {
        "VoiceClone.exe": b"MZ program",
        "voiceclone-gui.exe": b"MZ terminal",
        "_internal/base_library.zip": b"library" * 1000,
        "_internal/PySide6/plugins/a b/$x ü.dll": b"plugin",
        "licences/GPL-3.0.txt": b"licence",
    }
    folder = tmp_path / "the tree"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def icon(tmp_path: Path) -> Path:
    make_icons = ROOT / "packaging" / "make_icons.py"
    subprocess.run([sys.executable, str(make_icons), str(tmp_path / "icons")], check=True)
    return tmp_path / "icons" / "voiceclone.ico"


def make(*arguments: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(MAKE), *map(str, arguments)], capture_output=True, text=True, check=False
    )


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def test_makensis_compiles_it_without_a_warning(tree: Path, icon: Path, tmp_path: Path) -> None:
    made = make(tree, icon, tmp_path / "out")
    assert made.returncode == 0, made.stdout + made.stderr
    (installer,) = (tmp_path / "out").iterdir()
    assert made.stdout.splitlines()[-1] == str(installer)
    version = installer.name.removeprefix("voiceclone-").removesuffix("-windows-x86_64-unsigned.exe")
    content = installer.read_bytes()
    assert content.startswith(b"MZ")
    for said in ("ProductVersion", version, "Installer of VoiceClone", "GPL-3.0-or-later"):
        assert wide(said) in content
    # No administrator is asked for, and screens of high density are known.
    assert b'requestedExecutionLevel level="asInvoker"' in content
    assert b"dpiAware" in content


def test_a_warning_of_makensis_is_an_error() -> None:
    assert '"-WX"' in MAKE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "promise",
    [
        "Unicode true",
        "RequestExecutionLevel user",
        'InstallDir "$LOCALAPPDATA\\Programs\\VoiceClone"',
        'VIProductVersion "${NUMERIC_VERSION}"',
        '!insertmacro CheckFile "${TERMINAL_PROGRAM}"',
        "taskkill.exe",
        '\\uninstall.exe" /S _?=$ProgramFolder',
        '"$SMPROGRAMS\\VoiceClone.lnk"',
        'WriteRegStr HKCU "${CLASSES}\\.${ending}\\OpenWithProgids" "${KIND}" ""',
        'WriteRegStr HKCU "${APPLICATION}\\SupportedTypes" ".${ending}" ""',
        'WriteRegStr HKCU "Software\\RegisteredApplications"',
        '"EstimatedSize" ${SIZE_KB}',
        '"QuietUninstallString"',
        '"Publisher"',
        "/DELETEDATA",
    ],
)
def test_script_keeps_its_promises(promise: str) -> None:
    assert promise in SCRIPT


def test_nothing_is_written_where_it_takes_an_administrator_or_takes_over_a_default() -> None:
    assert "HKLM" not in SCRIPT
    assert "HKCR" not in SCRIPT
    written = [line.strip() for line in SCRIPT.splitlines() if line.strip().startswith("WriteReg")]
    assert written
    # The default of an ending is the value without a name of the key that is called like it.
    assert not [line for line in written if '.${ending}" ""' in line and "SupportedTypes" not in line]


def test_a_folder_is_emptied_as_a_whole_only_where_the_user_asked_for_it() -> None:
    lines = [line.strip() for line in SCRIPT.splitlines()]
    assert [line for line in lines if line.startswith("RMDir /r")] == ['RMDir /r "${USER_FOLDER}"']
    asked = lines.index('Section /o "un.Voices, previews and settings" UserData')
    assert lines[asked + 1] == 'RMDir /r "${USER_FOLDER}"'


def test_a_message_has_an_answer_where_nobody_can_give_one() -> None:
    messages = [line for line in SCRIPT.splitlines() if "MessageBox" in line]
    assert messages
    assert [line for line in messages if " /SD " not in line] == []


class TestContent:
    @pytest.fixture(autouse=True)
    def _modules(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.syspath_prepend(str(FOLDER))

    def test_removes_exactly_what_it_installs_and_folders_only_if_empty(self, tree: Path) -> None:
        from make_installer import content

        lines = [line.strip() for line in content(tree).splitlines()]
        installed = [
            line.removeprefix('File "').removesuffix('"') for line in lines if line.startswith("File")
        ]
        removed = [line for line in lines if line.startswith("Delete")]
        assert sorted(installed) == sorted(str(path) for path in tree.rglob("*") if path.is_file())
        assert len(removed) == len(installed)
        assert 'Delete "$INSTDIR\\_internal\\PySide6\\plugins\\a b\\$$x ü.dll"' in removed
        assert [line for line in lines if line.startswith("RMDir")] == [
            'RMDir "$INSTDIR\\licences"',
            'RMDir "$INSTDIR\\_internal\\PySide6\\plugins\\a b"',
            'RMDir "$INSTDIR\\_internal\\PySide6\\plugins"',
            'RMDir "$INSTDIR\\_internal\\PySide6"',
            'RMDir "$INSTDIR\\_internal"',
        ]

    def test_every_kind_is_offered(self, tree: Path) -> None:
        from make_installer import content, endings

        assert {"wav", "mp3", "m4a", "flac", "mp4"} <= set(endings())
        assert all(f"!insertmacro ${{what}} {ending}" in content(tree) for ending in endings())

    def test_a_tree_without_a_program_is_refused(self, tree: Path) -> None:
        from make_installer import content

        (tree / "voiceclone-gui.exe").unlink()
        with pytest.raises(ValueError, match=r"holds no voiceclone-gui\.exe"):
            content(tree)

    @pytest.mark.parametrize(
        ("version", "numbers", "flags"),
        [("1.2.3", (1, 2, 3, 0), 0), ("1.2", (1, 2, 0, 0), 0), ("2.0.0rc1", (2, 0, 0, 0), 2)],
    )
    def test_version_resource_says_the_version_in_words_and_numbers(
        self, version: str, numbers: tuple[int, ...], flags: int
    ) -> None:
        from version_resource import version_resource

        text = version_resource(file_name="VoiceClone.exe", description="VoiceClone", version=version)
        compile(text, "version resource", "eval")
        assert f"filevers={numbers}, prodvers={numbers}" in text
        assert f"flags={flags}" in text
        assert f"StringStruct('ProductVersion', '{version}')" in text
        assert "StringStruct('InternalName', 'VoiceClone')" in text
