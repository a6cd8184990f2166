"""The client on real sockets: the bytes it sends, and what it makes of whatever comes back."""

from __future__ import annotations

import json
import os
import re
import socket
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.fakes.raw_server import CapturedRequest, RawAnswer, RawServer, http_answer
from voiceclone_gui.api.client import ServiceClient
from voiceclone_gui.api.network import open_http_client
from voiceclone_gui.core.address import ServiceAddress, parse_address
from voiceclone_gui.core.answers import SpeechRequest
from voiceclone_gui.core.errors import (
    AnswerUnreadable,
    ConnectionLost,
    NotConnected,
    NotOffered,
    PreviewUnavailable,
    RequestRefused,
    SampleChanged,
    ServiceTrouble,
    SlowDown,
    TokenRefused,
    VoiceCloneError,
    VoiceIdTaken,
    WrongAddress,
)
from voiceclone_gui.core.request import CloneFields
from voiceclone_gui.core.sample import FileStamp, Purpose
from voiceclone_gui.core.token import Token

TOKEN = "sk-test-0123456789"
OK = {"base_resp": {"status_code": 0, "status_msg": "success"}}
BIG = 2**53 + 12345
FIELDS = CloneFields(voice_id="MiniMax001")


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with await open_http_client() as client:
        yield client


def client_for(
    http: httpx.AsyncClient, base_url: str, *, timeout_s: float = 5.0, prefix: str = "/minimaxi"
) -> ServiceClient:
    address = parse_address(base_url, prefix)
    assert isinstance(address, ServiceAddress)
    return ServiceClient(http=http, address=address, token=Token(TOKEN), clone_timeout_s=timeout_s)


def recording(
    folder: Path, content: bytes = b"RIFF....WAVE" + bytes(range(256)) * 900
) -> tuple[Path, FileStamp]:
    path = folder / "Stimme von Jörg 我.wav"
    path.write_bytes(content)
    status = path.stat()
    return path, FileStamp(size_bytes=status.st_size, modified_ns=status.st_mtime_ns)


def multipart(request: CapturedRequest) -> dict[str, tuple[str, bytes]]:
    """The parts by name: their head and their bytes, cut by the boundary and by nothing else."""
    boundary = re.search(r"boundary=([^;]+)", request.headers["content-type"])
    assert boundary is not None
    pieces = request.body.split(b"--" + boundary[1].encode())
    assert pieces[0] == b""
    assert pieces[-1] == b"--\r\n"
    parts = {}
    for piece in pieces[1:-1]:
        head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(rb'name="([^"]+)"', head)
        assert name is not None
        parts[name[1].decode()] = (head.decode(), content.removesuffix(b"\r\n"))
    return parts


@pytest.mark.parametrize("purpose", Purpose)
async def test_an_upload_is_the_base_documents_first_two_requests(
    http, tmp_path: Path, purpose: Purpose
) -> None:
    path, stamp = recording(tmp_path)
    answer = {"file": {"file_id": BIG, "bytes": stamp.size_bytes, "filename": "sample.wav"}} | OK
    with RawServer([http_answer(answer, headers={"Trace-Id": "a" * 32})]) as server:
        seen: list[tuple[int, int]] = []
        uploaded = await client_for(http, server.base_url).upload(
            path, stamp=stamp, extension="wav", purpose=purpose, on_progress=lambda *p: seen.append(p)
        )
    (request,) = server.requests
    assert request.first_line == "POST /minimaxi/v1/files/upload HTTP/1.1"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert int(request.headers["content-length"]) == len(request.body)
    parts = multipart(request)
    assert list(parts) == ["purpose", "file"]
    assert parts["purpose"][1] == purpose.value.encode()
    head, content = parts["file"]
    assert 'filename="sample.wav"' in head
    assert "Content-Type: audio/wav" in head
    assert content == path.read_bytes()
    assert (uploaded.file_id, uploaded.trace_id) == (BIG, "a" * 32)
    assert seen[-1] == (stamp.size_bytes, stamp.size_bytes)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert len(seen) > 4


