"""What a file really is: decoded from end to end, since names and headers only claim."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from voiceclone_gui.audio.recording import Recording, open_recording
from voiceclone_gui.audio.worker_child import report_progress
from voiceclone_gui.core.errors import SampleUnreadable
from voiceclone_gui.core.sample import SampleFacts, Stereo

LIMIT_H = 6
_PROGRESS_STEP = 0.02


def inspect_sample(path: Path) -> SampleFacts:
    """The facts about the recording at ``path``; a job for the audio process.

    Reports its progress as a share from 0 to 1; doesn't look at what the channels hold. The stamp is that
    of the very file that was decoded. Raises :class:`SampleUnreadable`, and :class:`SampleChanged` if the
    file changes meanwhile.
    """
    with open_recording(path) as recording:
        return facts_of(recording, _count(recording, path), path=path)


def facts_of(
    recording: Recording,
    lengths: Counter[tuple[int, int]],
    *,
    path: Path,
    channels_are: tuple[Stereo, tuple[int, ...]] | None = None,
) -> SampleFacts:
    """The facts about a recording that was decoded to its end.

    ``lengths`` counts its sample frames by (rate in Hz, channels); ``channels_are`` is what a
    ``StereoMeter`` has found; without it all channels count as different. Raises
    :class:`SampleUnreadable`, and :class:`SampleChanged`.
    """
    recording.check()
    if not lengths:
        raise recording.nothing_decoded()
    duration = sum(Fraction(length, rate) for (rate, _), length in lengths.items())
    (sample_rate_hz, channels), _ = lengths.most_common(1)[0]
    stereo, live_channels = channels_are or _different(channels)
    facts = SampleFacts(
        path=path,
        stamp=recording.stamp,
        container=recording.container,
        codec=recording.codec,
        duration_s=float(duration),
        sample_rate_hz=sample_rate_hz,
        channels=channels,
        has_video=recording.has_video,
        damaged_parts=recording.damaged_parts,
        sound_bytes=recording.read_bytes,
        stereo=stereo,
        live_channels=live_channels,
    )
    has_private_parts = recording.has_private_parts(extension=facts.upload_extension)
    return replace(facts, has_private_parts=has_private_parts)


def _different(channels: int) -> tuple[Stereo, tuple[int, ...]]:
    kind = {1: Stereo.MONO, 2: Stereo.REAL}.get(channels, Stereo.MANY)
    return kind, tuple(range(channels))


def _count(recording: Recording, path: Path) -> Counter[tuple[int, int]]:
    """How many sample frames there are of each (rate, channels): both may change in the middle."""
    lengths: Counter[tuple[int, int]] = Counter()
    decoded_s = told = 0.0
    for frame, length in recording.runs():
        rate = frame.sample_rate
        lengths[rate, frame.layout.nb_channels] += length
        decoded_s += length / rate
        if decoded_s > LIMIT_H * 3600:
            raise SampleUnreadable("sample-endless", name=path.name, limit_h=LIMIT_H)
        share = recording.read_bytes / recording.stamp.size_bytes
        if share >= told + _PROGRESS_STEP:
            told = share
            report_progress(share)
    return lengths
