"""A recording's file: opened once, read through one descriptor, and known to be the same at the end.

Every error of the file system becomes one of ours here; no sentence tells more than the file's name.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import Self

from voiceclone_gui.core.errors import SampleChanged, SampleUnreadable
from voiceclone_gui.core.sample import FileStamp


class SourceFile:
    """A regular file as PyAV reads it: ``read``, ``seek`` and ``tell``.

    It has no ``name`` on purpose: FFmpeg would take a hint from its ending, and the ending is no evidence.
    It ends where the file ended when it was opened, so that a file that still grows can't be followed
    for ever. An error of reading is kept for :meth:`check`, since FFmpeg may take it for the end.
    """

    def __init__(self, *, path: Path) -> None:
        self._path = path
        self._fault: OSError | None = None
        try:
            self._descriptor = _open_regular(path)
        except (OSError, ValueError) as error:
            raise _unreadable(path, error) from error
        self._status = os.fstat(self._descriptor)
        self._position = 0
        if self._status.st_size == 0:
            self.close()
            raise SampleUnreadable("sample-empty", name=path.name)

    @property
    def path(self) -> Path:
        """Where the file was opened."""
        return self._path

    @property
    def stamp(self) -> FileStamp:
        """Size and time as they were when the file was opened."""
        return _stamp(self._status)

    def read(self, size_bytes: int) -> bytes:
        """Up to ``size_bytes`` from where it stands; nothing at the end."""
        size_bytes = min(size_bytes, self._status.st_size - self._position)
        if size_bytes <= 0:
            return b""
        try:
            read = os.read(self._descriptor, size_bytes)
        except OSError as error:
            self._fault = error
            raise
        self._position += len(read)
        return read

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to ``offset`` and return the position from the start; below 0 where there is no such place.

        A damaged file may ask for one. FFmpeg takes the number for an error, while an exception would stay
        with PyAV and come up again somewhere else.
        """
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._status.st_size}[whence]
        if not 0 <= base + offset <= self._status.st_size:
            return -errno.EINVAL
        self._position = os.lseek(self._descriptor, base + offset, os.SEEK_SET)
        return self._position

    def tell(self) -> int:
        """The position from the start."""
        return self._position

    def raise_fault(self) -> None:
        """Raise the error of reading, if there was one."""
        if self._fault is not None:
            raise _unreadable(self._path, self._fault) from self._fault

    def check(self) -> None:
        """Raise the error of reading, if there was one, or that the file isn't what it was."""
        self.raise_fault()
        try:
            there = self._path.stat()
        except FileNotFoundError as error:
            raise SampleChanged("sample-vanished", name=self._path.name) from error
        except OSError as error:
            raise _unreadable(self._path, error) from error
        stamps = {self.stamp, _stamp(there), _stamp(os.fstat(self._descriptor))}
        if len(stamps) > 1 or not os.path.samestat(there, self._status):
            raise SampleChanged("sample-changed", name=self._path.name)

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _open_regular(path: Path) -> int:
    # Looked at before it is opened, since opening alone can wait for ever (a named pipe) or do something
    # (a device); and again afterwards, since it may have been exchanged in between.
    _refuse_special(path, path.stat())
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
    try:
        _refuse_special(path, os.fstat(descriptor))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _refuse_special(path: Path, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise SampleUnreadable("sample-folder", name=path.name)
    if not stat.S_ISREG(status.st_mode):
        raise SampleUnreadable("sample-not-audio", name=path.name)


def _stamp(status: os.stat_result) -> FileStamp:
    return FileStamp(size_bytes=status.st_size, modified_ns=status.st_mtime_ns)


def _unreadable(path: Path, error: OSError | ValueError) -> SampleUnreadable:
    if isinstance(error, PermissionError):
        return SampleUnreadable("sample-not-permitted", name=path.name)
    # A ValueError means a name that no file can have.
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):
        return SampleUnreadable("sample-missing", name=path.name)
    reason = error.strerror or type(error).__name__
    return SampleUnreadable("sample-io", name=path.name, reason=reason)