async def test_a_clone_is_the_base_documents_third_request_field_by_field(http) -> None:
    # The body of the base document's own curl example.
    expected = {
        "file_id": 1234567890,
        "voice_id": "MiniMax001",
        "text": "近年来，人工智能在国内迎来高速发展期...",
        "model": "speech-2.8-hd",
        "need_noise_reduction": True,
        "need_volume_normalization": True,
    }
    answer = {"input_sensitive": False, "demo_audio": "https://oss.example/x.mp3?a=%2F"} | OK
    fields = CloneFields(
        voice_id="MiniMax001",
        text="近年来，人工智能在国内迎来高速发展期...",
        model="speech-2.8-hd",
        need_noise_reduction=True,
        need_volume_normalization=True,
    )
    left: list[str] = []
    with RawServer([http_answer(answer, headers={"Minimax-Request-Id": "b" * 32})]) as server:
        made = await client_for(http, server.base_url).clone(
            fields, file_id=1234567890, on_sent=lambda: left.append("left")
        )
    (request,) = server.requests
    assert request.first_line == "POST /minimaxi/v1/voice_clone HTTP/1.1"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert json.loads(request.body) == expected
    assert b'"file_id": 1234567890' in request.body
    assert made.demo_audio == "https://oss.example/x.mp3?a=%2F"
    assert made.trace_id == "b" * 32
    assert left == ["left"]


async def test_a_file_id_above_two_to_the_53_is_sent_as_a_number_to_the_last_digit(http) -> None:
    with RawServer([http_answer(OK)]) as server:
        await client_for(http, server.base_url).clone(FIELDS, file_id=BIG, prompt_file_id=BIG + 1)
    assert f'"file_id": {BIG},'.encode() in server.requests[0].body
    assert f'"prompt_audio": {BIG + 1},'.encode() in server.requests[0].body


@pytest.mark.parametrize(
    ("prefix", "path"), [("", "/v1/voice_clone"), ("/minimax", "/minimax/v1/voice_clone")]
)
async def test_the_prefix_of_the_service_is_used(http, prefix: str, path: str) -> None:
    with RawServer([http_answer(OK)]) as server:
        await client_for(http, server.base_url, prefix=prefix).clone(FIELDS, file_id=1)
    assert server.requests[0].first_line == f"POST {path} HTTP/1.1"


async def other_calls(client: ServiceClient) -> list[object]:
    return [
        await client.get_voices(),
        await client.delete_voice("v1234567"),
        await client.list_files(Purpose.VOICE_CLONE),
        await client.retrieve_file(BIG),
        await client.delete_file(BIG, purpose=Purpose.PROMPT_AUDIO),
    ]


async def test_the_other_calls_ask_as_the_contract_wants(http) -> None:
    answers = [
        http_answer({"voice_cloning": [{"voice_id": "v1234567", "created_time": "2025-08-20"}]} | OK),
        http_answer({"voice_id": "v1234567"} | OK),
        http_answer({"files": [{"file_id": str(BIG)}]} | OK),
        http_answer({"file": {"file_id": BIG}} | OK),
        http_answer({"file_id": BIG} | OK),
    ]
    with RawServer(answers) as server:
        voices, _, files, file, _ = await other_calls(client_for(http, server.base_url))
    assert [v.voice_id for v in voices] == ["v1234567"]
    assert [f.file_id for f in files] == [BIG]
    assert file.file_id == BIG
    assert [(r.first_line.rsplit(" ", 1)[0], r.body) for r in server.requests] == [
        ("POST /minimaxi/v1/get_voice", b'{"voice_type": "voice_cloning"}'),
        ("POST /minimaxi/v1/delete_voice", b'{"voice_type": "voice_cloning", "voice_id": "v1234567"}'),
        ("GET /minimaxi/v1/files/list?purpose=voice_clone", b""),
        (f"GET /minimaxi/v1/files/retrieve?file_id={BIG}", b""),
        ("POST /minimaxi/v1/files/delete", f'{{"file_id": {BIG}, "purpose": "prompt_audio"}}'.encode()),
    ]


