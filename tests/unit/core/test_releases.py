"""The list of releases: what is read, what is refused and by which name, and what is news."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.release_lists import LINUX, release, releases_json
from voiceclone_gui.core.errors import UpdateCheckFailed
from voiceclone_gui.core.releases import (
    PACKAGES_MAX,
    RELEASES_MAX,
    Computer,
    check_sum,
    find_news,
    parse_releases,
    write_releases,
)
from voiceclone_gui.core.version import parse_version

GOOD: dict[str, Any] = json.loads(releases_json(release("0.3.0"), release("0.2.0", "windows")))


def changed(path: str, value: object) -> bytes:
    """The good list with another value at ``path``, such as ``releases.0.date``."""
    found = deepcopy(GOOD)
    *parents, last = path.split(".")
    place: Any = found
    for name in parents:
        place = place[int(name) if name.isdecimal() else name]
    place[last] = value
    return json.dumps(found).encode()


def without(path: str) -> bytes:
    found = deepcopy(GOOD)
    *parents, last = path.split(".")
    place: Any = found
    for name in parents:
        place = place[int(name) if name.isdecimal() else name]
    del place[last]
    return json.dumps(found).encode()


def refusal(content: bytes) -> UpdateCheckFailed:
    with pytest.raises(UpdateCheckFailed) as caught:
        parse_releases(content)
    assert caught.value.title
    assert caught.value.cure
    return caught.value


def test_a_good_list_is_read() -> None:
    newest, older = parse_releases(json.dumps(GOOD).encode())
    assert newest.version == parse_version("0.3.0")
    assert newest.day == date(2026, 12, 1)
    assert newest.page == "https://example.com/voiceclone/0.3.0"
    (package,) = newest.packages
    assert (package.file, package.system, package.machine) == ("voiceclone-0.3.0-linux-x86_64.tar.xz", "linux", "x86_64")  # fmt: skip
    assert (package.size_bytes, package.sha256) == (115_000_000, "a" * 64)
    assert older.packages[0].system == "windows"


def test_what_is_written_is_read_again_the_newest_first() -> None:
    listed = (release("0.9.0"), release("0.10.0-rc.1"), release("0.10.0", "macos"))
    content = write_releases(listed)
    assert [str(one.version) for one in parse_releases(content)] == ["0.10.0", "0.10.0-rc.1", "0.9.0"]
    assert set(parse_releases(content)) == set(listed)
    assert content.isascii()


def test_a_list_may_be_empty_and_may_say_more_than_is_known() -> None:
    assert parse_releases(changed("releases", [])) == ()
    assert len(parse_releases(changed("releases.0.from_the_future", {"a": 1}))) == 2
    assert parse_releases(changed("releases.0.packages", []))[0].packages == ()


@pytest.mark.parametrize(
    "path",
    [
        *("format", "program", "releases", "releases.0.version", "releases.1.date", "releases.0.page"),
        *("releases.0.packages", "releases.0.packages.0.file", "releases.0.packages.0.system"),
        *(
            "releases.0.packages.0.machine",
            "releases.0.packages.0.size_bytes",
            "releases.1.packages.0.sha256",
        ),
    ],
)
def test_what_is_missing_is_named(path: str) -> None:
    error = refusal(without(path))
    assert error.code == "release-list-missing"
    assert error.values["place"] == path.replace(".0", "[0]").replace(".1", "[1]")


PACKAGE = "releases.0.packages.0."


@pytest.mark.parametrize(
    ("path", "value"),
    [
        *[("program", value) for value in ("otherprogram", "", None, 1, ["voiceclone"])],
        *[("releases", value) for value in ({}, None, "many", 3)],
        *[("releases.0.version", value) for value in ("", "1", "v1.0.0", "1.0.0rc1", "1" * 99, 1, None, True)],
        *[("releases.0.date", value) for value in ("", "1.12.2026", "2026-13-01", "20261201", "2026-12-01T10:00", 20261201)],
        *[("releases.0.page", value) for value in (
            "", "http://example.com/x", "HTTPS://example.com", "https://", "https:///x", "https://user@example.com/",
            "https://user:pass@example.com/", "https://example.com:port/", "https://exa mple.com/", "https://example.com/ü",
            "https://example.com/\n", "https://[half/", "https://a\\@b/", "javascript:alert(1)", "file:///etc/passwd",
            "https://example.com/" + "x" * 3000, None)],
        *[("releases.0.packages", value) for value in ({}, None, "one")],
        *[(PACKAGE + "file", value) for value in ("", "../x.deb", "a/b.deb", "a\\b.exe", ".hidden", "x y.deb", "x\n.deb", "ü.deb", "x" * 300, 1)],
        *[(PACKAGE + "system", value) for value in ("Linux", "beos", "", None)],
        *[(PACKAGE + "machine", value) for value in ("amd64", "", 64)],
        *[(PACKAGE + "size_bytes", value) for value in (0, -1, 1.5, "10", True, None, 2**41)],
        *[(PACKAGE + "sha256", value) for value in ("", "a" * 63, "a" * 65, "A" * 64, "g" * 64, "a" * 64 + "\n", None)],
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_by_the_name_of_its_place(path: str, value: object) -> None:
    error = refusal(changed(path, value))
    assert error.code == "release-list-value"
    assert error.values["place"] == path.replace(".0", "[0]")
    assert len(error.title) < 200


@pytest.mark.parametrize("value", [0, 2, "1", 1.0, True, None, [1]])
def test_another_format_is_refused_before_all_else(value: object) -> None:
    error = refusal(changed("format", value))
    assert error.code == "release-list-format"
    assert "reads 1" in error.title


@pytest.mark.parametrize(
    "content",
    [
        *(
            b"",
            b"{",
            b"\xff\xfe{}",
            b"<!doctype html><html>",
            b"[" * 100_000,
            b'{"format": ' + b"1" * 5000 + b"}",
        ),
        b'{"format": 1, "format": 2}',
    ],
)
def test_what_is_no_json_is_refused(content: bytes) -> None:
    assert refusal(content).code == "release-list-not-json"


@pytest.mark.parametrize(
    "content", [b"[]", b"null", b"1", b'"list"', b'{"format": 1, "program": "voiceclone", "releases": [7]}']
)
def test_json_of_another_shape_is_refused(content: bytes) -> None:
    assert refusal(content).code == "release-list-value"


def test_a_list_that_is_too_long_or_says_a_thing_twice_is_refused() -> None:
    first = GOOD["releases"][0]
    error = refusal(changed("releases", [first] * (RELEASES_MAX + 1)))
    assert (error.code, error.values["place"]) == ("release-list-long", "releases")
    error = refusal(changed("releases.0.packages", first["packages"] * (PACKAGES_MAX + 1)))
    assert (error.code, error.values["place"]) == ("release-list-long", "releases[0].packages")
    error = refusal(changed("releases", [first, first | {"version": "0.3.0+other"}]))
    assert (error.code, error.values["name"]) == ("release-list-twice", "0.3.0")
    error = refusal(changed("releases.0.packages", first["packages"] * 2))
    assert (error.code, error.values["place"]) == ("release-list-twice", "releases[0].packages")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["format", "program", "releases", "version", "packages"]), inner)))  # fmt: skip
def test_any_json_is_read_or_refused_in_a_sentence(value: object) -> None:
    for content in (
        json.dumps(value).encode(),
        changed("releases", value),
        changed("releases.0.packages", value),
    ):
        try:
            parse_releases(content)
        except UpdateCheckFailed as error:
            assert str(error)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with pytest.raises(UpdateCheckFailed):
        parse_releases(content)
    with pytest.raises(UpdateCheckFailed):
        check_sum(content, sum_file=content)


# -- the sum ---------------------------------------------------------------------------------------------

CONTENT = b"the list\n"
SUM = hashlib.sha256(CONTENT).hexdigest().encode()


@pytest.mark.parametrize(
    "sum_file",
    [
        SUM,
        SUM + b"\n",
        SUM.upper(),
        SUM + b"  releases.json\n",
        SUM + b" *releases.json\r\n",
        SUM + b"  a name.json",
    ],
)
def test_the_sum_is_read_as_programs_write_it(sum_file: bytes) -> None:
    check_sum(CONTENT, sum_file=sum_file)


@pytest.mark.parametrize(
    ("sum_file", "code"),
    [
        (hashlib.sha256(b"another").hexdigest().encode(), "release-list-sum"),
        (b"", "release-list-sum-malformed"),
        (SUM[:-1], "release-list-sum-malformed"),
        (SUM + b"0", "release-list-sum-malformed"),
        (b"<html>" + SUM, "release-list-sum-malformed"),
        (SUM + b"  a.json\n" + SUM + b"  b.json\n", "release-list-sum-malformed"),
    ],
)
def test_a_list_that_does_not_agree_with_its_sum_is_refused(sum_file: bytes, code: str) -> None:
    with pytest.raises(UpdateCheckFailed) as caught:
        check_sum(CONTENT, sum_file=sum_file)
    assert caught.value.code == code


# -- news ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "listed", "expected"),
    [
        ("0.1.0", [], None),
        ("0.3.0", ["0.3.0", "0.2.0"], None),
        ("0.4.0", ["0.3.0"], None),
        ("0.1.0", ["0.2.0", "0.10.0", "0.9.0"], "0.10.0"),
        ("0.1.0", ["0.3.0-rc.1", "0.2.0"], "0.2.0"),
        ("0.1.0", ["0.3.0-rc.1"], None),
        ("0.3.0-rc.1", ["0.3.0-rc.2", "0.2.0"], "0.3.0-rc.2"),
        ("0.3.0-rc.1", ["0.3.0-rc.2", "0.3.0"], "0.3.0"),
    ],
)
def test_the_newest_is_news(own: str, listed: list[str], expected: str | None) -> None:
    news = find_news([release(version) for version in listed], own=parse_version(own), computer=LINUX)
    assert (str(news.release.version) if news.release else None) == expected
    assert news.unfit is None


def test_only_what_has_a_package_for_this_computer_is_news() -> None:
    listed = [release("0.3.0", "windows"), release("0.2.0", "linux"), release("0.4.0", "linux", "arm64")]
    news = find_news(listed, own=parse_version("0.1.0"), computer=LINUX)
    assert news.release is listed[1]
    elsewhere = Computer(system="linux", machine="riscv64")
    news = find_news(listed, own=parse_version("0.1.0"), computer=elsewhere)
    assert (news.release, news.unfit) == (None, listed[2])
    assert elsewhere.packages_of(listed[1]) == ()
