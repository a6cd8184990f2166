"""When a call is repeated by itself: waits, limits, and the errors that carry no answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone_gui.api.retry import LONGEST_WAIT_S, MAX_ATTEMPTS, Decision, Step, clone_outcome, decide
from voiceclone_gui.core.errors import (
    ConnectionLost,
    NotConnected,
    PreviewUnavailable,
    SampleChanged,
    ServiceTrouble,
    SlowDown,
    VoiceCloneError,
)
from voiceclone_gui.core.job import Outcome


@pytest.mark.parametrize(
    ("error", "on_upload", "outcome"),
    [
        (NotConnected("connect-refused", host="h"), True, Outcome.NOT_MADE),
        (NotConnected("connect-timeout", host="h"), True, Outcome.NOT_MADE),
        (NotConnected("connect-failed", host="h", reason="r"), True, Outcome.NOT_MADE),
        (NotConnected("connect-dns", host="h"), False, Outcome.NOT_MADE),
        (NotConnected("connect-tls", host="h"), False, Outcome.NOT_MADE),
        (NotConnected("connect-proxy", host="h", reason="r"), False, Outcome.NOT_MADE),
        (NotConnected("proxy-unreachable", proxy="p"), True, Outcome.NOT_MADE),
        (NotConnected("proxy-slow", proxy="p", host="h", limit_s="20"), True, Outcome.NOT_MADE),
        (NotConnected("proxy-password-refused", proxy="p"), False, Outcome.NOT_MADE),
        (ConnectionLost("connection-lost", host="h"), True, Outcome.UNKNOWN),
        (ConnectionLost("read-timeout", host="h"), True, Outcome.UNKNOWN),
        (SampleChanged("sample-changed", name="a"), False, Outcome.NOT_MADE),
        (PreviewUnavailable("preview-empty"), False, Outcome.MADE),
    ],
)
def test_errors_without_an_answer(error: VoiceCloneError, on_upload: bool, outcome: Outcome) -> None:
    assert decide(error, step=Step.UPLOAD, attempt=1, jitter=0).repeat is on_upload
    assert decide(error, step=Step.CLONE, attempt=1, jitter=0).repeat is False
    assert clone_outcome(error) is outcome


def slow_down(retry_after_s: float | None = None) -> SlowDown:
    error = SlowDown("slow-down")
    error.retry_after_s = retry_after_s
    return error


@pytest.mark.parametrize(
    ("retry_after_s", "decision"),
    [
        (0.0, Decision(repeat=True, wait_s=0.0)),
        (7.0, Decision(repeat=True, wait_s=7.0)),
        (60.0, Decision(repeat=True, wait_s=60.0)),
    ],
)
def test_the_services_own_wish_wins(retry_after_s: float, decision: Decision) -> None:
    assert decide(slow_down(retry_after_s), step=Step.CLONE, attempt=1, jitter=0.5) == decision


def test_a_wish_of_more_than_a_minute_is_left_to_the_user() -> None:
    assert not decide(slow_down(60.1), step=Step.UPLOAD, attempt=1, jitter=0).repeat


def test_the_wait_doubles_and_jitter_spreads_its_upper_half() -> None:
    waits = [decide(slow_down(), step=Step.UPLOAD, attempt=n, jitter=1.0).wait_s for n in (1, 2, 3)]
    assert waits == [1.0, 2.0, 4.0]
    halves = [decide(slow_down(), step=Step.UPLOAD, attempt=n, jitter=0.0).wait_s for n in (1, 2, 3)]
    assert halves == [0.5, 1.0, 2.0]


@given(st.integers(1, 50), st.floats(0, 1), st.none() | st.floats(0, 1e6), st.sampled_from(Step))
def test_repeating_ends_and_no_wait_is_longer_than_a_minute(
    attempt: int, jitter: float, retry_after_s: float | None, step: Step
) -> None:
    decision = decide(slow_down(retry_after_s), step=step, attempt=attempt, jitter=jitter)
    assert not (decision.repeat and attempt >= MAX_ATTEMPTS)
    assert 0 <= decision.wait_s <= LONGEST_WAIT_S


@given(
    st.sampled_from(
        [
            ConnectionLost("read-timeout", host="h"),
            ServiceTrouble("service-1001"),
            ServiceTrouble("service-trouble", status=504),
        ]
    ),
    st.integers(1, 9),
)
def test_a_clone_of_unknown_outcome_is_never_repeated_by_itself(error: VoiceCloneError, attempt: int) -> None:
    assert not decide(error, step=Step.CLONE, attempt=attempt, jitter=0).repeat
    assert clone_outcome(error) is Outcome.UNKNOWN
