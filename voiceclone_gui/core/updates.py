"""When to look for a new version, and where: the rules behind Settings › Updates."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.releases import Release
from voiceclone_gui.core.settings import UpdateSettings
from voiceclone_gui.core.version import parse_version

ASK_EVERY = timedelta(days=1)
_SHOWN = 80


def parse_list_address(typed: str) -> str | Problem:
    """The address that results from what was typed, or the one problem with it.

    White space and a missing ``https://`` are put right. Only https is allowed, without exception.
    """
    text = "".join(typed.split())
    if not text:
        return _problem("updates-address-missing")
    if "://" not in text:
        text = f"https://{text}"
    code = _fault(text)
    if code is not None:
        # A password that stands in it isn't shown.
        values = {"address": text[:_SHOWN]} if code == "updates-address-malformed" else {}
        return _problem(code, **values)
    scheme, rest = text.split("://", 1)
    return f"{scheme.lower()}://{rest}"


def _fault(text: str) -> str | None:
    """The code of what is wrong with the address, ``None`` for nothing."""
    malformed = "updates-address-malformed"
    if "@" in re.split(r"[/?#]", text.split("://", 1)[1], maxsplit=1)[0]:
        return "updates-address-with-password"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return malformed
    if parts.scheme == "http":
        return "updates-address-not-https"
    if re.search(r"[?#]", text):
        return "updates-address-with-query"
    is_whole = re.fullmatch(r"[\w.:-]+", host) and re.fullmatch(r"(/[\w.~%+@-]+)+", parts.path)
    return None if parts.scheme == "https" and is_whole and port != 0 else malformed


def address_in_use(settings: UpdateSettings, *, packaged: str) -> str:
    """The user's own address, else the one that the program was packaged with; ``""`` for none."""
    return settings.address or packaged


def is_due(settings: UpdateSettings, *, now: datetime) -> bool:
    """Whether a day has passed since the list was last asked for.

    A day that can't be read, or that lies ahead because the clock was set back, counts as long ago.
    """
    try:
        asked_at = datetime.fromisoformat(settings.asked_at)
    except ValueError:
        return True
    if asked_at.tzinfo is None:
        return True
    return not now - ASK_EVERY < asked_at <= now


def is_dismissed(release: Release, settings: UpdateSettings) -> bool:
    """Whether the user doesn't want to hear of this version again."""
    try:
        return release.version == parse_version(settings.dismissed_version)
    except ValueError:
        return False


def _problem(code: str, **values: object) -> Problem:
    return Problem(field=Field.RELEASE_LIST, code=code, values=values)
