"""Through real proxies on this computer to a service that only they can find."""

from __future__ import annotations

import ssl
import threading
import traceback
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import trustme

from tests.fakes.practice_jobs import quick_jobs
from tests.fakes.proxies import HTTP_NAME, PASSWORD, SOCKS_NAME, USER, http_proxy, proxy_at, socks_proxy
from tests.fakes.raw_server import RawAnswer, RawServer, http_answer
from voiceclone_gui.api.client import ServiceClient
from voiceclone_gui.api.network import open_http_client
from voiceclone_gui.core.address import ServiceAddress
from voiceclone_gui.core.errors import NotConnected, ServiceError
from voiceclone_gui.core.proxy import ProxyChoice, ProxyMode, ProxyServer
from voiceclone_gui.core.request import CloneFields
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.core.secret import Secret
from voiceclone_gui.core.token import Token
from voiceclone_gui.practice.server import PracticeServer

SHORT_S = 0.05
TOKEN = "sk-canary-0123456789"
KINDS = ["http", "socks5"]


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeServer]:
    server = PracticeServer(state_dir=tmp_path_factory.mktemp("practice"), jobs=quick_jobs())
    server.start()
    yield server
    server.stop()


Proxies = Mapping[tuple[str, bool], ProxyServer]


@pytest.fixture(scope="module")
def proxies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxies]:
    """Proxies by kind, and by whether they want a password; it isn't in what is given out."""
    with ExitStack() as stack:
        found = {}
        for with_password in (False, True):
            folder = tmp_path_factory.mktemp("proxy")
            port = stack.enter_context(http_proxy(folder, with_password=with_password))
            found["http", with_password] = proxy_at(f"http://127.0.0.1:{port}")
            port = stack.enter_context(socks_proxy(with_password=with_password))
            found["socks5", with_password] = proxy_at(f"socks5://127.0.0.1:{port}")
            found["socks5h", with_password] = proxy_at(f"socks5h://127.0.0.1:{port}")
        yield found


def with_password(server: ProxyServer, password: str = PASSWORD) -> ProxyServer:
    return replace(server, user=USER, password=Secret(password))


def name_for(kind: str) -> str:
    return HTTP_NAME if kind.startswith("http") else SOCKS_NAME


@asynccontextmanager
async def client_through(
    server: ProxyServer | None, root: str, *, token: str = TOKEN, limit_s: float = 20.0
) -> AsyncIterator[ServiceClient]:
    choice = ProxyChoice(mode=ProxyMode.OWN, server=server) if server else ProxyChoice()
    async with await open_http_client(proxy=choice, proxy_timeout_s=limit_s) as http:
        yield ServiceClient(
            http=http, address=ServiceAddress(root=root, prefix="/minimaxi"), token=Token(token)
        )


async def failure(
    server: ProxyServer, root: str = f"https://{HTTP_NAME}", *, limit_s: float = 20.0
) -> ServiceError:
    """The error of a clone through ``server``, of which nothing left and nothing secret shows."""
    left: list[str] = []
    async with client_through(server, root, limit_s=limit_s) as client:
        with pytest.raises(ServiceError) as caught:
            await client.clone(
                CloneFields(voice_id="MiniMax001"), file_id=1, on_sent=lambda: left.append("left")
            )
    assert left == []
    error = caught.value
    shown = f"{error} {vars(error)} " + "".join(traceback.format_exception(error))
    assert not [secret for secret in (PASSWORD, "wrong-canary", TOKEN) if secret in shown]
    assert isinstance(error, NotConnected)
    return error


@pytest.mark.parametrize("is_guarded", [False, True])
@pytest.mark.parametrize("kind", [*KINDS, "socks5h"])
async def test_a_service_is_reached_through_a_proxy(
    practice: PracticeServer, proxies: Proxies, kind: str, is_guarded: bool
) -> None:
    port = practice.base_url.rpartition(":")[2]
    server = proxies[kind, is_guarded]
    if is_guarded:
        server = with_password(server)
    async with client_through(server, f"http://{name_for(kind)}:{port}", token=practice.token) as client:
        assert await client.list_files(Purpose.VOICE_CLONE) == ()
    request = practice.requests[-1]
    assert request.header("host") == f"{name_for(kind)}:{port}"
    assert request.header("proxy-authorization") is None


