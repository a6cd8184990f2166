"""What is sent of recordings of every kind, read by an independent program."""

from __future__ import annotations

import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.fakes import ffmpeg
from tests.fakes.amr_files import amr_bytes
from voiceclone_gui.audio.outgoing_file import write_outgoing
from voiceclone_gui.audio.peaks import examine_sample
from voiceclone_gui.core.errors import SampleUnreadable, StorageFailed
from voiceclone_gui.core.outgoing import OutgoingPlan, SendKind, plan_outgoing
from voiceclone_gui.core.sample import ChannelChoice, SampleChoice, SampleFacts, Stereo
from voiceclone_gui.core.span import Span

READING = Path(__file__).parents[3] / "resources" / "sample" / "austen-reading.wav"
RATE_HZ = 44_100
PART = Span(start_s=1.2345, end_s=13.75)
MARK = "wherethislived"
TAGS = {"title": f"{MARK}title", "artist": f"{MARK}artist", "comment": f"{MARK}comment"}
UNTOUCHED = {"wav", "wav24", "wav32", "mp3", "m4a"}
TAKEN_OUT = {"mp4"}
# Kinds that go the same ways as others: only in the long run.
RARE = {"wav24", "wav32", "aac", "ogg", "webm", "aiff", "caf", "mov", "mkv"}


def kinds() -> list[object]:
    return [pytest.param(kind, marks=[pytest.mark.long] if kind in RARE else []) for kind in ffmpeg.KINDS]


@pytest.fixture(scope="module")
def voice() -> npt.NDArray[np.float32]:
    """16 s of real speech, one channel."""
    raw = np.frombuffer(ffmpeg.run("-i", READING, "-ar", str(RATE_HZ), "-ac", "1", "-f", "f32le", "-"), "<f4")
    return raw[: 16 * RATE_HZ]


def stereo(voice: npt.NDArray[np.float32], kind: str) -> npt.NDArray[np.float32]:
    other = np.roll(voice[::-1], RATE_HZ)
    silent = np.zeros_like(voice)
    return np.stack(
        {
            "mono": [voice],
            "equal": [voice, voice],
            "left": [voice, silent],
            "right": [silent, voice],
            "upside down": [voice * 0.5, voice * -0.5],
            "real": [voice * 0.8, voice * 0.4 + np.roll(voice, 9) * 0.2],
            "two voices": [voice, other],
            "5.1": [voice * 0.3, voice * 0.2, voice, silent, silent, silent],
        }[kind]
    )


def sent(
    path: Path, *, span: Span | None = None, channels: ChannelChoice = ChannelChoice.AUTO
) -> tuple[SampleFacts, OutgoingPlan, Path]:
    facts, _ = examine_sample(path)
    plan = plan_outgoing(facts, SampleChoice(path=path, span=span, channels=channels))
    target = path.with_name(f"sent.{plan.extension}")
    write_outgoing(path, plan, target)
    return facts, plan, target


def samples(path: Path) -> npt.NDArray[np.int16]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def part_of(sound: npt.NDArray[np.float64], rate_hz: int) -> npt.NDArray[np.float64]:
    return sound[round(PART.start_s * rate_hz) : round(PART.end_s * rate_hz)]


def steps_apart(made: npt.NDArray[np.int16], expected: npt.NDArray[np.float64]) -> float:
    size = min(len(made), len(expected))
    return float(np.abs(made[:size] - np.clip(expected[:size] * 32768, -32768, 32767)).max())