@pytest.mark.parametrize("call", range(5))
async def test_a_call_that_is_not_offered_is_said_to_be_so(http, call: int) -> None:
    with RawServer([http_answer("<html>hello</html>")]) as server:
        client = client_for(http, server.base_url)
        calls = [
            client.get_voices,
            lambda: client.delete_voice("v1234567"),
            lambda: client.list_files(Purpose.VOICE_CLONE),
            lambda: client.retrieve_file(1),
            lambda: client.delete_file(1, purpose=Purpose.VOICE_CLONE),
        ]
        with pytest.raises(NotOffered):
            await calls[call]()


SPEECH = SpeechRequest(voice_id="v1234567", text="Hi.", model="speech-2.8-hd")


async def test_speech_comes_as_hex_in_json_or_as_plain_audio(http) -> None:
    answers = [
        http_answer({"data": {"audio": b"ID3abc".hex(), "status": 2}, "trace_id": "c" * 32} | OK),
        http_answer(b"ID3abc", type_="audio/mpeg", headers={"Trace-Id": "d" * 32}),
        http_answer({"data": None} | OK),
        http_answer(b"<xml/>", type_="audio/mpeg"),
    ]
    with RawServer(answers) as server:
        client = client_for(http, server.base_url)
        as_json, as_audio = await client.t2a(SPEECH), await client.t2a(SPEECH)
        for _ in range(2):
            with pytest.raises(AnswerUnreadable):
                await client.t2a(SPEECH)
    assert (as_json.content, as_json.kind, as_json.trace_id) == (b"ID3abc", "mp3", "c" * 32)
    assert (as_audio.content, as_audio.kind, as_audio.trace_id) == (b"ID3abc", "mp3", "d" * 32)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (http_answer({"base_resp": {"status_code": 2039, "status_msg": "voice clone voice id duplicate"}}), VoiceIdTaken),
        (http_answer("<html>welcome</html>"), WrongAddress),
        (http_answer("<html>gone</html>", status=502), ServiceTrouble),
        (http_answer("<html>too large</html>", status=413), RequestRefused),
        (http_answer("", status=307, headers={"Location": "https://elsewhere.example/"}), WrongAddress),
        (http_answer({"input_sensitive": False}), AnswerUnreadable),
        (RawAnswer(content=b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), ConnectionLost),
        (RawAnswer(content=b"not HTTP at all\r\n\r\n"), ConnectionLost),
        (RawAnswer(content=b""), ConnectionLost),
        (RawAnswer(reset=True), ConnectionLost),
        (RawAnswer(close_before=True), ConnectionLost),
    ],
)  # fmt: skip
async def test_whatever_happens_to_a_clone_is_one_of_our_errors(http, answer: RawAnswer, kind: type) -> None:
    with RawServer([answer]) as server, pytest.raises(VoiceCloneError) as caught:
        await client_for(http, server.base_url).clone(FIELDS, file_id=1)
    assert type(caught.value) is kind
    assert caught.value.title
    assert caught.value.cure


async def test_an_answer_that_never_comes_ends_with_the_time_limit(http) -> None:
    hold = threading.Event()
    with RawServer([RawAnswer(hold=hold)]) as server, pytest.raises(ConnectionLost) as caught:
        await client_for(http, server.base_url, timeout_s=0.05).clone(FIELDS, file_id=1)
    assert caught.value.code == "read-timeout"


async def test_an_answer_without_an_end_is_cut_off(http) -> None:
    endless = http_answer(b"x" * 2**20, headers={"Content-Length": str(2**40)})
    endless.content += b"y" * (4 * 2**20)
    with RawServer([endless]) as server, pytest.raises(AnswerUnreadable) as caught:
        await client_for(http, server.base_url).clone(FIELDS, file_id=1)
    assert "doesn't end" in caught.value.title


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def test_nobody_listening(http) -> None:
    sent: list[str] = []
    client = client_for(http, f"http://127.0.0.1:{closed_port()}")
    with pytest.raises(NotConnected) as caught:
        await client.clone(FIELDS, file_id=1, on_sent=lambda: sent.append("left"))
    assert caught.value.code == "connect-refused"
    assert sent == []


