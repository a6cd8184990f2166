"""Compiles the installer for Windows from the finished tree, with makensis; runs on Linux too.

Usage: make_installer.py TREE ICON OUT_FOLDER [VERSION]

Prints the installer's path. Its name says that it isn't signed. VERSION is for trying an upgrade; without it
the program's own is taken.
"""

from __future__ import annotations

import runpy
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from version_resource import numeric_version

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("voiceclone.nsi")
FILE_KINDS = ROOT / "packaging" / "file_kinds.toml"
PROGRAMS = ("VoiceClone.exe", "voiceclone-gui.exe")


def endings() -> list[str]:
    """The ends of the names of what VoiceClone opens."""
    kinds = tomllib.loads(FILE_KINDS.read_text(encoding="utf-8"))
    return [kind["ending"] for kind in (*kinds["sound"], *kinds["film"])]


def content(tree: Path) -> str:
    """The macros that name every file of the tree, to install and to remove, and every kind of file.

    Raises ``ValueError`` for a tree without the programs.
    """
    files = sorted(path.relative_to(tree) for path in tree.rglob("*") if path.is_file())
    missing = [name for name in PROGRAMS if Path(name) not in files]
    if missing:
        raise ValueError(f"{tree} holds no {' and no '.join(missing)}")
    folders = sorted({folder for file in files for folder in file.parents if folder != Path()})
    install, remove = [], []
    place = Path()
    for file in files:
        if file.parent != place:
            place = file.parent
            install.append(f'SetOutPath "{_there(place)}"')
        install.append(f'File "{_nameable(str(tree.absolute() / file))}"')
        remove.append(f'Delete "{_there(file)}"')
    # The innermost first; a folder in which anything else lies stays.
    remove += [f'RMDir "{_there(folder)}"' for folder in reversed(folders)]
    kinds = [f"!insertmacro ${{what}} {ending}" for ending in endings()]
    return "\n".join(
        [
            *_macro("InstallTree", install),
            *_macro("RemoveTree", remove),
            *_macro("EachKind what", kinds),
            "",
        ]
    )


def make_installer(*, tree: Path, icon: Path, out: Path, version: str) -> Path:
    """Compile the installer of ``tree`` into the folder ``out``; returns its path.

    makensis counts every warning as an error. Raises ``subprocess.CalledProcessError`` where it refuses.
    """
    size_kb = -(-sum(path.stat().st_size for path in tree.rglob("*") if path.is_file()) // 1024)
    out.mkdir(parents=True, exist_ok=True)
    installer = out / f"voiceclone-{version}-windows-x86_64-unsigned.exe"
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "content.nsh"
        # With the mark at its start makensis reads it as UTF-8, whatever the system's own encoding.
        listed.write_text(content(tree), encoding="utf-8-sig")
        defines = {
            "VERSION": version,
            "NUMERIC_VERSION": ".".join(map(str, numeric_version(version))),
            "SIZE_KB": size_kb,
            "ICON": icon.absolute(),
            "CONTENT": listed,
            "OUTPUT": installer.absolute(),
        }
        subprocess.run(
            ["makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8"]
            + [f"-D{name}={value}" for name, value in defines.items()]
            + [str(SCRIPT)],
            check=True,
        )
    return installer


def _there(path: Path) -> str:
    """The path on the user's computer; there ``$`` would begin a variable."""
    return "$INSTDIR\\" + _nameable("\\".join(path.parts)).replace("$", "$$")


def _nameable(text: str) -> str:
    if '"' in text:
        raise ValueError(f"{text} can't be named in an installer")
    return text


def _macro(head: str, lines: list[str]) -> list[str]:
    return [f"!macro {head}", *(f"  {line}" for line in lines), "!macroend"]


def main() -> None:
    """Make the installer that the command line asks for."""
    if len(sys.argv) not in {4, 5}:
        sys.exit("Usage: make_installer.py TREE ICON OUT_FOLDER [VERSION]")
    tree, icon, out = map(Path, sys.argv[1:4])
    own = runpy.run_path(str(ROOT / "voiceclone_gui" / "__init__.py"))["__version__"]
    version = sys.argv[4] if len(sys.argv) == 5 else own
    print(make_installer(tree=tree, icon=icon, out=out, version=version))


if __name__ == "__main__":
    main()
