"""The practice service from start to stop, and each of its calls over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from tests.fakes.practice_caller import PracticeCaller, code_of
from tests.fakes.practice_jobs import MovableClock, inspect_wav, quick_jobs, wav_bytes, write_down
from tests.fakes.raw_http import RawHttp
from voiceclone_gui.core.errors import PracticeServiceFailed, WorkerFailed
from voiceclone_gui.practice.connection import Connection
from voiceclone_gui.practice.faults import Gate, Hold, Point, Step
from voiceclone_gui.practice.jobs import AudioJobs
from voiceclone_gui.practice.server import PracticeServer

PREVIEW: dict[str, Any] = {"text": "Good morning.", "model": "speech-2.8-hd"}


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[PracticeServer]:
    """A service of one test's own."""
    server = PracticeServer(state_dir=tmp_path / "practice", clock=MovableClock(), jobs=quick_jobs())
    server.start()
    yield server
    server.stop()


@contextlib.contextmanager
def catch_unraisable(found: list[BaseException | None]) -> Iterator[None]:
    """Collect what fails where nobody can hear it, such as the warning of a socket that nobody closed."""
    before = sys.unraisablehook
    sys.unraisablehook = lambda unraisable: found.append(unraisable.exc_value)
    try:
        yield
    finally:
        sys.unraisablehook = before


# -- start and stop -------------------------------------------------------------------------------------


def test_it_answers_as_soon_as_it_is_started_and_no_longer_than_that(fresh: PracticeServer) -> None:
    assert fresh.base_url.startswith("http://127.0.0.1:")
    with PracticeCaller(server=fresh) as caller:
        assert code_of(caller.post("voice_clone", {})) == 2013
        url = fresh.base_url
        fresh.stop()
        with pytest.raises(httpx.ConnectError):
            caller.load(f"{url}/")


