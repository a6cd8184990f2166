"""Jobs for the audio process that can be named without loading what they need.

Who asks for one never runs it: numpy and PyAV are loaded where it runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voiceclone_gui.audio.features import SoundFeatures
    from voiceclone_gui.audio.waveform import Waveform
    from voiceclone_gui.core.outgoing import OutgoingPlan
    from voiceclone_gui.core.sample import FileStamp, SampleFacts
    from voiceclone_gui.core.span import Span


def examine_sample(path: Path) -> tuple[SampleFacts, Waveform]:
    """:func:`voiceclone_gui.audio.peaks.examine_sample`."""
    from voiceclone_gui.audio import peaks

    return peaks.examine_sample(path)


def wav_of(path: Path, sample_rate_hz: int) -> bytes:
    """:func:`voiceclone_gui.audio.export.wav_of`."""
    from voiceclone_gui.audio import export

    return export.wav_of(path, sample_rate_hz)


def write_outgoing(path: Path, plan: OutgoingPlan, target: Path, stamp: FileStamp | None = None) -> bool:
    """:func:`voiceclone_gui.audio.outgoing_file.write_outgoing`."""
    from voiceclone_gui.audio import outgoing_file

    return outgoing_file.write_outgoing(path, plan, target, stamp)


def analyse_sample(path: Path, mix: tuple[int, ...] | None = None) -> SoundFeatures:
    """:func:`voiceclone_gui.audio.analysis.analyse_sample`."""
    from voiceclone_gui.audio import analysis

    return analysis.analyse_sample(path, mix)


def detail_of(path: Path, span: Span) -> Waveform:
    """:func:`voiceclone_gui.audio.detail.detail_of`."""
    from voiceclone_gui.audio import detail

    return detail.detail_of(path, span)
