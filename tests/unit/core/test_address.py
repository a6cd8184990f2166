"""Addresses as people paste them: contract section 1."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone_gui.core.address import ServiceAddress, is_loopback_host, parse_address
from voiceclone_gui.core.problems import Problem

CLONE = "https://models.hingnet.com.cn/minimaxi/v1/voice_clone"


@pytest.mark.parametrize(
    ("base", "prefix"),
    [
        ("https://models.hingnet.com.cn", "/minimaxi"),
        ("https://models.hingnet.com.cn/", "minimaxi/"),
        ("  https://models.hingnet.com.cn \n", " /minimaxi "),
        ("https://models.hingnet.com.cn/v1", "/minimaxi"),
        ("https://models.hingnet.com.cn/minimaxi", "/minimaxi"),
        ("https://models.hingnet.com.cn/minimaxi/", "/minimaxi"),
        ("https://models.hingnet.com.cn/minimaxi/v1/", "/minimaxi"),
        ("https://models.hingnet.com.cn/minimaxi/v1", ""),
        ("https://models.hingnet.com.cn/minimaxi/v1/voice_clone", "/minimaxi"),
        ("https://models.hingnet.com.cn/minimaxi/v1/files/upload", ""),
        ("https://models.hingnet.com.cn//minimaxi//", "/minimaxi/v1"),
        ("models.hingnet.com.cn", "/minimaxi"),
        ("HTTPS://models.hingnet.com.cn", "/minimaxi"),
        ("https://models.hing\nnet.com.cn", "/minimaxi"),
    ],
)
def test_what_people_paste_leads_to_the_same_address(base: str, prefix: str) -> None:
    address = parse_address(base, prefix)
    assert isinstance(address, ServiceAddress)
    assert address.url("voice_clone") == CLONE


@pytest.mark.parametrize(
    ("base", "prefix", "url"),
    [
        ("https://api.minimax.io", "", "https://api.minimax.io/v1/files/upload"),
        ("http://127.0.0.1:8080", "/minimaxi", "http://127.0.0.1:8080/minimaxi/v1/files/upload"),
        ("127.0.0.1:8080", "", "http://127.0.0.1:8080/v1/files/upload"),
        ("localhost:9", "/minimax", "http://localhost:9/minimax/v1/files/upload"),
        ("http://[::1]:9", "", "http://[::1]:9/v1/files/upload"),
        ("https://gw.example/a/b", "/c", "https://gw.example/a/b/c/v1/files/upload"),
    ],
)
def test_other_addresses(base: str, prefix: str, url: str) -> None:
    address = parse_address(base, prefix)
    assert isinstance(address, ServiceAddress)
    assert address.url("files/upload") == url


@pytest.mark.parametrize(
    ("base", "prefix", "code"),
    [
        ("", "", "address-missing"),
        ("   ", "", "address-missing"),
        ("http://models.hingnet.com.cn", "", "address-not-https"),
        ("http://192.168.1.5:3000", "", "address-not-https"),
        ("ftp://models.hingnet.com.cn", "", "address-malformed"),
        ("https://", "", "address-malformed"),
        ("https://host:port", "", "address-malformed"),
        ("https://[half", "", "address-malformed"),
        ("https://user:secret@host.example", "", "address-with-password"),
        ("https://host.example/?GroupId=1", "", "address-with-query"),
        ("https://host.example/#top", "", "address-with-query"),
        ("https://host.example", "/mini maxi?", "prefix-malformed"),
    ],
)
def test_what_can_not_be_an_address_is_refused_with_the_reason(base: str, prefix: str, code: str) -> None:
    problem = parse_address(base, prefix)
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert "secret" not in problem.title + problem.cure


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_gives_an_address_or_a_problem_that_can_be_said(base: str, prefix: str) -> None:
    result = parse_address(base, prefix)
    if isinstance(result, Problem):
        assert result.title
    else:
        assert result.root.startswith("https://") or result.is_loopback


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_loopback_hosts(host: str) -> None:
    assert is_loopback_host(host)


@pytest.mark.parametrize("host", ["", "localhost.example", "128.0.0.1", "192.168.0.1", "10.0.0.1", "example"])
def test_other_hosts(host: str) -> None:
    assert not is_loopback_host(host)
