"""A secret: kept out of every text that could be shown, logged or stored."""

from __future__ import annotations

MASK = "•••"


class Secret:
    """A text with a masked ``repr``; only :meth:`reveal` gives it away, to the place it belongs in."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself."""
        return self._value

    def hide_in(self, text: str) -> str:
        """``text`` with the secret replaced, wherever it stands in it."""
        return text.replace(self._value, MASK) if self._value else text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({MASK})"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a secret is never written down")
