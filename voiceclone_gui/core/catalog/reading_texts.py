"""Texts to read aloud while recording. Apart from the catalog, since the start of the program needs none."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, kw_only=True)
class ReadingText:
    """Something to read in ``language``, a ``language_boost`` value: ``text`` for 60 to 90 s, paragraphs
    apart by an empty line; ``clip`` for 5 to 7.5 s, ending in punctuation.
    """

    language: str
    text: str
    clip: str


def load_reading_texts() -> tuple[ReadingText, ...]:
    """Read them from the file beside this module."""
    file = resources.files(__package__) / "reading_texts.toml"
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["reading"]
    return tuple(
        ReadingText(language=entry["language"], text=entry["text"].strip(), clip=entry["clip"])
        for entry in entries
    )