@pytest.mark.parametrize("kind", kinds())
def test_a_whole_recording_goes_in_the_gentlest_way(
    tmp_path: Path, voice: npt.NDArray[np.float32], kind: str
) -> None:
    path = ffmpeg.encode(voice[np.newaxis], tmp_path / f"voice.{kind}", kind=kind, rate_hz=RATE_HZ)
    facts, plan, target = sent(path) if kind not in UNTOUCHED else (*_plan(path), path)
    probed = ffmpeg.probe(target)
    if kind in UNTOUCHED | TAKEN_OUT:
        assert plan.kind is (SendKind.REMUX if kind in TAKEN_OUT else plan.kind)
        assert plan.kind in {SendKind.UNTOUCHED, SendKind.REMUX}
        assert np.array_equal(ffmpeg.decoded(target), ffmpeg.decoded(path))
    else:
        assert (probed["codec_name"], probed["container"], probed["channels"]) == ("pcm_s16le", "wav", 1)
        assert steps_apart(samples(target), ffmpeg.decoded(path)[0]) <= 1
    assert probed["streams"] == 1
    assert 10.0 <= probed["duration_s"] <= 300.0
    assert examine_sample(target)[0].upload_extension == plan.extension
    assert examine_sample(target)[0].duration_s == pytest.approx(facts.duration_s, abs=1e-3)


def _plan(path: Path) -> tuple[SampleFacts, OutgoingPlan]:
    facts, _ = examine_sample(path)
    return facts, plan_outgoing(facts, SampleChoice(path=path))


@pytest.mark.parametrize("kind", kinds())
def test_a_part_is_cut_to_the_sample_and_written_as_wav(
    tmp_path: Path, voice: npt.NDArray[np.float32], kind: str
) -> None:
    path = ffmpeg.encode(voice[np.newaxis], tmp_path / f"voice.{kind}", kind=kind, rate_hz=RATE_HZ)
    _, plan, target = sent(path, span=PART)
    probed = ffmpeg.probe(target)
    rate_hz = int(probed["sample_rate"])
    assert (plan.kind, probed["codec_name"]) == (SendKind.WAV, "pcm_s16le")
    expected = part_of(ffmpeg.decoded(path)[0], rate_hz)
    made = samples(target)
    assert len(made) == len(expected)
    assert steps_apart(made, expected) <= 1


@pytest.mark.parametrize("kind", kinds())
def test_no_tag_of_the_source_is_in_the_bytes(
    tmp_path: Path, voice: npt.NDArray[np.float32], kind: str
) -> None:
    path = ffmpeg.encode(voice[np.newaxis], tmp_path / f"voice.{kind}", kind=kind, rate_hz=RATE_HZ, tags=TAGS)
    content = path.read_bytes()
    if kind not in {"aac", "caf"}:
        assert marked(content), "this kind of file holds tags, so that there is something to leave out"
    _, plan, target = sent(path)
    assert plan.kind is not SendKind.UNTOUCHED or not marked(content)
    assert not marked(target.read_bytes())
    if kind in UNTOUCHED:
        assert plan.kind is SendKind.REMUX
        assert target.suffix == f".{plan.extension}"
        assert ffmpeg.probe(target)["codec_name"] == ffmpeg.probe(path)["codec_name"]
        assert np.array_equal(ffmpeg.decoded(target), ffmpeg.decoded(path))


def marked(content: bytes) -> bool:
    return any(MARK.encode(code) in content for code in ("utf-8", "utf-16-le", "utf-16-be"))


