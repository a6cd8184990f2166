"""The one HTTP client: proxies as systems write them, loopback never proxied, nothing taken unasked."""

from __future__ import annotations

import ssl

import httpx
import pytest
import truststore

from voiceclone_gui.api.network import open_http_client, proxy_routes, time_limits, upload_read_s
from voiceclone_gui.core.errors import NotConnected
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.proxy import ProxyChoice, ProxyMode, ProxyServer

LOOPBACK = {"all://localhost": None, "all://127.0.0.1": None, "all://[::1]": None}


def written(routes: dict[str, ProxyServer | Problem | None]) -> dict[str, str | None]:
    """The routes with each proxy by its address, or by what is wrong with it."""
    return {
        pattern: server.address if isinstance(server, ProxyServer) else server and server.code
        for pattern, server in routes.items()
    }


@pytest.mark.parametrize(
    ("system", "patterns"),
    [
        ({}, {}),
        ({"http": "http://p:1", "https": "http://p:1"}, {"http://": "http://p:1", "https://": "http://p:1"}),
        ({"https": "p:3128"}, {"https://": "http://p:3128"}),
        ({"all": "socks://127.0.0.1:7890/"}, {"all://": "socks5://127.0.0.1:7890"}),
        ({"all": "socks5h://p:1"}, {"all://": "socks5h://p:1"}),
        ({"https": "http://p:1", "no": "*"}, {}),
        ({"https": "http://p:1", "no": "example.com, .corp, *.lan, 10.1.2.3,fe80::1"}, {"https://": "http://p:1", "all://*example.com": None, "all://*.corp": None, "all://*.lan": None, "all://10.1.2.3": None, "all://[fe80::1]": None}),
        ({"ftp": "http://p:1"}, {}),
        ({"https": "socks4://p:1", "http": "http://p:x"}, {"https://": "proxy-scheme", "http://": "proxy-malformed"}),
    ],
)  # fmt: skip
def test_the_systems_proxies_become_mounts_and_loopback_stays_out(
    system: dict[str, str], patterns: dict[str, str | None]
) -> None:
    assert written(proxy_routes(ProxyChoice(), system=system)) == patterns | LOOPBACK


def test_an_own_proxy_or_none_takes_the_place_of_the_systems() -> None:
    system = {"https": "http://system:1", "no": "intern.example"}
    own = ProxyChoice(mode=ProxyMode.OWN, server=ProxyServer(scheme="http", host="own", port=2))
    excluded = LOOPBACK | {"all://*intern.example": None}
    assert written(proxy_routes(own, system=system)) == {"all://": "http://own:2"} | excluded
    assert written(proxy_routes(ProxyChoice(mode=ProxyMode.NONE), system=system)) == excluded
    assert written(proxy_routes(own, system={"no": "*"})) == LOOPBACK


@pytest.mark.parametrize(
    ("url", "is_proxied"),
    [
        ("https://models.hingnet.com.cn", True),
        ("https://voice.intern.example", False),
        ("https://notintern.example", True),
        ("http://127.0.0.1:80", False),
        ("http://localhost:80", False),
        ("http://[::1]:80", False),
    ],
)
async def test_what_the_mounts_mean(monkeypatch: pytest.MonkeyPatch, url: str, is_proxied: bool) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "intern.example")
    async with await open_http_client() as client:
        assert (client._transport_for_url(httpx.URL(url)) is not client._transport) is is_proxied


async def test_a_system_proxy_that_can_not_be_used_hinders_only_what_needs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", "http://user:canary#word@proxy:3128")
    async with await open_http_client() as client:
        with pytest.raises(NotConnected) as caught:
            await client.get("https://service.invalid")
        assert client._transport_for_url(httpx.URL("http://127.0.0.1")) is client._transport
    assert caught.value.code == "proxy-malformed"
    assert "canary" not in repr(vars(caught.value))


def test_an_upload_may_take_the_longer_the_bigger_it_is() -> None:
    assert time_limits(300.0).as_dict() == {"connect": 10.0, "read": 300.0, "write": 60.0, "pool": 10.0}
    assert upload_read_s(0) == 120.0
    assert upload_read_s(20_000_000) == 520.0


@pytest.fixture
def proxy_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:9/")


async def test_the_client_starts_with_a_socks_proxy_in_the_environment(proxy_environment: None) -> None:
    async with await open_http_client() as client:
        assert client.trust_env is False
        assert "authorization" not in client.headers
        online = client._transport_for_url(httpx.URL("https://models.hingnet.com.cn"))
        local = client._transport_for_url(httpx.URL("http://127.0.0.1:80"))
        assert online is not local
        assert local is client._transport


async def test_the_systems_certificates_are_used() -> None:
    async with await open_http_client() as client:
        pool = client._transport._pool  # type: ignore[attr-defined]
        assert isinstance(pool._ssl_context, truststore.SSLContext)
        assert isinstance(pool._ssl_context, ssl.SSLContext)
        assert client.follow_redirects is False
