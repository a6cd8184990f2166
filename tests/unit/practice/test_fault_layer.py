"""Faults of the connection: broken, held and slow at every point of a request, seen by a plain socket."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.practice_caller import PracticeCaller, code_of
from tests.fakes.practice_jobs import quick_jobs, wav_bytes
from tests.fakes.raw_http import RawHttp
from voiceclone_gui.practice import fault_answers as wrong
from voiceclone_gui.practice.faults import Break, Delay, FaultScript, Gate, Hold, Point, Step, Trickle
from voiceclone_gui.practice.server import PracticeServer

PREVIEW: dict[str, Any] = {"text": "Good morning.", "model": "speech-2.8-hd"}
BOUNDARY = "part-of-a-test"


@pytest.fixture
def raw(server: PracticeServer) -> Iterator[RawHttp]:
    with RawHttp(base_url=server.base_url) as connection:
        yield connection


@pytest.fixture
def voice_id() -> str:
    return f"voice-{secrets.token_hex(8)}"


@pytest.fixture
def clone_body(caller: PracticeCaller, voice_id: str) -> bytes:
    file_id = caller.upload(wav_bytes(12.0))
    return json.dumps({"file_id": file_id, "voice_id": voice_id, **PREVIEW}).encode()


def send_head(raw: RawHttp, server: PracticeServer, endpoint: str, kind: str, length: int) -> None:
    raw.send_head(
        "POST",
        f"/minimaxi/v1/{endpoint}",
        f"Authorization: Bearer {server.token}",
        f"Content-Type: {kind}",
        "Connection: close",
        length=length,
    )


def send_clone(raw: RawHttp, server: PracticeServer, body: bytes) -> None:
    send_head(raw, server, "voice_clone", "application/json", len(body))
    raw.send(body)


def multipart(content: bytes, purpose: str = "voice_clone") -> bytes:
    return (
        (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n{purpose}\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="sample.wav"\r\n'
            "Content-Type: audio/wav\r\n\r\n"
        ).encode()
        + content
        + f"\r\n--{BOUNDARY}--\r\n".encode()
    )


def exists(caller: PracticeCaller, voice_id: str) -> bool:
    """Whether the voice was made; told by the id being taken."""
    return code_of(caller.clone(voice_id)) == 2039


def is_taken(server: PracticeServer, clone_body: bytes) -> bool:
    """Whether that clone was made; told by its id being taken."""
    with PracticeCaller(server=server) as caller:
        return code_of(caller.post("voice_clone", json.loads(clone_body))) == 2039


# -- broken ---------------------------------------------------------------------------------------------


def test_reset_before_the_body(
    server: PracticeServer, caller: PracticeCaller, script: FaultScript, raw: RawHttp, voice_id: str
) -> None:
    script.add(Step.CLONE, Break(at=Point.BEFORE_BODY))
    send_head(raw, server, "voice_clone", "application/json", 500)
    with pytest.raises(ConnectionResetError):
        raw.read_to_end()
    assert not exists(caller, voice_id)


@pytest.mark.parametrize(
    ("purpose", "step"), [("voice_clone", Step.UPLOAD), ("prompt_audio", Step.PROMPT_UPLOAD)]
)
def test_reset_in_the_middle_of_an_upload(
    server: PracticeServer,
    caller: PracticeCaller,
    raw: RawHttp,
    purpose: str,
    step: Step,
) -> None:
    before = server.counters.uploads
    server.faults.add(step, Break(at=Point.IN_BODY, after_bytes=150_000))
    body = multipart(wav_bytes(60.0), purpose)
    send_head(raw, server, "files/upload", f"multipart/form-data; boundary={BOUNDARY}", len(body))
    with pytest.raises(ConnectionError):
        raw.exchange(body)
    assert 150_000 <= server.requests[-1].size_bytes < len(body)
    assert server.counters.uploads == before
    assert code_of(caller.send_upload(wav_bytes(12.0), purpose=purpose).json()) == 0


@pytest.mark.parametrize(
    ("at", "is_made"),
    [(Point.BEFORE_WORK, False), (Point.AFTER_WORK, True)],
)
def test_reset_around_the_work(
    server: PracticeServer,
    raw: RawHttp,
    clone_body: bytes,
    at: Point,
    is_made: bool,
) -> None:
    billed = server.counters.billed_characters
    server.faults.add(Step.CLONE, Break(at=at))
    send_clone(raw, server, clone_body)
    with pytest.raises(ConnectionResetError):
        raw.read_to_end()
    assert server.counters.billed_characters - billed == (len(PREVIEW["text"]) if is_made else 0)
    assert is_taken(server, clone_body) == is_made


@pytest.mark.parametrize("is_reset", [True, False])
def test_broken_in_the_middle_of_the_answer(
    server: PracticeServer,
    raw: RawHttp,
    clone_body: bytes,
    is_reset: bool,
) -> None:
    server.faults.add(Step.CLONE, Break(at=Point.IN_ANSWER, after_bytes=25, is_reset=is_reset))
    send_clone(raw, server, clone_body)
    head, _, body = raw.read_until(b"\r\n\r\n", more_bytes=25).partition(b"\r\n\r\n")
    assert int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]) > 25
    assert len(body) == 25
    with pytest.raises(ConnectionResetError) if is_reset else contextlib.nullcontext():
        assert raw.read_to_end() == b""
    assert is_taken(server, clone_body)


def test_demo_shorter_than_its_length_says(
    server: PracticeServer, caller: PracticeCaller, script: FaultScript, raw: RawHttp, voice_id: str
) -> None:
    link = caller.clone(voice_id, **PREVIEW)["demo_audio"]
    whole = caller.load(link).content
    script.add(Step.DEMO, Break(at=Point.IN_ANSWER, after_bytes=30, is_reset=False))
    raw.send_head("GET", link.removeprefix(server.base_url))
    head, _, body = raw.read_to_end().partition(b"\r\n\r\n")
    assert f"content-length: {len(whole)}".encode() in head.lower()
    assert body == whole[:30]


def test_answer_that_doesnt_wait_for_the_body(server: PracticeServer, raw: RawHttp) -> None:
    server.faults.add(Step.CLONE, wrong.html(413, reads_body=False))
    send_head(raw, server, "voice_clone", "application/json", 500)
    assert raw.read_to_end().startswith(b"HTTP/1.1 413 ")


def test_refusal_waits_for_the_body(server: PracticeServer, raw: RawHttp) -> None:
    """Else a client that closes after each call gets a reset instead of its answer."""
    head = ["Authorization: Bearer wrong", "Connection: close"]
    raw.send_head("POST", "/v1/files/upload", *head, length=2_000_000)
    answer = raw.exchange(bytes(2_000_000))
    assert b'"status_code":2049' in answer
    assert server.requests[-1].size_bytes == 2_000_000


# -- held -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [Point.BEFORE_WORK, Point.AFTER_WORK])
def test_clone_is_held_and_let_go(
    server: PracticeServer,
    script: FaultScript,
    raw: RawHttp,
    clone_body: bytes,
    at: Point,
) -> None:
    before = server.counters.clones
    gate = Gate()
    script.add(Step.CLONE, Hold(gate=gate, at=at))
    send_clone(raw, server, clone_body)
    assert gate.wait_reached()
    assert server.counters.clones - before == (1 if at is Point.AFTER_WORK else 0)
    gate.open()
    assert b'"status_code":0' in raw.read_to_end()
    assert server.counters.clones - before == 1


def test_held_before_the_body(
    server: PracticeServer, script: FaultScript, raw: RawHttp, clone_body: bytes
) -> None:
    gate = Gate()
    script.add(Step.CLONE, Hold(gate=gate, at=Point.BEFORE_BODY))
    send_head(raw, server, "voice_clone", "application/json", len(clone_body))
    assert gate.wait_reached()
    assert server.requests[-1].size_bytes == 0
    gate.open()
    raw.send(clone_body)
    assert b'"status_code":0' in raw.read_to_end()


def test_held_in_the_middle_of_an_upload(server: PracticeServer, script: FaultScript, raw: RawHttp) -> None:
    gate = Gate()
    script.add(Step.UPLOAD, Hold(gate=gate, at=Point.IN_BODY, after_bytes=1000))
    body = multipart(wav_bytes(12.0))
    send_head(raw, server, "files/upload", f"multipart/form-data; boundary={BOUNDARY}", len(body))
    raw.send(body[:2000])
    assert gate.wait_reached()
    before = server.counters.uploads
    raw.send(body[2000:])
    gate.open()
    assert b'"status_code":0' in raw.read_to_end()
    assert server.counters.uploads == before + 1


def test_held_in_the_middle_of_the_answer(
    server: PracticeServer, caller: PracticeCaller, script: FaultScript, raw: RawHttp, voice_id: str
) -> None:
    link = caller.clone(voice_id, **PREVIEW)["demo_audio"]
    whole = caller.load(link).content
    gate = Gate()
    script.add(Step.DEMO, Hold(gate=gate, at=Point.IN_ANSWER, after_bytes=12))
    raw.send_head("GET", link.removeprefix(server.base_url), "Connection: close")
    assert gate.wait_reached()
    begun = raw.read_until(b"\r\n\r\n", more_bytes=12).partition(b"\r\n\r\n")[2]
    assert begun == whole[:12]
    gate.open()
    assert begun + raw.read_to_end() == whole


def test_work_is_finished_for_a_client_that_went_away(
    server: PracticeServer, caller: PracticeCaller, script: FaultScript, clone_body: bytes, voice_id: str
) -> None:
    before_work, after_work = Gate(), Gate()
    script.add(
        Step.CLONE,
        Hold(gate=before_work, at=Point.BEFORE_WORK),
        Hold(gate=after_work, at=Point.AFTER_WORK),
    )
    with RawHttp(base_url=server.base_url) as leaving:
        send_clone(leaving, server, clone_body)
        assert before_work.wait_reached()
    before_work.open()
    assert after_work.wait_reached()
    after_work.open()
    assert exists(caller, voice_id)


def test_open_gate_holds_nobody(server: PracticeServer, caller: PracticeCaller, script: FaultScript) -> None:
    gate = Gate()
    gate.open()
    script.add(Step.CLONE, Hold(gate=gate, at=Point.BEFORE_WORK), times=2)
    assert code_of(caller.post("voice_clone", {})) == 2013
    assert code_of(caller.post("voice_clone", {})) == 2013
    assert gate.reached.is_set()


def test_held_and_then_refused(
    server: PracticeServer, script: FaultScript, raw: RawHttp, clone_body: bytes
) -> None:
    gate = Gate()
    script.add(Step.CLONE, Hold(gate=gate, at=Point.BEFORE_WORK), wrong.business_error(1002))
    send_clone(raw, server, clone_body)
    assert gate.wait_reached()
    gate.open()
    assert b'"status_code": 1002' in raw.read_to_end()


# -- slow -----------------------------------------------------------------------------------------------


def test_short_delay_ends(caller: PracticeCaller, script: FaultScript) -> None:
    script.add(
        Step.CLONE, Delay(seconds=0.01), Delay(seconds=0.01), Delay(seconds=0.01, at=Point.BEFORE_BODY)
    )
    assert code_of(caller.post("voice_clone", {})) == 2013


def test_trickle_sends_a_little_at_a_time(
    server: PracticeServer, caller: PracticeCaller, script: FaultScript, raw: RawHttp, voice_id: str
) -> None:
    link = caller.clone(voice_id, **PREVIEW)["demo_audio"]
    whole = caller.load(link).content
    script.add(Step.DEMO, Trickle(bytes_per_second=0.01))
    raw.send_head("GET", link.removeprefix(server.base_url))
    begun = raw.read_until(b"\r\n\r\n", more_bytes=1).partition(b"\r\n\r\n")[2]
    assert begun == whole[:1]
    script.add(Step.DEMO, Trickle(bytes_per_second=3000))
    assert caller.load(link).content == whole


# -- stopping -------------------------------------------------------------------------------------------


def start_clone(raw: RawHttp, server: PracticeServer) -> None:
    send_clone(raw, server, b"{}")


def start_upload(raw: RawHttp, server: PracticeServer) -> None:
    send_head(raw, server, "files/upload", f"multipart/form-data; boundary={BOUNDARY}", 10**6)
    raw.send(multipart(wav_bytes(12.0))[:5000])


@pytest.mark.parametrize(
    ("step", "fault", "begin"),
    [
        (Step.CLONE, Delay(seconds=86400), start_clone),
        (Step.CLONE, Delay(seconds=86400, at=Point.BEFORE_BODY), start_clone),
        (Step.CLONE, Trickle(bytes_per_second=0.001), start_clone),
        (Step.UPLOAD, Hold(gate=Gate(), at=Point.IN_BODY), start_upload),
        (Step.UPLOAD, Hold(gate=Gate(), at=Point.BEFORE_WORK), start_upload),
    ],
    ids=["slow-answer", "slow-start", "trickle", "held-upload", "half-upload"],
)
def test_stopping_ends_every_wait(
    tmp_path: Path, step: Step, fault: Any, begin: Callable[[RawHttp, PracticeServer], None]
) -> None:
    server = PracticeServer(state_dir=tmp_path, jobs=quick_jobs())
    arrived = Gate()
    arrived.open()
    server.start()
    with contextlib.ExitStack() as parts:
        parts.callback(server.stop)
        server.faults.add(step, Hold(gate=arrived, at=Point.BEFORE_BODY), fault)
        raw = parts.enter_context(RawHttp(base_url=server.base_url))
        begin(raw, server)
        assert arrived.wait_reached()
        server.stop()
        with pytest.raises((ConnectionError, EOFError)):
            raw.read_until(b"never sent")
