"""Words that hide in a recording beside its tags: none of them is sent, whatever the form of the file."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ffmpeg
from voiceclone_gui.audio.outgoing_file import write_outgoing
from voiceclone_gui.audio.peaks import examine_sample
from voiceclone_gui.audio.private_parts import wav_chunks
from voiceclone_gui.core.outgoing import OutgoingPlan, SendKind, plan_outgoing
from voiceclone_gui.core.sample import SampleChoice

RATE_HZ = 44_100
MARK = b"wherethislived"
SOUND = (np.sin(np.arange(11 * RATE_HZ) * np.arange(11 * RATE_HZ) / 5e7) * 0.4).astype(np.float32)
Chunk = tuple[bytes, bytes]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Recordings that hold nothing but sound, by their kind."""
    folder = tmp_path_factory.mktemp("bare")
    wav = ffmpeg.encode(SOUND[np.newaxis], folder / "voice.wav", kind="wav", rate_hz=RATE_HZ)
    plain = ["-fflags", "+bitexact", "-map_metadata", "-1"]
    ffmpeg.run("-i", wav, "-c:a", "aac", *plain, folder / "voice.m4a")
    ffmpeg.run("-i", wav, "-c:a", "aac", *plain, folder / "voice.mov")
    ffmpeg.run("-i", wav, "-b:a", "128k", "-id3v2_version", "0", *plain, folder / "voice.mp3")
    ffmpeg.run("-i", wav, *plain, folder / "voice.wav2.wav")
    found = {kind: (folder / f"voice.{kind}").read_bytes() for kind in ("m4a", "mov", "mp3")}
    return found | {"wav": (folder / "voice.wav2.wav").read_bytes()}


def sent(path: Path) -> tuple[OutgoingPlan, bytes]:
    """What is done to it, and the bytes that go."""
    facts, _ = examine_sample(path)
    plan = plan_outgoing(facts, SampleChoice(path=path))
    if plan.kind is SendKind.UNTOUCHED:
        return plan, path.read_bytes()
    target = path.with_name(f"sent.{plan.extension}")
    if not write_outgoing(path, plan, target):
        assert plan.otherwise is not None
        plan = plan.otherwise
        assert write_outgoing(path, plan, target)
    return plan, target.read_bytes()


