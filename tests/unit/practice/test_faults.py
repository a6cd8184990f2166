"""The fault script, and every kind of fault as a client sees it on the wire."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.fakes.practice_caller import PracticeCaller, code_of
from tests.fakes.practice_jobs import wav_bytes
from voiceclone_gui.practice import fault_answers as wrong
from voiceclone_gui.practice.codes import STATUS_TEXTS
from voiceclone_gui.practice.faults import (
    Delay,
    Fault,
    FaultScript,
    Flood,
    Habits,
    Redirect,
    Reply,
    Step,
    Trickle,
)
from voiceclone_gui.practice.server import PracticeServer

Json = dict[str, Any]
PREVIEW: Json = {"text": "Good morning.", "model": "speech-2.8-hd"}
# A step with a call to it. Calls that need something real get it beforehand.
CALLS: dict[Step, Callable[[PracticeCaller], httpx.Response]] = {
    Step.UPLOAD: lambda c: c.send_upload(wav_bytes(12.0)),
    Step.PROMPT_UPLOAD: lambda c: c.send_upload(wav_bytes(6.0), purpose="prompt_audio"),
    Step.FILES_LIST: lambda c: c.send("GET", "files/list", params={"purpose": "voice_clone"}),
    Step.FILES_RETRIEVE: lambda c: c.send("GET", "files/retrieve", params={"file_id": "12345"}),
    Step.FILES_DELETE: lambda c: c.send("POST", "files/delete", json={"file_id": 12345}),
    Step.CLONE: lambda c: c.send("POST", "voice_clone", json={}),
    Step.SYNTHESIS: lambda c: c.send("POST", "t2a_v2", json={}),
    Step.GET_VOICE: lambda c: c.send("POST", "get_voice", json={"voice_type": "all"}),
    Step.DELETE_VOICE: lambda c: c.send("POST", "delete_voice", json={}),
    Step.DEMO: lambda c: c.load(c.clone(fresh_id(), **PREVIEW)["demo_audio"]),
}
ANSWER_CODES = sorted(STATUS_TEXTS.keys() - {0})


def fresh_id() -> str:
    return f"voice-{secrets.token_hex(8)}"


# -- the script -----------------------------------------------------------------------------------------


def test_each_fault_is_used_once_and_in_order() -> None:
    script = FaultScript()
    first, second = Delay(seconds=1), Delay(seconds=2)
    script.add(Step.CLONE, first)
    script.add(Step.CLONE, second, Trickle(bytes_per_second=5))
    script.add(Step.UPLOAD, second, times=3)
    assert script.left() == 5
    assert script.left(Step.UPLOAD, Step.CLONE) == 5
    assert script.left(Step.DEMO) == 0
    assert script.take(Step.CLONE) == (first,)
    assert script.take(Step.CLONE) == (second, Trickle(bytes_per_second=5))
    assert script.take(Step.CLONE) == ()
    assert [script.take(Step.UPLOAD) for _ in range(4)] == [(second,)] * 3 + [()]


def test_clearing_forgets_faults_but_not_habits() -> None:
    script = FaultScript(habits=Habits(null_lists=True))
    script.add(Step.CLONE, Delay(seconds=1))
    script.clear()
    assert script.left() == 0
    assert script.habits.null_lists


def test_entry_without_fault_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="needs a fault"):
        FaultScript().add(Step.CLONE)


def test_script_may_be_used_from_many_threads() -> None:
    script = FaultScript()
    taken: list[tuple[Fault, ...]] = []

    def add_and_take() -> None:
        for _ in range(200):
            script.add(Step.CLONE, Delay(seconds=1))
            taken.append(script.take(Step.CLONE))

    threads = [threading.Thread(target=add_and_take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 800
    assert all(taken)
    assert script.left() == 0


# -- codes and gateway shapes ---------------------------------------------------------------------------


@pytest.mark.parametrize("step", list(Step))
def test_any_step_can_answer_any_code(caller: PracticeCaller, script: FaultScript, step: Step) -> None:
    code = ANSWER_CODES[list(Step).index(step) % len(ANSWER_CODES)]
    script.add(step, wrong.business_error(code))
    response = CALLS[step](caller)
    assert response.status_code == 200
    assert response.json() == {"base_resp": {"status_code": code, "status_msg": STATUS_TEXTS[code]}}
    assert len(response.headers["trace-id"]) == 32


@pytest.mark.long
@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("code", ANSWER_CODES)
def test_every_step_can_answer_every_code(
    caller: PracticeCaller, script: FaultScript, step: Step, code: int
) -> None:
    script.add(step, wrong.business_error(code))
    assert code_of(CALLS[step](caller).json()) == code


@pytest.mark.parametrize("code", ANSWER_CODES)
def test_clone_can_answer_every_code(caller: PracticeCaller, script: FaultScript, code: int) -> None:
    script.add(Step.CLONE, wrong.business_error(code, "in its own words"))
    answer = caller.post("voice_clone", {})
    assert answer["base_resp"] == {"status_code": code, "status_msg": "in its own words"}


def test_codes_of_the_contract_are_all_there() -> None:
    contract = """1000 1001 1002 1039 1041 2045 1004 1008 2056 1013 1024 1033 1026 1027 1042 1043 1044 2013
        20132 2037 2038 2039 2042 2048 2049 2054"""
    assert {int(code) for code in contract.split()} == set(ANSWER_CODES)


SHAPES: list[tuple[Reply, int, Json]] = [
    (
        wrong.gateway_error(400, "bad request"),
        400,
        {"error": {"message": "bad request (request id: ID)", "type": "one_hub_error"}},
    ),
    (
        wrong.gateway_error(403, "no", kind="new_api_error", code=1008),
        403,
        {"error": {"message": "no (request id: ID)", "type": "new_api_error", "code": 1008}},
    ),
    (
        wrong.gateway_error(429, "busy", code=""),
        429,
        {"error": {"message": "busy (request id: ID)", "type": "one_hub_error", "code": ""}},
    ),
    (
        wrong.gateway_error(429, "busy", code=None),
        429,
        {"error": {"message": "busy (request id: ID)", "type": "one_hub_error", "code": None}},
    ),
    (
        wrong.gateway_error(401, "token", code="invalid_api_key"),
        401,
        {"error": {"message": "token (request id: ID)", "type": "one_hub_error", "code": "invalid_api_key"}},
    ),
    (wrong.plain_error(503, "overloaded"), 503, {"error": "overloaded"}),
    (wrong.success_false("no such user"), 200, {"success": False, "message": "no such user"}),
    (
        wrong.authorized_error("bad token (1004)"),
        401,
        {
            "type": "error",
            "error": {"type": "authorized_error", "message": "bad token (1004)", "http_code": "401"},
            "request_id": "0511c0ffee0511c0ffee0511c0ffee05",
        },
    ),
    (
        wrong.no_channel("speech-2.8-hd"),
        503,
        {
            "error": {
                "message": "No available channel for model speech-2.8-hd under group default "
                "(request id: ID)",
                "type": "new_api_error",
            }
        },
    ),
    (
        wrong.business_error(1008, status=402),
        402,
        {"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}},
    ),
]


@pytest.mark.parametrize(("reply", "status", "content"), SHAPES)
def test_gateway_shape(
    caller: PracticeCaller, script: FaultScript, reply: Reply, status: int, content: Json
) -> None:
    script.add(Step.CLONE, reply)
    response = caller.send("POST", "voice_clone", json={})
    assert response.status_code == status
    assert response.headers["content-type"].startswith("application/json")
    written = response.text.replace("20261101093015123456789AbCdEfGh", "ID")
    assert json.loads(written) == content
    # The next one is answered as it should be.
    assert code_of(caller.post("voice_clone", {})) == 2013


@pytest.mark.parametrize("status", [200, 401, 403, 404, 413, 502, 503, 504])
def test_page_for_people(caller: PracticeCaller, script: FaultScript, status: int) -> None:
    script.add(Step.UPLOAD, wrong.html(status))
    response = caller.send_upload(wav_bytes(12.0))
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    assert "<html>" in response.text


@pytest.mark.parametrize(
    ("retry_after", "header"),
    [
        (None, None),
        (7, "7"),
        (datetime(2026, 11, 1, 9, 30, 15, tzinfo=UTC), "Sun, 01 Nov 2026 09:30:15 GMT"),
    ],
)
def test_too_many_requests(
    caller: PracticeCaller, script: FaultScript, retry_after: int | datetime | None, header: str | None
) -> None:
    script.add(Step.CLONE, wrong.too_many(retry_after=retry_after))
    response = caller.send("POST", "voice_clone", json={})
    assert response.status_code == 429
    assert response.headers.get("retry-after") == header
    assert "error" in response.json()


def test_refused_while_still_sending(caller: PracticeCaller, script: FaultScript) -> None:
    script.add(Step.UPLOAD, wrong.html(413, reads_body=False))
    response = caller.send_upload(wav_bytes(300.0))
    assert response.status_code == 413
    assert code_of(caller.send_upload(wav_bytes(12.0)).json()) == 0


def test_fault_before_the_work_makes_nothing(
    server: PracticeServer, caller: PracticeCaller, script: FaultScript
) -> None:
    file_id, voice_id = caller.upload(wav_bytes(12.0)), fresh_id()
    before = server.counters
    script.add(Step.CLONE, wrong.business_error(1001))
    assert code_of(caller.clone(voice_id, file_id=file_id, **PREVIEW)) == 1001
    after = server.counters
    assert (after.clones, after.billed_characters) == (before.clones, before.billed_characters)
    assert code_of(caller.clone(voice_id, file_id=file_id)) == 0


def test_fault_after_the_work_leaves_the_voice_and_its_bill(
    server: PracticeServer, caller: PracticeCaller, script: FaultScript
) -> None:
    file_id, voice_id = caller.upload(wav_bytes(12.0)), fresh_id()
    before = server.counters
    script.add(Step.CLONE, wrong.business_error(1001, after_work=True))
    assert code_of(caller.clone(voice_id, file_id=file_id, **PREVIEW)) == 1001
    after = server.counters
    assert after.clones == before.clones + 1
    assert after.billed_characters == before.billed_characters + len(PREVIEW["text"])
    assert code_of(caller.clone(voice_id, file_id=file_id)) == 2039


def test_prompt_upload_has_its_own_faults(caller: PracticeCaller, script: FaultScript) -> None:
    script.add(Step.PROMPT_UPLOAD, wrong.business_error(1002))
    assert code_of(caller.send_upload(wav_bytes(12.0)).json()) == 0
    assert code_of(caller.send_upload(wav_bytes(6.0), purpose="prompt_audio").json()) == 1002
    assert code_of(caller.send_upload(wav_bytes(6.0), purpose="prompt_audio").json()) == 0


# -- wrong answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [None, [5], "text", {}, True, 12.5])
def test_file_id_of_a_wrong_kind(caller: PracticeCaller, script: FaultScript, value: object) -> None:
    script.add(Step.UPLOAD, wrong.replaced("file.file_id", value))
    answer = caller.send_upload(wav_bytes(12.0)).json()
    assert answer["file"]["file_id"] == value
    assert code_of(answer) == 0


def test_file_id_missing(caller: PracticeCaller, script: FaultScript) -> None:
    script.add(Step.UPLOAD, wrong.without("file.file_id"))
    assert "file_id" not in caller.send_upload(wav_bytes(12.0)).json()["file"]


def test_file_id_as_digits_is_the_right_one(caller: PracticeCaller, script: FaultScript) -> None:
    script.add(Step.UPLOAD, wrong.file_id_as_digits())
    digits = caller.send_upload(wav_bytes(12.0)).json()["file"]["file_id"]
    assert isinstance(digits, str)
    assert code_of(caller.clone(fresh_id(), file_id=int(digits))) == 0


@pytest.mark.parametrize("value", ["success", None, [], 0])
def test_base_resp_of_a_wrong_kind(caller: PracticeCaller, script: FaultScript, value: object) -> None:
    script.add(Step.CLONE, wrong.replaced("base_resp", value))
    assert caller.clone(fresh_id())["base_resp"] == value


def test_base_resp_missing(caller: PracticeCaller, script: FaultScript) -> None:
    script.add(Step.UPLOAD, wrong.without("base_resp"))
    assert set(caller.send_upload(wav_bytes(12.0)).json()) == {"file"}


def test_other_json_than_an_object(caller: PracticeCaller, script: FaultScript) -> None:
    script.add(Step.GET_VOICE, wrong.edited(lambda content: [content]))
    response = caller.send("POST", "get_voice", json={"voice_type": "all"})
    assert isinstance(response.json(), list)


def test_truncated_json(caller: PracticeCaller, script: FaultScript) -> None:
    script.add(Step.CLONE, wrong.truncated(keep_bytes=40))
    voice_id = fresh_id()
    file_id = caller.upload(wav_bytes(12.0))
    response = caller.send("POST", "voice_clone", json={"file_id": file_id, "voice_id": voice_id})
    assert len(response.content) == 40
    with pytest.raises(json.JSONDecodeError):
        response.json()
    assert code_of(caller.clone(voice_id, file_id=file_id)) == 2039


@pytest.mark.parametrize("kind", range(8))
@pytest.mark.parametrize("as_object", [False, True])
def test_flagged_sample_in_both_shapes(
    caller: PracticeCaller, script: FaultScript, kind: int, as_object: bool
) -> None:
    script.add(Step.CLONE, wrong.sensitive(kind, as_object=as_object))
    answer = caller.clone(fresh_id())
    if as_object:
        assert answer["input_sensitive"] == {"type": kind}
        assert "input_sensitive_type" not in answer
    else:
        assert answer["input_sensitive"] is (kind > 0)
        assert answer["input_sensitive_type"] == kind
    assert code_of(answer) == 0


def test_parts_that_may_be_missing(caller: PracticeCaller, script: FaultScript) -> None:
    script.add(
        Step.CLONE, wrong.not_told_sensitive(), wrong.without("extra_info"), wrong.without("demo_audio")
    )
    assert set(caller.clone(fresh_id(), **PREVIEW)) == {"base_resp"}


@pytest.mark.parametrize(
    "link", ["", "https://192.168.1.5/x.mp3?a=%2F&b=%20", "http://localhost:1/x", "no link"]
)
def test_demo_link_as_written(caller: PracticeCaller, script: FaultScript, link: str) -> None:
    script.add(Step.CLONE, wrong.demo_link(link))
    assert caller.clone(fresh_id(), **PREVIEW)["demo_audio"] == link


def test_synthesis_without_audio_keeps_the_voice(caller: PracticeCaller, script: FaultScript) -> None:
    voice_id = fresh_id()
    caller.clone(voice_id)
    script.add(Step.SYNTHESIS, wrong.no_audio())
    answer = caller.speak(voice_id)
    assert answer["data"] is None
    assert code_of(answer) == 0
    assert voice_id in caller.listed_voices()


def test_synthesis_as_bare_audio(caller: PracticeCaller, script: FaultScript) -> None:
    voice_id = fresh_id()
    caller.clone(voice_id)
    as_hex = caller.speak(voice_id)["data"]["audio"]
    script.add(Step.SYNTHESIS, wrong.bare_audio("audio/x-mpeg"))
    body = {"model": "speech-2.8-hd", "text": "Good morning.", "voice_setting": {"voice_id": voice_id}}
    response = caller.send("POST", "t2a_v2", json=body)
    assert response.headers["content-type"] == "audio/x-mpeg"
    assert response.content[:3] == bytes.fromhex(as_hex)[:3] == b"ID3"


# -- the demo link --------------------------------------------------------------------------------------


def test_expired_demo_link(caller: PracticeCaller, script: FaultScript) -> None:
    script.add(Step.DEMO, wrong.expired_link())
    response = CALLS[Step.DEMO](caller)
    assert response.status_code == 403
    assert response.headers["content-type"] == "application/xml"
    assert "expired" in response.text


def test_page_instead_of_audio(caller: PracticeCaller, script: FaultScript) -> None:
    script.add(Step.DEMO, wrong.html(200))
    assert CALLS[Step.DEMO](caller).text.startswith("<html>")


@pytest.mark.parametrize("hops", [1, 5, 6])
def test_redirections_end_at_the_audio(caller: PracticeCaller, script: FaultScript, hops: int) -> None:
    link = caller.clone(fresh_id(), **PREVIEW)["demo_audio"]
    script.add(Step.DEMO, Redirect(), times=hops)
    response = caller.load(link, follow_redirects=True)
    assert response.status_code == 200
    assert response.content.startswith(b"ID3")
    stations = [str(r.url) for r in response.history] + [str(response.url)]
    assert len(set(stations)) == hops + 1


def test_redirection_as_written(caller: PracticeCaller, script: FaultScript) -> None:
    script.add(Step.DEMO, Redirect(location="http://10.0.0.1/secret"))
    response = CALLS[Step.DEMO](caller)
    assert response.status_code == 302
    assert response.headers["location"] == "http://10.0.0.1/secret"


@pytest.mark.parametrize("is_declared", [True, False])
def test_oversize_audio(caller: PracticeCaller, script: FaultScript, is_declared: bool) -> None:
    script.add(Step.DEMO, Flood(size_bytes=5_000_001, is_declared=is_declared))
    response = CALLS[Step.DEMO](caller)
    assert len(response.content) == 5_000_001
    assert response.content.startswith(b"ID3")
    assert response.headers.get("content-length") == ("5000001" if is_declared else None)
    assert response.headers["content-type"] == "audio/mpeg"


# -- habits ---------------------------------------------------------------------------------------------


def test_habits_hold_for_every_answer(server: PracticeServer, caller: PracticeCaller) -> None:
    server.faults.habits = Habits(sensitive_as_object=True, null_lists=True, refuse_short_prompts=True)
    for _ in range(2):
        assert caller.clone(fresh_id())["input_sensitive"] == {"type": 0}
        assert caller.post("get_voice", {"voice_type": "system"})["system_voice"] is None
    clip = caller.upload(wav_bytes(4.9), purpose="prompt_audio")
    prompt = {"prompt_audio": clip, "prompt_text": "Good morning."}
    assert code_of(caller.clone(fresh_id(), clone_prompt=prompt)) == 2037
    server.faults.habits = Habits()
    assert code_of(caller.clone(fresh_id(), clone_prompt=prompt)) == 0
