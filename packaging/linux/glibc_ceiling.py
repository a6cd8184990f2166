"""Tells which C library the frozen tree needs, and fails where that is newer than a ceiling.

Usage: glibc_ceiling.py TREE CEILING     e.g. build/package/tree/voiceclone 2.36
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

_SYMBOL = re.compile(r"\(GLIBC_(\d+(?:\.\d+)+)\)")


def needed_by(tree: Path) -> dict[tuple[int, ...], list[str]]:
    """The files of ``tree`` by the newest C library that each asks for; needs objdump."""
    found: dict[tuple[int, ...], list[str]] = {}
    for path in sorted(tree.rglob("*")):
        if path.is_symlink() or not path.is_file() or not _is_elf(path):
            continue
        said = subprocess.run(["objdump", "-T", path], capture_output=True, text=True, check=True)
        versions = {tuple(map(int, version.split("."))) for version in _SYMBOL.findall(said.stdout)}
        if versions:
            found.setdefault(max(versions), []).append(str(path.relative_to(tree)))
    return found


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def main(arguments: list[str]) -> int:
    """Print the newest version and who needs it; 1 above the ceiling."""
    if len(arguments) != 2:
        print((__doc__ or "").split("\n\n")[1], file=sys.stderr)
        return 2
    tree, ceiling = Path(arguments[0]), tuple(map(int, arguments[1].split(".")))
    found = needed_by(tree)
    if not found:
        print(f"{tree} holds nothing that runs.", file=sys.stderr)
        return 1
    newest = max(found)
    print(
        f"glibc {'.'.join(map(str, newest))} or newer, for {', '.join(found[newest][:3])}; "
        f"at most {arguments[1]}"
    )
    return 1 if newest > ceiling else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
