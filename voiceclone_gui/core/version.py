"""Versions of the program, compared by the rules of Semantic Versioning 2.0.0, section 11."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering

VERSION_MAX = 64
_NUMBER = r"(?:0|[1-9][0-9]*)"
_MARK = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})"
    rf"(?:-({_MARK}(?:\.{_MARK})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)


@total_ordering
@dataclass(frozen=True, kw_only=True)
class Version:
    """A version. What follows a ``+`` is no part of it: it makes nothing newer."""

    numbers: tuple[int, int, int]
    marks: tuple[str, ...] = ()

    @property
    def is_trial(self) -> bool:
        """Whether it comes before the release of its numbers, such as ``1.0.0-rc.1``."""
        return bool(self.marks)

    def __str__(self) -> str:
        numbers = ".".join(map(str, self.numbers))
        return f"{numbers}-{'.'.join(self.marks)}" if self.marks else numbers

    def __lt__(self, other: Version) -> bool:
        return self._order() < other._order()

    def _order(self) -> tuple[object, ...]:
        # A release comes after its trials; among marks, numbers come before words, and fewer before more.
        marks = tuple((0, int(mark), "") if mark.isdecimal() else (1, 0, mark) for mark in self.marks)
        return self.numbers, not self.marks, marks


def parse_version(text: str) -> Version:
    """The version that is written. ``ValueError`` where it is none, or longer than ``VERSION_MAX``."""
    found = _VERSION.fullmatch(text) if len(text) <= VERSION_MAX else None
    if found is None:
        raise ValueError(f"no version: {text[:VERSION_MAX]!r}")
    major, minor, patch, marks = found.groups()
    return Version(
        numbers=(int(major), int(minor), int(patch)), marks=tuple(marks.split(".")) if marks else ()
    )
