"""Every code and every gateway shape of contract section 6: the error, its words, what may be repeated."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone_gui.api.codes import CODES, named_field
from voiceclone_gui.api.faults import RawAnswer, parse_retry_after, read_answer, whole_number
from voiceclone_gui.api.retry import Step, clone_outcome, decide
from voiceclone_gui.core.errors import (
    AccessRefused,
    Action,
    AnswerUnreadable,
    ContentRefused,
    NotOffered,
    OutOfCredit,
    RequestRefused,
    ServiceError,
    ServiceTrouble,
    SlowDown,
    TokenRefused,
    VoiceIdTaken,
    VoiceMissing,
    WrongAddress,
)
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.job import Outcome

NOT_MADE, UNKNOWN = Outcome.NOT_MADE, Outcome.UNKNOWN
HTML = b"<!doctype html><html><title>Welcome</title></html>"


def answer(
    body: object, *, status: int = 200, headers: dict[str, str] | None = None, optional: bool = False
) -> RawAnswer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return RawAnswer(
        status=status,
        headers=headers or {},
        body=content,
        url="https://gw.example/minimaxi/v1/voice_clone",
        host="gw.example",
        call="voice_clone",
        optional=optional,
    )


def error_of(raw: RawAnswer) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        read_answer(raw)
    return caught.value


def business(code: object, message: str = "some words") -> dict[str, object]:
    return {"base_resp": {"status_code": code, "status_msg": message}}


# code, kind, action, repeated on upload, repeated on clone, what is certain after a clone
CODE_TABLE = [
    (1000, ServiceTrouble, Action.CONVERT_SAMPLE, False, False, UNKNOWN),
    (1001, ServiceTrouble, Action.CHECK_VOICE, True, False, UNKNOWN),
    (1002, SlowDown, Action.TRY_AGAIN, True, True, NOT_MADE),
    (1039, SlowDown, Action.TRY_AGAIN, True, True, NOT_MADE),
    (1041, SlowDown, Action.TRY_AGAIN, True, True, NOT_MADE),
    (2045, SlowDown, Action.TRY_AGAIN, True, True, NOT_MADE),
    (1004, TokenRefused, Action.OPEN_CONNECTION, False, False, NOT_MADE),
    (1008, OutOfCredit, None, False, False, NOT_MADE),
    (2056, OutOfCredit, None, False, False, NOT_MADE),
    (1013, ServiceTrouble, Action.TRY_AGAIN, True, False, UNKNOWN),
    (1024, ServiceTrouble, Action.TRY_AGAIN, True, False, UNKNOWN),
    (1033, ServiceTrouble, Action.TRY_AGAIN, True, False, UNKNOWN),
    (1026, ContentRefused, Action.EDIT_FIELD, False, False, NOT_MADE),
    (1027, ContentRefused, Action.EDIT_FIELD, False, False, NOT_MADE),
    (1042, RequestRefused, Action.CLEAN_TEXT, False, False, NOT_MADE),
    (1043, RequestRefused, Action.EDIT_FIELD, False, False, NOT_MADE),
    (1044, RequestRefused, Action.EDIT_FIELD, False, False, NOT_MADE),
    (2013, RequestRefused, Action.EDIT_FIELD, False, False, NOT_MADE),
    (20132, RequestRefused, Action.UPLOAD_AGAIN, False, False, NOT_MADE),
    (2037, RequestRefused, Action.TRIM_RECORDING, False, False, NOT_MADE),
    (2038, AccessRefused, Action.OPEN_CONNECTION, False, False, NOT_MADE),
    (2039, VoiceIdTaken, Action.SUGGEST_VOICE_ID, False, False, NOT_MADE),
    (2042, AccessRefused, Action.OPEN_CONNECTION, False, False, NOT_MADE),
    (2048, RequestRefused, Action.CHOOSE_PROMPT_CLIP, False, False, NOT_MADE),
    (2049, TokenRefused, Action.TRY_OTHER_REGION, False, False, NOT_MADE),
    (2054, VoiceMissing, None, False, False, NOT_MADE),
]


def repeats(error: ServiceError, step: Step) -> bool:
    return decide(error, step=step, attempt=1, jitter=0.0).repeat


def test_the_table_knows_every_code_of_the_program() -> None:
    assert {row[0] for row in CODE_TABLE} == set(CODES)


@pytest.mark.parametrize("row", CODE_TABLE, ids=lambda row: str(row[0]))
@pytest.mark.parametrize("as_text", [False, True])
def test_a_code_becomes_its_error_with_words_an_action_and_its_repeat_decision(row, as_text: bool) -> None:
    code, kind, action, on_upload, on_clone, outcome = row
    error = error_of(answer(business(str(code) if as_text else code), headers={"trace-id": "0" * 32}))
    assert type(error) is kind
    assert error.code == f"service-{code}"
    assert error.service_code == code
    assert error.action is action
    assert error.trace_id == "0" * 32
    assert error.detail == "some words"
    assert error.title
    assert error.cure
    assert repeats(error, Step.UPLOAD) is on_upload
    assert repeats(error, Step.DOWNLOAD) is on_upload
    assert repeats(error, Step.CLONE) is on_clone
    assert repeats(error, Step.SYNTHESIS) is on_clone
    assert clone_outcome(error) is outcome


def test_a_code_nobody_knows_is_shown_and_leaves_the_clone_unknown() -> None:
    error = error_of(answer(business(4711, "brand new trouble")))
    assert (error.code, error.service_code, error.detail) == ("service-unknown", 4711, "brand new trouble")
    assert "4711" in error.title
    assert not repeats(error, Step.UPLOAD)
    assert clone_outcome(error) is UNKNOWN


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ("invalid params, voice_id is illegal", Field.VOICE_ID),
        ("invalid params: voice id format error", Field.VOICE_ID),
        ("invalid params, prompt_text must end with punctuation", Field.PROMPT_TEXT),
        ("clone_prompt incomplete", Field.PROMPT_AUDIO),
        ("param text length exceeded", Field.TEXT),
        ("language_boost not supported", Field.LANGUAGE_BOOST),
        ("unknown model", Field.MODEL),
        ("file_id not found", Field.RECORDING),
        ("invalid params", None),
    ],
)
def test_a_bad_parameter_points_to_the_field_that_its_text_names(message: str, field: Field | None) -> None:
    assert named_field(message) is field
    assert error_of(answer(business(2013, message))).field is field


def gateway(message: str, **more: object) -> dict[str, object]:
    return {"error": {"message": f"{message} (request id: 20261122abcdef)", "type": "one_hub_error"} | more}


# name, body, status, kind, code, repeated on upload, repeated on clone, what is certain after a clone
SHAPES = [
    ("400", gateway("bad body"), 400, RequestRefused, "request-refused", False, False, NOT_MADE),
    ("401", gateway("invalid token"), 401, TokenRefused, "token-refused", False, False, NOT_MADE),
    ("403", gateway("group denied"), 403, AccessRefused, "access-refused", False, False, NOT_MADE),
    ("429", gateway("too many requests"), 429, SlowDown, "slow-down", True, True, NOT_MADE),
    ("429 quota", gateway("insufficient quota, busy"), 429, OutOfCredit, "out-of-credit", False, False, NOT_MADE),
    ("429 额度", gateway("用户额度不足"), 429, OutOfCredit, "out-of-credit", False, False, NOT_MADE),
    ("503 channel", gateway("no available channel"), 503, ServiceTrouble, "service-busy", True, True, NOT_MADE),
    ("503 渠道", gateway("无可用渠道"), 503, ServiceTrouble, "service-busy", True, True, NOT_MADE),
    ("503 other", gateway("upstream broke"), 503, ServiceTrouble, "service-trouble", True, False, UNKNOWN),
    ("new api", {"error": {"message": "no", "type": "new_api_error", "code": ""}}, 401, TokenRefused, "token-refused", False, False, NOT_MADE),
    ("null code", {"error": {"message": "no", "code": None}}, 403, AccessRefused, "access-refused", False, False, NOT_MADE),
    ("text code", {"error": {"message": "no", "code": "invalid_request"}}, 400, RequestRefused, "request-refused", False, False, NOT_MADE),
    ("plain text", {"error": "no such user"}, 401, TokenRefused, "token-refused", False, False, NOT_MADE),
    ("upstream int", {"error": {"message": "x", "code": 2039}}, 400, VoiceIdTaken, "service-2039", False, False, NOT_MADE),
    ("upstream text", {"error": {"message": "x", "code": "2049"}}, 500, TokenRefused, "service-2049", False, False, NOT_MADE),
    ("upstream 1001", {"error": {"message": "x", "code": 1001}}, 500, ServiceTrouble, "service-1001", True, False, UNKNOWN),
    ("success false", {"success": False, "message": "not now"}, 200, ServiceTrouble, "request-refused", False, False, UNKNOWN),
    ("success false 429", {"success": False, "message": "slow"}, 429, SlowDown, "slow-down", True, True, NOT_MADE),
    ("authorized", {"type": "error", "error": {"type": "authorized_error", "message": "login fail (1004)", "http_code": "401"}, "request_id": "063f0a"}, 401, TokenRefused, "service-1004", False, False, NOT_MADE),
    ("authorized 200", {"type": "error", "error": {"type": "authorized_error", "message": "login fail", "http_code": "401"}, "request_id": "063f0a"}, 200, TokenRefused, "token-refused", False, False, NOT_MADE),
    ("html 200", HTML, 200, WrongAddress, "wrong-address", False, False, UNKNOWN),
    ("html 404", HTML, 404, WrongAddress, "wrong-address", False, False, NOT_MADE),
    ("redirect", b"", 302, WrongAddress, "wrong-address-redirect", False, False, NOT_MADE),
    ("html 401", HTML, 401, TokenRefused, "token-refused", False, False, NOT_MADE),
    ("html 402", HTML, 402, OutOfCredit, "out-of-credit", False, False, NOT_MADE),
    ("html 403", HTML, 403, AccessRefused, "access-refused", False, False, NOT_MADE),
    ("html 408", HTML, 408, ServiceTrouble, "service-trouble", False, False, UNKNOWN),
    ("html 413", HTML, 413, RequestRefused, "too-large", False, False, NOT_MADE),
    ("html 429", HTML, 429, SlowDown, "slow-down", True, True, NOT_MADE),
    ("html 500", HTML, 500, ServiceTrouble, "service-trouble", True, False, UNKNOWN),
    ("html 502", HTML, 502, ServiceTrouble, "service-trouble", True, False, UNKNOWN),
    ("html 503", HTML, 503, ServiceTrouble, "service-trouble", True, False, UNKNOWN),
    ("html 504", HTML, 504, ServiceTrouble, "service-trouble", True, False, UNKNOWN),
    ("truncated", b'{"base_resp": {"status_c', 200, AnswerUnreadable, "answer-unreadable", True, False, UNKNOWN),
    ("empty", b"", 200, AnswerUnreadable, "answer-unreadable", True, False, UNKNOWN),
    ("a list", b"[1]", 200, AnswerUnreadable, "answer-unreadable", True, False, UNKNOWN),
    ("a number", b"7", 200, AnswerUnreadable, "answer-unreadable", True, False, UNKNOWN),
    ("not UTF-8", b"\xff\xfe\x00", 200, AnswerUnreadable, "answer-unreadable", True, False, UNKNOWN),
    ("deep", b"[" * 100_000, 200, AnswerUnreadable, "answer-unreadable", True, False, UNKNOWN),
    ("code is a word", business("ok"), 200, AnswerUnreadable, "answer-unreadable", True, False, UNKNOWN),
    ("code with 500", business(1002), 500, SlowDown, "service-1002", True, True, NOT_MADE),
    ("code 0 with 500", business(0), 500, ServiceTrouble, "service-trouble", True, False, UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize("row", SHAPES, ids=lambda row: row[0])
def test_a_shape_becomes_its_error_and_its_repeat_decision(row) -> None:
    _, body, status, kind, code, on_upload, on_clone, outcome = row
    error = error_of(answer(body, status=status))
    assert (type(error), error.code) == (kind, code)
    assert error.http_status == status
    assert error.title
    assert error.cure
    assert "<" not in str(error) + error.detail
    assert repeats(error, Step.UPLOAD) is on_upload
    assert repeats(error, Step.CLONE) is on_clone
    assert clone_outcome(error) is outcome


@pytest.mark.parametrize(
    ("raw", "trace_id"),
    [
        (answer(business(2013), headers={"trace-id": "a" * 32}), "a" * 32),
        (answer(business(2013), headers={"minimax-request-id": "b" * 32}), "b" * 32),
        (answer(business(2013), headers={"x-mm-request-id": "c" * 32}), "c" * 32),
        (answer({"request_id": "063f0a"} | gateway("x"), status=401), "063f0a"),
        (answer(gateway("x"), status=401), "20261122abcdef"),
        (answer(HTML, status=502), ""),
        (answer(business(2013), headers={"trace-id": "<script>"}), ""),
    ],
)
def test_the_trace_id_is_found_wherever_it_is(raw: RawAnswer, trace_id: str) -> None:
    assert error_of(raw).trace_id == trace_id


@pytest.mark.parametrize(
    "raw",
    [
        answer(HTML, optional=True),
        answer(HTML, status=404, optional=True),
        answer({"error": "x"}, status=404, optional=True),
    ],
)
def test_an_optional_call_that_is_not_there_is_no_failure_of_the_voice(raw: RawAnswer) -> None:
    assert isinstance(error_of(raw), NotOffered)


def test_trouble_with_an_optional_call_is_still_trouble() -> None:
    assert isinstance(error_of(answer(HTML, status=502, optional=True)), ServiceTrouble)


@pytest.mark.parametrize(
    "body", [business(0), business("0"), {"file": {}}, {"base_resp": "ok"}, {"base_resp": {}}]
)
def test_a_json_object_without_a_bad_code_is_handed_on(body: dict[str, object]) -> None:
    assert read_answer(answer(body, headers={"trace-id": "d" * 32})) == (body, "d" * 32)


def test_what_the_other_side_says_is_shortened_and_made_printable() -> None:
    detail = error_of(answer(business(2013, "a\nb\x1b[31m" + "x" * 1000))).detail
    assert detail.startswith("a b [31mxxx")
    assert len(detail) == 300


NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_as_seconds_or_as_a_date(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, now=NOW) == seconds


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        ("5", 5),
        (2**62, 2**62),
        (str(2**62), 2**62),
        (True, None),
        (5.0, None),
        ("5.0", None),
        ("-5", None),
        ("", None),
        (None, None),
        ([5], None),
        ("9" * 20, None),
    ],
)
def test_numbers_come_as_numbers_or_as_digits(value: object, number: int | None) -> None:
    assert whole_number(value) == number


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "base_resp",
                    "status_code",
                    "status_msg",
                    "error",
                    "code",
                    "message",
                    "type",
                    "success",
                    "http_code",
                    "request_id",
                ]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(
    st.binary(max_size=60) | json_values.map(lambda v: json.dumps(v).encode()),
    st.integers(100, 599),
    st.booleans(),
)
def test_whatever_comes_back_is_an_object_or_one_of_our_errors(
    body: bytes, status: int, optional: bool
) -> None:
    try:
        parsed, _ = read_answer(answer(body, status=status, optional=optional))
    except ServiceError as error:
        assert error.title
        assert error.cure
        clone_outcome(error)
    else:
        assert isinstance(parsed, dict)
