"""Which voice of espeak-ng reads which part of a text; the table is ``voices.toml`` beside this module."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Any

_JOINERS = "\u200c\u200d"
# Where a long word is cut; by force if it would be before what is written above or below a letter.
_WORD_LETTERS, _WORD_LETTERS_MAX = 40, 48
_FRACTION_SLASH = "\u2044"
# What is left of a pause that is malformed.
_BROKEN_PAUSE = re.compile(r"<#[^#<>]*#>|<#|#>")
# Signs that have a name which people say; arrows, boxes and pictures have none.
_SIGNS = re.compile(
    r"[$+<=>^`|~\u00a2-\u00a9\u00ac\u00ae-\u00b1\u00b4\u00d7\u00f7\u20a0-\u20cf\u2116\u2122\u2212]"
)


@dataclass(frozen=True, kw_only=True)
class Utterance:
    """A part of a text that one voice reads."""

    voice: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Script:
    """A script and the voices that read it, the one for undecided texts first."""

    name: str
    ranges: tuple[tuple[int, int], ...]
    voices: tuple[str, ...]
    letters: Mapping[str, str] = field(default_factory=dict)
    by_others_too: bool = False
    not_by: tuple[str, ...] = ()

    def read_by(self, voice: str) -> bool:
        """Whether ``voice`` reads this script itself."""
        return voice in self.voices or (self.by_others_too and voice not in self.not_by)

    def voice_for(self, text: str) -> str:
        """The voice that fits the letters of ``text``."""
        decided = (voice for voice, letters in self.letters.items() if not set(letters).isdisjoint(text))
        return next(decided, self.voices[0])


@dataclass(frozen=True, kw_only=True)
class VoiceTable:
    """Voices by language and by script, and the breaths that stand for sound tags, in seconds."""

    languages: Mapping[str, str]
    scripts: tuple[Script, ...]
    breaths_s: Mapping[str, float]

    def main_voice(self, text: str, *, language_boost: str) -> str:
        """The voice of the language chosen, else of the script that most of ``text`` is written in."""
        if language_boost in self.languages:
            return self.languages[language_boost]
        counts = Counter(script.name for script in map(self._script_of, text) if script is not None)
        if counts["Kana"]:  # only Japanese mixes it with Han
            counts["Kana"] += counts.pop("Han", 0)
        most = max(self.scripts, key=lambda script: counts[script.name])
        return most.voice_for(text)

    def utterances(self, text: str, *, main_voice: str) -> tuple[Utterance, ...]:
        """``text`` cut where another voice has to read, without what no voice can say.

        What espeak-ng doesn't know it spells in English, and some mixtures of scripts and some very long
        words crash it: so each voice gets its own scripts, digits and punctuation, and nothing else.
        """
        found = []
        for voice, run in self._runs(self._readable(_BROKEN_PAUSE.sub(" ", text)), main_voice):
            words = " ".join(piece for word in run.split() for piece in _short_words(word))
            if any(c.isalnum() or _SIGNS.match(c) for c in words):
                found.append(Utterance(voice=voice, text=words))
        return tuple(found)

    def _runs(self, text: str, main_voice: str) -> Iterator[tuple[str, str]]:
        voice, run = "", ""
        for character in text:
            script = self._script_of(character)
            reader = voice
            if script is not None:
                reader = main_voice if script.read_by(main_voice) else script.voice_for(text)
            if voice and reader != voice:
                yield voice, run
                run = ""
            voice, run = reader, run + character
        yield voice or main_voice, run

    def _readable(self, text: str) -> str:
        return "".join(map(self._readable_character, unicodedata.normalize("NFC", self._unfolded(text))))

    def _unfolded(self, text: str) -> str:
        """Wide, mathematical and joined letters and numbers as the plain ones that they stand for."""
        strange = {c for c in text if c.isalnum() and self._script_of(c) is None}
        plain = "".join(unicodedata.normalize("NFKC", c) if c in strange else c for c in text)
        return plain.replace(_FRACTION_SLASH, "/")

    def _readable_character(self, character: str) -> str:
        kind = unicodedata.category(character)
        if self._script_of(character) is not None or character in _JOINERS:
            return character
        if kind == "Nd":
            return str(unicodedata.decimal(character))
        if kind[0] == "M":
            return ""
        return character if kind[0] == "P" or _SIGNS.match(character) else " "

    def _script_of(self, character: str) -> Script | None:
        place = bisect_right(self._starts, ord(character)) - 1
        if place < 0:
            return None
        _, last, script = self._places[place]
        return script if ord(character) <= last else None

    @cached_property
    def _places(self) -> tuple[tuple[int, int, Script], ...]:
        places = [(first, last, script) for script in self.scripts for first, last in script.ranges]
        return tuple(sorted(places, key=lambda place: place[0]))

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(first for first, _, _ in self._places)


@cache
def load_voices() -> VoiceTable:
    """The table from its file; read once, it never changes."""
    file = resources.files(__package__) / "voices.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return VoiceTable(
        languages=table["languages"],
        scripts=tuple(_script(name, entry) for name, entry in table["scripts"].items()),
        breaths_s=table["breaths_s"],
    )


def _short_words(word: str) -> Iterator[str]:
    start = 0
    for place, character in enumerate(word):
        length = place - start
        is_mark = unicodedata.category(character)[0] == "M"
        if length >= _WORD_LETTERS_MAX or (length >= _WORD_LETTERS and not is_mark):
            yield word[start:place]
            start = place
    yield word[start:]


def _script(name: str, entry: dict[str, Any]) -> Script:
    return Script(
        name=name,
        ranges=tuple((first, last) for first, last in entry["ranges"]),
        voices=tuple(entry["voices"]),
        letters=entry.get("letters", {}),
        by_others_too=entry.get("by_others_too", False),
        not_by=tuple(entry.get("not_by", ())),
    )