@pytest.mark.parametrize("kind", KINDS)
async def test_a_proxy_that_wants_a_password_says_so(proxies: Proxies, kind: str) -> None:
    server = proxies[kind, True]
    assert (await failure(server)).code == "proxy-password-missing"
    error = await failure(with_password(server, "wrong-canary"))
    assert error.code == "proxy-password-refused"
    assert server.address in error.title


async def test_a_password_is_wanted_for_plain_http_too(proxies: Proxies) -> None:
    async with client_through(proxies["http", True], f"http://{HTTP_NAME}:9") as client:
        with pytest.raises(NotConnected) as caught:
            await client.list_files(Purpose.VOICE_CLONE)
    assert caught.value.code == "proxy-password-missing"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_proxy_that_finds_nobody_behind_it_says_so(proxies: Proxies, kind: str) -> None:
    with RawServer([]) as closed:
        dead_port = closed.port
    error = await failure(proxies[kind, False], f"https://{name_for(kind)}:{dead_port}")
    assert error.code == "proxy-refused"
    assert name_for(kind) in error.title
    assert ("502 Bad Gateway" if kind == "http" else "Connection refused.") in error.title


@pytest.mark.parametrize("kind", [*KINDS, "https"])
async def test_a_dead_proxy_can_not_be_reached(kind: str) -> None:
    with RawServer([]) as closed:
        dead = proxy_at(f"{kind}://127.0.0.1:{closed.port}")
    error = await failure(dead)
    assert error.code == "proxy-unreachable"
    assert dead.address in error.title


@pytest.mark.parametrize("kind", KINDS)
async def test_a_proxy_that_never_answers_is_given_up(kind: str) -> None:
    silent = RawAnswer(read_head=False, hold=threading.Event())
    with RawServer([silent]) as proxy:
        error = await failure(proxy_at(f"{kind}://127.0.0.1:{proxy.port}"), limit_s=SHORT_S)
    assert error.code == "proxy-slow"
    assert "nothing was sent" in error.title


@pytest.mark.parametrize("kind", KINDS)
async def test_a_proxy_that_hangs_up_refuses(kind: str) -> None:
    with RawServer([RawAnswer(read_head=False)]) as proxy:
        error = await failure(proxy_at(f"{kind}://127.0.0.1:{proxy.port}"))
    assert error.code in {"proxy-refused", "proxy-confused"}


@pytest.mark.parametrize("kind", [*KINDS, "https"])
async def test_something_else_than_a_proxy_is_said(kind: str) -> None:
    with RawServer([RawAnswer(content=b"220 mail.example ESMTP\r\n\r\n", read_head=False)]) as mail:
        error = await failure(proxy_at(f"{kind}://127.0.0.1:{mail.port}"))
    assert error.code == "proxy-confused"


