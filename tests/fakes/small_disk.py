"""A real disk that can be filled and made read-only: a small tmpfs in a name space of its own."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

_BLOCK_BYTES = 4096


def command_with_mounts(*command: str) -> list[str]:
    """``command`` where it may mount, without anybody else seeing it; an ordinary user needs a name space
    for users too.
    """
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", *user, "--mount", "--propagation", "private", *command]


def command_without_rights(*command: str) -> list[str]:
    """``command`` as an ordinary user runs it: permissions count, whoever runs the tests."""
    if os.geteuid() != 0:
        return list(command)
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]


class SmallDisk:
    """A file system of a few MiB at ``folder``, which must be one of an own name space."""

    def __init__(self, *, folder: Path, size_kib: int = 4096) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"
        folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_kib}k", "tmpfs", folder], check=True)

    def fill(self, *, leave_kib: int = 0) -> None:
        """Leave only that much room, in steps of 4 KiB."""
        with self._ballast.open("wb", buffering=0) as file:
            for block_bytes in (64 * _BLOCK_BYTES, _BLOCK_BYTES):
                _write_all_there_is_room_for(file.fileno(), bytes(block_bytes))
            # What was written last may be a part of a block.
            size = file.tell() // _BLOCK_BYTES * _BLOCK_BYTES
            file.truncate(max(size - leave_kib * 1024, 0))

    def make_room(self) -> None:
        """Take away what fills it."""
        self._ballast.unlink()

    def make_read_only(self) -> None:
        """As a card whose switch was moved."""
        subprocess.run(["mount", "-o", "remount,ro", self.folder], check=True)

    def make_writable(self) -> None:
        """The switch back again."""
        subprocess.run(["mount", "-o", "remount,rw", self.folder], check=True)


def _write_all_there_is_room_for(descriptor: int, block: bytes) -> None:
    while True:
        try:
            os.write(descriptor, block)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            return
