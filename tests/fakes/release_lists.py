"""Lists of releases as a packager publishes them, and a server of them on this computer."""

from __future__ import annotations

import hashlib
from datetime import date

from voiceclone_gui.core.releases import Computer, Package, Release, write_releases
from voiceclone_gui.core.version import parse_version

LINUX = Computer(system="linux", machine="x86_64")


def release(version: str, system: str = "linux", machine: str = "x86_64") -> Release:
    """A release with one package."""
    file = f"voiceclone-{version}-{system}-{machine}.tar.xz"
    return Release(
        version=parse_version(version),
        day=date(2026, 12, 1),
        page=f"https://example.com/voiceclone/{version}",
        packages=(
            Package(file=file, system=system, machine=machine, size_bytes=115_000_000, sha256="a" * 64),
        ),
    )


def releases_json(*releases: Release) -> bytes:
    """Their list."""
    return write_releases(releases)


def sum_of(content: bytes) -> bytes:
    """What lies beside a list."""
    return f"{hashlib.sha256(content).hexdigest()}  releases.json\n".encode("ascii")
