"""Writes the file that is sent; a job for the audio process."""

from __future__ import annotations

import os
import wave
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream

from voiceclone_gui.audio.decode import Block, Resampler, decode_blocks
from voiceclone_gui.audio.recording import Recording, open_recording
from voiceclone_gui.audio.remux import remux
from voiceclone_gui.audio.sound import frames_of
from voiceclone_gui.audio.worker_child import report_progress
from voiceclone_gui.core.disk_failures import storage_failure
from voiceclone_gui.core.errors import SampleChanged, SampleUnreadable
from voiceclone_gui.core.outgoing import MP3_BITRATE, OutgoingPlan, SendKind
from voiceclone_gui.core.sample import FileStamp

Mono16 = npt.NDArray[np.int16]
_LIMIT_S = 6 * 3600.0
_PROGRESS_STEP = 0.02
_LIMITS_16 = (-32768, 32767)


def write_outgoing(path: Path, plan: OutgoingPlan, target: Path, stamp: FileStamp | None = None) -> bool:
    """Write to ``target`` what ``plan`` makes of the recording at ``path``, synced to disk.

    With a ``stamp`` it must still be the file that had it. The same recording and plan give the same bytes.
    ``False`` where the sound was to be taken out as it is and that can't be: the target is of no use then.
    Reports its progress as a share from 0 to 1. Raises :class:`SampleUnreadable` and :class:`SampleChanged`
    for the recording, :class:`StorageFailed` for the target.
    """
    try:
        if plan.kind is not SendKind.REMUX:
            _write_decoded(path, plan, target, stamp=stamp)
        elif not remux(path, target, extension=plan.extension, stamp=stamp):
            return False
        # Windows syncs only what is open for writing.
        with target.open("rb+") as file:
            os.fsync(file.fileno())
    except OSError as error:
        # Reading has its own errors, so this one is about writing.
        raise storage_failure(target, error) from error
    return True


def _write_decoded(path: Path, plan: OutgoingPlan, target: Path, *, stamp: FileStamp | None) -> None:
    with open_recording(path) as recording:
        if stamp not in {None, recording.stamp}:
            raise SampleChanged("sample-changed", name=path.name)
        pieces = _counted(_mono(recording, plan), recording=recording, plan=plan)
        if plan.kind is SendKind.MP3:
            _write_mp3(target, pieces, sample_rate_hz=plan.sample_rate_hz)
        else:
            _write_wav(target, pieces, sample_rate_hz=plan.sample_rate_hz)
        recording.check()


def _write_wav(target: Path, pieces: Iterator[Mono16], *, sample_rate_hz: int) -> None:
    with target.open("wb") as output, wave.open(output, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate_hz)
        for piece in pieces:
            file.writeframes(piece.astype("<i2", copy=False).tobytes())


def _write_mp3(target: Path, pieces: Iterator[Mono16], *, sample_rate_hz: int) -> None:
    # Bit exact: no word about the writer, and the same bytes each time.
    with av.open(
        str(target), "w", format="mp3", options={"fflags": "+bitexact", "id3v2_version": "0"}
    ) as output:
        stream = output.add_stream("libmp3lame", rate=sample_rate_hz)
        assert isinstance(stream, AudioStream)  # noqa: S101 - the codec's kind
        stream.layout, stream.format, stream.bit_rate = "mono", "s16p", MP3_BITRATE
        place = 0
        for piece in pieces:
            for frame in frames_of(piece, sample_rate_hz=sample_rate_hz, sample_format="s16p"):
                frame.pts = place
                place += frame.samples
                output.mux(stream.encode(frame))
        output.mux(stream.encode(None))


def _counted(pieces: Iterator[Mono16], *, recording: Recording, plan: OutgoingPlan) -> Iterator[Mono16]:
    """The pieces as they are; tells how far it is, and refuses to write a file without sound."""
    frames, told = 0, 0.0
    for piece in pieces:
        frames += piece.size
        yield piece
        share = min(1.0, frames / plan.sample_rate_hz / max(plan.duration_s, 1e-3))
        if share >= told + _PROGRESS_STEP:
            told = share
            report_progress(share)
    if not frames:
        raise recording.nothing_decoded()


def _mono(recording: Recording, plan: OutgoingPlan) -> Iterator[Mono16]:
    """The selected part as one channel of 16 bit at the plan's rate."""
    resampler: Resampler | None = None
    try:
        for block in _selected(decode_blocks(recording, limit_s=_LIMIT_S), plan):
            if resampler is not None and resampler.from_hz != block.sample_rate_hz:
                yield _as_16(resampler.rest())
                resampler = None
            if block.sample_rate_hz == plan.sample_rate_hz:
                yield mixed_to_16(block.values, mix=plan.mix)
                continue
            if resampler is None:
                resampler = Resampler(from_hz=block.sample_rate_hz, to_hz=plan.sample_rate_hz)
            yield _as_16(resampler.convert(_mixed(block.values, mix=plan.mix).astype(np.float32)))
        if resampler is not None:
            yield _as_16(resampler.rest())
    except av.FFmpegError as error:  # a damaged header named a rate that nothing can be made of
        raise SampleUnreadable("sample-undecodable", name=recording.name) from error


def _selected(blocks: Iterator[Block], plan: OutgoingPlan) -> Iterator[Block]:
    """Exactly the sample frames from the start of the part to its end."""
    if plan.span is None:
        yield from blocks
        return
    place = Fraction(0)
    # By its length and not its end, or rounding takes a sample frame from exactly 10 s.
    start_s = Fraction(plan.span.start_s)
    end_s = start_s + Fraction(plan.span.duration_s)
    for block in blocks:
        rate, count = block.sample_rate_hz, block.values.shape[1]
        first, last = (min(max(round((at_s - place) * rate), 0), count) for at_s in (start_s, end_s))
        if last > first:
            yield Block(values=block.values[:, first:last], sample_rate_hz=rate)
        place += Fraction(count, rate)
        if place >= end_s:
            return


def mixed_to_16(values: npt.NDArray[Any], *, mix: tuple[int, ...]) -> Mono16:
    """The chosen channels, each with the same weight, as one of 16 bit; exact where it can be."""
    rows = _rows(values, mix)
    if len(rows) == 1 and values.dtype == np.int16:
        exact: Mono16 = values[rows[0]]
        return exact
    return _as_16(_mixed(values, mix=mix))


def _mixed(values: npt.NDArray[Any], *, mix: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """The mean of the chosen channels, full scale being 1."""
    chosen = values[_rows(values, mix)].astype(np.float64)
    if values.dtype == np.uint8:
        chosen -= 128.0
    if np.issubdtype(values.dtype, np.integer):
        chosen /= 2.0 ** (8 * values.dtype.itemsize - 1)
    mean: npt.NDArray[np.float64] = chosen.mean(axis=0)
    return np.nan_to_num(mean, copy=False, posinf=1.0, neginf=-1.0)


def _rows(values: npt.NDArray[Any], mix: tuple[int, ...]) -> list[int]:
    """The chosen channels that there are: their number may change in the middle of a recording."""
    return [row for row in mix if row < len(values)] or list(range(len(values)))


def _as_16(sound: npt.NDArray[Any]) -> Mono16:
    return np.clip(np.rint(sound * 32768.0), *_LIMITS_16).astype(np.int16)
