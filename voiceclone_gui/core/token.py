"""A service token: a secret as people paste it, and what it must look like."""

from __future__ import annotations

import re

from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.secret import Secret


class Token(Secret):
    """The secret that a service knows an account by; it goes into the header it belongs in."""

    __slots__ = ()

    def __init__(self, pasted: str) -> None:
        """``pasted`` may carry white space anywhere and a leading ``Bearer``: both are taken off."""
        without_scheme = re.sub(r"^\s*bearer\s+", "", pasted, flags=re.IGNORECASE)
        super().__init__("".join(without_scheme.split()))

    def problem(self) -> Problem | None:
        """Why this can't be a token, ``None`` where it may be one."""
        if not self._value:
            return Problem(field=Field.TOKEN, code="token-missing")
        if not re.fullmatch(r"[!-~]+", self._value):
            return Problem(field=Field.TOKEN, code="token-malformed")
        return None
