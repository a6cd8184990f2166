"""What a file really is, whatever it is called and whatever its header claims."""

from __future__ import annotations

import struct
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from tests.fakes import ffmpeg
from tests.fakes.recordings import (
    film,
    overwritten,
    png_bytes,
    record,
    silence,
    tone,
    wav_bytes,
)
from voiceclone_gui.audio.probe import inspect_sample
from voiceclone_gui.audio.worker import AudioWorker
from voiceclone_gui.audio.worker_child import progress_to
from voiceclone_gui.core.errors import SampleError, SampleUnreadable
from voiceclone_gui.core.sample import FileStamp, Purpose, check_sample

MP4 = "mov,mp4,m4a,3gp,3g2,mj2"
KINDS = {
    "wav": ("wav", "pcm_s16le", "wav"),
    "mp3": ("mp3", "mp3", "mp3"),
    "m4a": (MP4, "aac", "m4a"),
    "flac": ("flac", "flac", None),
    "ogg": ("ogg", "opus", None),
}
LENGTHS_S = (7.99, 8.0, 9.99, 10.0)


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def refused(path: Path) -> str:
    with pytest.raises(SampleError) as caught:
        inspect_sample(path)
    error = caught.value
    sentence = str(error)
    assert path.name in sentence
    assert error.detail == ""
    for leak in (str(path.parent), "Traceback", "Errno", "<none>", "{"):
        assert leak not in sentence
    return error.code


# -- lengths ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seconds", LENGTHS_S)
def test_the_length_is_exact_without_what_the_encoder_added(
    tmp_path: Path, kind: str, seconds: float
) -> None:
    found = inspect_sample(record(tmp_path / f"voice.{kind}", tone(seconds)))
    assert found.duration_s == seconds
    assert (found.container, found.codec, found.upload_extension) == KINDS[kind]
    assert (found.channels, found.damaged_parts, found.has_video) == (1, 0, False)
    assert found.sample_rate_hz == (48_000 if kind == "ogg" else 16_000)


@pytest.mark.parametrize("kind", ["wav", "mp3", "m4a"])
@pytest.mark.parametrize(("seconds", "problems"), [(300.0, []), (300.01, ["sample-long"])])
def test_five_minutes_are_allowed_and_not_a_hundredth_more(
    tmp_path: Path, kind: str, seconds: float, problems: list[str]
) -> None:
    found = inspect_sample(record(tmp_path / f"voice.{kind}", tone(seconds, rate_hz=8000), rate_hz=8000))
    assert found.duration_s == seconds
    assert [problem.code for problem in check_sample(found, purpose=Purpose.VOICE_CLONE)] == problems


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 22_050, 44_100, 48_000])
def test_the_length_of_a_wav_is_what_the_wave_module_says(tmp_path: Path, rate_hz: int) -> None:
    path = record(tmp_path / "voice.wav", tone(3.21, rate_hz=rate_hz, channels=2), rate_hz=rate_hz)
    with wave.open(str(path)) as other:
        frames, channels = other.getnframes(), other.getnchannels()
    found = inspect_sample(path)
    assert found.duration_s == pytest.approx(frames / rate_hz, abs=1e-12)
    assert (found.sample_rate_hz, found.channels) == (rate_hz, channels)


@pytest.mark.parametrize("claimed_bytes", [0, 0xFFFFFFFF, 300 * 32_000])
def test_a_wav_header_that_lies_is_not_believed(tmp_path: Path, claimed_bytes: int) -> None:
    path = written(tmp_path / "voice.wav", wav_bytes(tone(2.5), claimed_bytes=claimed_bytes))
    assert inspect_sample(path).duration_s == 2.5


def test_a_flac_header_that_lies_is_not_believed(tmp_path: Path) -> None:
    path = record(tmp_path / "voice.flac", tone(2.5))
    content = bytearray(path.read_bytes())
    count = struct.pack(">I", 3600 * 16_000)
    assert content[22:26] == struct.pack(">I", 40_000)
    content[22:26] = count
    path.write_bytes(content)
    with av.open(str(path)) as claiming:
        assert claiming.duration == 3600 * 10**6
    assert inspect_sample(path).duration_s == 2.5


