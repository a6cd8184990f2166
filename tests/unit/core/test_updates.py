"""When the list of releases is asked for, at which address, and what the user has seen enough of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.release_lists import release
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.settings import UpdateSettings
from voiceclone_gui.core.updates import address_in_use, is_dismissed, is_due, parse_list_address

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LIST = "https://example.com/voiceclone/releases.json"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (LIST, LIST),
        (f"  {LIST}\n", LIST),
        ("example.com/voiceclone/releases.json", LIST),
        ("HTTPS://example.com/voiceclone/releases.json", LIST),
        ("https://example.com:8443/a-b_c~d/%20+/x@1.0/releases.json", "https://example.com:8443/a-b_c~d/%20+/x@1.0/releases.json"),
        ("https://[::1]:8443/r.json", "https://[::1]:8443/r.json"),
        ("https://例え.example/リスト.json", "https://例え.example/リスト.json"),
    ],
)  # fmt: skip
def test_an_address_is_read_as_people_paste_it(typed: str, address: str) -> None:
    assert parse_list_address(typed) == address


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "updates-address-missing"),
        (" \n", "updates-address-missing"),
        ("http://example.com/releases.json", "updates-address-not-https"),
        ("http://127.0.0.1/releases.json", "updates-address-not-https"),
        ("https://user:canary@example.com/releases.json", "updates-address-with-password"),
        ("https://user:canary@example.com:port/releases.json", "updates-address-with-password"),
        ("user:canary@example.com/releases.json", "updates-address-with-password"),
        ("https://example.com/releases.json?a=1", "updates-address-with-query"),
        ("https://example.com/releases.json?", "updates-address-with-query"),
        ("https://example.com/releases.json#a", "updates-address-with-query"),
        ("https://example.com", "updates-address-malformed"),
        ("https://example.com/", "updates-address-malformed"),
        ("https://example.com/folder/", "updates-address-malformed"),
        ("https:///releases.json", "updates-address-malformed"),
        ("https://example.com:port/r.json", "updates-address-malformed"),
        ("https://example.com:0/r.json", "updates-address-malformed"),
        ("https://[half/r.json", "updates-address-malformed"),
        ("https://a\\b/r.json", "updates-address-malformed"),
        ("ftp://example.com/r.json", "updates-address-malformed"),
        ("file:///etc/passwd", "updates-address-malformed"),
        ("https://example.com/r\x00.json", "updates-address-malformed"),
    ],
)
def test_an_address_that_can_not_be_used_is_said(typed: str, code: str) -> None:
    problem = parse_list_address(typed)
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert "canary" not in problem.title + problem.cure + repr(problem)


@given(st.text(max_size=60) | st.text(max_size=40).map(lambda tail: f"https://example.com/{tail}"))
def test_any_text_is_a_https_address_or_a_problem(typed: str) -> None:
    found = parse_list_address(typed)
    assert isinstance(found, Problem) or found.startswith("https://")


def test_the_users_own_address_wins() -> None:
    assert address_in_use(UpdateSettings(), packaged="") == ""
    assert address_in_use(UpdateSettings(), packaged=LIST) == LIST
    assert address_in_use(UpdateSettings(address="https://a/b"), packaged=LIST) == "https://a/b"


@pytest.mark.parametrize(
    ("asked_at", "expected"),
    [
        ("", True),
        ("yesterday", True),
        ((NOW - timedelta(hours=23, minutes=59)).isoformat(), False),
        ((NOW - timedelta(days=1)).isoformat(), True),
        (NOW.isoformat(), False),
        (NOW.astimezone(timezone(timedelta(hours=8))).isoformat(), False),
        # The clock was set back.
        ((NOW + timedelta(seconds=1)).isoformat(), True),
        ("2026-11-23T11:00:00", True),
    ],
)
def test_the_list_is_asked_for_once_a_day(asked_at: str, expected: bool) -> None:
    assert is_due(UpdateSettings(asked_at=asked_at), now=NOW) is expected


@pytest.mark.parametrize(
    ("dismissed", "expected"),
    [("", False), ("0.2.0", True), ("0.2.0+5", True), ("0.3.0", False), ("x", False)],
)
def test_one_version_is_not_shown_again(dismissed: str, expected: bool) -> None:
    assert is_dismissed(release("0.2.0"), UpdateSettings(dismissed_version=dismissed)) is expected
