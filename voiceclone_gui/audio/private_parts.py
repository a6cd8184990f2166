"""Whether a file holds more than sound: tags, pictures, places, notes. None of it may leave this computer.

What FFmpeg reads as tags isn't all of it: chunks of programs, boxes of phones and bytes behind the sound are
found by the form of the file itself. Sources: RIFF (Microsoft, IBM), ISO/IEC 14496-12, ID3v2.4, APEv2.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Protocol

_Box = tuple[bytes, int, int]
_Boxes = dict[bytes, "_Boxes"]

# Chunks of a WAV file that hold sound or say how it is coded, and room that is left free.
WAV_CHUNKS = {b"fmt ", b"data", b"fact"}
# Longer ones have room for words behind what is needed.
_WAV_LENGTHS_BYTES = {b"fmt ": {16, 18, 40}, b"fact": {4}}
# The boxes of an MP4 file that holds one sound, and what lies in them.
_MP4_TABLES: _Boxes = {
    name: {} for name in (b"stsd", b"stts", b"stsc", b"stsz", b"stco", b"co64", b"sgpd", b"sbgp")
}
_MP4_MEDIA: _Boxes = {
    b"mdhd": {},
    b"hdlr": {},
    b"minf": {b"smhd": {}, b"dinf": {b"dref": {}}, b"stbl": _MP4_TABLES},
}
_MP4_BOXES: _Boxes = {
    b"ftyp": {},
    b"mdat": {},
    b"moov": {
        b"mvhd": {},
        b"iods": {},
        b"trak": {b"tkhd": {}, b"edts": {b"elst": {}}, b"mdia": _MP4_MEDIA},
    },
}
# QuickTime's own form and those of phones are read by fewer programs.
_MP4_BRANDS = {b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6"}
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
            return not _is_bare_mp4(file, size_bytes=size_bytes, sound_bytes=sound_bytes)
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
        if name not in WAV_CHUNKS or length not in _WAV_LENGTHS_BYTES.get(name, {length}):
            return False
        ends = start + length + length % 2
    return ends >= size_bytes


def _is_bare_mp4(file: Readable, *, size_bytes: int, sound_bytes: int) -> bool:
    top = list(_boxes(file, 0, size_bytes))
    sounds_bytes = sum(length for name, _, length in top if name == b"mdat")
    brands = []
    for name, start, _ in top:
        if name == b"ftyp":
            file.seek(start)
            brands.append(file.read(4))
    # Sound that was cut away may still lie among the rest; no track needs it.
    return sounds_bytes == sound_bytes and set(brands) <= _MP4_BRANDS and _holds_only(file, top, _MP4_BOXES)


def _holds_only(file: Readable, boxes: list[_Box], known: _Boxes) -> bool:
    """Whether all of ``boxes`` and what lies in them is known."""
    tracks = 0
    for name, start, length in boxes:
        if name in {b"free", b"skip", b"wide"}:
            file.seek(start)
            if length > _MP3_HEAD_BYTES or any(file.read(length)):
                return False
        elif name == b"udta":
            if not _is_empty_list(file, start, length):
                return False
        else:
            inner = list(_boxes(file, start, start + length)) if known.get(name) else []
            if name not in known or not _holds_only(file, inner, known[name]):
                return False
        tracks += name == b"trak"
    return tracks <= 1


def _is_empty_list(file: Readable, start: int, length: int) -> bool:
    """Whether it is the list of tags that FFmpeg writes where there is none."""
    file.seek(start)
    return length == _EMPTY_TAGS_BYTES and file.read(length).endswith(b"\x00\x00\x00\x08ilst")


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