def test_no_part_of_an_answer_is_held_back(fresh: PracticeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Connection.connection_made
    at_once: list[int] = []

    def note(self: Connection, transport: asyncio.Transport) -> None:
        connection = transport.get_extra_info("socket")
        at_once.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        made(self, transport)

    monkeypatch.setattr(Connection, "connection_made", note)
    with PracticeCaller(server=fresh) as caller:
        caller.post("voice_clone", {})
    assert at_once
    assert all(at_once)


def test_stopping_leaves_no_thread_process_or_socket(tmp_path: Path) -> None:
    threads = set(threading.enumerate())
    me = psutil.Process()
    processes, descriptors = set(me.children(recursive=True)), me.num_fds()
    for _ in range(3):
        server = PracticeServer(state_dir=tmp_path, jobs=quick_jobs())
        server.start()
        with PracticeCaller(server=server) as caller:
            caller.clone(f"narrator-{server.token[-8:]}x", **PREVIEW)
        server.stop()
        server.stop()
    assert set(threading.enumerate()) == threads
    assert set(me.children(recursive=True)) == processes
    assert me.num_fds() == descriptors


def test_stopping_doesnt_wait_for_open_connections(fresh: PracticeServer) -> None:
    gate = Gate()
    fresh.faults.add(Step.CLONE, Hold(gate=gate, at=Point.BEFORE_WORK))
    with contextlib.ExitStack() as connections:
        for _ in range(3):
            connections.enter_context(RawHttp(base_url=fresh.base_url))
        idle = connections.enter_context(PracticeCaller(server=fresh))
        idle.get("files/list", purpose="voice_clone")
        held = connections.enter_context(RawHttp(base_url=fresh.base_url))
        held.send_head("POST", "/v1/voice_clone", f"Authorization: Bearer {fresh.token}", length=2)
        held.send(b"{}")
        assert gate.wait_reached()
        half = connections.enter_context(RawHttp(base_url=fresh.base_url))
        half.send_head("POST", "/v1/voice_clone", length=100)
        fresh.stop()
        assert [t.name for t in threading.enumerate() if t.name.startswith("practice")] == []


def test_stopping_loses_no_connection_that_has_just_come_in(tmp_path: Path) -> None:
    lost: list[BaseException | None] = []
    with catch_unraisable(lost):
        for _ in range(10):
            server = PracticeServer(state_dir=tmp_path, jobs=quick_jobs())
            server.start()
            address = urlsplit(server.base_url)
            with contextlib.ExitStack() as clients:
                for _ in range(30):
                    clients.enter_context(socket.create_connection((address.hostname or "", address.port)))
                server.stop()
        gc.collect()
    assert lost == []


def test_each_start_has_its_own_token_and_the_same_memory(fresh: PracticeServer) -> None:
    with PracticeCaller(server=fresh) as caller:
        assert code_of(caller.clone("narrator-1")) == 0
    old_token = fresh.token
    assert old_token.startswith("sk-practice-")
    fresh.stop()
    assert fresh.counters.clones == 1
    fresh.start()
    assert fresh.token != old_token
    assert fresh.counters.clones == 1
    assert fresh.counters.calls == {}
    with PracticeCaller(server=fresh) as caller:
        assert code_of(caller.clone("narrator-1")) == 2039
        stale = caller.send("POST", "voice_clone", json={}, headers={"Authorization": f"Bearer {old_token}"})
        assert code_of(stale.json()) == 2049


def test_it_cant_be_started_twice(fresh: PracticeServer) -> None:
    with pytest.raises(RuntimeError, match="already"):
        fresh.start()


def test_before_its_start_there_is_nothing_to_tell(tmp_path: Path) -> None:
    server = PracticeServer(state_dir=tmp_path, jobs=quick_jobs())
    server.stop()
    with pytest.raises(RuntimeError, match="not started"):
        _ = server.base_url


def test_two_services_dont_disturb_each_other(fresh: PracticeServer, tmp_path: Path) -> None:
    other = PracticeServer(state_dir=tmp_path / "other", jobs=quick_jobs())
    other.start()
    try:
        with PracticeCaller(server=fresh) as first, PracticeCaller(server=other) as second:
            assert code_of(first.clone("narrator-1")) == 0
            assert code_of(second.clone("narrator-1")) == 0
    finally:
        other.stop()


def test_it_listens_on_loopback_only(fresh: PracticeServer) -> None:
    port = urlsplit(fresh.base_url).port
    listening = {
        connection.laddr.ip
        for connection in psutil.Process().net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
    }
    assert listening == {"127.0.0.1"}


@pytest.mark.parametrize("damage", ["a-file-in-its-place", "not-a-database"])
def test_unusable_state_is_told_and_leaves_nothing(tmp_path: Path, damage: str) -> None:
    if damage == "a-file-in-its-place":
        state_dir = tmp_path / "file"
        state_dir.write_bytes(b"")
    else:
        state_dir = tmp_path
        (state_dir / "practice.sqlite3").write_bytes(b"anything else" * 1000)
    server = PracticeServer(state_dir=state_dir, jobs=quick_jobs())
    with pytest.raises(PracticeServiceFailed) as caught:
        server.start()
    assert caught.value.code == "practice-no-start"
    assert "didn't start" in caught.value.title


def failing_worker() -> None:
    raise OSError(12, "no memory for a process")


def test_worker_that_doesnt_start_is_told(tmp_path: Path) -> None:
    jobs = AudioJobs(make_worker=failing_worker, inspect=inspect_wav, speak=write_down)  # type: ignore[arg-type]
    with pytest.raises(PracticeServiceFailed) as caught:
        PracticeServer(state_dir=tmp_path, jobs=jobs).start()
    assert caught.value.code == "practice-no-start"


NO_LOOPBACK = """
import errno, sys
from pathlib import Path
from voiceclone_gui.core.errors import PracticeServiceFailed
from voiceclone_gui.practice.server import PracticeServer

def refuse(event, arguments):
    if event == sys.argv[2]:
        raise OSError(errno.EACCES, "Permission denied")

sys.addaudithook(refuse)
try:
    PracticeServer(state_dir=Path(sys.argv[1])).start()
except PracticeServiceFailed as failure:
    print(failure.code, failure)
"""


@pytest.mark.parametrize("forbidden", ["socket.bind", "socket.connect"])
def test_computer_that_forbids_loopback_is_told(tmp_path: Path, forbidden: str) -> None:
    """The interpreter's own audit refuses the call, as a security policy would."""
    done = subprocess.run(
        [sys.executable, "-c", NO_LOOPBACK, str(tmp_path), forbidden],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith("practice-no-loopback ")
    assert "Permission denied" in done.stdout
    assert done.stderr == ""


# -- who may call ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, 1004),
        ("", 1004),
        ("Bearer ", 1004),
        ("Bearer", 1004),
        ("Basic abc", 1004),
        ("Bearer sk-practice-wrong", 2049),
        ("Bearer sk-pr\u00e4ctice", 2049),
        ("bearer {token}", 2013),
        ("Bearer {token}", 2013),
        ("Bearer {token}x", 2049),
    ],
)
def test_token_is_asked_for(server: PracticeServer, authorization: str | None, code: int) -> None:
    headers = ["Content-Type: application/json", "Connection: close"]
    if authorization is not None:
        headers.append("Authorization: " + authorization.format(token=server.token))
    with RawHttp(base_url=server.base_url) as raw:
        raw.send_head("POST", "/minimaxi/v1/voice_clone", *headers, length=2)
        raw.send(b"{}")
        head, _, body = raw.read_to_end().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert code_of(json.loads(body)) == code


