"""The one HTTP client: proxies as systems write them, loopback never proxied, nothing taken unasked."""

from __future__ import annotations

import ssl

import httpx
import pytest
import truststore

from voiceclone_gui.api.network import open_http_client, proxy_patterns

LOOPBACK: dict[str, str | None] = {"all://localhost": None, "all://127.0.0.1": None, "all://[::1]": None}


@pytest.mark.parametrize(
    ("system", "patterns"),
    [
        ({}, {}),
        ({"http": "http://p:1", "https": "http://p:1"}, {"http://": "http://p:1", "https://": "http://p:1"}),
        ({"https": "p:3128"}, {"https://": "http://p:3128"}),
        ({"all": "socks://127.0.0.1:7890/"}, {"all://": "socks5://127.0.0.1:7890/"}),
        ({"all": "socks5h://p:1"}, {"all://": "socks5h://p:1"}),
        ({"https": "http://p:1", "no": "*"}, {}),
        ({"https": "http://p:1", "no": "example.com, .corp, 10.1.2.3,fe80::1"}, {"https://": "http://p:1", "all://*example.com": None, "all://*.corp": None, "all://10.1.2.3": None, "all://[fe80::1]": None}),
        ({"ftp": "http://p:1"}, {}),
    ],
)  # fmt: skip
def test_the_systems_proxies_become_mounts_and_loopback_stays_out(
    system: dict[str, str], patterns: dict[str, str | None]
) -> None:
    assert proxy_patterns(system) == patterns | LOOPBACK


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
