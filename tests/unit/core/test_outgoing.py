"""What is done to send a recording: as it is where that is possible, else the least."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone_gui.core.outgoing import (
    MADE_SIZE_MAX_BYTES,
    OutgoingPlan,
    SendKind,
    judged_channels,
    plan_outgoing,
)
from voiceclone_gui.core.sample import ChannelChoice, FileStamp, SampleChoice, SampleFacts, Stereo
from voiceclone_gui.core.sentences import fill
from voiceclone_gui.core.span import Span

MP4 = "mov,mp4,m4a,3gp,3g2,mj2"
PATH = Path("voice.x")
WAV = SampleFacts(
    path=PATH,
    stamp=FileStamp(size_bytes=5_300_000, modified_ns=1),
    container="wav",
    codec="pcm_s16le",
    duration_s=60.0,
    sample_rate_hz=44_100,
    channels=1,
    sound_bytes=5_292_000,
)
MP3 = replace(WAV, container="mp3", codec="mp3float", sound_bytes=960_000)
M4A = replace(WAV, container=MP4, codec="aac", sound_bytes=960_000)
STEREO = {
    Stereo.EQUAL: (0, 1),
    Stereo.ONE_SILENT: (1,),
    Stereo.REAL: (0, 1),
    Stereo.TWO_VOICES: (0, 1),
}


def plan(
    facts: SampleFacts, span: Span | None = None, channels: ChannelChoice = ChannelChoice.AUTO
) -> OutgoingPlan:
    return plan_outgoing(facts, SampleChoice(path=PATH, span=span, channels=channels))


def words(made: OutgoingPlan) -> list[str]:
    return [fill(said.code, said.values).title for said in made.said]


@pytest.mark.parametrize(("facts", "extension"), [(WAV, "wav"), (MP3, "mp3"), (M4A, "m4a")])
def test_what_the_service_takes_goes_untouched(facts: SampleFacts, extension: str) -> None:
    made = plan(facts)
    assert (made.kind, made.extension, words(made)) == (SendKind.UNTOUCHED, extension, ["As it is."])


@pytest.mark.parametrize(
    ("changes", "mix"),
    [
        ({"channels": 2, "stereo": Stereo.EQUAL, "live_channels": (0,)}, (0,)),
        ({"channels": 2, "stereo": Stereo.EQUAL, "live_channels": (1,)}, (1,)),
        ({"channels": 6, "stereo": Stereo.MANY, "live_channels": (2,)}, (2,)),
        ({"channels": 6, "stereo": Stereo.MANY, "live_channels": (0, 1, 2)}, (0, 1, 2)),
    ],
    ids=["right upside down", "left upside down", "voice in the middle", "film"],
)
@pytest.mark.parametrize("has_tags", [False, True])
def test_what_another_mix_would_spoil_is_sent_as_one_channel(
    changes: dict[str, object], mix: tuple[int, ...], has_tags: bool
) -> None:
    """The mean of two channels of which one is the other upside down is silence."""
    facts = replace(WAV, has_private_parts=has_tags, **changes)  # type: ignore[arg-type]
    made = plan(facts)
    assert (made.kind, made.mix, made.span) == (SendKind.WAV, mix, None)
    assert "Mono." in words(made)


@pytest.mark.parametrize(
    ("changes", "judged"),
    [
        ({"channels": 1}, None),
        ({"channels": 2, "stereo": Stereo.EQUAL, "live_channels": (0, 1)}, None),
        ({"channels": 2, "stereo": Stereo.EQUAL, "live_channels": (1,)}, (1,)),
        ({"channels": 2, "stereo": Stereo.ONE_SILENT, "live_channels": (1,)}, (1,)),
        ({"channels": 2, "stereo": Stereo.REAL, "live_channels": (0, 1)}, None),
        ({"channels": 6, "stereo": Stereo.MANY, "live_channels": (2,)}, (2,)),
    ],
)
def test_what_is_judged_is_what_is_sent(changes: dict[str, object], judged: tuple[int, ...] | None) -> None:
    facts = replace(WAV, **changes)  # type: ignore[arg-type]
    assert judged_channels(facts, ChannelChoice.AUTO) == judged
    if facts.channels == 2:
        assert judged_channels(facts, ChannelChoice.LEFT) == (0,)
        assert judged_channels(facts, ChannelChoice.RIGHT) == (1,)


def test_a_selection_of_everything_is_no_cut() -> None:
    assert plan(WAV, Span(start_s=0.0, end_s=60.0)).kind is SendKind.UNTOUCHED


@pytest.mark.parametrize("facts", [WAV, MP3, M4A])
def test_tags_are_left_out_without_decoding(facts: SampleFacts) -> None:
    made = plan(replace(facts, has_private_parts=True))
    assert (made.kind, words(made)) == (SendKind.REMUX, ["Without its tags."])


def test_where_the_sound_can_t_be_taken_out_it_is_written_anew_by_the_same_rules() -> None:
    facts = replace(M4A, has_private_parts=True, channels=2, stereo=Stereo.ONE_SILENT, live_channels=(1,))
    otherwise = plan(facts).otherwise
    assert otherwise is not None
    assert (otherwise.kind, otherwise.extension, otherwise.mix) == (SendKind.WAV, "wav", (1,))
    assert plan(M4A).otherwise is None


def test_the_aac_of_a_film_is_taken_out_as_it_is() -> None:
    film = replace(
        M4A,
        has_video=True,
        has_private_parts=True,
        stamp=FileStamp(size_bytes=3 * 10**9, modified_ns=1),
    )
    made = plan(film)
    assert (made.kind, made.extension, words(made)) == (SendKind.REMUX, "m4a", ["Its sound alone."])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"container": "flac", "codec": "flac"}, ["As WAV."]),
        ({"container": MP4, "codec": "alac"}, ["As WAV."]),
        ({"container": "ogg", "codec": "opus", "sample_rate_hz": 48_000}, ["As WAV."]),
        ({"codec": "pcm_f32le"}, ["As WAV."]),
        ({"codec": "pcm_mulaw"}, ["As WAV."]),
        ({"damaged_parts": 2}, ["Written anew."]),
        ({"container": "flac", "codec": "flac", "sample_rate_hz": 96_000}, ["As WAV.", "At 48 kHz."]),
        (
            {"stamp": FileStamp(size_bytes=20_000_001, modified_ns=1), "sound_bytes": 20_000_000},
            ["Written anew."],
        ),
    ],
)
def test_everything_else_becomes_wav(changes: dict[str, object], said: list[str]) -> None:
    made = plan(replace(WAV, **changes))  # type: ignore[arg-type]
    assert (made.kind, words(made)) == (SendKind.WAV, said)


def test_a_part_of_lossy_sound_is_never_encoded_with_loss_again() -> None:
    made = plan(MP3, Span(start_s=5.0, end_s=25.25))
    assert (made.kind, made.duration_s, words(made)) == (SendKind.WAV, 20.25, ["Cut to 20.2 s.", "As WAV."])


def test_what_is_too_long_for_a_wav_becomes_mp3() -> None:
    long = replace(WAV, container="flac", codec="flac", duration_s=290.0)
    assert plan(long).kind is SendKind.MP3
    assert plan(replace(long, sample_rate_hz=32_000)).kind is SendKind.WAV
    assert plan(replace(long, sample_rate_hz=44_056)).sample_rate_hz == 44_100


@pytest.mark.parametrize(
    ("stereo", "channels", "mix", "said"),
    [
        (Stereo.EQUAL, ChannelChoice.AUTO, (0,), "Mono."),
        (Stereo.ONE_SILENT, ChannelChoice.AUTO, (1,), "The right channel."),
        (Stereo.REAL, ChannelChoice.AUTO, (0, 1), "Mono."),
        (Stereo.TWO_VOICES, ChannelChoice.AUTO, (0, 1), "Mono."),
        (Stereo.TWO_VOICES, ChannelChoice.LEFT, (0,), "The left channel."),
        (Stereo.REAL, ChannelChoice.RIGHT, (1,), "The right channel."),
        (Stereo.ONE_SILENT, ChannelChoice.BOTH, (0, 1), "Mono."),
    ],
)
def test_channels_become_one(
    stereo: Stereo, channels: ChannelChoice, mix: tuple[int, ...], said: str
) -> None:
    facts = replace(WAV, channels=2, stereo=stereo, live_channels=STEREO[stereo])
    made = plan(facts, Span(start_s=1.0, end_s=20.0), channels)
    assert (made.mix, words(made)[-1]) == (mix, said)


def test_a_chosen_channel_alone_is_a_reason_to_decode() -> None:
    facts = replace(WAV, channels=2, stereo=Stereo.REAL, live_channels=(0, 1))
    assert plan(facts).kind is SendKind.UNTOUCHED
    assert plan(facts, channels=ChannelChoice.BOTH).kind is SendKind.UNTOUCHED
    assert plan(facts, channels=ChannelChoice.LEFT).kind is SendKind.WAV


@given(
    duration_s=st.floats(10.0, 300.0),
    rate=st.sampled_from([8_000, 16_000, 22_050, 24_000, 32_000, 37_800, 44_100, 48_000, 96_000, 192_000]),
    channels=st.integers(1, 8),
)
def test_what_is_made_is_always_small_enough(duration_s: float, rate: int, channels: int) -> None:
    facts = replace(WAV, codec="flac", container="flac", sample_rate_hz=rate, channels=channels)
    made = plan(replace(facts, duration_s=duration_s))
    size_bytes = 2 * made.sample_rate_hz * duration_s if made.kind is SendKind.WAV else 40_000 * duration_s
    assert size_bytes <= MADE_SIZE_MAX_BYTES
    assert made.sample_rate_hz <= 48_000