def test_an_m4a_header_that_lies_is_not_believed(tmp_path: Path) -> None:
    path = record(tmp_path / "voice.m4a", tone(2.5))
    content = bytearray(path.read_bytes())
    for name, offset in ((b"mvhd", 20), (b"tkhd", 24), (b"mdhd", 20), (b"elst", 12)):
        at = content.index(name) + offset
        content[at : at + 4] = struct.pack(">I", struct.unpack(">I", content[at : at + 4])[0] * 100)
    path.write_bytes(content)
    assert inspect_sample(path).duration_s == pytest.approx(2.5, abs=1024 / 16_000)


def test_a_rate_that_changes_in_the_middle_is_counted_on_both_sides(tmp_path: Path) -> None:
    slow = record(tmp_path / "a.mp3", tone(2.0)).read_bytes()
    fast = record(tmp_path / "b.mp3", tone(3.0, rate_hz=32_000), rate_hz=32_000).read_bytes()
    found = inspect_sample(written(tmp_path / "both.mp3", slow + fast))
    assert found.duration_s == pytest.approx(5.0, abs=0.2)
    assert found.sample_rate_hz == 32_000


def test_six_hours_are_decoded_and_not_a_second_more(tmp_path: Path) -> None:
    # Ten samples a second make it quick.
    allowed = wav_bytes(silence(6 * 3600, rate_hz=10), rate_hz=10)
    assert inspect_sample(written(tmp_path / "a.wav", allowed)).duration_s == 21_600
    longer = wav_bytes(silence(6 * 3600 + 1, rate_hz=10), rate_hz=10)
    assert refused(written(tmp_path / "b.wav", longer)) == "sample-endless"


@pytest.mark.long
def test_a_small_file_that_decodes_to_many_hours_is_stopped(tmp_path: Path) -> None:
    path = record(tmp_path / "voice.flac", silence(6.1 * 3600, rate_hz=8000), rate_hz=8000)
    assert path.stat().st_size < 5 * 10**6
    assert refused(path) == "sample-endless"


# -- kinds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["voice.mp3", "voice.wav", "voice.m4a", "voice.txt", "voice"])
def test_the_name_says_nothing_about_the_kind(tmp_path: Path, kind: str, name: str) -> None:
    found = inspect_sample(record(tmp_path / name, tone(0.5), kind=kind))
    assert (found.container, found.codec, found.upload_extension) == KINDS[kind]