def test_token_is_never_recorded(server: PracticeServer, caller: PracticeCaller) -> None:
    everywhere = {"params": {"copy": server.token}, "json": {"copy": server.token}}
    caller.send("POST", "voice_clone", **everywhere)
    caller.send("POST", "voice_clone", json={}, headers={"X-Copy": f"again {server.token}"})
    assert server.token not in repr(server.requests)
    assert server.token.encode() not in b"".join(request.body for request in server.requests)
    assert server.requests[-1].header("authorization") == "Bearer •••"
    assert server.requests[-1].header("x-copy") == "again •••"
    assert server.requests[-1].body == b"{}"


@pytest.mark.parametrize("prefix", ["/minimaxi", "", "/minimax"])
def test_every_prefix_leads_to_the_calls(server: PracticeServer, prefix: str) -> None:
    with PracticeCaller(server=server, prefix=prefix) as caller:
        assert code_of(caller.post("voice_clone", {})) == 2013
        assert code_of(caller.get("files/list", purpose="voice_clone")) == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("POST", "/wrong/v1/voice_clone"),
        ("POST", "/minimaxi/voice_clone"),
        ("POST", "/minimaxi/v1/voice_clone/"),
        ("GET", "/minimaxi/v1/voice_clone"),
        ("POST", "/minimaxi/v1/unheard-of"),
        ("PUT", "/v1/files/upload"),
    ],
)
def test_any_other_address_answers_a_page(server: PracticeServer, method: str, path: str) -> None:
    response = httpx.request(method, f"{server.base_url}{path}", content=b"{}", trust_env=False)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert "stand-in voice, not a clone" in response.text
    assert len(response.headers["trace-id"]) == 32


def test_every_answer_says_what_it_is_and_has_its_own_trace_id(
    server: PracticeServer, caller: PracticeCaller
) -> None:
    answers = [
        caller.load(f"{server.base_url}/"),
        caller.load(f"{server.base_url}/demo/nothing.mp3"),
        caller.send("POST", "voice_clone", json={}),
        caller.send("POST", "voice_clone", json={}, headers={"Authorization": "Bearer wrong"}),
        caller.send_upload(b""),
    ]
    ids = [answer.headers["trace-id"] for answer in answers]
    assert all(len(i) == 32 and int(i, 16) >= 0 for i in ids)
    assert len(set(ids)) == len(ids)
    assert [r.trace_id for r in server.requests[-len(ids) :]] == ids
    assert {a.headers["x-practice-service"] for a in answers} == {"stand-in voice, not a clone"}


# -- what is sent ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe{}", "not JSON"),
        ('{"file_id": 1}'.encode("utf-16"), "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"file_id": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"[]", "object"),
        (b'"text"', "object"),
        (b"null", "object"),
        (b"{}", "file_id"),
        (b" " * (2**20 + 1), "too long"),
    ],
)
def test_bodies_that_are_no_request(caller: PracticeCaller, content: bytes, said: str) -> None:
    headers = {"Content-Type": "application/json"}
    response = caller.send("POST", "voice_clone", content=content, headers=headers)
    assert response.status_code == 200
    assert code_of(response.json()) == 2013
    assert said in response.json()["base_resp"]["status_msg"]


