"""A service token: kept out of every text that could be shown, logged or stored."""

from __future__ import annotations

import re

from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem

_MARK = "•••"


class Token:
    """A secret with a masked ``repr``; only :meth:`reveal` gives it away, to the header it belongs in."""

    __slots__ = ("_value",)

    def __init__(self, pasted: str) -> None:
        """``pasted`` may carry white space anywhere and a leading ``Bearer``: both are taken off."""
        without_scheme = re.sub(r"^\s*bearer\s+", "", pasted, flags=re.IGNORECASE)
        self._value = "".join(without_scheme.split())

    def reveal(self) -> str:
        """The token itself."""
        return self._value

    def problem(self) -> Problem | None:
        """Why this can't be a token, ``None`` where it may be one."""
        if not self._value:
            return Problem(field=Field.TOKEN, code="token-missing")
        if not re.fullmatch(r"[!-~]+", self._value):
            return Problem(field=Field.TOKEN, code="token-malformed")
        return None

    def hide_in(self, text: str) -> str:
        """``text`` with the token replaced, wherever it stands in it."""
        return text.replace(self._value, _MARK) if self._value else text

    def __repr__(self) -> str:
        return f"Token({_MARK})"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a token is never written down")
