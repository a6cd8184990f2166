"""Files that come in by drop, paste or command line: local paths, and folders looked into."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl

FOLDER_ENTRIES_MAX = 10_000


def paths_in(offered: QMimeData) -> list[Path]:
    """The local files and folders in what is dragged or pasted: file addresses, or paths as text."""
    if offered.hasUrls():
        return [Path(url.toLocalFile()) for url in offered.urls() if url.isLocalFile()]
    found = []
    for line in offered.text().splitlines():
        text = line.strip().strip('"')
        path = Path(QUrl(text).toLocalFile()) if text.startswith("file:") else Path(text)
        if path.is_absolute():
            found.append(path)
    return found


def may_hold_files(offered: QMimeData) -> bool:
    """Whether it is worth showing where to drop; decided without touching a disk."""
    if offered.hasUrls():
        return any(url.isLocalFile() for url in offered.urls())
    return offered.hasText() and offered.text().lstrip().startswith(("file:", "/"))


def candidates(paths: Iterable[Path]) -> list[Path]:
    """All files among ``paths``, folders opened one level deep in the order of names. Blocking: for a thread.

    Hidden files are passed over; of a huge folder only a part is given.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += _files_in(path)
        else:
            found.append(path)
    return found


def _files_in(folder: Path) -> list[Path]:
    files = []
    try:
        with os.scandir(folder) as entries:
            for count, entry in enumerate(entries):
                if count >= FOLDER_ENTRIES_MAX:
                    break
                if entry.is_file() and not entry.name.startswith("."):
                    files.append(Path(entry.path))
    except OSError:
        return [folder]
    return sorted(files, key=lambda path: path.name.lower())