def placed(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def is_marked(content: bytes) -> bool:
    text = MARK.decode()
    return any(text.encode(code) in content for code in ("utf-8", "utf-16-le", "utf-16-be"))


def wav_of(chunks: list[Chunk]) -> bytes:
    body = b"".join(name + struct.pack("<I", len(c)) + c + bytes(len(c) % 2) for name, c in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


def id3(text: bytes, *, version: int = 3) -> bytes:
    frame = b"TIT2" + struct.pack(">I", len(text) + 1) + bytes(3) + text
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3" + bytes([version, 0, 0]) + size + frame


def ape(text: bytes, *, has_head: bool = True) -> bytes:
    """An APEv2 tag with one text."""
    item = struct.pack("<II", len(text), 0) + b"Artist\0" + text

    def end(flags: int) -> bytes:
        return b"APETAGEX" + struct.pack("<IIII", 2000, len(item) + 32, 1, flags) + bytes(8)

    return (end(0xA0000000) if has_head else b"") + item + end(0x80000000 if has_head else 0)


@pytest.mark.parametrize("kind", ["wav", "mp3", "m4a"])
def test_sound_alone_goes_as_it_is(tmp_path: Path, bare: dict[str, bytes], kind: str) -> None:
    assert sent(placed(tmp_path, f"voice.{kind}", bare[kind]))[0].kind is SendKind.UNTOUCHED


def test_a_file_of_quicktime_s_own_form_is_sent_as_m4a(tmp_path: Path, bare: dict[str, bytes]) -> None:
    path = placed(tmp_path, "voice.mov", bare["mov"])
    plan, content = sent(path)
    assert (plan.kind, content[4:12]) == (SendKind.REMUX, b"ftypM4A ")
    assert np.array_equal(ffmpeg.decoded(path.with_name("sent.m4a")), ffmpeg.decoded(path))


@pytest.mark.parametrize(
    "more",
    [
        [(b"bext", MARK.ljust(602, b"\0"))],
        [(b"iXML", MARK)],
        [(b"JUNK", MARK)],
        [(b"id3 ", id3(MARK))],
        [(b"LIST", b"INFOIART" + struct.pack("<I", len(MARK)) + MARK)],
        [(b"LIST", b"adtllabl" + struct.pack("<II", 4 + len(MARK), 1) + MARK), (b"cue ", bytes(28))],
        [(b"fact", bytes(4) + MARK)],
        [(b"_PMX", MARK), (b"axml", MARK)],
    ],
    ids=lambda more: more[0][0].decode().strip(),
)
@pytest.mark.parametrize("is_before", [True, False])
def test_words_in_chunks_of_a_wav(
    tmp_path: Path, bare: dict[str, bytes], more: list[Chunk], is_before: bool
) -> None:
    content = bare["wav"]
    form, sound = chunks_of(content)
    chunks = [form, *more, sound] if is_before else [form, sound, *more]
    path = placed(tmp_path, "voice.wav", wav_of(chunks))
    _, out = sent(path)
    assert is_marked(path.read_bytes())
    assert not is_marked(out)
    assert np.array_equal(ffmpeg.decoded(path.with_name("sent.wav")), ffmpeg.decoded(path))


def chunks_of(content: bytes) -> tuple[Chunk, Chunk]:
    """Form and sound of a WAV file."""
    found = {
        name: content[start : start + n] for name, start, n in wav_chunks(io.BytesIO(content), len(content))
    }
    return (b"fmt ", found[b"fmt "]), (b"data", found[b"data"])


def test_words_behind_the_form_of_a_wav_are_left_out_by_writing_it_anew(
    tmp_path: Path, bare: dict[str, bytes]
) -> None:
    (name, form), sound = chunks_of(bare["wav"])
    path = placed(tmp_path, "voice.wav", wav_of([(name, form + struct.pack("<H", len(MARK)) + MARK), sound]))
    plan, out = sent(path)
    assert plan.kind is SendKind.WAV
    assert not is_marked(out)
    assert np.array_equal(ffmpeg.decoded(path.with_name("sent.wav")), ffmpeg.decoded(path))


def test_words_behind_the_end_of_a_wav(tmp_path: Path, bare: dict[str, bytes]) -> None:
    assert not is_marked(sent(placed(tmp_path, "voice.wav", bare["wav"] + MARK))[1])


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        (id3(MARK), b""),
        (id3(MARK) + id3(MARK), b""),
        (b"", b"TAG" + MARK.ljust(125, b"\0")),
        (b"", b"LYRICSBEGIN" + MARK + b"000025LYRICS200"),
        (b"", b"LYRICSBEGIN" + MARK + b"000025LYRICS200TAG" + MARK.ljust(125, b"\0")),
        (b"", id3(MARK, version=4)),
        (b"", MARK),
        (b"", MARK * 100),
        (MARK, b""),
        (b"", ape(MARK)),
        (b"", ape(MARK, has_head=False)),
        (b"", ape(MARK) + b"TAG" + bytes(125)),
        (b"", b"TAG+" + MARK.ljust(223, b"\0") + b"TAG" + bytes(125)),
    ],
)
def test_words_before_and_behind_an_mp3(
    tmp_path: Path, bare: dict[str, bytes], before: bytes, behind: bytes
) -> None:
    path = placed(tmp_path, "voice.mp3", before + bare["mp3"] + behind)
    plan, out = sent(path)
    assert plan.kind is not SendKind.UNTOUCHED
    assert not is_marked(out)


# At 128 kbit/s and 44.1 kHz; a frame with padding has one more.
FIRST_FRAME_BYTES = 417


