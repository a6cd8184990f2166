"""Which preview links may be followed, and what is asked of them: contract section 5."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone_gui.api.preview import check_link, follow_redirect, sniff_audio
from voiceclone_gui.core.address import ServiceAddress
from voiceclone_gui.core.errors import PreviewUnavailable

ONLINE = ServiceAddress(root="https://models.hingnet.com.cn", prefix="/minimaxi")
LOCAL = ServiceAddress(root="http://127.0.0.1:8000", prefix="/minimaxi")


@pytest.mark.parametrize(
    ("url", "origin", "target"),
    [
        (
            "https://oss.example/a/x.mp3?Expires=1&Signature=a%2Fb%3D",
            "https://oss.example",
            b"/a/x.mp3?Expires=1&Signature=a%2Fb%3D",
        ),
        ("https://oss.example:8443/x?a=1+2&b='(c)*~|", "https://oss.example:8443", b"/x?a=1+2&b='(c)*~|"),
        ("https://oss.example", "https://oss.example", b"/"),
        ("https://oss.example?x=1", "https://oss.example", b"/?x=1"),
        ("https://oss.example/x#part", "https://oss.example", b"/x"),
        ("https://oss.example//double//slash/../x", "https://oss.example", b"//double//slash/../x"),
        ("https://oss.example/音.mp3", "https://oss.example", b"/%E9%9F%B3.mp3"),
        ("http://oss.example/x.mp3", "https://oss.example", b"/x.mp3"),
        ("http://oss.example:80/x.mp3", "https://oss.example", b"/x.mp3"),
        ("HTTPS://OSS.example/X.mp3", "https://oss.example", b"/X.mp3"),
        ("https://8.8.8.8/x.mp3", "https://8.8.8.8", b"/x.mp3"),
        ("https://[2606:4700::1]/x", "https://[2606:4700::1]", b"/x"),
    ],
)
def test_a_link_is_followed_byte_for_byte_and_by_https(url: str, origin: str, target: bytes) -> None:
    link = check_link(url, service=ONLINE)
    assert (link.origin, link.target) == (origin, target)


REFUSED = [
    "https://localhost/x",
    "https://LOCALHOST./x",
    "https://a.localhost/x",
    "https://127.0.0.1/x",
    "https://127.1/x",
    "https://2130706433/x",
    "https://0x7f.0.0.1/x",
    "https://0177.0.0.1/x",
    "https://10.0.0.1/x",
    "https://172.16.5.5/x",
    "https://192.168.1.1/x",
    "https://169.254.169.254/x",
    "https://198.18.0.5/x",
    "https://0.0.0.0/x",
    "https://999.1.1.1/x",
    "https://[::1]/x",
    "https://[fe80::1%25eth0]/x",
    "https://[fc00::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "http://127.0.0.1:8000/x",
    "ftp://oss.example/x",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://user:pass@oss.example/x",
    "https://user@oss.example/x",
    "https:///x",
    "https://[half/x",
    "https://oss.example:port/x",
    "https://oss.example/a b",
    "https://oss.example/a\r\nHost: b",
    "just words",
]


@pytest.mark.parametrize("url", REFUSED)
def test_a_link_into_this_computer_or_network_is_refused(url: str) -> None:
    with pytest.raises(PreviewUnavailable) as caught:
        check_link(url, service=ONLINE)
    assert caught.value.code == "preview-bad-link"
    assert "voice is made" in caught.value.title


def test_names_are_judged_as_written_and_never_looked_up() -> None:
    # Would be refused if the name were resolved: such names often resolve to 198.18.0.0/15 behind a proxy.
    assert check_link("https://localtest.me/x", service=ONLINE).host == "localtest.me"


def test_a_loopback_service_may_link_to_itself_and_only_to_itself() -> None:
    assert check_link("http://127.0.0.1:8000/demo/x.mp3", service=LOCAL).origin == "http://127.0.0.1:8000"
    with pytest.raises(PreviewUnavailable):
        check_link("http://127.0.0.2:8000/demo/x.mp3", service=LOCAL)
    with pytest.raises(PreviewUnavailable):
        check_link("http://localhost:8000/demo/x.mp3", service=LOCAL)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("https://other.example/y?a=%2F", "https://other.example/y?a=%2F"),
        ("/y?z=1", "https://oss.example/y?z=1"),
        ("y", "https://oss.example/a/y"),
        ("//cdn.example/y", "https://cdn.example/y"),
    ],
)
def test_a_redirect_is_read_like_a_browser_does(location: str, url: str) -> None:
    assert follow_redirect("https://oss.example/a/x", location) == url


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"ID3\x04", "mp3"),
        (b"\xff\xfb\x90", "mp3"),
        (b"\xff\xf3\x90", "mp3"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "wav"),
        (b"RIFF\x00\x00\x00\x00AVI ", None),
        (b"\x00\x00\x00\x20ftypM4A ", "m4a"),
        (b"<?xml version='1.0'?><Error>", None),
        (b"<!doctype html>", None),
        (b"", None),
        (b"\xff", None),
    ],
)
def test_what_it_is_is_told_by_its_first_bytes(start: bytes, kind: str | None) -> None:
    assert sniff_audio(start) == kind


@given(st.text(max_size=80) | st.text(max_size=40).map(lambda t: "https://oss.example/" + t))
def test_any_link_is_refused_or_gives_a_target_that_fits_into_one_line(url: str) -> None:
    try:
        link = check_link(url, service=ONLINE)
    except PreviewUnavailable:
        return
    assert link.scheme == "https"
    assert link.target.startswith(b"/")
    assert not any(c <= 0x20 or c >= 0x7F for c in link.target)