def test_json_must_be_called_so(caller: PracticeCaller) -> None:
    response = caller.send("POST", "voice_clone", content=b"{}", headers={"Content-Type": "text/plain"})
    assert "application/json" in response.json()["base_resp"]["status_msg"]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"data": {"purpose": "voice_clone"}}, "multipart"),
        ({"data": {"purpose": "voice_clone"}, "files": {"other": ("a.wav", b"x")}}, "file is required"),
        ({"data": {"purpose": "voice_clone"}, "files": {"file": ("a.wav", b"")}}, "empty"),
        ({"data": {}, "files": {"file": ("a.wav", b"x")}}, "purpose"),
        ({"data": {"purpose": "t2a_async"}, "files": {"file": ("a.wav", b"x")}}, "purpose"),
        ({"files": [("file", ("a.wav", b"x")), ("file", ("b.wav", b"x"))]}, "multipart"),
        ({"files": {"purpose": ("p.txt", b"voice_clone")}}, "purpose"),
        ({"content": b"no parts", "headers": {"Content-Type": "multipart/form-data"}}, "multipart"),
        ({"json": {"purpose": "voice_clone"}}, "multipart"),
    ],
)
def test_uploads_that_are_none(caller: PracticeCaller, parts: dict[str, object], said: str) -> None:
    answer = caller.send("POST", "files/upload", **parts).json()
    assert code_of(answer) == 2013
    assert said in answer["base_resp"]["status_msg"]


def test_multipart_that_isnt_any_is_refused(
    caller: PracticeCaller, expected_log: Callable[..., None]
) -> None:
    expected_log("python_multipart", "boundary")
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = caller.send("POST", "files/upload", content=b"no parts", headers=headers).json()
    assert "multipart" in answer["base_resp"]["status_msg"]


