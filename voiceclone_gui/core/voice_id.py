"""Voice ids that we suggest: readable, allowed by the service, and never used before."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from random import SystemRandom

SUFFIX_LENGTH = 6
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_NAME_MAX = 40


def _choose(letters: str) -> str:
    return SystemRandom().choice(letters)


def suggest_voice_id(
    name: str, *, taken: Collection[str] = (), choose: Callable[[str], str] = _choose
) -> str:
    """A fresh id such as ``austen-reader-7k2m9q`` for a recording called ``name``.

    It ends in six random characters with at least one digit: 30.8 random bits, so that an id that the
    service calls taken after our own lost attempt was made by that attempt (contract, section 3).
    ``taken`` are ids that were refused or used before; ids are compared without regard to case.
    """
    used = {voice_id.lower() for voice_id in taken}
    while True:
        suffix = "".join(choose(_ALPHABET) for _ in range(SUFFIX_LENGTH))
        voice_id = f"{_slug(name)}-{suffix}"
        if any(c.isdigit() for c in suffix) and voice_id.lower() not in used:
            return voice_id


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    words = re.findall(r"[a-z0-9]+", plain.lower())
    slug = "-".join(words)[:_NAME_MAX].strip("-")
    slug = slug.lstrip("-0123456789")
    return slug or "voice"
