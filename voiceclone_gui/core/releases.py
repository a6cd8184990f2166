"""The list of releases: what it must look like, and which of them is news for this computer.

It is JSON, and docs/updates.md tells its form. Whatever breaks that form refuses the whole list, by the
name of the place: half a list could hide a release.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlsplit

from voiceclone_gui.core.errors import UpdateCheckFailed
from voiceclone_gui.core.version import Version, parse_version

T = TypeVar("T")

LIST_FORMAT = 1
PROGRAM = "voiceclone"
SYSTEMS = ("linux", "macos", "windows")
MACHINES = ("x86_64", "arm64")
RELEASES_MAX = 500
PACKAGES_MAX = 50
_SIZE_MAX_BYTES = 2**40
_SHOWN = 80
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+~-]{0,199}")
_SUM = re.compile(r"[0-9a-f]{64}")
_PAGE = re.compile(r"https://[!-~]{1,2000}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# As sha256sum writes it, or the bare sum.
_SUM_FILE = re.compile(rb"([0-9A-Fa-f]{64})(?:[ \t]+[^\r\n]*)?\s*")


@dataclass(frozen=True, kw_only=True)
class Package:
    """A file to download by hand; ``sha256`` is 64 small hexadecimal digits."""

    file: str
    system: str
    machine: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Release:
    """A version, the day it came out, the page that tells of it, and its packages."""

    version: Version
    day: date
    page: str
    packages: tuple[Package, ...]


@dataclass(frozen=True, kw_only=True)
class Computer:
    """What packages have to fit: one of ``SYSTEMS``, and one of ``MACHINES`` or what the system says."""

    system: str
    machine: str

    def packages_of(self, release: Release) -> tuple[Package, ...]:
        """Those that run here."""
        return tuple(
            package
            for package in release.packages
            if (package.system, package.machine) == (self.system, self.machine)
        )


@dataclass(frozen=True, kw_only=True)
class News:
    """What the list says to one computer: the newest ``release`` that it has a package for, if that is
    newer than the program; else ``unfit``, a newer one for other computers only.
    """

    release: Release | None = None
    unfit: Release | None = None


def find_news(releases: Iterable[Release], *, own: Version, computer: Computer) -> News:
    """What is newer than ``own``. Trial versions are news only for who uses one already."""
    newer = [
        release
        for release in releases
        if release.version > own and (own.is_trial or not release.version.is_trial)
    ]
    newest = sorted(newer, key=lambda release: release.version, reverse=True)
    fitting = next((release for release in newest if computer.packages_of(release)), None)
    return News(release=fitting, unfit=None if fitting else next(iter(newest), None))


def check_sum(content: bytes, *, sum_file: bytes) -> None:
    """Raises ``UpdateCheckFailed`` unless ``sum_file`` holds the SHA-256 of ``content``."""
    found = _SUM_FILE.fullmatch(sum_file)
    if found is None:
        raise UpdateCheckFailed("release-list-sum-malformed")
    if hashlib.sha256(content).hexdigest() != found[1].decode("ascii").lower():
        raise UpdateCheckFailed("release-list-sum")


def parse_releases(content: bytes) -> tuple[Release, ...]:
    """The releases of a list. Raises ``UpdateCheckFailed``, which names what is wrong and where."""
    try:
        found = json.loads(content.decode("utf-8"), object_pairs_hook=_without_twins)
    except (ValueError, RecursionError) as error:
        raise UpdateCheckFailed("release-list-not-json", reason=str(error)[:_SHOWN]) from error
    top = _Place(value=found, name="")
    form = top.field("format").value
    if type(form) is not int or form != LIST_FORMAT:
        raise UpdateCheckFailed("release-list-format", format=str(form)[:_SHOWN], known=LIST_FORMAT)
    top.field("program").text(lambda text: _one_of(text, (PROGRAM,)))
    releases = tuple(_release(place) for place in top.field("releases").entries(limit=RELEASES_MAX))
    _refuse_twins("releases", [str(release.version) for release in releases])
    return releases


def write_releases(releases: Iterable[Release]) -> bytes:
    """The list as :func:`parse_releases` reads it, the newest release first."""
    ordered = sorted(releases, key=lambda release: release.version, reverse=True)
    entries = [
        {
            "version": str(release.version),
            "date": release.day.isoformat(),
            "page": release.page,
            "packages": [vars(package) for package in release.packages],
        }
        for release in ordered
    ]
    found = {"format": LIST_FORMAT, "program": PROGRAM, "releases": entries}
    return json.dumps(found, indent=2).encode("ascii") + b"\n"


def _release(place: _Place) -> Release:
    packages = place.field("packages")
    found = tuple(_package(entry) for entry in packages.entries(limit=PACKAGES_MAX))
    _refuse_twins(packages.name, [package.file for package in found])
    return Release(
        version=place.field("version").text(parse_version),
        day=place.field("date").text(_day),
        page=place.field("page").text(_page),
        packages=found,
    )


def _package(place: _Place) -> Package:
    return Package(
        file=place.field("file").text(lambda text: _matching(text, _FILE_NAME)),
        system=place.field("system").text(lambda text: _one_of(text, SYSTEMS)),
        machine=place.field("machine").text(lambda text: _one_of(text, MACHINES)),
        size_bytes=place.field("size_bytes").count(),
        sha256=place.field("sha256").text(lambda text: _matching(text, _SUM)),
    )


@dataclass(frozen=True, kw_only=True)
class _Place:
    """A value of the list with the name of its place, such as ``releases[0].date``."""

    value: Any
    name: str

    def field(self, name: str) -> _Place:
        full = f"{self.name}.{name}" if self.name else name
        if not isinstance(self.value, Mapping):
            raise self._refusal()
        if name not in self.value:
            raise UpdateCheckFailed("release-list-missing", place=full)
        return _Place(value=self.value[name], name=full)

    def entries(self, *, limit: int) -> list[_Place]:
        if not isinstance(self.value, list):
            raise self._refusal()
        if len(self.value) > limit:
            raise UpdateCheckFailed("release-list-long", place=self.name, limit=limit)
        return [_Place(value=value, name=f"{self.name}[{number}]") for number, value in enumerate(self.value)]

    def text(self, read: Callable[[str], T]) -> T:
        if not isinstance(self.value, str):
            raise self._refusal()
        try:
            return read(self.value)
        except ValueError as error:
            raise self._refusal() from error

    def count(self) -> int:
        if type(self.value) is not int or not 0 < self.value <= _SIZE_MAX_BYTES:
            raise self._refusal()
        return self.value

    def _refusal(self) -> UpdateCheckFailed:
        value = self.value if isinstance(self.value, str | int | float) else type(self.value).__name__
        shown = ascii(value)[:_SHOWN]
        return UpdateCheckFailed("release-list-value", place=self.name or "it", value=shown)


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refuse_twins(place: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise UpdateCheckFailed("release-list-twice", place=place, name=name)


def _one_of(text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise ValueError(text)
    return text


def _matching(text: str, form: re.Pattern[str]) -> str:
    if form.fullmatch(text) is None:
        raise ValueError(text)
    return text


def _day(text: str) -> date:
    return date.fromisoformat(_matching(text, _DATE))


def _page(text: str) -> str:
    parts = urlsplit(_matching(text, _PAGE))
    # Asking for the port refuses one that is no number.
    if not parts.hostname or "@" in parts.netloc or "\\" in text or parts.port == 0:
        raise ValueError(text)
    return text
