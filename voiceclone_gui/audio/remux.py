"""The sound of a file as it is, without whatever else the file holds: nothing is decoded or encoded."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path
from typing import BinaryIO

import av
from av.audio.stream import AudioStream

from voiceclone_gui.audio.private_parts import WAV_CHUNKS, wav_chunks
from voiceclone_gui.audio.probe import inspect_sample
from voiceclone_gui.audio.recording import open_recording
from voiceclone_gui.audio.source import SourceFile
from voiceclone_gui.core.errors import SampleChanged, SampleUnreadable
from voiceclone_gui.core.sample import FileStamp

_COPY_BYTES = 1 << 20
_ID3_HEAD, _ID3_FOOTER_FLAG = 10, 0x10
_ID3V1_BYTES, _ID3V1_MORE_BYTES, _APE_FOOTER_BYTES, _APE_HAS_HEAD = 128, 227, 32, 0x80000000


def remux(path: Path, target: Path, *, extension: str, stamp: FileStamp | None = None) -> bool:
    """Write the sound of ``path`` alone to ``target``; ``False`` where that isn't what came of it.

    The samples must be the same when decoded, and nothing but sound may be left. With a ``stamp`` it must
    still be the file that had it. Raises
    :class:`SampleUnreadable` and :class:`SampleChanged` for the source, ``OSError`` for the target.
    """
    with SourceFile(path=path) as source:
        if stamp not in {None, source.stamp}:
            raise SampleChanged("sample-changed", name=path.name)
        copy = {"wav": _copy_wav, "mp3": _copy_mp3}.get(extension, _copy_aac)
        try:
            copy(source, target)
        except (av.FFmpegError, OSError) as error:
            source.raise_fault()
            if isinstance(error, OSError):
                raise
            # A box or a packet that FFmpeg reads, but can't write.
            return False
        source.check()
    try:
        made = _digest(target)
    except SampleUnreadable:
        return False
    return made == _digest(path) and not inspect_sample(target).has_private_parts


def _digest(path: Path) -> bytes:
    """What is heard of a file, as one number: kind, rate, layout and samples."""
    digest = hashlib.sha256()
    with open_recording(path) as recording:
        form = None
        for frame, length in recording.runs():
            if form != (frame.format.name, frame.sample_rate, frame.layout.nb_channels):
                form = (frame.format.name, frame.sample_rate, frame.layout.nb_channels)
                digest.update(repr(form).encode())
            digest.update(frame.to_ndarray()[:, :length].tobytes())
        recording.check()
    return digest.digest()


def _copy_wav(source: SourceFile, target: Path) -> None:
    size_bytes = source.stamp.size_bytes
    kept = [chunk for chunk in wav_chunks(source, size_bytes) if chunk[0] in WAV_CHUNKS]
    with target.open("wb") as file:
        total = sum(8 + length + length % 2 for _, _, length in kept)
        file.write(struct.pack("<4sI4s", b"RIFF", 4 + total, b"WAVE"))
        for name, start, length in kept:
            file.write(struct.pack("<4sI", name, length))
            _copy(source, file, start, start + length)
            file.write(bytes(length % 2))


def _copy_mp3(source: SourceFile, target: Path) -> None:
    """Everything but the tags before and behind the sound, so that the encoder's own frame stays."""
    start, end = 0, source.stamp.size_bytes
    while (length := _id3_bytes(source, start)) and start + length < end:
        start += length
    while (length := _tail_bytes(source, end)) and end - length > start:
        end -= length
    with target.open("wb") as file:
        _copy(source, file, start, end)


def _copy_aac(source: SourceFile, target: Path) -> None:
    source.seek(0)
    with av.open(source, mode="r", options={"protocol_whitelist": ""}) as opened:
        stream = opened.streams.best("audio")
        assert isinstance(stream, AudioStream)  # noqa: S101 - what has none was refused
        options = {"movflags": "+faststart", "fflags": "+bitexact"}
        with av.open(str(target), "w", format="ipod", options=options) as made:
            copy = made.add_stream_from_template(stream)
            copy.metadata.clear()
            for packet in opened.demux(stream):
                if packet.dts is not None:
                    packet.stream = copy
                    made.mux(packet)


def _copy(source: SourceFile, file: BinaryIO, start: int, end: int) -> None:
    source.seek(start)
    left = end - start
    while left > 0 and (piece := source.read(min(left, _COPY_BYTES))):
        file.write(piece)
        left -= len(piece)


def _id3_bytes(source: SourceFile, start: int) -> int:
    """How long the ID3v2 tag at ``start`` is, 0 for none."""
    source.seek(start)
    head = source.read(_ID3_HEAD)
    if len(head) < _ID3_HEAD or head[:3] != b"ID3" or max(head[6:]) > 0x7F:
        return 0
    length = int.from_bytes(head[6:7]) << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return length + _ID3_HEAD * (2 if head[5] & _ID3_FOOTER_FLAG else 1)


def _tail_bytes(source: SourceFile, end: int) -> int:
    """How long the tag is that ends at ``end``: ID3v1, its extension, or APE; 0 for none."""
    if end >= _ID3V1_BYTES:
        source.seek(end - _ID3V1_BYTES)
        if source.read(3) == b"TAG":
            return _ID3V1_BYTES
    if end >= _ID3V1_MORE_BYTES:
        source.seek(end - _ID3V1_MORE_BYTES)
        if source.read(4) == b"TAG+":
            return _ID3V1_MORE_BYTES
    if end >= _APE_FOOTER_BYTES:
        source.seek(end - _APE_FOOTER_BYTES)
        footer = source.read(_APE_FOOTER_BYTES)
        if footer[:8] == b"APETAGEX":
            length, _, flags = struct.unpack("<III", footer[12:24])
            return int(length) + (_APE_FOOTER_BYTES if flags & _APE_HAS_HEAD else 0)
    return 0