@pytest.mark.parametrize(
    ("kind", "chosen", "expected"),
    [
        ("equal", ChannelChoice.AUTO, Stereo.EQUAL),
        ("upside down", ChannelChoice.AUTO, Stereo.EQUAL),
        ("left", ChannelChoice.AUTO, Stereo.ONE_SILENT),
        ("right", ChannelChoice.AUTO, Stereo.ONE_SILENT),
        ("real", ChannelChoice.AUTO, Stereo.REAL),
        ("real", ChannelChoice.LEFT, Stereo.REAL),
        ("two voices", ChannelChoice.AUTO, Stereo.TWO_VOICES),
        ("two voices", ChannelChoice.RIGHT, Stereo.TWO_VOICES),
        ("5.1", ChannelChoice.AUTO, Stereo.MANY),
    ],
)
@pytest.mark.parametrize(
    "coding",
    ["wavfloat", "flac", *(pytest.param(kind, marks=pytest.mark.long) for kind in ("mp3", "opus", "m4a"))],
)
def test_channels_become_one_by_the_rule(
    tmp_path: Path,
    voice: npt.NDArray[np.float32],
    kind: str,
    chosen: ChannelChoice,
    expected: Stereo,
    coding: str,
) -> None:
    if kind == "5.1" and coding == "mp3":
        return  # mp3 has two channels at most
    path = ffmpeg.encode(stereo(voice, kind), tmp_path / f"voice.{coding}", kind=coding, rate_hz=RATE_HZ)
    facts, _, target = sent(path, span=PART, channels=chosen)
    assert facts.stereo is expected
    channels = ffmpeg.decoded(path)
    if kind in {"left", "right"}:
        mono = channels[0 if kind == "left" else 1]
    elif chosen is not ChannelChoice.AUTO:
        mono = channels[0 if chosen is ChannelChoice.LEFT else 1]
    elif kind in {"equal", "upside down"}:
        mono = channels[0]
    elif kind == "5.1":
        mono = channels[:3].mean(axis=0)
    else:
        mono = channels.mean(axis=0)
    rate_hz = int(ffmpeg.probe(target)["sample_rate"])
    assert steps_apart(samples(target), part_of(mono, rate_hz)) <= 1


def test_equal_channels_keep_their_level(tmp_path: Path, voice: npt.NDArray[np.float32]) -> None:
    sound = stereo(voice, "equal")
    path = ffmpeg.encode(sound, tmp_path / "voice.flac", kind="flac", rate_hz=RATE_HZ)
    _, _, target = sent(path)
    level = np.sqrt((samples(target) / 32768.0) ** 2).mean() / np.sqrt(voice.astype(float) ** 2).mean()
    assert 20 * np.log10(level) == pytest.approx(0.0, abs=0.01)


def test_more_than_full_scale_and_no_number_are_limited(tmp_path: Path) -> None:
    sound = np.zeros((1, 12 * RATE_HZ), dtype=np.float32)
    sound[0, 100:104] = [1.5, -2.0, np.nan, np.inf]
    path = ffmpeg.encode(sound, tmp_path / "voice.wavfloat", kind="wavfloat", rate_hz=RATE_HZ)
    _, _, target = sent(path)
    assert samples(target)[100:104].tolist() == [32767, -32768, 0, 32767]


def test_a_high_rate_comes_down_to_48_khz(tmp_path: Path, voice: npt.NDArray[np.float32]) -> None:
    path = ffmpeg.encode(
        voice[np.newaxis, : 11 * 96_000], tmp_path / "voice.flac", kind="flac", rate_hz=96_000
    )
    if examine_sample(path)[0].duration_s < 10:
        path = ffmpeg.encode(np.tile(voice, (1, 2)), tmp_path / "voice.flac", kind="flac", rate_hz=96_000)
    _, plan, target = sent(path)
    raw = ffmpeg.run("-i", path, "-af", "aresample=48000:osf=dbl", "-f", "f64le", "-")
    expected = np.frombuffer(raw, "<f8")
    assert plan.sample_rate_hz == int(ffmpeg.probe(target)["sample_rate"]) == 48_000
    assert steps_apart(samples(target), expected) <= 1


