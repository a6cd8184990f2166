"""Fetches the programs that a list names, each held to the SHA-256 that stands there.

Usage: fetch_pinned.py LIST FOLDER
"""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
import urllib.request
from pathlib import Path

LIMIT_S = 60
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Refused(Exception):
    """What was asked for can't be trusted; the text says what to do."""


def fetch_pinned(*, listed: Path, folder: Path) -> list[Path]:
    """Put every program of the list into ``folder``, ready to run; returns the paths.

    Raises ``Refused`` for a digest that is missing or isn't the file's, ``OSError`` where nothing comes.
    """
    programs = tomllib.loads(listed.read_text(encoding="utf-8"))
    for name, program in programs.items():
        if not _SHA256.fullmatch(program.get("sha256", "")):
            raise Refused(
                f"{listed.name}: {name} has no SHA-256. Open the release page of version "
                f"{program['version']}, copy the digest that stands beside the file, and write it here as "
                "64 small hexadecimal digits."
            )
    folder.mkdir(parents=True, exist_ok=True)
    return [_fetch(name, program, listed=listed, folder=folder) for name, program in programs.items()]


def _fetch(name: str, program: dict[str, str], *, listed: Path, folder: Path) -> Path:
    with urllib.request.urlopen(program["url"], timeout=LIMIT_S) as answer:
        content = answer.read()
    digest = hashlib.sha256(content).hexdigest()
    if digest != program["sha256"]:
        raise Refused(
            f"{listed.name}: {program['url']} has the SHA-256 {digest}, not {program['sha256']}. Either the "
            "file was exchanged, or the digest here is wrong: compare both with the release page before you "
            "change anything."
        )
    place = folder / name
    place.write_bytes(content)
    place.chmod(0o755)
    return place


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Usage: fetch_pinned.py LIST FOLDER")
    try:
        print(*fetch_pinned(listed=Path(sys.argv[1]), folder=Path(sys.argv[2])), sep="\n")
    except Refused as refusal:
        sys.exit(str(refusal))