@pytest.mark.parametrize("name", ["ALL_PROXY", "https_proxy"])
async def test_the_environments_socks_is_socks5(
    practice: PracticeServer, proxies: Proxies, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    port = practice.base_url.rpartition(":")[2]
    proxy_port = proxies["socks5", True].port
    where = f"socks://{quote(USER)}:{quote(PASSWORD, safe='')}@127.0.0.1:{proxy_port}/"
    monkeypatch.setenv(name, where)
    monkeypatch.setenv("http_proxy", where)
    async with client_through(None, f"http://{SOCKS_NAME}:{port}", token=practice.token) as client:
        assert await client.list_files(Purpose.VOICE_CLONE) == ()


# -- https behind and before the proxy ------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this process trusts."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return made


def tls_for(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.mark.parametrize("kind", KINDS)
async def test_the_token_goes_through_the_tunnel_and_leaves_after_it(
    authority: trustme.CA, proxies: Proxies, kind: str
) -> None:
    answer = {"demo_audio": "", "base_resp": {"status_code": 0}}
    name = name_for(kind)
    left: list[int] = []
    with RawServer([http_answer(answer)], tls=tls_for(authority, name)) as service:
        root = f"https://{name}:{service.port}"
        async with client_through(with_password(proxies[kind, True]), root) as client:
            await client.clone(
                CloneFields(voice_id="MiniMax001"),
                file_id=1,
                on_sent=lambda: left.append(len(service.requests)),
            )
    assert left == [0]
    (request,) = service.requests
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert "proxy-authorization" not in request.headers


@pytest.mark.parametrize("kind", KINDS)
async def test_a_bad_certificate_behind_a_proxy_is_the_services(proxies: Proxies, kind: str) -> None:
    name = name_for(kind)
    with RawServer([RawAnswer()], tls=tls_for(trustme.CA(), name)) as service:
        error = await failure(proxies[kind, False], f"https://{name}:{service.port}")
    assert error.code == "connect-tls-unknown"
    assert name in error.title


async def test_a_proxy_may_speak_tls_itself(
    authority: trustme.CA, tmp_path: Path, practice: PracticeServer
) -> None:
    certificate = tmp_path / "proxy.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    port = practice.base_url.rpartition(":")[2]
    with http_proxy(tmp_path, certificate=certificate) as proxy_port:
        server = proxy_at(f"https://127.0.0.1:{proxy_port}")
        async with client_through(server, f"http://{HTTP_NAME}:{port}", token=practice.token) as client:
            assert await client.list_files(Purpose.VOICE_CLONE) == ()


async def test_a_proxys_own_bad_certificate_is_the_proxys(tmp_path: Path) -> None:
    certificate = tmp_path / "proxy.pem"
    trustme.CA().issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    with http_proxy(tmp_path, certificate=certificate) as proxy_port:
        error = await failure(proxy_at(f"https://127.0.0.1:{proxy_port}"))
    assert error.code == "connect-tls-unknown"
    assert "127.0.0.1" in error.title


async def test_every_name_of_this_computer_goes_without_the_proxy(practice: PracticeServer) -> None:
    port = practice.base_url.rpartition(":")[2]
    with RawServer([]) as closed:
        dead = proxy_at(f"http://127.0.0.1:{closed.port}")
    async with client_through(dead, f"http://127.0.0.1:{port}", token=practice.token) as client:
        assert await client.list_files(Purpose.VOICE_CLONE) == ()
    # No mount can name all of 127.0.0.0/8; a bare system may have no localhost.
    for name, codes in (
        ("127.0.0.2", {"connect-refused"}),
        ("localhost", {"connect-refused", "connect-dns"}),
    ):
        async with client_through(dead, f"http://{name}:9") as client:
            with pytest.raises(NotConnected) as caught:
                await client.list_files(Purpose.VOICE_CLONE)
        assert caught.value.code in codes


async def test_a_connection_that_was_given_up_leaves_room_for_others() -> None:
    answers = [RawAnswer(read_head=False, hold=threading.Event()) for _ in range(3)]
    with RawServer(answers) as proxy:
        server = proxy_at(f"socks5://127.0.0.1:{proxy.port}")
        async with client_through(server, f"https://{HTTP_NAME}", limit_s=SHORT_S) as client:
            for answer in answers:
                with pytest.raises(NotConnected) as caught:
                    await client.list_files(Purpose.VOICE_CLONE)
                assert caught.value.code == "proxy-slow"
                assert answer.hold is not None
                answer.hold.set()
            pool = client._http._transport_for_url(httpx.URL(f"https://{HTTP_NAME}"))._proxied._pool  # type: ignore[attr-defined]
            assert [connection for connection in pool.connections if not connection.is_closed()] == []
