"""Whether a file holds more than sound: tags, pictures, places, notes. None of it may leave this computer.

What FFmpeg reads as tags isn't all of it: chunks of programs, boxes of phones and bytes behind the sound are
found by the form of the file itself. Sources: RIFF (Microsoft, IBM), ISO/IEC 14496-12, ID3v2.4, APEv2.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Protocol

# Chunks of a WAV file that hold sound or say how it is coded, and room that is left free.
WAV_CHUNKS = {b"fmt ", b"data", b"fact"}
_MP4_TOP = {b"ftyp", b"moov", b"mdat"}
_MP4_MOVIE = {b"mvhd", b"trak", b"iods"}
# An encoder's own first frame, with its settings, belongs to no packet.
_MP3_HEAD_BYTES = 2_048
_BOX_HEAD_BYTES = 8
# A box "meta" with its handler and a list of nothing.
_EMPTY_TAGS_BYTES = 53
_BOXES_MAX = 4_096


class Readable(Protocol):
    """A file that is open for reading."""

    def read(self, size_bytes: int, /) -> bytes:
        """Up to so many bytes."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place."""
        ...


def has_private_parts(file: Readable, *, extension: str | None, size_bytes: int, sound_bytes: int) -> bool:
    """Whether there is more in a file than its sound. What isn't known well counts as more."""
    match extension:
        case "wav":
            return not _is_bare_wav(file, size_bytes)
        case "mp3":
            file.seek(0)
            starts_with_sound = file.read(1) == b"\xff"
            return not starts_with_sound or size_bytes - sound_bytes > _MP3_HEAD_BYTES
        case "m4a":
            return not _is_bare_mp4(file, size_bytes)
    return True


def wav_chunks(file: Readable | BinaryIO, size_bytes: int) -> Iterator[tuple[bytes, int, int]]:
    """The chunks of a RIFF file: name, where the content begins, and its length as far as the file goes."""
    place = 12
    for _ in range(_BOXES_MAX):
        file.seek(place)
        head = file.read(8)
        if len(head) < _BOX_HEAD_BYTES:
            return
        name, length = head[:4], struct.unpack("<I", head[4:])[0]
        yield name, place + 8, min(length, size_bytes - place - 8)
        place += 8 + length + length % 2


def _is_bare_wav(file: Readable, size_bytes: int) -> bool:
    file.seek(0)
    if file.read(4) != b"RIFF":
        return False
    ends = 12
    for name, start, length in wav_chunks(file, size_bytes):
        if name not in WAV_CHUNKS:
            return False
        ends = start + length + length % 2
    return ends >= size_bytes


def _is_bare_mp4(file: Readable, size_bytes: int) -> bool:
    for name, start, length in _boxes(file, 0, size_bytes):
        if name in {b"free", b"skip", b"wide"}:
            file.seek(start)
            if length > _MP3_HEAD_BYTES or any(file.read(length)):
                return False
        elif name not in _MP4_TOP:
            return False
        elif name == b"moov":
            inner = list(_boxes(file, start, start + length))
            names = [
                box for box, place, size in inner if box != b"udta" or not _is_empty_list(file, place, size)
            ]
            if set(names) - _MP4_MOVIE or names.count(b"trak") != 1:
                return False
    return True


def _is_empty_list(file: Readable, start: int, length: int) -> bool:
    """Whether it is the list of tags that FFmpeg writes where there is none."""
    file.seek(start)
    return length == _EMPTY_TAGS_BYTES and file.read(length).endswith(b"\x00\x00\x00\x08ilst")


def _boxes(file: Readable, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two places: name, where the content begins, its length."""
    place = start
    for _ in range(_BOXES_MAX):
        file.seek(place)
        head = file.read(16)
        if place + 8 > end or len(head) < _BOX_HEAD_BYTES:
            return
        length, name = struct.unpack(">I4s", head[:8])
        head_bytes = 8
        if length == 1 and len(head) == 16:
            length, head_bytes = struct.unpack(">Q", head[8:])[0], 16
        elif length == 0:
            length = end - place
        if length < head_bytes:
            yield b"?", place, 0
            return
        yield name, place + head_bytes, length - head_bytes
        place += length
