"""What came back of a library that wasn't whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """What was done when the library was opened, as a sentence of the table.

    ``aside`` is where the damaged file lies now, ``""`` where none had to make way: then ``voices`` are
    those that were missing, else all that there are. ``open_jobs`` are the clones that aren't over,
    ``unreadable`` the folders whose facts are damaged too.
    """

    voices: int
    open_jobs: int
    unreadable: int
    folder: str
    aside: str = ""

    @property
    def code(self) -> str:
        """Names the sentence."""
        return "library-rebuilt" if self.aside else "library-completed"

    @property
    def values(self) -> Mapping[str, object]:
        """Fill its named places."""
        return {
            "voices": self.voices,
            "open_jobs": self.open_jobs,
            "unreadable": self.unreadable,
            "folder": self.folder,
            "path": self.aside,
        }
