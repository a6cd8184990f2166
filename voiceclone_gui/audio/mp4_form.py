"""Whether an MP4 file is one sound and nothing else, by the form of its boxes.

Sources: ISO/IEC 14496-12, 14496-14.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Protocol

_Box = tuple[bytes, int, int]
_Boxes = dict[bytes, "_Boxes"]

# The boxes of a file that holds one sound, and what lies in them.
_TABLES: _Boxes = {
    name: {} for name in (b"stsd", b"stts", b"stsc", b"stsz", b"stco", b"co64", b"sgpd", b"sbgp")
}
_MEDIA: _Boxes = {
    b"mdhd": {},
    b"hdlr": {},
    b"minf": {b"smhd": {}, b"dinf": {b"dref": {}}, b"stbl": _TABLES},
}
_KNOWN: _Boxes = {
    b"ftyp": {},
    b"mdat": {},
    b"moov": {
        b"mvhd": {},
        b"iods": {},
        b"trak": {b"tkhd": {}, b"edts": {b"elst": {}}, b"mdia": _MEDIA},
    },
}
# QuickTime's own form and those of phones are read by fewer programs.
_BRANDS = {b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6"}
_COMPATIBLE = _BRANDS | {b"M4P ", b"M4V ", b"qt  ", b"avc1", b"dash", b"mp71", b"3gp4", b"3gp5", bytes(4)}
# How long boxes without a table are, by their version.
_LENGTHS = {b"mvhd": (100, 112), b"tkhd": (84, 96), b"mdhd": (24, 36), b"smhd": (8, 8)}
# Tables: where their count of rows is, and how long a row is, by the version.
_ROWS = {
    b"stts": (4, 8, 8),
    b"stsc": (4, 12, 12),
    b"stco": (4, 4, 4),
    b"co64": (4, 8, 8),
    b"elst": (4, 12, 20),
}
_SMALL = {b"iods": 32, b"sgpd": 32, b"sbgp": 64}
# What else belongs to a coding: its settings, and its rate of bits.
_CODING_BOXES = {b"esds": 64, b"btrt": 12}
_CODING_BYTES, _HANDLER_BYTES = 28, 24
_OWN_DATA = struct.pack(">III4sI", 0, 1, 12, b"url ", 1)
_NO_TAGS = (
    struct.pack(">I4sI", 53, b"meta", 0)
    + struct.pack(">I4s8s4s4s9x", 33, b"hdlr", b"", b"mdir", b"appl")
    + struct.pack(">I4s", 8, b"ilst")
)
_FREE = {b"free", b"skip", b"wide"}
_FREE_MAX_BYTES = 2_048
_BOX_HEAD_BYTES, _BOXES_MAX = 8, 4_096


class Readable(Protocol):
    """A file that is open for reading."""

    def read(self, size_bytes: int, /) -> bytes:
        """Up to so many bytes."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place."""
        ...


def is_bare_mp4(file: Readable, *, size_bytes: int, sound_bytes: int) -> bool:
    """Whether the file is one sound of ``sound_bytes`` in boxes of a known form. What isn't known is more."""
    top = list(_boxes(file, 0, size_bytes))
    sounds_bytes = sum(length for name, _, length in top if name == b"mdat")
    # Sound that was cut away may still lie among the rest; no track needs it.
    return sounds_bytes == sound_bytes and _holds_only(file, top, _KNOWN)


def _holds_only(file: Readable, boxes: list[_Box], known: _Boxes) -> bool:
    """Whether all of ``boxes`` and what lies in them is known."""
    tracks = 0
    for name, start, length in boxes:
        if name in _FREE:
            file.seek(start)
            if length > _FREE_MAX_BYTES or any(file.read(length)):
                return False
        elif name == b"udta":
            file.seek(start)
            if length != len(_NO_TAGS) or file.read(length) != _NO_TAGS:
                return False
        elif name not in known:
            return False
        elif known[name]:
            if not _holds_only(file, list(_boxes(file, start, start + length)), known[name]):
                return False
        elif name != b"mdat" and not _is_plain(file, name, start, length):
            return False
        tracks += name == b"trak"
    return tracks <= 1


def _is_plain(file: Readable, name: bytes, start: int, length: int) -> bool:
    """Whether a box without others in it is as long as what it has to say."""
    file.seek(start)
    head = file.read(min(length, 512))
    if len(head) < _BOX_HEAD_BYTES:
        return False
    is_long = head[0] == 1
    known = length <= _SMALL.get(name, -1)
    if name in _LENGTHS:
        known = length == _LENGTHS[name][is_long]
    elif name in _ROWS:
        place, *rows = _ROWS[name]
        known = length == place + 4 + struct.unpack_from(">I", head, place)[0] * rows[is_long]
    elif name == b"stsz":
        same, count = struct.unpack_from(">4xII", head.ljust(12, b"\0"))
        known = length == 12 + (0 if same else 4 * count)
    elif name == b"ftyp":
        brands = {head[place : place + 4] for place in range(8, len(head), 4)}
        known = length <= len(head) and head[:4] in _BRANDS and brands <= _COMPATIBLE
    elif name == b"hdlr":
        # The name itself is looked at as a tag; it ends with the first zero.
        known = length <= len(head) and b"\0" not in head[_HANDLER_BYTES:].rstrip(b"\0")
    elif name == b"dref":
        known = head == _OWN_DATA
    elif name == b"stsd":
        known = _is_plain_coding(file, start, length)
    return known


def _is_plain_coding(file: Readable, start: int, length: int) -> bool:
    """Whether a description of sound tells its coding and nothing else."""
    codings = list(_boxes(file, start + 8, start + length))
    if [name for name, _, _ in codings] != [b"mp4a"]:
        return False
    _, begins, size = codings[0]
    inner = list(_boxes(file, begins + _CODING_BYTES, begins + size))
    fill = sum(_BOX_HEAD_BYTES + inner_size for _, _, inner_size in inner)
    known = all(inner_size <= _CODING_BOXES.get(name, -1) for name, _, inner_size in inner)
    return known and _BOX_HEAD_BYTES + size == length - 8 and _CODING_BYTES + fill == size


def _boxes(file: Readable, start: int, end: int) -> Iterator[_Box]:
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
        if length < head_bytes or place + length > end:
            yield b"?", place, 0
            return
        yield name, place + head_bytes, length - head_bytes
        place += length
    yield b"?", place, 0
