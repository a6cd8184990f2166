"""The package for macOS, as far as it can be tried elsewhere: stand-ins note what Apple's tools are told."""

from __future__ import annotations

import base64
import plistlib
import subprocess
from pathlib import Path

import pytest

from voiceclone_gui.app.open_window import APPLICATION_ID

FOLDER = Path(__file__).parents[3] / "packaging" / "macos"
SECRETS = {
    "MACOS_CERTIFICATE": base64.b64encode(b"a certificate").decode(),
    "MACOS_CERTIFICATE_PASSWORD": "its password",
    "NOTARY_KEY": "a key",
    "NOTARY_KEY_ID": "K1",
    "NOTARY_ISSUER": "I1",
}
TOOLS = {
    "uname": "echo arm64",
    "file": 'case $(head -c 6 "$2") in MACH-O) echo "Mach-O 64-bit executable arm64" ;; *) echo data ;; esac',
    "ditto": 'cp -R "$1" "$2"',
    "hdiutil": """
echo "hdiutil $1" >>"$NOTES"
[ "$1" = create ] || exit 0
ls "$(printf '%s\\n' "$@" | sed -n '/-srcfolder/{n;p;}')" >>"$NOTES"
for image; do :; done
echo image >"$image" """,
    "sleep": "",
    "codesign": """
for path; do :; done
case "$*" in *--entitlements*) with=" with entitlements" ;; *) with= ;; esac
case "$*" in *--verify*) what=verify ;; *) what=sign ;; esac
echo "$what ${path#"$PWD/"}$with" >>"$NOTES" """,
    "security": """
echo "security $1" >>"$NOTES"
[ "$1" != find-identity ] || echo '  1) AB12 "Developer ID Application: Somebody (TEAM)"' """,
    "xcrun": 'echo "$1 $2" >>"$NOTES"',
    "spctl": 'echo "spctl" >>"$NOTES"',
}


