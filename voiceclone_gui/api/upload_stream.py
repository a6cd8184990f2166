"""A recording on its way: read from disk in pieces, off the event loop, and watched for changes."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import httpx

from voiceclone_gui.core.errors import SampleChanged, SampleUnreadable
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.sample import FileStamp


class WatchedFile:
    """The file part of an upload: exactly the bytes that were examined, or ``SampleChanged``.

    It has the three methods that httpx's multipart encoder asks for.
    """

    def __init__(self, *, file: BinaryIO, stamp: FileStamp, name: str, field: Field) -> None:
        self._file = file
        self._stamp = stamp
        self._name = name
        self._field = field
        self.read_bytes = 0

    @classmethod
    def open(cls, path: Path, *, stamp: FileStamp, field: Field) -> WatchedFile:
        """Open ``path`` and compare it with ``stamp``. Raises ``SampleUnreadable`` or ``SampleChanged``."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise SampleChanged("sample-vanished", field=field, name=path.name) from None
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else type(error).__name__
            raise SampleUnreadable("sample-io", field=field, name=path.name, reason=reason) from error
        watched = cls(file=file, stamp=stamp, name=path.name, field=field)
        try:
            watched.check_unchanged()
        except SampleChanged:
            file.close()
            raise
        return watched

    def fileno(self) -> int:
        """The descriptor, from which the encoder takes the length."""
        return self._file.fileno()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to ``offset``; the encoder rewinds before it reads."""
        self.read_bytes = 0
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """The next bytes; at the end the file is compared with its stamp once more."""
        try:
            piece = self._file.read(size)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else type(error).__name__
            raise SampleUnreadable("sample-io", field=self._field, name=self._name, reason=reason) from error
        self.read_bytes += len(piece)
        if not piece or self.read_bytes >= self._stamp.size_bytes:
            self.check_unchanged()
            if self.read_bytes != self._stamp.size_bytes:
                raise self._changed()
        return piece

    def check_unchanged(self) -> None:
        """Raise ``SampleChanged`` where size or time are not what they were."""
        status = os.fstat(self._file.fileno())
        if (status.st_size, status.st_mtime_ns) != (self._stamp.size_bytes, self._stamp.modified_ns):
            raise self._changed()

    def close(self) -> None:
        """Close the file; waits for a read that is under way."""
        self._file.close()

    def _changed(self) -> SampleChanged:
        return SampleChanged("sample-changed", field=self._field, name=self._name)


class OffLoopStream(httpx.AsyncByteStream):
    """A request body whose pieces are made in a thread, so that a slow disk never holds the loop."""

    def __init__(self, *, body: Iterator[bytes], on_piece: Callable[[], None]) -> None:
        self._body = body
        self._on_piece = on_piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await asyncio.to_thread(next, self._body, b""):
            yield piece
            # The transport asks for the next piece once this one is handed to the network.
            self._on_piece()
