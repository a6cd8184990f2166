"""The service's rules for recordings and example clips, at both sides of every edge."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Severity
from voiceclone_gui.core.sample import ChannelChoice, FileStamp, Purpose, SampleFacts, Stereo, check_sample
from voiceclone_gui.core.span import Span

MP4 = "mov,mp4,m4a,3gp,3g2,mj2"
REFUSAL, WARNING = Severity.REFUSAL, Severity.WARNING


def facts(
    *,
    duration_s: float = 60.0,
    size_bytes: int = 10**6,
    container: str = "wav",
    codec: str = "pcm_s16le",
    has_video: bool = False,
    damaged_parts: int = 0,
) -> SampleFacts:
    return SampleFacts(
        path=Path("voice.wav"),
        stamp=FileStamp(size_bytes=size_bytes, modified_ns=1),
        container=container,
        codec=codec,
        duration_s=duration_s,
        sample_rate_hz=44_100,
        channels=1,
        has_video=has_video,
        damaged_parts=damaged_parts,
    )


def found(sample: SampleFacts, purpose: Purpose = Purpose.VOICE_CLONE) -> list[tuple[str, Severity]]:
    problems = check_sample(sample, purpose=purpose)
    for problem in problems:
        assert problem.field is purpose.field
        assert "{" not in problem.title + problem.cure
    return [(problem.code, problem.severity) for problem in problems]


@pytest.mark.parametrize(
    ("duration_s", "expected"),
    [
        (0.0, [("sample-short", REFUSAL)]),
        (9.99, [("sample-short", REFUSAL)]),
        (9.999999, [("sample-short", REFUSAL)]),
        (10.0, []),
        (10.01, []),
        (299.99, []),
        (300.0, []),
        (300.000001, [("sample-long", REFUSAL)]),
        (300.01, [("sample-long", REFUSAL)]),
        (21_600.0, [("sample-long", REFUSAL)]),
    ],
)
def test_a_recording_has_ten_seconds_to_five_minutes(
    duration_s: float, expected: list[tuple[str, Severity]]
) -> None:
    assert found(facts(duration_s=duration_s)) == expected


@pytest.mark.parametrize(
    ("duration_s", "expected"),
    [
        (0.0, [("prompt-short", WARNING)]),
        (4.99, [("prompt-short", WARNING)]),
        (5.0, []),
        (5.01, []),
        (7.99, []),
        (7.999999, []),
        (8.0, [("prompt-long", REFUSAL)]),
        (8.01, [("prompt-long", REFUSAL)]),
        (60.0, [("prompt-long", REFUSAL)]),
    ],
)
def test_an_example_clip_is_shorter_than_eight_seconds_and_better_not_shorter_than_five(
    duration_s: float, expected: list[tuple[str, Severity]]
) -> None:
    assert found(facts(duration_s=duration_s), Purpose.PROMPT_AUDIO) == expected


@pytest.mark.parametrize(
    ("container", "codec", "extension"),
    [
        ("mp3", "mp3", "mp3"),
        ("mp3", "mp3float", "mp3"),
        (MP4, "aac", "m4a"),
        ("wav", "pcm_s16le", "wav"),
        ("wav", "pcm_f32le", "wav"),
        ("wav", "pcm_mulaw", "wav"),
        ("mp3", "mp2", None),
        (MP4, "alac", None),
        (MP4, "mp3", None),
        ("wav", "adpcm_ms", None),
        ("wav", "mp3", None),
        ("aac", "aac", None),
        ("flac", "flac", None),
        ("ogg", "opus", None),
        ("ogg", "vorbis", None),
        ("matroska,webm", "opus", None),
        ("aiff", "pcm_s16be", None),
    ],
)
@pytest.mark.parametrize(
    ("purpose", "duration_s"), [(Purpose.VOICE_CLONE, 60.0), (Purpose.PROMPT_AUDIO, 6.0)]
)
def test_what_is_inside_decides_whether_a_file_can_be_sent_as_it_is(
    purpose: Purpose, duration_s: float, container: str, codec: str, extension: str | None
) -> None:
    sample = facts(container=container, codec=codec, duration_s=duration_s)
    assert sample.upload_extension == extension
    # Whatever the service doesn't take is converted: it forbids nothing.
    assert found(sample, purpose) == []


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_film_is_never_sent_as_it_is_though_its_sound_is_of_a_good_kind(purpose: Purpose) -> None:
    duration_s = 60.0 if purpose is Purpose.VOICE_CLONE else 6.0
    sample = facts(container=MP4, codec="aac", has_video=True, duration_s=duration_s, size_bytes=10**10)
    assert sample.upload_extension is None
    assert found(sample, purpose) == []


@pytest.mark.parametrize(
    ("start_s", "end_s", "codes"),
    [
        (0.0, 400.0, ["sample-long"]),
        (20.0, 29.9, ["sample-short"]),
        (20.0, 30.0, []),
        (50.0, 350.0, []),
        (395.0, 900.0, ["sample-short"]),
    ],
)
def test_only_the_length_of_the_selected_part_counts(start_s: float, end_s: float, codes: list[str]) -> None:
    span = Span(start_s=start_s, end_s=end_s)
    problems = check_sample(facts(duration_s=400.0), purpose=Purpose.VOICE_CLONE, span=span)
    assert [problem.code for problem in problems] == codes


@pytest.mark.parametrize("choice", list(ChannelChoice))
def test_two_voices_left_and_right_are_asked_about_until_a_channel_is_chosen(choice: ChannelChoice) -> None:
    sample = dataclasses.replace(facts(), channels=2, stereo=Stereo.TWO_VOICES, live_channels=(0, 1))
    problems = check_sample(sample, purpose=Purpose.VOICE_CLONE, channels=choice)
    asked = [("sample-two-voices", WARNING)] if choice is ChannelChoice.AUTO else []
    assert [(problem.code, problem.severity) for problem in problems] == asked


def test_damage_is_a_warning_with_its_count() -> None:
    assert found(facts(damaged_parts=0)) == []
    (problem,) = check_sample(facts(damaged_parts=3), purpose=Purpose.VOICE_CLONE)
    assert (problem.code, problem.severity) == ("sample-damaged", WARNING)
    assert problem.title == "The recording is damaged, and what can't be read would be skipped (places: 3)."


def test_everything_wrong_is_said_at_once() -> None:
    sample = facts(container="flac", codec="flac", size_bytes=30 * 2**20, duration_s=400.0, damaged_parts=1)
    assert [code for code, _ in found(sample)] == ["sample-long", "sample-damaged"]


@pytest.mark.parametrize(
    ("purpose", "field"),
    [(Purpose.VOICE_CLONE, Field.RECORDING), (Purpose.PROMPT_AUDIO, Field.PROMPT_AUDIO)],
)
def test_each_purpose_has_its_own_input(purpose: Purpose, field: Field) -> None:
    assert purpose.field is field


def test_exactly_ten_seconds_are_enough_wherever_they_are() -> None:
    span = Span(start_s=6.08, end_s=16.08)
    assert check_sample(facts(duration_s=400.0), purpose=Purpose.VOICE_CLONE, span=span) == ()


def test_a_selection_of_everything_is_as_long_as_everything() -> None:
    span = Span(start_s=0.0, end_s=300.0)
    (found,) = check_sample(facts(duration_s=300.004), purpose=Purpose.VOICE_CLONE, span=span)
    assert found.code == "sample-long"
