"""From measures to lights: every threshold on both sides, and what is said where nothing is known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone_gui.core.errors import Action
from voiceclone_gui.core.light_sentences import LIGHTS
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.core.sample_check import Light, LightKind, SampleMeasures, Side, Verdict, judge

GOOD = SampleMeasures(
    duration_s=90.0,
    recording_s=600.0,
    speech_dbfs=-20.0,
    noise_dbfs=-60.0,
    snr_db=40.0,
    loudness_lufs=-20.0,
    peak_dbfs=-3.0,
    clipped_share=0.0,
    speech_share=0.9,
    is_speech_certain=True,
    is_bandwidth_known=True,
)
NOTHING_KNOWN = SampleMeasures(duration_s=90.0, recording_s=600.0)


def light(kind: LightKind, purpose: Purpose = Purpose.VOICE_CLONE, **changed: object) -> Light:
    found = judge(replace(GOOD, **changed), purpose=purpose)  # type: ignore[arg-type]
    return next(light for light in found if light.kind is kind)


def test_a_good_sample_has_a_row_of_good_lights_that_ask_for_nothing() -> None:
    lights = judge(GOOD, purpose=Purpose.VOICE_CLONE)
    assert [light.kind for light in lights] == [kind for kind in LightKind if kind is not LightKind.CONTENT]
    assert {light.verdict for light in lights} == {Verdict.GOOD}
    assert {light.action for light in lights} == {None}


def test_what_is_not_known_is_not_judged() -> None:
    lights = judge(NOTHING_KNOWN, purpose=Purpose.VOICE_CLONE)
    assert [light.verdict for light in lights] == [Verdict.GOOD, *[Verdict.UNKNOWN] * 5]


LENGTHS = [
    (9.99, 9.99, Verdict.BAD, "light-length-short", Action.RECORD_AGAIN),
    (9.99, 60.0, Verdict.BAD, "light-length-short-part", Action.USE_BEST_PART),
    (10.0, 10.0, Verdict.WARN, "light-length-brief", Action.RECORD_AGAIN),
    (29.99, 60.0, Verdict.WARN, "light-length-brief-part", Action.USE_BEST_PART),
    (30.0, 30.0, Verdict.GOOD, "light-length-good", None),
    (300.0, 900.0, Verdict.GOOD, "light-length-good", None),
    (300.01, 900.0, Verdict.BAD, "light-length-long", Action.USE_BEST_PART),
]


@pytest.mark.parametrize(("duration_s", "recording_s", "verdict", "code", "action"), LENGTHS)
def test_length_of_a_recording(
    duration_s: float, recording_s: float, verdict: Verdict, code: str, action: Action | None
) -> None:
    found = light(LightKind.LENGTH, duration_s=duration_s, recording_s=recording_s)
    assert (found.verdict, found.code, found.action) == (verdict, code, action)


CLIP_LENGTHS = [
    (4.99, 4.99, Verdict.WARN, Action.RECORD_AGAIN),
    (4.99, 60.0, Verdict.WARN, Action.USE_BEST_PART),
    (5.0, 60.0, Verdict.GOOD, None),
    (7.99, 60.0, Verdict.GOOD, None),
    (8.0, 60.0, Verdict.BAD, Action.USE_BEST_PART),
]


@pytest.mark.parametrize(("duration_s", "recording_s", "verdict", "action"), CLIP_LENGTHS)
def test_length_of_an_example_clip(
    duration_s: float, recording_s: float, verdict: Verdict, action: Action | None
) -> None:
    found = light(LightKind.LENGTH, Purpose.PROMPT_AUDIO, duration_s=duration_s, recording_s=recording_s)
    assert (found.verdict, found.action) == (verdict, action)


OTHERS = [
    (LightKind.LOUDNESS, {"speech_dbfs": -30.0}, Verdict.GOOD, None),
    (LightKind.LOUDNESS, {"speech_dbfs": -30.1}, Verdict.WARN, Action.EVEN_OUT_VOLUME),
    (LightKind.LOUDNESS, {"speech_dbfs": -12.0}, Verdict.GOOD, None),
    (LightKind.LOUDNESS, {"speech_dbfs": -11.9}, Verdict.WARN, Action.EVEN_OUT_VOLUME),
    (LightKind.LOUDNESS, {"peak_dbfs": -1.0}, Verdict.GOOD, None),
    (LightKind.LOUDNESS, {"peak_dbfs": -0.9}, Verdict.WARN, Action.EVEN_OUT_VOLUME),
    (LightKind.LOUDNESS, {"peak_dbfs": -60.1, "speech_dbfs": None}, Verdict.BAD, Action.RECORD_AGAIN),
    (LightKind.LOUDNESS, {"speech_dbfs": None}, Verdict.UNKNOWN, None),
    (LightKind.NOISE, {"snr_db": 25.0}, Verdict.GOOD, None),
    (LightKind.NOISE, {"snr_db": 24.9}, Verdict.WARN, Action.REDUCE_NOISE),
    (LightKind.NOISE, {"snr_db": 15.0}, Verdict.WARN, Action.REDUCE_NOISE),
    (LightKind.NOISE, {"snr_db": 14.9}, Verdict.BAD, Action.REDUCE_NOISE),
    (LightKind.NOISE, {"snr_db": 14.9, "better_side": Side.LEFT}, Verdict.BAD, Action.TAKE_LEFT),
    (LightKind.NOISE, {"snr_db": 20.0, "better_side": Side.RIGHT}, Verdict.WARN, Action.TAKE_RIGHT),
    (LightKind.NOISE, {"snr_db": None, "are_pauses_silent": True}, Verdict.UNKNOWN, None),
    (LightKind.CLIPPING, {"clipped_share": 0.001}, Verdict.WARN, Action.USE_BEST_PART),
    (LightKind.CLIPPING, {"clipped_share": 0.0011}, Verdict.BAD, Action.USE_BEST_PART),
    (LightKind.CLIPPING, {"clipped_share": 0.01, "recording_s": 95.0}, Verdict.BAD, Action.RECORD_AGAIN),
    (LightKind.SPEECH, {"speech_share": 0.6}, Verdict.GOOD, None),
    (LightKind.SPEECH, {"speech_share": 0.59}, Verdict.WARN, Action.USE_BEST_PART),
    (LightKind.BANDWIDTH, {"bandwidth_hz": 7_000.0}, Verdict.GOOD, None),
    (LightKind.BANDWIDTH, {"bandwidth_hz": 3_400.0}, Verdict.WARN, Action.RECORD_AGAIN),
]


@pytest.mark.parametrize(("kind", "changed", "verdict", "action"), OTHERS)
@pytest.mark.parametrize("purpose", Purpose)
def test_thresholds(
    kind: LightKind, changed: dict[str, object], verdict: Verdict, action: Action | None, purpose: Purpose
) -> None:
    found = light(kind, purpose, **changed)
    assert (found.verdict, found.action) == (verdict, action)


def test_silent_pauses_have_their_own_sentence() -> None:
    silent = light(LightKind.NOISE, snr_db=None, are_pauses_silent=True)
    assert "digitally silent" in silent.title
    assert silent.code != light(LightKind.NOISE, snr_db=None).code


def test_says_when_speech_was_only_guessed_by_energy() -> None:
    assert "isn't checked" in light(LightKind.SPEECH, is_speech_certain=False).title
    assert "about" in light(LightKind.SPEECH, is_speech_certain=False, speech_share=0.2).title


def test_the_waveform_alone_may_praise_but_never_blame_what_nobody_has_listened_to() -> None:
    guess = {"clipped_share": None, "is_speech_certain": False}
    assert light(LightKind.NOISE, **guess).verdict is Verdict.GOOD
    assert light(LightKind.NOISE, snr_db=10.0, **guess).verdict is Verdict.UNKNOWN
    assert light(LightKind.NOISE, snr_db=10.0, **guess).action is None
    assert light(LightKind.SPEECH, **guess).verdict is Verdict.GOOD
    assert light(LightKind.SPEECH, speech_share=0.2, **guess).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("hint", ["is_music_likely", "are_voices_several"])
def test_a_hint_is_no_verdict(hint: str) -> None:
    found = light(LightKind.CONTENT, **{hint: True})
    assert found.verdict is Verdict.UNKNOWN
    assert "may be" in found.title


LEVELS = st.none() | st.floats(min_value=-100, max_value=30)
SHARES = st.none() | st.floats(min_value=0, max_value=1)
MEASURES = st.builds(
    SampleMeasures,
    duration_s=st.floats(min_value=0, max_value=30_000),
    recording_s=st.floats(min_value=0, max_value=30_000),
    speech_dbfs=LEVELS,
    noise_dbfs=LEVELS,
    snr_db=LEVELS,
    are_pauses_silent=st.booleans(),
    loudness_lufs=LEVELS,
    peak_dbfs=LEVELS,
    clipped_share=SHARES,
    speech_share=SHARES,
    is_speech_certain=st.booleans(),
    bandwidth_hz=st.none() | st.floats(min_value=0, max_value=96_000),
    is_bandwidth_known=st.booleans(),
    is_music_likely=st.booleans(),
    are_voices_several=st.booleans(),
    better_side=st.none() | st.sampled_from(Side),
)


@given(measures=MEASURES, purpose=st.sampled_from(Purpose))
def test_every_light_has_a_sentence_and_a_cure(measures: SampleMeasures, purpose: Purpose) -> None:
    lights = judge(measures, purpose=purpose)
    assert len(lights) in {6, 7}
    for found in lights:
        assert found.title
        assert found.cure
        assert found.code in LIGHTS
        assert found.action is None or found.verdict is not Verdict.GOOD
