"""Each kind of recording by each kind of channels, and each of more than 20 MB: what is sent of it.

What the rules are is in test_outgoing_file.py; here no kind is left out. Most of it belongs to the long run.
"""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.fakes import ffmpeg
from voiceclone_gui.audio.outgoing_file import write_outgoing
from voiceclone_gui.audio.peaks import examine_sample
from voiceclone_gui.core.outgoing import MADE_SIZE_MAX_BYTES, SendKind, plan_outgoing
from voiceclone_gui.core.sample import Purpose, SampleChoice, Stereo, check_sample
from voiceclone_gui.core.span import Span

READING = Path(__file__).parents[3] / "resources" / "sample" / "austen-reading.wav"
RATE_HZ = 44_100
PART = Span(start_s=0.78, end_s=11.9)
# Longer than what fits as WAV.
LONG_PART_S = 228.0
# The channels that are mixed, each with the same weight.
MIX = {
    "equal": (Stereo.EQUAL, [0]),
    "upside down": (Stereo.EQUAL, [0]),
    "left only": (Stereo.ONE_SILENT, [0]),
    "right only": (Stereo.ONE_SILENT, [1]),
    "real": (Stereo.REAL, [0, 1]),
    "two voices": (Stereo.TWO_VOICES, [0, 1]),
    "5.1": (Stereo.MANY, [0, 1, 2]),
}
# They hold two channels at most.
NARROW = {"mp3", "wma"}
SHORT_RUN = {("flac", "real"), ("mp3", "two voices"), ("mp4", "left only"), ("opus", "5.1"), ("wma", "equal")}
# The most that each encoder takes, so that speech of some minutes is large.
RICH = {
    "mp3": ["-b:a", "320k"],
    "m4a": ["-b:a", "320k"],
    "aac": ["-b:a", "320k"],
    "mp4": ["-b:a", "320k"],
    "ogg": ["-q:a", "10"],
    "opus": ["-b:a", "510k", "-vbr", "off"],
    "webm": ["-b:a", "510k", "-vbr", "off"],
    "wma": ["-b:a", "320k"],
}


@pytest.fixture(scope="module")
def voice() -> npt.NDArray[np.float32]:
    """12 s of real speech, one channel."""
    raw = np.frombuffer(ffmpeg.run("-i", READING, "-ar", str(RATE_HZ), "-ac", "1", "-f", "f32le", "-"), "<f4")
    return raw[: 12 * RATE_HZ]


def channels_of(voice: npt.NDArray[np.float32], kind: str) -> npt.NDArray[np.float32]:
    silent, other = np.zeros_like(voice), np.roll(voice[::-1], RATE_HZ)
    rows = {
        "equal": [voice, voice],
        "upside down": [voice, -voice],
        "left only": [voice, silent],
        "right only": [silent, voice],
        "real": [voice * 0.8, voice * 0.4 + np.roll(voice, 9) * 0.2],
        "two voices": [voice, other],
        "5.1": [voice * 0.3, voice * 0.2, voice, silent, silent, silent],
    }
    return np.stack(rows[kind])


def cells() -> list[object]:
    pairs = [(kind, channels) for kind in ffmpeg.KINDS for channels in MIX]
    possible = [pair for pair in pairs if pair[1] != "5.1" or pair[0] not in NARROW]
    return [pytest.param(*pair, marks=[] if pair in SHORT_RUN else [pytest.mark.long]) for pair in possible]


@pytest.mark.parametrize(("kind", "channels"), cells())
def test_each_kind_by_each_kind_of_channels(
    tmp_path: Path, voice: npt.NDArray[np.float32], kind: str, channels: str
) -> None:
    path = ffmpeg.encode(channels_of(voice, channels), tmp_path / f"voice.{kind}", kind=kind, rate_hz=RATE_HZ)
    facts, _ = examine_sample(path)
    expected, mix = MIX[channels]
    assert facts.stereo is expected
    found = check_sample(facts, purpose=Purpose.VOICE_CLONE, span=PART)
    asks = ["sample-two-voices"] if channels == "two voices" else []
    assert [problem.code for problem in found] == asks
    target = tmp_path / "sent.wav"
    assert write_outgoing(path, plan_outgoing(facts, SampleChoice(path=path, span=PART)), target)
    probed = ffmpeg.probe(target)
    assert (probed["codec_name"], probed["container"], probed["channels"]) == ("pcm_s16le", "wav", 1)
    assert probed["tags"] == {}
    rate_hz = facts.sample_rate_hz
    first, last = round(PART.start_s * rate_hz), round(PART.end_s * rate_hz)
    mono = ffmpeg.part(path, first=first, last=last)[mix].mean(axis=0)
    with wave.open(str(target)) as file:
        made = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert len(made) == len(mono) == last - first
    assert np.abs(made - np.clip(mono * 32768, -32768, 32767)).max() <= 1


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=[] if kind == "wavfloat" else pytest.mark.long) for kind in ffmpeg.KINDS],
)
@pytest.mark.timeout(400)
def test_each_kind_of_more_than_20_mb(tmp_path: Path, voice: npt.NDArray[np.float32], kind: str) -> None:
    path = large(tmp_path, voice, kind)
    facts, _ = examine_sample(path)
    span = Span(start_s=facts.duration_s - LONG_PART_S - 1.25, end_s=facts.duration_s - 1.25)
    plan = plan_outgoing(facts, SampleChoice(path=path, span=span))
    target = tmp_path / f"sent.{plan.extension}"
    assert write_outgoing(path, plan, target)
    probed = ffmpeg.probe(target)
    assert (plan.kind, probed["codec_name"], probed["bit_rate"]) == (SendKind.MP3, "mp3", "320000")
    assert probed["channels"] == 1
    assert target.stat().st_size <= MADE_SIZE_MAX_BYTES
    sent = examine_sample(target)[0]
    assert sent.duration_s == LONG_PART_S
    assert check_sample(sent, purpose=Purpose.VOICE_CLONE) == ()
    first = round(span.start_s * facts.sample_rate_hz)
    source = ffmpeg.part(path, first=first, last=first + round(LONG_PART_S * facts.sample_rate_hz))
    mono, made = source.mean(axis=0), ffmpeg.decoded(target)[0]
    noise = made - mono
    assert 10 * np.log10((mono**2).sum() / (noise**2).sum()) >= 40


def large(folder: Path, voice: npt.NDArray[np.float32], kind: str) -> Path:
    """A stereo recording of that kind of more than 20 MB, and long enough for the part."""
    sound = channels_of(voice, "real")
    path, more = folder / f"voice.{kind}", RICH.get(kind, [])
    once = ffmpeg.encode(sound, path, kind=kind, rate_hz=RATE_HZ, more=more)
    seconds = max(12 * 21e6 / once.stat().st_size, LONG_PART_S + 10)
    times = int(seconds / 12) + 1
    path = ffmpeg.encode(sound, path, kind=kind, rate_hz=RATE_HZ, more=more, times=times)
    assert path.stat().st_size > 20 * 10**6
    return path
