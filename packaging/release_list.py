"""Writes the list of releases that programs look into for a newer version: docs/updates.md.

``release_list.py FOLDER --page URL --date DAY --out releases.json [--older releases.json]`` takes every
package of the folder, with its size and SHA-256, and writes the list and, beside it, the list's own SHA-256.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from voiceclone_gui import __version__
from voiceclone_gui.core.errors import VoiceCloneError
from voiceclone_gui.core.releases import Package, Release, parse_releases, write_releases
from voiceclone_gui.core.version import Version, parse_version

# What each kind of package runs on.
SYSTEMS = {
    ".deb": "linux",
    ".rpm": "linux",
    ".tar.xz": "linux",
    ".AppImage": "linux",
    ".flatpak": "linux",
    ".exe": "windows",
    ".dmg": "macos",
}
MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}
# What lies beside packages and is none.
COMPANIONS = (".json", ".txt", ".sha256", ".asc", ".zsync")
COMPANION_NAMES = {"SHA256SUMS"}


def packages_in(folder: Path, *, version: Version) -> tuple[Package, ...]:
    """The packages of ``version`` in ``folder``. ``ValueError`` for none, or a file that no rule knows."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    packages = [path for path in files if not is_companion(path)]
    if not packages:
        raise ValueError(f"{folder}: there are no packages")
    return tuple(package_of(path, version=version) for path in packages)


def is_companion(path: Path) -> bool:
    """Whether a file belongs beside packages and is none itself."""
    return path.name in COMPANION_NAMES or path.name.endswith(COMPANIONS)


def package_of(path: Path, *, version: Version) -> Package:
    """What the list says of a package. ``ValueError`` where its name doesn't tell what it is for."""
    ending = next((ending for ending in SYSTEMS if path.name.endswith(ending)), None)
    if ending is None:
        raise ValueError(f"{path.name}: no rule says what it runs on")
    # Debian and rpm write a trial version with a tilde, so that it comes before the release.
    named = re.escape(str(version)).replace(r"\-", "[-~]")
    if not re.search(rf"(?<![0-9.]){named}(?![0-9~]|-(?:alpha|beta|rc|dev))", path.name):
        raise ValueError(f"{path.name}: this is not of version {version}")
    stem = path.name.removesuffix(ending)
    found = {
        machine for word, machine in MACHINES.items() if re.search(rf"(?<![a-z0-9]){word}(?![a-z0-9])", stem)
    }
    if len(found) != 1:
        raise ValueError(f"{path.name}: its name doesn't say for which machine it is")
    return Package(
        file=path.name,
        system=SYSTEMS[ending],
        machine=found.pop(),
        size_bytes=path.stat().st_size,
        sha256=sum_of(path),
    )


def sum_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_list(release: Release, *, out: Path, older: Path | None) -> None:
    """Write the list of ``release`` and of the ``older`` list's others, and its SHA-256 beside it.

    Raises ``ValueError`` for what no program would accept.
    """
    try:
        others = parse_releases(older.read_bytes()) if older is not None else ()
        # A second run for the same version replaces what the first one said.
        content = write_releases([release, *(one for one in others if one.version != release.version)])
        # By the program's own rules: a list that it refuses would silence it.
        parse_releases(content)
    except VoiceCloneError as error:
        raise ValueError(str(error)) from error
    out.write_bytes(content)
    beside = out.with_name(f"{out.name}.sha256")
    beside.write_bytes(f"{sum_of(out)}  {out.name}\n".encode())


def main(arguments: Sequence[str]) -> int:
    """Write the list that the arguments ask for; returns the exit code."""
    parser = argparse.ArgumentParser(description="Write the list of releases from the packages in a folder.")
    parser.add_argument("folder", type=Path, help="where the packages of one version lie")
    parser.add_argument("--version", type=parse_version, default=parse_version(__version__))
    parser.add_argument(
        "--date", type=date.fromisoformat, required=True, help="when it comes out: 2026-12-01"
    )
    parser.add_argument("--page", required=True, help="the https page that tells of this version")
    parser.add_argument("--older", type=Path, help="the list so far, whose releases stay in it")
    parser.add_argument("--out", type=Path, required=True, help="the list; its SHA-256 is written beside it")
    options = parser.parse_args(arguments)
    try:
        release = Release(
            version=options.version,
            day=options.date,
            page=options.page,
            packages=packages_in(options.folder, version=options.version),
        )
        write_list(release, out=options.out, older=options.older)
    except (OSError, ValueError) as error:
        print(f"No list was written: {error}", file=sys.stderr)
        return 1
    for package in release.packages:
        print(f"{package.system:8} {package.machine:7} {package.file}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