def test_file_size_has_its_limit(server: PracticeServer, caller: PracticeCaller) -> None:
    whole = bytes(20 * 2**20)
    assert code_of(caller.send_upload(whole).json()) == 0
    assert "20 MB" in caller.send_upload(whole + b"\0").json()["base_resp"]["status_msg"]
    before = server.counters.uploads
    too_large = caller.send_upload(whole + bytes(2**20))
    assert too_large.status_code == 413
    assert too_large.headers["content-type"].startswith("text/html")
    # The same where the length isn't told beforehand.
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    pieces = [part, *([bytes(2**16)] * (22 * 16)), b"\r\n--x--\r\n"]
    chunked = caller.send(
        "POST",
        "files/upload",
        content=(piece for piece in pieces),
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert chunked.status_code == 413
    assert server.counters.uploads == before


def test_upload_is_kept_byte_for_byte(server: PracticeServer, caller: PracticeCaller) -> None:
    content = os.urandom(3_000_000)
    response = caller.send_upload(content, name="日本.wav").json()["file"]
    assert server.uploaded_bytes(response["file_id"]) == content
    assert response["bytes"] == len(content)
    assert response["filename"] == "日本.wav"
    assert response["purpose"] == "voice_clone"
    assert server.requests[-1].size_bytes > len(content)
    with pytest.raises(KeyError):
        server.uploaded_bytes(5)


def test_full_or_broken_disk_is_told(
    fresh: PracticeServer, tmp_path: Path, expected_log: Callable[..., None]
) -> None:
    expected_log("voiceclone_gui.practice.parts", "can't use its disk")
    shutil.rmtree(tmp_path / "practice" / "uploads")
    with PracticeCaller(server=fresh) as caller:
        assert code_of(caller.send_upload(wav_bytes(12.0)).json()) == 1013
        assert code_of(caller.post("voice_clone", {})) == 2013


def test_of_many_clones_with_one_id_one_is_made(server: PracticeServer, caller: PracticeCaller) -> None:
    file_id, before = caller.upload(wav_bytes(12.0)), server.counters
    body = {"file_id": file_id, "voice_id": "wanted-by-many-1", **PREVIEW}
    with ThreadPoolExecutor(max_workers=8) as pool:
        codes = [code_of(a) for a in pool.map(lambda _: caller.post("voice_clone", body), range(8))]
    assert sorted(codes) == [0] + [2039] * 7
    after = server.counters
    assert after.clones == before.clones + 1
    assert after.billed_characters == before.billed_characters + len(PREVIEW["text"])


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_links_lead_where_the_client_came_from(
    server: PracticeServer, caller: PracticeCaller, name: str
) -> None:
    host = f"{name}:{urlsplit(server.base_url).port}"
    body = {
        "file_id": caller.upload(wav_bytes(12.0)),
        "voice_id": f"by-{name.replace('.', '-')}-1",
        **PREVIEW,
    }
    answer = caller.send("POST", "voice_clone", json=body, headers={"Host": host}).json()
    assert urlsplit(answer["demo_audio"]).netloc == host


def test_links_never_lead_to_another_computer(server: PracticeServer, caller: PracticeCaller) -> None:
    body = {"file_id": caller.upload(wav_bytes(12.0)), "voice_id": "by-strange-name-1", **PREVIEW}
    answer = caller.send("POST", "voice_clone", json=body, headers={"Host": "example.invalid"}).json()
    assert answer["demo_audio"].startswith(server.base_url)


# -- files ----------------------------------------------------------------------------------------------


def test_files_can_be_listed_looked_at_and_deleted(server: PracticeServer, caller: PracticeCaller) -> None:
    file_id = caller.upload(wav_bytes(11.0), name="one.wav")
    listed = caller.get("files/list", purpose="voice_clone")["files"]
    entry = next(file for file in listed if file["file_id"] == file_id)
    assert set(entry) == {"file_id", "bytes", "created_at", "filename", "purpose"}
    assert caller.get("files/retrieve", file_id=str(file_id))["file"] == entry
    wrong = {"file_id": file_id, "purpose": "prompt_audio"}
    assert code_of(caller.post("files/delete", wrong)) == 2013
    assert code_of(caller.post("files/delete", {"file_id": str(file_id), "purpose": "voice_clone"})) == 2013
    right = {"file_id": file_id, "purpose": "voice_clone"}
    deleted = caller.post("files/delete", right)
    assert (code_of(deleted), deleted["file_id"]) == (0, file_id)
    assert code_of(caller.post("files/delete", right)) == 2013
    assert code_of(caller.get("files/retrieve", file_id=str(file_id))) == 2013
    assert code_of(caller.clone("narrator-of-none", file_id=file_id)) == 2013


@pytest.mark.parametrize("file_id", ["", "abc", "-5", "1.5", "9" * 30, "²"])
def test_file_numbers_that_are_none(caller: PracticeCaller, file_id: str) -> None:
    assert code_of(caller.get("files/retrieve", file_id=file_id)) == 2013


def test_files_are_listed_for_a_purpose(caller: PracticeCaller) -> None:
    assert code_of(caller.get("files/list")) == 2013
    assert code_of(caller.get("files/list", purpose="all")) == 2013


# -- when the audio process fails -----------------------------------------------------------------------


def fail_to_speak(job: object) -> None:
    raise WorkerFailed("worker-died")


def test_failing_voice_makes_no_clone(tmp_path: Path) -> None:
    quick = quick_jobs()
    jobs = AudioJobs(make_worker=quick.make_worker, inspect=quick.inspect, speak=fail_to_speak)  # type: ignore[arg-type]
    server = PracticeServer(state_dir=tmp_path, jobs=jobs)
    server.start()
    try:
        with PracticeCaller(server=server) as caller:
            assert code_of(caller.clone("narrator-1", **PREVIEW)) == 1013
            assert server.counters.clones == 0
            assert code_of(caller.clone("narrator-1")) == 0
    finally:
        server.stop()


def test_state_is_one_database_that_others_may_read(server: PracticeServer, tmp_path: Path) -> None:
    path = server._state_dir / "practice.sqlite3"
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_port_is_free_again_at_once(tmp_path: Path) -> None:
    server = PracticeServer(state_dir=tmp_path, jobs=quick_jobs())
    server.start()
    port = urlsplit(server.base_url).port
    server.stop()
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", port))