@pytest.mark.parametrize("words", [MARK, ape(MARK), (MARK + bytes(40)) * 20], ids=["bare", "ape", "many"])
@pytest.mark.parametrize("frame", [1, 2])
def test_words_between_the_frames_of_an_mp3(
    tmp_path: Path, bare: dict[str, bytes], words: bytes, frame: int
) -> None:
    content = bare["mp3"]
    place = FIRST_FRAME_BYTES
    if frame == 2:
        place += 417 + (content[place + 2] >> 1 & 1)
    assert content[place : place + 2] == content[:2]
    assert not is_marked(sent(placed(tmp_path, "voice.mp3", content[:place] + words + content[place:]))[1])


def test_words_behind_the_settings_in_the_first_frame_of_an_mp3(
    tmp_path: Path, bare: dict[str, bytes]
) -> None:
    content = bytearray(bare["mp3"])
    assert b"Info" in content[:FIRST_FRAME_BYTES]
    content[FIRST_FRAME_BYTES - 20 : FIRST_FRAME_BYTES - 20 + len(MARK)] = MARK
    assert not is_marked(sent(placed(tmp_path, "voice.mp3", bytes(content)))[1])


@pytest.mark.parametrize(
    "more", [["-write_xing", "0"], ["-b:a", "320k"], ["-q:a", "4"], ["-ar", "22050", "-ac", "2"]]
)
def test_a_bare_mp3_of_any_encoding_goes_as_it_is(
    tmp_path: Path, bare: dict[str, bytes], more: list[str]
) -> None:
    plain = ["-fflags", "+bitexact", "-map_metadata", "-1", "-id3v2_version", "0"]
    path = tmp_path / "voice.mp3"
    ffmpeg.run("-i", placed(tmp_path, "sound.wav", bare["wav"]), *more, *plain, path)
    assert sent(path)[0].kind is SendKind.UNTOUCHED


def test_words_between_two_mp3_that_were_joined(tmp_path: Path, bare: dict[str, bytes]) -> None:
    path = placed(tmp_path, "voice.mp3", bare["mp3"] + id3(MARK) + bare["mp3"])
    assert not is_marked(sent(path)[1])


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content


@pytest.mark.parametrize(
    "more",
    [box(b"uuid", bytes(16) + MARK), box(b"free", MARK), box(b"udta", MARK), box(b"mdat", MARK), MARK],
    ids=["uuid", "free", "udta", "mdat", "no box"],
)
def test_words_in_boxes_behind_an_m4a(tmp_path: Path, bare: dict[str, bytes], more: bytes) -> None:
    path = placed(tmp_path, "voice.m4a", bare["m4a"] + more)
    plan, out = sent(path)
    assert plan.kind is SendKind.REMUX
    assert not is_marked(out)
    assert np.array_equal(ffmpeg.decoded(path.with_name("sent.m4a")), ffmpeg.decoded(path))


LEAVES = {
    b"mvhd": [b"moov"],
    b"tkhd": [b"moov", b"trak"],
    b"mdhd": [b"moov", b"trak", b"mdia"],
    b"hdlr": [b"moov", b"trak", b"mdia"],
    b"smhd": [b"moov", b"trak", b"mdia", b"minf"],
    b"dref": [b"moov", b"trak", b"mdia", b"minf", b"dinf"],
    b"stsd": [b"moov", b"trak", b"mdia", b"minf", b"stbl"],
    b"mp4a": [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"],
    b"stts": [b"moov", b"trak", b"mdia", b"minf", b"stbl"],
    b"stsc": [b"moov", b"trak", b"mdia", b"minf", b"stbl"],
    b"stsz": [b"moov", b"trak", b"mdia", b"minf", b"stbl"],
    b"stco": [b"moov", b"trak", b"mdia", b"minf", b"stbl"],
    b"elst": [b"moov", b"trak", b"edts"],
}


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.decode())
def test_words_behind_what_a_box_has_to_say(tmp_path: Path, bare: dict[str, bytes], leaf: bytes) -> None:
    made = bytearray(bare["m4a"])
    assert made.find(b"moov") > made.find(b"mdat")
    at = made.find(leaf) - 4
    end = at + struct.unpack(">I", made[at : at + 4])[0]
    added = box(b"uuid", bytes(16) + MARK)
    for name in (*LEAVES[leaf], leaf):
        start = made.find(name) - 4
        size = struct.unpack(">I", made[start : start + 4])[0]
        made[start : start + 4] = struct.pack(">I", size + len(added))
    made[end:end] = added
    _, out = sent(placed(tmp_path, "voice.m4a", bytes(made)))
    assert not is_marked(out)