class Mac:
    """A folder with a program to pack, and Apple's tools."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._bin = folder / "bin"
        self._bin.mkdir()
        for name, body in TOOLS.items():
            self.change_tool(name, body)
        app = folder / "VoiceClone.app" / "Contents"
        for name, content in {
            "MacOS/VoiceClone": "MACH-O",
            "MacOS/voiceclone-gui": "MACH-O",
            "Frameworks/QtCore.framework/Versions/A/QtCore": "MACH-O",
            "Frameworks/two words.dylib": "MACH-O",
            "Frameworks/base_library.zip": "data",
            "Info.plist": "data",
        }.items():
            (app / name).parent.mkdir(parents=True, exist_ok=True)
            (app / name).write_text(content, encoding="ascii")
        (folder / "licences").mkdir()

    def change_tool(self, name: str, body: str) -> None:
        tool = self._bin / name
        tool.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        tool.chmod(0o755)

    def pack(self, **environment: str) -> subprocess.CompletedProcess[str]:
        (self.folder / "temporary").mkdir(exist_ok=True)
        return subprocess.run(
            ["sh", str(FOLDER / "sign_and_notarise.sh"), "VoiceClone.app", "licences", "out", "1.2.3"],
            cwd=self.folder,
            env={
                "PATH": f"{self._bin}:/usr/bin:/bin",
                "NOTES": str(self.folder / "notes"),
                "TMPDIR": str(self.folder / "temporary"),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def notes(self) -> list[str]:
        path = self.folder / "notes"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.fixture
def mac(tmp_path: Path) -> Mac:
    return Mac(tmp_path)


def test_without_secrets_nothing_is_signed_and_the_name_says_so(mac: Mac) -> None:
    packed = mac.pack()
    assert packed.returncode == 0, packed.stderr
    assert packed.stdout == "out/voiceclone-1.2.3-macos-arm64-unsigned.dmg\n"
    assert (mac.folder / "out" / "voiceclone-1.2.3-macos-arm64-unsigned.dmg").is_file()
    assert mac.notes() == ["hdiutil create", "Applications", "Licences", "VoiceClone.app", "hdiutil verify"]


def test_with_secrets_it_is_signed_inside_out_and_notarised(mac: Mac) -> None:
    packed = mac.pack(**SECRETS)
    assert packed.returncode == 0, packed.stderr
    assert packed.stdout == "out/voiceclone-1.2.3-macos-arm64.dmg\n"
    notes = mac.notes()
    signed = [note.removeprefix("sign ") for note in notes if note.startswith("sign ")]
    inside, outside = signed[:3], signed[3:]
    contents = "VoiceClone.app/Contents"
    assert set(inside[:2]) == {
        f"{contents}/Frameworks/QtCore.framework/Versions/A/QtCore",
        f"{contents}/Frameworks/two words.dylib",
    }
    assert inside[2] == f"{contents}/Frameworks/QtCore.framework"
    assert outside == [
        f"{contents}/MacOS/VoiceClone with entitlements",
        f"{contents}/MacOS/voiceclone-gui with entitlements",
        "VoiceClone.app with entitlements",
        "out/voiceclone-1.2.3-macos-arm64.dmg",
    ]
    order = ["verify VoiceClone.app", "hdiutil create", "notarytool submit", "stapler staple", "spctl"]
    assert [note for note in notes if note in order] == order
    assert notes[-1] == "security delete-keychain"
    assert list((mac.folder / "temporary").iterdir()) == []
    assert "its password" not in packed.stdout + packed.stderr


def test_what_apple_refuses_is_no_package(mac: Mac) -> None:
    mac.change_tool("xcrun", '[ "$1" != stapler ] || exit 65')
    packed = mac.pack(**SECRETS)
    assert packed.returncode == 65
    assert packed.stdout == ""
    assert mac.notes()[-1] == "security delete-keychain"
    assert list((mac.folder / "temporary").iterdir()) == []


@pytest.mark.parametrize("name", sorted(set(SECRETS) - {"MACOS_CERTIFICATE"}))
def test_half_of_the_secrets_is_an_error_that_names_what_is_missing(mac: Mac, name: str) -> None:
    packed = mac.pack(**{key: value for key, value in SECRETS.items() if key != name})
    assert packed.returncode == 1
    assert f"but no {name}." in packed.stderr
    assert mac.notes() == []


def test_a_busy_disk_is_tried_again_and_then_given_up(mac: Mac) -> None:
    mac.change_tool("hdiutil", 'echo "hdiutil $1" >>"$NOTES"; exit 16')
    assert mac.pack().returncode == 1
    assert mac.notes() == ["hdiutil create"] * 4


def test_entitlements_are_the_microphone_and_nothing_that_weakens_the_runtime() -> None:
    entitlements = plistlib.loads((FOLDER / "entitlements.plist").read_bytes())
    assert entitlements == {"com.apple.security.device.audio-input": True}


class TestInfoPlist:
    @pytest.fixture(autouse=True)
    def _modules(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.syspath_prepend(str(FOLDER))

    def test_it_says_what_macos_asks_for(self) -> None:
        from info_plist import info_plist

        told = plistlib.loads(plistlib.dumps(info_plist(version="1.2.3rc1")))
        assert told["CFBundleIdentifier"] == APPLICATION_ID.lower()
        assert told["CFBundleShortVersionString"] == "1.2.3"
        assert "records your voice" in told["NSMicrophoneUsageDescription"]

    def test_it_opens_sound_and_films_and_takes_over_none(self) -> None:
        from info_plist import info_plist

        types = info_plist(version="1.2.3")["CFBundleDocumentTypes"]
        assert {(kind["CFBundleTypeRole"], kind["LSHandlerRank"]) for kind in types} == {
            ("Viewer", "Alternate")
        }
        named = {name for kind in types for name in kind.get("LSItemContentTypes", [])}
        assert named == {"public.audio", "public.movie"}
        # macOS passes over the endings of a type that names content types as well.
        assert [
            kind for kind in types if len({"LSItemContentTypes", "CFBundleTypeExtensions"} & set(kind)) != 1
        ] == []
        assert {"opus", "ogg", "webm"} <= {
            ending for kind in types for ending in kind.get("CFBundleTypeExtensions", [])
        }
