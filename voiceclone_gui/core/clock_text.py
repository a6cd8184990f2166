"""Places in a recording as people write them: ``1:07.30`` or ``67.3``."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"(?:(?:(\d{1,3}):)?([0-5]?\d):)?(\d{1,6}(?:[.,]\d*)?|[.,]\d+)\s*s?", re.ASCII)


def exact_time(seconds: float) -> str:
    """``seconds`` in minutes, seconds and hundredths, with hours where there are some: ``1:07.30``."""
    hundredths = round(seconds * 100)
    minutes, rest = divmod(hundredths, 6000)
    text = f"{rest // 100:02d}.{rest % 100:02d}"
    if minutes >= 60:
        return f"{minutes // 60}:{minutes % 60:02d}:{text}"
    return f"{minutes}:{text}"


def read_time(text: str) -> float | None:
    """The seconds that ``text`` means, ``None`` where it means none; a comma is a point."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds_text = found.groups()
    seconds = float(seconds_text.replace(",", "."))
    if minutes is not None and seconds >= 60:
        return None
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + seconds
