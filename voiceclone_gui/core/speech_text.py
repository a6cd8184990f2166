"""Marks inside a text to be spoken: sound tags, pauses, and characters nobody sees.

Source: the service's synthesis documents. Tags are known to the speech-2.8 models only; a pause is
``<#x#>`` with x from 0.01 to 99.99 s, between two speakable pieces, never two in a row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from voiceclone_gui.core.catalog.types import Model
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem, Severity

PAUSE_MIN_S, PAUSE_MAX_S = 0.01, 99.99
_PAUSE_LIKE = re.compile(r"<#([^#<>]*)#>")
_PAUSE = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?")
_VISIBLE_CONTROLS = set("\n\r\t\u200c\u200d")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part of a text in the order of speaking: words, a pause in seconds, or a sound tag."""

    words: str = ""
    pause_s: float = 0.0
    tag: str = ""


def pause_mark(seconds: float) -> str:
    """The mark for a pause of ``seconds``, clipped to what the service allows."""
    value = min(max(seconds, PAUSE_MIN_S), PAUSE_MAX_S)
    return f"<#{value:.2f}".rstrip("0").rstrip(".") + "#>"


def split_speech(text: str, *, tags: Iterable[str]) -> tuple[Piece, ...]:
    """``text`` as pieces; joined again without marks it is what is spoken."""
    names = "|".join(re.escape(tag) for tag in tags)
    pattern = re.compile(rf"<#(?P<pause>[0-9]{{1,2}}(?:\.[0-9]{{1,2}})?)#>|\((?P<tag>{names})\)")
    pieces = []
    position = 0
    for match in pattern.finditer(text):
        if match.start() > position:
            pieces.append(Piece(words=text[position : match.start()]))
        if match["pause"] is not None:
            pieces.append(Piece(pause_s=float(match["pause"])))
        else:
            pieces.append(Piece(tag=match["tag"]))
        position = match.end()
    if position < len(text):
        pieces.append(Piece(words=text[position:]))
    return tuple(pieces)


def invisible_share(text: str) -> float:
    """Share of characters that show nothing and mean nothing to a speaker (0-1).

    Line breaks, tabs and the joiners that emoji and several scripts need are not counted.
    """
    if not text:
        return 0.0
    return sum(1 for c in text if _is_invisible(c)) / len(text)


def without_invisible(text: str) -> str:
    """``text`` without the characters that :func:`invisible_share` counts: the one-click cure."""
    return "".join(c for c in text if not _is_invisible(c))


def check_marks(text: str, *, model: Model | None, tags: Iterable[str]) -> tuple[Problem, ...]:
    """Warnings about sound tags and pauses in ``text``: for the preview their rules are not certain."""
    found = []
    used = [tag for tag in tags if f"({tag})" in text]
    if used and model is not None and not model.sound_tags:
        found.append(_warn("tags-unknown-to-model", tags=" ".join(f"({t})" for t in used), model=model.id))
    for content in _PAUSE_LIKE.findall(text):
        if not _PAUSE.fullmatch(content) or float(content) < PAUSE_MIN_S:
            found.append(_warn("pause-malformed", mark=f"<#{content}#>"))
            break
    if re.search(r"#>\s*<#", text):
        found.append(_warn("pause-doubled"))
    if re.match(r"\s*<#", text) or re.search(r"#>\s*$", text):
        found.append(_warn("pause-at-end"))
    return tuple(found)


def _is_invisible(character: str) -> bool:
    if character in _VISIBLE_CONTROLS:
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cn", "Co", "Zl", "Zp"}


def _warn(code: str, **values: object) -> Problem:
    return Problem(field=Field.TEXT, code=code, values=values, severity=Severity.WARNING)
