"""Versions in the order of Semantic Versioning 2.0.0, section 11."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone_gui import __version__
from voiceclone_gui.core.version import VERSION_MAX, Version, parse_version

# The first line is the example of section 11.
RISING = [
    *("1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0"),
    *("1.0.1-0", "1.0.1-9", "1.0.1-10", "1.0.1--", "1.0.1-10a", "1.0.1-A", "1.0.1-a"),
    *("1.0.1", "1.0.2", "1.0.10", "1.1.0", "1.2.0", "1.10.0", "2.0.0-rc.1", "2.0.0", "10.0.0"),
]  # fmt: skip


def test_each_is_older_than_all_that_follow() -> None:
    for older, newer in combinations(RISING, 2):
        assert parse_version(older) < parse_version(newer), (older, newer)
        assert not parse_version(newer) < parse_version(older)
        assert parse_version(older) != parse_version(newer)


def test_a_build_makes_nothing_newer() -> None:
    assert parse_version("1.0.0+20261123.ab-c") == parse_version("1.0.0") == parse_version("1.0.0+1")
    assert parse_version("1.0.0-rc.1+5") == parse_version("1.0.0-rc.1")


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.0", "1.0.0.0", "v1.0.0", "01.0.0", "1.00.0", "1.0.0-", "1.0.0-01", "1.0.0-a..b", "1.0.0+", "1.0.0 ",
     "1.0.0\n", "-1.0.0", "1.0.0-ä", "١.0.0", "1.0.0rc1", "1" * VERSION_MAX + ".0.0"],
)  # fmt: skip
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no version"):
        parse_version(text)


@given(
    st.tuples(*[st.integers(0, 10**6)] * 3), st.lists(st.from_regex(r"[1-9a-z][0-9a-z]{0,3}", fullmatch=True))
)
def test_what_is_written_is_read_again(numbers: tuple[int, int, int], marks: list[str]) -> None:
    version = Version(numbers=numbers, marks=tuple(marks[:5]))
    assert parse_version(str(version)) == version
    assert version.is_trial is bool(marks)


def test_the_programs_own_version_is_one() -> None:
    assert str(parse_version(__version__)) == __version__