@pytest.mark.parametrize(
    "codec", ["pcm_u8", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_alaw", "pcm_mulaw"]
)
def test_every_kind_of_pcm_is_a_wav(tmp_path: Path, codec: str) -> None:
    found = inspect_sample(record(tmp_path / "voice.wav", tone(1.0), codec=codec))
    assert (found.codec, found.upload_extension, found.duration_s) == (codec, "wav", 1.0)


def test_mp3_inside_wav_is_not_a_wav(tmp_path: Path) -> None:
    found = inspect_sample(record(tmp_path / "voice.wav", tone(1.0), codec="libmp3lame"))
    assert (found.container, found.codec, found.upload_extension) == ("wav", "mp3", None)


def test_six_channels_are_counted(tmp_path: Path) -> None:
    assert inspect_sample(record(tmp_path / "voice.wav", tone(1.0, channels=6))).channels == 6


def test_a_video_is_told_from_a_recording(tmp_path: Path) -> None:
    found = inspect_sample(record(tmp_path / "voice.mp4", tone(10.0), with_video=True))
    assert (found.has_video, found.upload_extension, found.codec) == (True, None, "aac")
    assert found.duration_s == 10.0


@pytest.mark.parametrize(("kind", "extension"), [("mp3", "mp3"), ("mp4", "m4a"), ("flac", None)])
def test_a_cover_picture_is_not_a_video(tmp_path: Path, kind: str, extension: str | None) -> None:
    path = record(tmp_path / f"voice.{kind}", tone(10.0), kind=kind, with_cover=True)
    with av.open(str(path)) as opened:
        assert len(opened.streams.video) == 1
    found = inspect_sample(path)
    assert (found.has_video, found.upload_extension, found.duration_s) == (False, extension, 10.0)


def test_a_tag_with_broken_characters_does_no_harm(tmp_path: Path) -> None:
    path = written(tmp_path / "voice.wav", wav_bytes(tone(1.0), tag=b"Caf\xe9 \xff\xfe"))
    assert inspect_sample(path).duration_s == 1.0


def test_digital_silence_is_a_recording(tmp_path: Path) -> None:
    assert inspect_sample(record(tmp_path / "voice.mp3", silence(12.0))).duration_s == 12.0


def test_the_stamp_is_that_of_the_file(tmp_path: Path) -> None:
    path = record(tmp_path / "voice.wav", tone(1.0))
    status = path.stat()
    stamp = FileStamp(size_bytes=status.st_size, modified_ns=status.st_mtime_ns)
    found = inspect_sample(path)
    assert (found.stamp, found.path) == (stamp, path)


# -- damage -----------------------------------------------------------------------------------------------


def test_vorbis_changes_the_length_of_its_frames_without_damage(tmp_path: Path) -> None:
    path = tmp_path / "voice.ogg"
    ffmpeg.run("-i", READING, "-ar", "44100", "-c:a", "libvorbis", path)
    assert (inspect_sample(path).codec, inspect_sample(path).damaged_parts) == ("vorbis", 0)


@pytest.mark.parametrize("kind", ["mp3", "m4a", "flac", "ogg"])
def test_damage_in_the_middle_is_skipped_and_counted(tmp_path: Path, kind: str) -> None:
    content = record(tmp_path / f"whole.{kind}", tone(20.0)).read_bytes()
    broken = overwritten(content, start=len(content) // 2, size=3000)
    found = inspect_sample(written(tmp_path / f"voice.{kind}", broken))
    assert found.damaged_parts > 0
    assert 10.0 < found.duration_s < 20.5
    codes = [p.code for p in check_sample(found, purpose=Purpose.VOICE_CLONE)]
    assert "sample-damaged" in codes


@pytest.mark.parametrize("kind", ["wav", "mp3", "flac", "ogg"])
def test_of_a_file_that_was_cut_off_the_rest_counts(tmp_path: Path, kind: str) -> None:
    content = record(tmp_path / f"whole.{kind}", tone(20.0)).read_bytes()
    found = inspect_sample(written(tmp_path / f"voice.{kind}", content[: len(content) // 2]))
    assert 8.0 < found.duration_s < 12.0


def _cut_m4a(path: Path) -> Path:
    content = record(path, tone(1.0)).read_bytes()
    return written(path, content[: content.index(b"moov") - 4])


def _noisy_mp3(path: Path) -> Path:
    return written(path, b"ID3\4\0\0\0\0\0\0" + overwritten(bytes(20_000), start=0, size=20_000))


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _broken_link(path: Path) -> Path:
    path.symlink_to(path.parent / "nowhere")
    return path


READING = Path(__file__).parents[3] / "resources" / "sample" / "austen-reading.wav"
PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nother.wav\n#EXT-X-ENDLIST\n"
SCRIPT = b"ffconcat version 1.0\nfile other.wav\n"
BAD: list[tuple[str, str, Callable[[Path], Path], str]] = [
    ("missing", "voice.wav", lambda path: path, "sample-missing"),
    ("below a file", "voice.wav", lambda path: written(path, b"x") / "more.wav", "sample-missing"),
    ("a name that can't be", "voice.wav", lambda path: path.with_name("a\0b.wav"), "sample-missing"),
    ("link to nowhere", "voice.wav", _broken_link, "sample-missing"),
    ("folder", "voice.wav", _folder, "sample-folder"),
    ("empty", "voice.wav", lambda path: written(path, b""), "sample-empty"),
    ("text", "voice.wav", lambda path: written(path, b"Dear diary, \n" * 500), "sample-not-audio"),
    (
        "text of 16 bit",
        "voice.mp3",
        lambda p: written(p, ("hello\n" * 99).encode("utf-16")),
        "sample-not-audio",
    ),
    ("picture", "voice.m4a", lambda path: written(path, png_bytes()), "sample-not-audio"),
    ("zeros", "voice.wav", lambda path: written(path, bytes(100_000)), "sample-not-audio"),
    ("one byte", "voice.mp3", lambda path: written(path, b"\xff"), "sample-not-audio"),
    ("page", "voice.mp3", lambda path: written(path, b"<!DOCTYPE html><html></html>"), "sample-not-audio"),
    ("playlist", "voice.m3u8", lambda path: written(path, PLAYLIST), "sample-not-audio"),
    ("playlist as mp3", "voice.mp3", lambda path: written(path, PLAYLIST), "sample-not-audio"),
    ("script", "voice.ffconcat", lambda path: written(path, SCRIPT), "sample-not-audio"),
    ("script as wav", "voice.wav", lambda path: written(path, SCRIPT), "sample-not-audio"),
    ("half a header", "voice.wav", lambda p: written(p, wav_bytes(tone(1.0))[:30]), "sample-undecodable"),
    ("header alone", "voice.wav", lambda p: written(p, wav_bytes(silence(0))), "sample-no-audio"),
    ("m4a without its table", "voice.m4a", _cut_m4a, "sample-undecodable"),
    ("noise behind a good start", "voice.mp3", _noisy_mp3, "sample-undecodable"),
    ("video without sound", "voice.mp4", film, "sample-no-audio"),
]


@pytest.mark.parametrize(("name", "make", "code"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_what_is_no_recording_is_refused_with_its_reason(
    tmp_path: Path, name: str, make: Callable[[Path], Path], code: str
) -> None:
    record(tmp_path / "other.wav", tone(9.0))
    assert refused(make(tmp_path / name)) == code


def test_a_playlist_next_to_what_it_names_opens_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(tmp_path / "other.wav", tone(9.0))
    monkeypatch.chdir(tmp_path)
    for content in (PLAYLIST, SCRIPT, SCRIPT.replace(b"other.wav", bytes(tmp_path / "other.wav"))):
        assert refused(written(tmp_path / "list.wav", content)) == "sample-not-audio"


async def test_the_errors_come_through_the_audio_process_as_themselves(
    tmp_path: Path, worker: AudioWorker
) -> None:
    path = record(tmp_path / "voice.mp3", tone(10.0))
    assert await worker.run(inspect_sample, path, timeout_s=60.0) == inspect_sample(path)
    with pytest.raises(SampleUnreadable) as caught:
        await worker.run(inspect_sample, tmp_path / "none.wav", timeout_s=60.0)
    assert str(caught.value) == "There is no file none.wav. Choose the recording again."


def test_progress_rises_to_the_end(tmp_path: Path) -> None:
    path = record(tmp_path / "voice.wav", tone(60.0))
    heard: list[float] = []
    with progress_to(lambda value: heard.append(float(str(value)))):
        inspect_sample(path)
    assert heard == sorted(heard)
    assert 20 < len(heard) <= 50
    assert 0.9 < heard[-1] <= 1.0


if sys.platform != "win32":
    NAMES = ["concat:other.wav", "http:voice.wav", "100%d %s.wav", "a\nb.wav", "\U0001f3a4.wav", "-i.wav"]

    @pytest.mark.parametrize("name", NAMES)
    def test_a_name_is_never_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        monkeypatch.chdir(tmp_path)
        assert inspect_sample(record(Path("other.wav"), tone(1.0)).rename(name)).duration_s == 1.0

    def test_a_link_to_a_recording_is_a_recording(tmp_path: Path) -> None:
        (tmp_path / "link.wav").symlink_to(record(tmp_path / "voice.wav", tone(1.0)))
        assert inspect_sample(tmp_path / "link.wav").duration_s == 1.0
