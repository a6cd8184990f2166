"""The list of releases over real https on this computer: what is sent, what is followed, what is too much."""

from __future__ import annotations

import gzip
import ssl
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from tests.fakes.proxies import HTTP_NAME, PASSWORD, USER, http_proxy, proxy_at
from tests.fakes.raw_server import CapturedRequest, RawAnswer, RawServer, http_answer
from tests.fakes.release_lists import release, releases_json, sum_of
from voiceclone_gui.api.release_list import LIST_MAX_BYTES, SUM_MAX_BYTES, fetch_release_list
from voiceclone_gui.core.errors import (
    ConnectionLost,
    NotConnected,
    ServiceError,
    UpdateCheckFailed,
    VoiceCloneError,
)
from voiceclone_gui.core.proxy import ProxyChoice, ProxyMode, ProxyServer
from voiceclone_gui.core.secret import Secret

CONTENT = releases_json(release("0.2.0"))
SUM = sum_of(CONTENT)
DIRECT = ProxyChoice(mode=ProxyMode.NONE)
SHORT_S = 0.2


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this process trusts."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return made


def tls_for(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def redirect(location: str, *, status: int = 302) -> RawAnswer:
    return http_answer(b"", status=status, headers={"Location": location, "Set-Cookie": "seen=1; Path=/"})


class Sent:
    """Counts the requests that have begun to leave."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


async def fetched(
    authority: trustme.CA, answers: Sequence[RawAnswer], *, limit_s: float = 30.0
) -> tuple[tuple[bytes, bytes], list[CapturedRequest]]:
    with RawServer(answers, tls=tls_for(authority)) as server:
        address = f"https://127.0.0.1:{server.port}/voiceclone/releases.json"
        found = await fetch_release_list(address, proxy=DIRECT, on_sent=Sent(), limit_s=limit_s)
    return found, server.requests


async def failure(authority: trustme.CA, *answers: RawAnswer, limit_s: float = 30.0) -> Exception:
    with pytest.raises((UpdateCheckFailed, ServiceError)) as caught:
        await fetched(authority, answers, limit_s=limit_s)
    assert isinstance(caught.value, UpdateCheckFailed | ServiceError)
    assert caught.value.title
    return caught.value


def through(server: ProxyServer) -> ProxyChoice:
    return ProxyChoice(mode=ProxyMode.OWN, server=server)


async def refusal(address: str, *, proxy: ProxyChoice) -> VoiceCloneError:
    """What is said of ``address``; nothing has left where there was no connection."""
    sent = Sent()
    with pytest.raises((UpdateCheckFailed, NotConnected)) as caught:
        await fetch_release_list(address, proxy=proxy, on_sent=sent)
    assert isinstance(caught.value, VoiceCloneError)
    assert isinstance(caught.value, UpdateCheckFailed) is (sent.count > 0)
    return caught.value


async def test_the_list_and_its_sum_are_fetched_and_nothing_else_is_sent(authority: trustme.CA) -> None:
    found, requests = await fetched(authority, [http_answer(CONTENT, headers={"Set-Cookie": "seen=1"}), http_answer(SUM)])  # fmt: skip
    assert found == (CONTENT, SUM)
    assert [request.first_line for request in requests] == [
        "GET /voiceclone/releases.json HTTP/1.1",
        "GET /voiceclone/releases.json.sha256 HTTP/1.1",
    ]
    for request in requests:
        host = request.headers["host"]
        assert host.startswith("127.0.0.1:")
        assert request.headers == {
            "host": host,
            "accept": "*/*",
            "accept-encoding": "identity",
            "user-agent": "VoiceClone",
        }
        assert request.body == b""


async def test_a_password_for_the_host_lies_ready_and_is_not_sent(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password canary\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    _, requests = await fetched(authority, [http_answer(CONTENT), http_answer(SUM)])
    assert "authorization" not in requests[0].headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_without_cookies(authority: trustme.CA, status: int) -> None:
    answers = [redirect("/files/list-7.json?a=%2F", status=status), http_answer(CONTENT), http_answer(SUM)]
    found, requests = await fetched(authority, answers)
    assert found == (CONTENT, SUM)
    # The sum lies beside the address that the user gave, wherever the list itself has gone.
    assert [request.first_line.split()[1] for request in requests] == [
        "/voiceclone/releases.json",
        "/files/list-7.json?a=%2F",
        "/voiceclone/releases.json.sha256",
    ]
    assert all("cookie" not in request.headers for request in requests)


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/releases.json",
        "https://127.0.0.2/releases.json",
        "https://localhost/releases.json",
        "https://[::1]/releases.json",
        "https://192.168.1.1/reboot",
        "https://0x7f.1/releases.json",
        "https://user:pass@127.0.0.1/releases.json",
        "//user@127.0.0.1/releases.json",
        "ftp://127.0.0.1/releases.json",
        "file:///etc/passwd",
        "https://[half/releases.json",
    ],
)
async def test_a_redirect_elsewhere_is_not_followed(authority: trustme.CA, location: str) -> None:
    error = await failure(authority, redirect(location))
    assert isinstance(error, UpdateCheckFailed)
    assert error.code == "release-list-redirect"


async def test_a_place_that_can_not_be_read_is_not_followed(authority: trustme.CA) -> None:
    # The library's own word for it.
    assert isinstance(await failure(authority, redirect("https://example.com:port/")), ConnectionLost)


async def test_an_address_that_leads_on_and_on_is_given_up(authority: trustme.CA) -> None:
    error = await failure(authority, *[redirect(f"/{number}") for number in range(6)])
    assert isinstance(error, UpdateCheckFailed)
    assert error.code == "release-list-redirects"


@pytest.mark.parametrize("status", [204, 206, 302, 401, 404, 429, 500])
async def test_another_status_is_said(authority: trustme.CA, status: int) -> None:
    error = await failure(authority, http_answer(CONTENT, status=status))
    assert isinstance(error, UpdateCheckFailed)
    assert (error.code, error.values["status"]) == ("release-list-status", status)


async def test_a_list_without_a_sum_beside_it_is_none(authority: trustme.CA) -> None:
    error = await failure(authority, http_answer(CONTENT), http_answer(b"", status=404))
    assert isinstance(error, UpdateCheckFailed)
    assert error.code == "release-list-status"


async def test_too_much_is_not_read_to_its_end(authority: trustme.CA) -> None:
    exact = http_answer(b"x" * LIST_MAX_BYTES)
    (content, _), _ = await fetched(authority, [exact, http_answer(SUM)])
    assert len(content) == LIST_MAX_BYTES
    endless = RawAnswer(content=b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (LIST_MAX_BYTES + 1))
    long_sum = http_answer(b"x" * (SUM_MAX_BYTES + 1))
    for answers in ([endless], [http_answer(CONTENT), long_sum]):
        error = await failure(authority, *answers)
        assert isinstance(error, UpdateCheckFailed)
        assert error.code == "release-list-too-big"


async def test_a_packed_answer_is_not_unpacked(authority: trustme.CA) -> None:
    bomb = http_answer(gzip.compress(b"x" * 50_000_000), headers={"Content-Encoding": "gzip"})
    error = await failure(authority, bomb)
    assert isinstance(error, UpdateCheckFailed)
    assert error.code == "release-list-packed"


async def test_a_server_that_never_answers_is_given_up(authority: trustme.CA) -> None:
    error = await failure(authority, RawAnswer(hold=threading.Event()), limit_s=SHORT_S)
    assert isinstance(error, ConnectionLost)
    assert error.code == "read-timeout"


@pytest.mark.parametrize(
    "answer",
    [RawAnswer(close_before=True), RawAnswer(reset=True), RawAnswer(content=b"SMTP ready\r\n"), http_answer(b"", headers={"Content-Length": "9"})],
)  # fmt: skip
async def test_a_line_that_breaks_is_said(authority: trustme.CA, answer: RawAnswer) -> None:
    assert isinstance(await failure(authority, answer), ConnectionLost)


async def test_the_moment_at_which_something_leaves_is_told(authority: trustme.CA) -> None:
    with RawServer([]) as closed:
        dead = f"https://127.0.0.1:{closed.port}/releases.json"
    assert (await refusal(dead, proxy=DIRECT)).code == "connect-refused"
    sent = Sent()
    with RawServer([http_answer(CONTENT), http_answer(SUM)], tls=tls_for(authority)) as server:
        await fetch_release_list(f"https://127.0.0.1:{server.port}/r.json", proxy=DIRECT, on_sent=sent)
    assert sent.count == 2


@pytest.mark.parametrize("name", ["127.0.0.1", "other.example"])
async def test_a_stranger_is_not_believed(name: str) -> None:
    with RawServer([RawAnswer()], tls=tls_for(trustme.CA(), name)) as server:
        error = await refusal(f"https://127.0.0.1:{server.port}/r.json", proxy=DIRECT)
    assert error.code == "connect-tls-unknown"


async def test_a_certificate_of_another_name_is_not_believed(authority: trustme.CA) -> None:
    with RawServer([RawAnswer()], tls=tls_for(authority, "other.example")) as server:
        error = await refusal(f"https://127.0.0.1:{server.port}/r.json", proxy=DIRECT)
    assert error.code == "connect-tls-name"


async def test_without_a_network_it_is_said_what_is_missing() -> None:
    error = await refusal("https://releases.invalid/r.json", proxy=DIRECT)
    assert error.code == "connect-dns"


# -- through a proxy -------------------------------------------------------------------------------------


async def test_it_goes_through_the_users_proxy_with_its_password(
    authority: trustme.CA, tmp_path: Path
) -> None:
    tls = tls_for(authority, HTTP_NAME)
    with (
        http_proxy(tmp_path, with_password=True) as port,
        RawServer([http_answer(CONTENT), http_answer(SUM)], tls=tls) as server,
    ):
        address = f"https://{HTTP_NAME}:{server.port}/releases.json"
        guarded = proxy_at(f"http://127.0.0.1:{port}")
        assert (await refusal(address, proxy=through(guarded))).code == "proxy-password-missing"
        choice = through(replace(guarded, user=USER, password=Secret(PASSWORD)))
        assert await fetch_release_list(address, proxy=choice, on_sent=Sent()) == (CONTENT, SUM)
    assert len(server.requests) == 2
    assert all("proxy-authorization" not in request.headers for request in server.requests)


async def test_a_redirect_from_outside_leads_into_no_private_network(
    authority: trustme.CA, tmp_path: Path
) -> None:
    inside = [redirect(f"https://{host}/x") for host in ("127.0.0.1", "192.168.1.1", "10.0.0.1", "[fe80::1]")]
    with http_proxy(tmp_path) as port, RawServer(inside, tls=tls_for(authority, HTTP_NAME)) as server:
        choice = through(proxy_at(f"http://127.0.0.1:{port}"))
        for _ in inside:
            error = await refusal(f"https://{HTTP_NAME}:{server.port}/r.json", proxy=choice)
            assert error.code == "release-list-redirect"
