"""Proxies as people and systems write them."""

from __future__ import annotations

import pytest

from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.proxy import ProxyChoice, ProxyMode, ProxyServer, parse_proxy
from voiceclone_gui.core.secret import Secret


@pytest.mark.parametrize(
    ("typed", "address", "user", "password"),
    [
        ("http://proxy.example:8080", "http://proxy.example:8080", "", ""),
        ("  proxy.example:3128/ ", "http://proxy.example:3128", "", ""),
        ("https://proxy.example", "https://proxy.example:443", "", ""),
        ("http://proxy.example", "http://proxy.example:80", "", ""),
        ("socks5://10.0.0.1", "socks5://10.0.0.1:1080", "", ""),
        ("socks5h://proxy.example:1", "socks5h://proxy.example:1", "", ""),
        ("socks://127.0.0.1:7890/", "socks5://127.0.0.1:7890", "", ""),
        ("SOCKS://[::1]:7890", "socks5://[::1]:7890", "", ""),
        ("http://us%20er:p%40ss%3Aw%25rd%2F%C3%BC@p:1", "http://p:1", "us er", "p@ss:w%rd/ü"),
        ("http://corp\\anna:a:b@p:1", "http://p:1", "corp\\anna", "a:b"),
        ("http://anna:p@ss@p:1", "http://p:1", "anna", "p@ss"),
        ("http://anna@p:1", "http://p:1", "anna", ""),
    ],
)
def test_what_is_typed_becomes_a_proxy(typed: str, address: str, user: str, password: str) -> None:
    server = parse_proxy(typed)
    assert isinstance(server, ProxyServer)
    assert (server.address, server.user, server.password) == (address, user, Secret(password))


def test_user_and_password_from_their_own_fields_are_plain_and_win() -> None:
    server = parse_proxy("http://old:older@p:1", user="a%40", password=Secret("b%20"))
    assert isinstance(server, ProxyServer)
    assert (server.user, server.password.reveal()) == ("a%40", "b%20")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "proxy-missing"),
        ("   ", "proxy-missing"),
        ("http://", "proxy-malformed"),
        ("http://p:99999", "proxy-malformed"),
        ("http://p:0", "proxy-malformed"),
        ("http://canary:ca#nary@p:1", "proxy-malformed"),
        ("http://p:1/canary", "proxy-malformed"),
        ("http://p:1?canary", "proxy-malformed"),
        ("http://ca nary:1", "proxy-malformed"),
        ("http://[canary:1", "proxy-malformed"),
        ("socks4://canary@p:1", "proxy-scheme"),
        ("ftp://p:1", "proxy-scheme"),
    ],
)
def test_what_is_no_proxy_is_said_without_showing_it(typed: str, code: str) -> None:
    problem = parse_proxy(typed)
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert "canary" not in f"{problem} {problem.title} {problem.cure}"


def test_a_password_never_shows() -> None:
    server = ProxyServer(scheme="http", host="p", port=1, user="anna", password=Secret("canary"))
    choice = ProxyChoice(mode=ProxyMode.OWN, server=server)
    assert "canary" not in f"{choice} {choice!r} {server.address}"


def test_choices_can_be_compared() -> None:
    def own(password: str) -> ProxyChoice:
        server = ProxyServer(scheme="http", host="p", port=1, password=Secret(password))
        return ProxyChoice(mode=ProxyMode.OWN, server=server)

    assert own("a") == own("a")
    assert own("a") != own("b")
    assert ProxyChoice() == ProxyChoice(mode=ProxyMode.SYSTEM)
    for mode, server in ((ProxyMode.OWN, None), (ProxyMode.NONE, own("a").server)):
        with pytest.raises(ValueError, match="own proxy"):
            ProxyChoice(mode=mode, server=server)
