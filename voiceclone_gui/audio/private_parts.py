"""Whether a file holds more than sound: tags, pictures, places, notes. None of it may leave this computer.

What FFmpeg reads as tags isn't all of it: chunks of programs, boxes of phones and bytes behind the sound are
found by the form of the file itself. Sources: RIFF (Microsoft, IBM), ISO/IEC 14496-12, ID3v2.4, APEv2.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from voiceclone_gui.audio.mp4_form import Readable, is_bare_mp4

# Chunks of a WAV file that hold sound or say how it is coded, and room that is left free.
WAV_CHUNKS = {b"fmt ", b"data", b"fact"}
# Longer ones have room for words behind what is needed.
_WAV_LENGTHS_BYTES = {b"fmt ": {16, 18, 40}, b"fact": {4}}
_CHUNKS_MAX, _CHUNK_HEAD_BYTES = 4_096, 8
# An MPEG audio frame tells its version, rate and rate of bits in its first four bytes (ISO/IEC 11172-3 and
# 13818-3, layer III; version 2.5 is Fraunhofer's): kbit/s and Hz by their numbers.
_MPEG_SYNC, _LAYER_III, _MPEG_1, _MPEG_2, _MPEG_25 = 0x7FF, 1, 3, 2, 0
_BITRATES = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES_HZ = {
    _MPEG_1: (44_100, 48_000, 32_000),
    _MPEG_2: (22_050, 24_000, 16_000),
    _MPEG_25: (11_025, 12_000, 8_000),
}
_MONO_MODE = 3
# Where an encoder's own first frame has its mark, behind the side information; and how long what it says of
# the sound is (Xing with LAME's settings, VBRI with its table).
_XING_MARKS, _XING_BYTES = {b"Xing", b"Info"}, 120 + 36
_VBRI_PLACE, _VBRI_BYTES = 36, 26


def has_private_parts(file: Readable, *, extension: str | None, size_bytes: int, sound_bytes: int) -> bool:
    """Whether there is more in a file than its sound. What isn't known well counts as more."""
    match extension:
        case "wav":
            return not _is_bare_wav(file, size_bytes)
        case "mp3":
            return size_bytes - sound_bytes not in {0, _settings_frame_bytes(file)}
        case "m4a":
            return not is_bare_mp4(file, size_bytes=size_bytes, sound_bytes=sound_bytes)
    return True


def wav_chunks(file: Readable | BinaryIO, size_bytes: int) -> Iterator[tuple[bytes, int, int]]:
    """The chunks of a RIFF file: name, where the content begins, and its length as far as the file goes."""
    place = 12
    for _ in range(_CHUNKS_MAX):
        file.seek(place)
        head = file.read(8)
        if len(head) < _CHUNK_HEAD_BYTES:
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


def _settings_frame_bytes(file: Readable) -> int:
    """How long the first frame of an mp3 is where an encoder has put its settings there and nothing else.

    0 where it is a frame of sound or holds more. FFmpeg plays no such frame, so it is in no packet.
    """
    file.seek(0)
    head = file.read(4)
    bits = int.from_bytes(head)
    version, layer = bits >> 19 & 3, bits >> 17 & 3
    number_of_bits, number_of_rate = bits >> 12 & 15, bits >> 10 & 3
    rates_hz = _RATES_HZ.get(version, ())
    bitrates = _BITRATES[version == _MPEG_1]
    if bits >> 21 != _MPEG_SYNC or layer != _LAYER_III or number_of_rate >= len(rates_hz):
        return 0
    if not 0 < number_of_bits < len(bitrates):
        return 0
    slots = 144 if version == _MPEG_1 else 72
    length = slots * 1000 * bitrates[number_of_bits] // rates_hz[number_of_rate] + (bits >> 9 & 1)
    is_mono = bits >> 6 & 3 == _MONO_MODE
    side_bytes = {(True, True): 17, (True, False): 32, (False, True): 9, (False, False): 17}
    frame = head + file.read(length - 4)
    marked = 4 + side_bytes[version == _MPEG_1, is_mono]
    if len(frame) < length or any(frame[4:marked]):
        return 0
    if frame[marked : marked + 4] in _XING_MARKS:
        ends = marked + _XING_BYTES
    elif frame[_VBRI_PLACE : _VBRI_PLACE + 4] == b"VBRI" and len(frame) >= _VBRI_PLACE + _VBRI_BYTES:
        rows, _, row_bytes = struct.unpack_from(">HHH", frame, _VBRI_PLACE + 18)
        ends = _VBRI_PLACE + _VBRI_BYTES + rows * row_bytes
    else:
        return 0
    return 0 if any(frame[ends:]) else length