@pytest.mark.parametrize("seconds", [230.0, pytest.param(300.0, marks=pytest.mark.long)])
def test_what_is_over_twenty_megabytes_becomes_good_mp3(
    tmp_path: Path, voice: npt.NDArray[np.float32], seconds: float
) -> None:
    long = np.resize(voice, (1, round(seconds * RATE_HZ)))
    path = ffmpeg.encode(long, tmp_path / "voice.wav24", kind="wav24", rate_hz=RATE_HZ)
    assert path.stat().st_size > 20 * 10**6
    _, plan, target = sent(path)
    probed = ffmpeg.probe(target)
    assert (plan.kind, probed["codec_name"], probed["bit_rate"]) == (SendKind.MP3, "mp3", "320000")
    assert target.stat().st_size < 19_900_000
    assert examine_sample(target)[0].duration_s == pytest.approx(seconds, abs=1e-3)
    made, source = ffmpeg.decoded(target)[0], ffmpeg.decoded(path)[0]
    size = min(len(made), len(source))
    noise = made[:size] - source[:size]
    assert 10 * np.log10((source[:size] ** 2).sum() / (noise**2).sum()) >= 40
    assert not examine_sample(target)[0].has_private_parts


@pytest.mark.parametrize(
    ("kind", "span", "seconds"),
    [
        pytest.param("flac", PART, 30, id="WAV"),
        pytest.param("mp4", None, 30, id="the packets as they are"),
        pytest.param("wav24", None, 230, id="mp3", marks=pytest.mark.long),
    ],
)
def test_the_same_recording_gives_the_same_bytes(
    kind: str, span: Span | None, seconds: int, tmp_path: Path, voice: npt.NDArray[np.float32]
) -> None:
    sound = np.resize(voice, (1, seconds * RATE_HZ))
    path = ffmpeg.encode(sound, tmp_path / f"voice.{kind}", kind=kind, rate_hz=RATE_HZ)
    first = sent(path, span=span)[2].read_bytes()
    assert sent(path, span=span)[2].read_bytes() == first


def test_a_damaged_recording_is_written_anew_without_what_is_broken(
    tmp_path: Path, voice: npt.NDArray[np.float32]
) -> None:
    path = ffmpeg.encode(voice[np.newaxis], tmp_path / "voice.mp3", kind="mp3", rate_hz=RATE_HZ)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 3000] = bytes(3000)
    path.write_bytes(content)
    facts, plan, target = sent(path)
    assert facts.damaged_parts
    assert plan.kind is SendKind.WAV
    assert examine_sample(target)[0].damaged_parts == 0


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    facts, _ = examine_sample(READING)
    plan = plan_outgoing(facts, SampleChoice(path=READING, span=Span(start_s=0, end_s=12)))
    with pytest.raises(StorageFailed) as caught:
        write_outgoing(READING, plan, tmp_path / "gone" / "sent.wav")
    assert caught.value.code == "storage-not-writable"


def test_a_part_behind_the_end_is_no_file(tmp_path: Path) -> None:
    facts, _ = examine_sample(READING)
    plan = plan_outgoing(facts, SampleChoice(path=READING, span=Span(start_s=0, end_s=12)))
    behind = replace(plan, span=Span(start_s=5000, end_s=5012))
    with pytest.raises(SampleUnreadable):
        write_outgoing(READING, behind, tmp_path / "sent.wav")


# -- any sound or film, whatever it is called


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("name", ["voice", "voice.txt", "voice.mp3", "voice.wav"])
def test_the_content_decides_and_not_the_name(
    tmp_path: Path, voice: npt.NDArray[np.float32], kind: str, name: str
) -> None:
    made = ffmpeg.encode(voice[np.newaxis], tmp_path / f"made.{kind}", kind=kind, rate_hz=RATE_HZ)
    path = made.rename(tmp_path / name)
    facts, waveform = examine_sample(path)
    assert facts.duration_s == pytest.approx(16.0, abs=0.1)
    assert waveform.duration_s == facts.duration_s
    assert facts.damaged_parts == 0


def test_the_sound_of_an_old_telephone_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "call.amr"
    path.write_bytes(amr_bytes(12.0))
    facts, plan, target = sent(path)
    assert (facts.codec, facts.sample_rate_hz, facts.duration_s) == ("amr_nb", 8_000, 12.0)
    assert plan.kind is SendKind.WAV
    assert steps_apart(samples(target), ffmpeg.decoded(path)[0]) <= 1
