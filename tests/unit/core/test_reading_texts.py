"""Texts to read: long enough for a good voice, short enough for a clip, in the script of their language."""

from __future__ import annotations

import unicodedata

import pytest

from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.catalog.reading_texts import ReadingText, load_reading_texts
from voiceclone_gui.core.request import with_punctuation

TEXTS = load_reading_texts()
WANTED = "English Chinese Japanese Korean German French Spanish Portuguese Russian Arabic Hindi Italian"
# What begins a letter's Unicode name, and how much is read in a second at an easy pace and at a quick one:
# characters where a character is a syllable or so, else letters.
PACES = {
    "Chinese": ("CJK", 3.8, 5.0),
    "Chinese,Yue": ("CJK", 3.8, 5.0),
    "Japanese": ("", 4.5, 6.5),
    "Korean": ("HANGUL", 4.2, 6.0),
    "Russian": ("CYRILLIC", 9.5, 13.5),
    "Arabic": ("ARABIC", 6.8, 9.5),
    "Hindi": ("DEVANAGARI", 5.0, 7.5),
}


def letters(text: str) -> int:
    return sum(unicodedata.category(character)[0] in "LN" for character in text)


def test_all_languages_that_were_promised_are_there_once() -> None:
    languages = [text.language for text in TEXTS]
    assert set(WANTED.split()) <= set(languages)
    assert len(set(languages)) == len(languages)
    assert all(load_catalog().language(language) for language in languages)


@pytest.mark.parametrize("reading", TEXTS, ids=lambda reading: reading.language)
def test_they_take_as_long_to_read_as_they_should(reading: ReadingText) -> None:
    script, slow, quick = PACES.get(reading.language, ("LATIN", 10.0, 13.5))
    count = letters(reading.text)
    assert count / quick >= 55, f"{count / quick:.0f} s at a quick pace"
    assert count / slow <= 95, f"{count / slow:.0f} s at an easy pace"
    clip = letters(reading.clip)
    assert clip / quick >= 3.9, f"{clip / quick:.1f} s at a quick pace"
    assert clip / slow <= 7.5, f"{clip / slow:.1f} s at an easy pace"
    names = [unicodedata.name(c) for c in reading.text if unicodedata.category(c).startswith("L")]
    assert all(name.startswith(script) for name in names)


@pytest.mark.parametrize("reading", TEXTS, ids=lambda reading: reading.language)
def test_they_are_varied_and_clean(reading: ReadingText) -> None:
    assert len(reading.text.split("\n\n")) >= 3
    assert any(mark in reading.text for mark in "?？؟か")
    assert any(mark in reading.text for mark in "!！")
    assert unicodedata.normalize("NFC", reading.text) == reading.text
    assert with_punctuation(reading.clip) == reading.clip
    assert "  " not in reading.text
