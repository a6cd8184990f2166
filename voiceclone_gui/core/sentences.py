"""Every sentence that core says, by code: what is wrong, and the cure.

Named places in braces are filled from a problem's or an error's values. One table, so that it can be
translated as a whole.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from voiceclone_gui.core import sentence_table


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """What is wrong (``title``) and what to do about it (``cure``)."""

    title: str
    cure: str


class Sayable(Protocol):
    """Whatever names a sentence of the table and fills its places: problems, errors, diagnoses."""

    @property
    def code(self) -> str:
        """Names the sentence."""
        ...

    @property
    def values(self) -> Mapping[str, object]:
        """Fill its named places."""
        ...


def template(code: str) -> Sentence:
    """The sentence of ``code`` with its places still open. ``KeyError`` for an unknown code."""
    title, cure = sentence_table.SENTENCES[code]
    return Sentence(title=title, cure=cure)


def fill(code: str, values: Mapping[str, object]) -> Sentence:
    """The sentence of ``code`` with its places filled; a place without a value is a fault: ``KeyError``."""
    raw = template(code)
    return Sentence(title=raw.title.format_map(values), cure=raw.cure.format_map(values))


def places(code: str) -> frozenset[str]:
    """The names of the places in the sentence of ``code``."""
    raw = template(code)
    parsed = (*string.Formatter().parse(raw.title), *string.Formatter().parse(raw.cure))
    return frozenset(name for _, name, _, _ in parsed if name)