async def test_a_name_that_does_not_exist(http) -> None:
    with pytest.raises(NotConnected) as caught:
        await client_for(http, "https://no-such-host.invalid").clone(FIELDS, file_id=1)
    assert caught.value.code == "connect-dns"


async def test_https_to_a_server_that_does_not_speak_it(http) -> None:
    answer = RawAnswer(content=b"HTTP/1.1 400 Bad Request\r\n\r\n", read_head=False)
    with RawServer([answer]) as server:
        client = client_for(http, server.base_url.replace("http://", "https://"))
        with pytest.raises(NotConnected) as caught:
            await client.clone(FIELDS, file_id=1)
    assert caught.value.code == "connect-tls-none"


async def test_without_a_token_nothing_is_sent(http) -> None:
    address = parse_address("http://127.0.0.1:9", "")
    assert isinstance(address, ServiceAddress)
    client = ServiceClient(http=http, address=address, token=Token(" "))
    with pytest.raises(TokenRefused) as caught:
        await client.get_voices()
    assert caught.value.code == "token-missing"


async def test_the_token_is_taken_out_of_what_the_service_says(http) -> None:
    message = f"invalid api key {TOKEN}, check it"
    answer = http_answer({"base_resp": {"status_code": 2049, "status_msg": message}})
    with RawServer([answer]) as server, pytest.raises(TokenRefused) as caught:
        await client_for(http, server.base_url).clone(FIELDS, file_id=1)
    error = caught.value
    assert error.detail == "invalid api key •••, check it"
    assert TOKEN not in repr(error) + str(error) + str(vars(error))


async def test_a_file_that_changed_since_it_was_examined_is_not_sent(http, tmp_path: Path) -> None:
    path, stamp = recording(tmp_path)
    path.write_bytes(b"something else")
    with pytest.raises(SampleChanged) as caught:
        await client_for(http, "http://127.0.0.1:9").upload(
            path, stamp=stamp, extension="wav", purpose=Purpose.VOICE_CLONE
        )
    assert caught.value.code == "sample-changed"


async def test_a_file_that_vanished_is_said_to_be_gone(http, tmp_path: Path) -> None:
    path, stamp = recording(tmp_path)
    path.unlink()
    with pytest.raises(SampleChanged) as caught:
        await client_for(http, "http://127.0.0.1:9").upload(
            path, stamp=stamp, extension="wav", purpose=Purpose.VOICE_CLONE
        )
    assert caught.value.code == "sample-vanished"


@pytest.mark.parametrize("change", ["shorter", "longer", "touched"])
async def test_a_file_that_changes_on_its_way_is_refused(http, tmp_path: Path, change: str) -> None:
    path, stamp = recording(tmp_path, bytes(8 * 2**20))

    def alter(done: int, _total: int) -> None:
        if done < 2**20:
            return
        if change == "shorter":
            os.truncate(path, 2**20)
        elif change == "longer":
            with path.open("ab") as file:
                file.write(b"more")
        else:
            os.utime(path, ns=(0, 0))

    with RawServer([http_answer({"file": {"file_id": 1}} | OK)]) as server, pytest.raises(SampleChanged):
        await client_for(http, server.base_url).upload(
            path, stamp=stamp, extension="wav", purpose=Purpose.VOICE_CLONE, on_progress=alter
        )


async def test_a_refusal_in_the_middle_of_an_upload_is_heard(http, tmp_path: Path) -> None:
    path, stamp = recording(tmp_path, bytes(8 * 2**20))
    refusal = http_answer("<html>too large</html>", status=413)
    refusal.read_body_bytes = 1000
    with RawServer([refusal]) as server, pytest.raises((RequestRefused, ConnectionLost)):
        await client_for(http, server.base_url).upload(
            path, stamp=stamp, extension="wav", purpose=Purpose.VOICE_CLONE
        )