@pytest.mark.parametrize("place", [b"moov", b"trak", b"mdia", b"minf", b"stbl"])
@pytest.mark.parametrize("name", [b"uuid", b"free", b"udta", b"zzzz"])
def test_words_in_boxes_within_an_m4a(
    tmp_path: Path, bare: dict[str, bytes], place: bytes, name: bytes
) -> None:
    # The movie comes last, so that places of sound stay where they are.
    content = bare["m4a"]
    assert content.find(b"moov") > content.find(b"mdat")
    added = box(name, bytes(16) + MARK)
    made = bytearray(content)
    at = content.find(place) - 4
    end = at + struct.unpack(">I", content[at : at + 4])[0]
    for outer in (b"moov", b"trak", b"mdia", b"minf", b"stbl"):
        start = content.find(outer) - 4
        size = struct.unpack(">I", content[start : start + 4])[0]
        made[start : start + 4] = struct.pack(">I", size + len(added))
        if outer == place:
            break
    made[end:end] = added
    path = placed(tmp_path, "voice.m4a", bytes(made))
    plan, out = sent(path)
    assert plan.kind is SendKind.REMUX
    assert not is_marked(out)
    assert np.array_equal(ffmpeg.decoded(path.with_name("sent.m4a")), ffmpeg.decoded(path))


def test_sound_that_was_cut_away_by_a_note_in_the_file(tmp_path: Path, bare: dict[str, bytes]) -> None:
    # Some programs cut without writing the sound anew: what is no longer played is still there.
    content = bare["m4a"]
    place = content.find(b"mdat") - 4
    size = struct.unpack(">I", content[place : place + 4])[0]
    grown = struct.pack(">I", size + len(MARK)) + content[place + 4 : place + size] + MARK
    path = placed(tmp_path, "voice.m4a", content[:place] + grown + content[place + size :])
    plan, out = sent(path)
    assert plan.kind is SendKind.REMUX
    assert not is_marked(out)


@pytest.mark.parametrize("kind", ["m4a", "mp3", "mp4", "mkv", "ogg"])
@pytest.mark.parametrize("what", ["names of writers", "chapters", "picture"])
def test_other_words_that_programs_write(
    tmp_path: Path, bare: dict[str, bytes], kind: str, what: str
) -> None:
    sound = placed(tmp_path, "sound.wav", bare["wav"])
    more: list[str | Path] = []
    if what == "names of writers":
        more = ["-metadata:s:a", f"handler_name={MARK.decode()}", "-metadata", f"encoder={MARK.decode()}"]
        more += ["-fflags", "+bitexact"] if kind != "ogg" else []
    elif what == "chapters":
        chapters = f";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=5\ntitle={MARK.decode()}\n"
        more = ["-i", placed(tmp_path, "chapters.txt", chapters.encode()), "-map_metadata", "1"]
    elif kind in {"mp4", "mkv", "ogg"}:
        return  # those hold films, or pictures in another way
    else:
        picture = placed(tmp_path, "picture.png", b"")
        ffmpeg.run("-f", "lavfi", "-i", "color=red:size=16x16", "-frames:v", "1", picture)
        more = ["-i", picture, "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic"]
        more += ["-metadata:s:v", f"title={MARK.decode()}"]
    path = tmp_path / f"voice.{kind}"
    ffmpeg.run("-i", sound, *more, path)
    plan, out = sent(path)
    assert not is_marked(out)
    if plan.kind is SendKind.REMUX:
        made = path.with_name(f"sent.{plan.extension}")
        assert np.array_equal(ffmpeg.decoded(made), ffmpeg.decoded(path))
