"""Voice ids that are suggested, the life of a voice, the states of a job, the token."""

from __future__ import annotations

import itertools
import pickle
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone_gui.core.job import TRANSITIONS, JobState, check_transition
from voiceclone_gui.core.request import check_voice_id
from voiceclone_gui.core.token import Token
from voiceclone_gui.core.voice import Voice, VoiceState
from voiceclone_gui.core.voice_id import suggest_voice_id

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@given(st.text(max_size=80))
def test_a_suggested_id_is_allowed_and_ends_in_six_random_characters_with_a_digit(name: str) -> None:
    voice_id = suggest_voice_id(name)
    assert check_voice_id(voice_id) == ()
    suffix = voice_id.rsplit("-", 1)[1]
    assert len(suffix) == 6
    assert any(c.isdigit() for c in suffix)
    assert suffix == suffix.lower()


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("Austen Reader", "austen-reader-"),
        ("Ünïcode Näme", "unicode-name-"),
        ("我的声音", "voice-"),
        ("2024-01 take", "take-"),
        ("12345", "voice-"),
        ("", "voice-"),
    ],
)
def test_a_suggested_id_is_readable(name: str, start: str) -> None:
    assert suggest_voice_id(name).startswith(start)


def test_a_used_id_is_never_offered_again() -> None:
    rolls = itertools.cycle("aaaaa1" + "bbbbb2")
    taken = {"Voice-AAAAA1"}
    assert suggest_voice_id("", taken=taken, choose=lambda _: next(rolls)) == "voice-bbbbb2"


def voice(**changes: object) -> Voice:
    values = {
        "voice_id": "voice-abc123",
        "profile_id": "practice",
        "service": "practice",
        "asked_at": NOON,
        "rights_stated_at": NOON,
        "rights_text_version": "1",
        "job_id": "j",
        "made_at": NOON,
    } | changes
    return Voice(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "after", "state"),
    [
        ({"made_at": None}, timedelta(0), VoiceState.UNKNOWN),
        ({"made_at": None}, timedelta(days=30), VoiceState.UNKNOWN),
        ({}, timedelta(hours=167, minutes=59), VoiceState.NEW),
        ({}, timedelta(hours=168), VoiceState.EXPIRED),
        ({"kept_at": NOON}, timedelta(days=900), VoiceState.KEPT),
        ({"gone_at": NOON}, timedelta(0), VoiceState.GONE),
        ({"gone_at": NOON, "kept_at": NOON}, timedelta(0), VoiceState.GONE),
        ({"gone_at": NOON, "made_at": None}, timedelta(0), VoiceState.UNKNOWN),
    ],
)
def test_the_life_of_a_voice(changes: dict[str, object], after: timedelta, state: VoiceState) -> None:
    assert voice(**changes).state(NOON + after) is state


def test_time_left_counts_down_from_a_week() -> None:
    assert voice().time_left(NOON + timedelta(hours=1)) == timedelta(hours=167)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("made_after", "asked_for_hours_ago", "hours_left"),
    [
        (timedelta(0), 0, 168),
        (timedelta(minutes=5), 1, 167),
        # The clock was set back after the voice was asked for: it is new, not younger than new.
        (timedelta(minutes=5), -1, 168),
        (timedelta(minutes=5), -24 * 365, 168),
        # Set back while it was being made: counted from then, else it would seem to live for weeks.
        (-240 * HOUR, -240, 168),
        (-240 * HOUR, -239, 167),
        (-240 * HOUR, -240 + 168, 0),
        # Set on while it was being made, or asked for once more after more than a life.
        (240 * HOUR, 240, 168),
        (168 * HOUR, 169, 167),
        # Asked for once more within a life: the first time counts.
        (100 * HOUR, 101, 67),
    ],
)
def test_clocks_that_are_set_make_no_voice_older_or_younger(
    made_after: timedelta, asked_for_hours_ago: int, hours_left: int
) -> None:
    now = NOON + asked_for_hours_ago * HOUR
    assert voice(made_at=NOON + made_after).time_left(now) == hours_left * HOUR


MOMENTS = st.integers(0, 2**32).map(lambda second: datetime.fromtimestamp(second, UTC))


@given(asked_at=MOMENTS, made_at=MOMENTS, now=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=99)))
def test_whatever_the_clock_did_a_voice_that_was_just_made_lives_and_none_grows_younger(
    asked_at: datetime, made_at: datetime, now: datetime, later: timedelta
) -> None:
    made = voice(asked_at=asked_at, made_at=made_at)
    assert made.state(made_at) is VoiceState.NEW
    assert made.time_left(now) <= timedelta(hours=168)
    assert made.time_left(now + later) <= made.time_left(now)
    assert made.state(max(asked_at, made_at) + timedelta(hours=168)) is VoiceState.EXPIRED


@pytest.mark.parametrize("old", JobState)
@pytest.mark.parametrize("new", JobState)
def test_a_job_goes_only_where_it_may(old: JobState, new: JobState) -> None:
    if new in TRANSITIONS[old]:
        check_transition(old, new)
    else:
        with pytest.raises(ValueError, match="can't go"):
            check_transition(old, new)


def test_a_clone_that_may_have_left_never_just_ends_in_the_upload_states() -> None:
    # Uploading again is no end: the service has said that it made nothing, for want of the files.
    ends = {JobState.CLONED, JobState.NOT_MADE, JobState.UNKNOWN}
    assert TRANSITIONS[JobState.CLONING] == ends | {JobState.UPLOADING}
    assert JobState.UNKNOWN not in TRANSITIONS[JobState.UPLOADED]


@pytest.mark.parametrize(
    "pasted", ["sk-api-1", " sk-api-1\n", "Bearer sk-api-1", "bearer  sk-api-1 ", "sk-\napi-1", "\tsk-api-1"]
)
def test_a_token_is_taken_as_people_paste_it(pasted: str) -> None:
    assert Token(pasted).reveal() == "sk-api-1"
    assert Token(pasted).problem() is None


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("", "token-missing"),
        (" \n", "token-missing"),
        ("Bearer ", "token-missing"),
        ("sk-“x”", "token-malformed"),
        ("密钥", "token-malformed"),
    ],
)
def test_what_can_not_be_a_token(pasted: str, code: str) -> None:
    problem = Token(pasted).problem()
    assert problem is not None
    assert problem.code == code


def test_a_token_never_shows_itself() -> None:
    token = Token("sk-secret")
    assert "sk-" not in f"{token} {token!r} {token!s} {[token]}"
    assert token.hide_in("key sk-secret is bad") == "key ••• is bad"
    assert token == Token(" sk-secret ")
    with pytest.raises(TypeError):
        pickle.dumps(token)