async def test_the_preview_is_fetched_without_the_token_and_byte_for_byte(http) -> None:
    content = b"ID3" + bytes(range(256)) * 40
    seen: list[tuple[int, int]] = []
    with RawServer([http_answer(content, type_="text/plain")]) as server:
        url = f"{server.base_url}/a%2Fb/x.wav?Expires=1&Signature=a%2Fb%3D|'*"
        preview = await client_for(http, server.base_url).download_preview(
            url, on_progress=lambda *p: seen.append(p)
        )
    (request,) = server.requests
    assert request.first_line == "GET /a%2Fb/x.wav?Expires=1&Signature=a%2Fb%3D|'* HTTP/1.1"
    assert "authorization" not in request.headers
    assert TOKEN.encode() not in request.head
    assert (preview.content, preview.kind) == (content, "mp3")
    assert seen[-1] == (len(content), len(content))


@pytest.mark.parametrize("hops", [1, 5])
async def test_up_to_five_redirects_are_followed(http, hops: int) -> None:
    answers = [http_answer("", status=302, headers={"Location": f"/hop{n}"}) for n in range(hops)]
    with RawServer([*answers, http_answer(b"ID3", type_="audio/mpeg")]) as server:
        preview = await client_for(http, server.base_url).download_preview(f"{server.base_url}/start")
    assert preview.content == b"ID3"
    assert len(server.requests) == hops + 1
    assert all("authorization" not in request.headers for request in server.requests)


async def test_six_redirects_are_too_many(http) -> None:
    answers = [http_answer("", status=302, headers={"Location": "/again"}) for _ in range(6)]
    with RawServer(answers) as server, pytest.raises(PreviewUnavailable) as caught:
        await client_for(http, server.base_url).download_preview(f"{server.base_url}/start")
    assert caught.value.code == "preview-redirects"


async def test_a_redirect_into_this_network_is_not_followed(http) -> None:
    away = http_answer("", status=302, headers={"Location": "http://127.0.0.2/secret"})
    with RawServer([away]) as server, pytest.raises(PreviewUnavailable) as caught:
        await client_for(http, server.base_url).download_preview(f"{server.base_url}/start")
    assert caught.value.code == "preview-bad-link"


XML = "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (http_answer(XML, status=403), PreviewUnavailable, "preview-expired"),
        (http_answer(XML, status=404), PreviewUnavailable, "preview-expired"),
        (http_answer(XML, status=200), PreviewUnavailable, "preview-not-audio"),
        (http_answer(b"", status=200), PreviewUnavailable, "preview-truncated"),
        (http_answer(XML, status=429), SlowDown, "slow-down"),
        (http_answer(XML, status=503), ServiceTrouble, "service-trouble"),
        (RawAnswer(content=b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nID3"), ConnectionLost, "connection-lost"),
    ],
)  # fmt: skip
async def test_a_preview_that_can_not_be_had(http, answer: RawAnswer, kind: type, code: str) -> None:
    with RawServer([answer]) as server, pytest.raises(VoiceCloneError) as caught:
        await client_for(http, server.base_url).download_preview(f"{server.base_url}/x.mp3")
    assert (type(caught.value), caught.value.code) == (kind, code)


async def test_no_link_means_no_preview(http) -> None:
    with pytest.raises(PreviewUnavailable) as caught:
        await client_for(http, "http://127.0.0.1:9").download_preview("")
    assert caught.value.code == "preview-empty"


async def test_a_preview_without_end_is_cut_off(http) -> None:
    from voiceclone_gui.api.download import fetch_preview

    address = parse_address("http://127.0.0.1:9", "")
    assert isinstance(address, ServiceAddress)
    with (
        RawServer([http_answer(b"ID3" + bytes(100_000))]) as server,
        pytest.raises(PreviewUnavailable) as caught,
    ):
        await fetch_preview(http, f"{server.base_url}/x", service=address, limit_bytes=50_000)
    assert caught.value.code == "preview-too-big"
