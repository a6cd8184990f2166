"""The check of a whole recording, in one pass and in memory that doesn't grow with its sound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from voiceclone_gui.audio.decode import Block, Resampler, decode_blocks, scaled
from voiceclone_gui.audio.features import SoundFeatures
from voiceclone_gui.audio.frame_meter import CHUNK_S, FrameMeter
from voiceclone_gui.audio.hearing import Hearing
from voiceclone_gui.audio.probe import LIMIT_H
from voiceclone_gui.audio.recording import Recording, open_recording
from voiceclone_gui.audio.voice_activity import MODEL_RATE_HZ, by_energy
from voiceclone_gui.audio.worker_child import report_progress
from voiceclone_gui.core.errors import SampleUnreadable

_PROGRESS_STEP = 0.05
# Beyond full scale, floating point has no end; so far it is sound.
_LARGEST = 16.0

Channels = npt.NDArray[np.float32]


def analyse_sample(path: Path, mix: tuple[int, ...] | None = None) -> SoundFeatures:
    """What is to be known of every 32 ms of the recording at ``path``; a job for the audio process.

    With a ``mix`` it is that of these channels alone, where there are some of these numbers.
    Reports its progress as a share from 0 to 1. Raises like
    :func:`voiceclone_gui.audio.probe.inspect_sample`.
    """
    with open_recording(path) as recording:
        try:
            found = _analysed(_in_chunks(_of_channels(_uniform(_blocks(recording, path)), mix)))
        except av.FFmpegError as error:  # a damaged header named a rate that nothing can be made of
            raise SampleUnreadable("sample-undecodable", name=path.name) from error
        recording.check()
        if found is None:
            raise recording.nothing_decoded()
        return found


def _analysed(chunks: Iterable[tuple[Channels, int]]) -> SoundFeatures | None:
    meter: FrameMeter | None = None
    hearing = Hearing()
    length = rate = 0
    for values, rate_hz in chunks:
        if meter is None:
            rate = rate_hz
            meter = FrameMeter(channels=len(values), sample_rate_hz=rate)
            to_model = Resampler(from_hz=rate, to_hz=MODEL_RATE_HZ)
        mono: npt.NDArray[np.float32] = values[0] if len(values) == 1 else values.mean(axis=0)
        meter.add(values, mono)
        hearing.add(to_model.convert(mono))
        length += len(mono)
    if meter is None:
        return None
    hearing.add(to_model.rest())
    power = meter.power
    heard = hearing.finish(frames=len(power))
    active = by_energy(power)
    return SoundFeatures(
        duration_s=length / rate,
        power=power,
        peak=meter.peak,
        active=active,
        speech=np.where(heard.judged, heard.speech, active),
        judged=heard.judged,
        clipped=meter.clipped,
        clipped_of=meter.samples_a_frame,
        sides=meter.sides,
        hop_power=meter.hop_power,
        spectrum=heard.spectrum,
        band_limit_hz=rate / 2,
        pitch=heard.pitch,
    )


def _blocks(recording: Recording, path: Path) -> Iterator[Block]:
    """The recording's sound as it is decoded; tells how far it is."""
    decoded_s = told = 0.0
    for block in decode_blocks(recording, limit_s=LIMIT_H * 3600 + 1):
        decoded_s += block.values.shape[1] / block.sample_rate_hz
        if decoded_s > LIMIT_H * 3600:
            raise SampleUnreadable("sample-endless", name=path.name, limit_h=LIMIT_H)
        yield block
        share = recording.read_bytes / recording.stamp.size_bytes
        if share >= told + _PROGRESS_STEP:
            told = share
            report_progress(share)


def _uniform(blocks: Iterable[Block]) -> Iterator[tuple[Channels, int]]:
    """In floating point, and in the first block's rate and channels: what follows may have others.

    Where it has, its mix goes into each channel.
    """
    rate = channels = 0
    resampler: Resampler | None = None
    for block in blocks:
        values = _finite(scaled(block.values))
        rate, channels = rate or block.sample_rate_hz, channels or len(values)
        if resampler is not None and resampler.from_hz != block.sample_rate_hz:
            yield _spread(resampler.rest(), channels), rate
            resampler = None
        if block.sample_rate_hz != rate:
            resampler = resampler or Resampler(from_hz=block.sample_rate_hz, to_hz=rate)
            yield _spread(resampler.convert(values.mean(axis=0)), channels), rate
        elif len(values) != channels:
            yield _spread(values.mean(axis=0), channels), rate
        else:
            yield values, rate
    if resampler is not None:
        yield _spread(resampler.rest(), channels), rate


def _of_channels(
    pieces: Iterable[tuple[Channels, int]], mix: tuple[int, ...] | None
) -> Iterator[tuple[Channels, int]]:
    for values, rate_hz in pieces:
        rows = [row for row in mix or () if row < len(values)]
        yield values[rows] if rows else values, rate_hz


def _finite(values: Channels) -> Channels:
    np.nan_to_num(values, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
    return np.clip(values, -_LARGEST, _LARGEST, out=values)


def _spread(mono: npt.NDArray[np.float32], channels: int) -> Channels:
    return np.repeat(mono[np.newaxis], channels, axis=0)


def _in_chunks(pieces: Iterable[tuple[Channels, int]]) -> Iterator[tuple[Channels, int]]:
    """The same sound in chunks of 3.2 s, to the nearest sample; the last one is shorter."""
    held: list[Channels] = []
    start = count = 0
    rate = 0
    for values, rate_hz in pieces:
        rate = rate_hz
        held.append(values)
        available = sum(part.shape[1] for part in held)
        while available >= (size := round((count + 1) * CHUNK_S * rate) - start):
            joined = np.concatenate(held, axis=1)
            yield np.ascontiguousarray(joined[:, :size]), rate
            held = [joined[:, size:]]
            start, count, available = start + size, count + 1, available - size
    rest = np.concatenate(held, axis=1) if held else np.empty((1, 0), dtype=np.float32)
    if rest.shape[1]:
        yield np.ascontiguousarray(rest), rate
