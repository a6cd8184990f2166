"""What the program keeps on this computer: counted for the user, and deleted when the user says so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from voiceclone_gui.storage.paths import DataFolder


class FileKind(StrEnum):
    """What something is kept for."""

    VOICES = "voices"
    LIBRARY = "library"
    RECORDINGS = "recordings"
    JOBS = "jobs"
    OUTGOING = "outgoing"
    SETTINGS = "settings"
    PRACTICE = "practice"
    LOG = "log"
    CRASHES = "crashes"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class KeptFiles:
    """One kind: where it lies, and how much of it there is; empty files, such as locks, hold nothing."""

    kind: FileKind
    place: Path
    files: int
    size_bytes: int


def take_stock(folder: DataFolder) -> tuple[KeptFiles, ...]:
    """All kinds in a fixed order; blocking, for a thread. What can't be looked into counts as nothing."""
    places = _places(folder)
    entries: dict[FileKind, list[Path]] = {kind: [] for kind in FileKind}
    for entry in _entries(folder.root):
        entries[kind_of(entry, folder=folder)].append(entry)
    stock = []
    for kind, paths in entries.items():
        sizes = [size for path in paths for size in _sizes(path) if size]
        place = places.get(kind, folder.root)
        stock.append(KeptFiles(kind=kind, place=place, files=len(sizes), size_bytes=sum(sizes)))
    return tuple(stock)


def delete_all(folder: DataFolder) -> tuple[Path, ...]:
    """Delete what the program has made, and the folder if nothing else is in it; blocking.

    Links are taken away and never followed. Gives what is left: files of others, and what couldn't be
    deleted. It can be repeated.
    """
    for entry in _entries(folder.root):
        if kind_of(entry, folder=folder) is FileKind.OTHER:
            continue
        try:
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink()
        except OSError:
            continue
    left = tuple(_entries(folder.root))
    if not left and folder.root.exists():
        try:
            folder.root.rmdir()
        except OSError:
            return (folder.root,)
    return left


def kind_of(entry: Path, *, folder: DataFolder) -> FileKind:
    """What an entry of the data folder is."""
    for kind, place in _places(folder).items():
        if entry == place:
            return kind
    name = entry.name
    if name.startswith(folder.library.stem + "."):
        # Beside the library: its journal, copies of older versions, damaged ones that were set aside.
        return FileKind.LIBRARY
    if name.startswith((folder.settings.stem + ".", "." + folder.settings.name)):
        return FileKind.SETTINGS
    if name == "window.lock":
        return FileKind.LOG
    return FileKind.OTHER


def _places(folder: DataFolder) -> dict[FileKind, Path]:
    return {
        FileKind.VOICES: folder.voices,
        FileKind.LIBRARY: folder.library,
        FileKind.RECORDINGS: folder.recordings,
        FileKind.JOBS: folder.jobs,
        FileKind.OUTGOING: folder.outgoing,
        FileKind.SETTINGS: folder.settings,
        FileKind.PRACTICE: folder.practice,
        FileKind.LOG: folder.log,
        FileKind.CRASHES: folder.crashes,
    }


def _entries(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(folder.iterdir())
    except OSError:
        return


def _sizes(path: Path) -> Iterator[int]:
    """The sizes of a file, or of all files below a folder; links aren't followed."""
    if path.is_dir() and not path.is_symlink():
        for base, _, names in os.walk(path):
            for name in names:
                yield from _sizes(Path(base) / name)
        return
    try:
        yield path.lstat().st_size
    except OSError:
        return
